"""The parts of a matter in formal minutes: background, proposal, discussion, decision.

A part label stands on its own line (`Päätös`) or at the start of its paragraph (`Päätös: Hyväksyttiin.`). The wording
follows the recommendations on minutes of the Association of Finnish Municipalities and the templates of the common
case management systems.
"""

import re

from pipeline.records import Part

_WORDS: dict[Part, str] = {
    "background": r"selostus(?:osa)?|asian selostus|esittelyteksti|asian esittely|asian tausta|taustaa?|perustelut|"
    r"päätöksen perustelut|ehdotuksen perustelut|asian valmistelu|valmistelu|valmistelija(?:n selostus)?|johdanto|"
    r"lisätiedot|kuvaus|kokouksen kulku",
    "proposal": r"(?:pää(?:tös))?ehdotus|päätösesitys|esitys|esittelijän (?:päätös)?ehdotus|"
    r"(?:kaupungin|kunnan|hyvinvointialue|sivistys|teknisen |rehtorin )?johtajan (?:päätös)?ehdotus|muutettu ehdotus|"
    r"muutettu päätösehdotus|toimenpide-?ehdotus|toimi?enpide-?esitys|puheenjohtajan ehdotus",
    "discussion": r"käsittely|asian käsittely|kokouskäsittely|käsittely kokouksessa|keskustelu|äänestys",
    "decision": r"pää(?:tös|tökset)|kokouksen päätös|\w+(?:hallituksen|lautakunnan|valtuuston|jaoston) päätös|"
    r"ratkaisu|lopputulos",
}
_NO_PART = r"tiedoksi(?:anto)?|jakelu|täytäntöönpano|muutoksenhaku|liitteet|liite|oheismateriaali(?:t)?|oheisaineisto"
_ANY = "|".join([*_WORDS.values(), _NO_PART])

# A whole line that is a label: `Päätös`, `PÄÄTÖSEHDOTUS:`, `Ehdotus (kunnanjohtaja):`.
PART_LABEL = re.compile(rf"(?:{_ANY})\s*(?:\([^)]*\))?\s*[:.]?", re.IGNORECASE)
# A label that the paragraph's text follows at once; the colon tells it from a sentence.
RUN_IN_LABEL = re.compile(rf"(?P<label>{_ANY})\s*(?:\([^)]*\))?\s*:\s+(?=\S)", re.IGNORECASE)
_MEANING = [(re.compile(words, re.IGNORECASE), part) for part, words in _WORDS.items()]


def part_of(label: str) -> Part | None:
    """The part that a label names; None for labels that end the parts (`Tiedoksi`) and for anything else."""
    words = re.sub(r"\s*(?:\([^)]*\))?\s*[:.]?\s*$", "", label.strip())
    return next((part for pattern, part in _MEANING if pattern.fullmatch(words)), None)

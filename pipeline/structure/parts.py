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
    "proposal": r"(?:päätös)?ehdotus|päätösesitys|esitys|(?:\w+ ){0,2}[\w-]*(?:johtajan|päällikön|sihteerin|"
    r"esittelijän|insinöörin|rehtorin|hallituksen|lautakunnan|jaoston) (?:päätös)?ehdotus|"
    r"muutettu (?:päätös)?ehdotus|toimenpide-?(?:ehdotus|esitys)",
    "discussion": r"käsittely|asian käsittely|kokouskäsittely|käsittely kokouksessa|keskustelu|äänestys",
    "decision": r"pää(?:tös|tökset)|kokouksen päätös|\w+(?:hallituksen|lautakunnan|valtuuston|jaoston) päätös|"
    r"ratkaisu|lopputulos",
}
_ATTACHED = r"liitteet|liite|oheismateriaali(?:t)?|oheisaineisto"
_NO_PART = r"tiedoksi(?:anto)?|jakelu|täytäntöönpano|muutoksenhaku|esteellisyys|esteelliset|aiemmat käsittelyt"
# An earlier or the present handling of the matter: `Kunnanhallitus, 7.4.2025, § 125`, often several in a row.
_HANDLING = r"[A-ZÅÄÖ][\w-]*(?: \w+)?,? *(?:§ ?\d+ *,? *\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}\.\d{1,2}\.\d{4} *,? *§ ?\d+)"
HANDLING = re.compile(rf"{_HANDLING}(?: +{_HANDLING})*")
_ANY = "|".join([*_WORDS.values(), _ATTACHED, _NO_PART])

# A whole line that is a label: `Päätös`, `PÄÄTÖSEHDOTUS:`, `Ehdotus (kunnanjohtaja):`.
PART_LABEL = re.compile(rf"(?:{_ANY})\s*(?:\([^)]*\))?\s*[:.]?", re.IGNORECASE)
# A label above the names of attachments: it leaves the part as it is.
ATTACHMENTS = re.compile(rf"(?:{_ATTACHED})\s*:?", re.IGNORECASE)
# A label that the paragraph's text follows at once; the colon tells it from a sentence.
RUN_IN_LABEL = re.compile(rf"(?P<label>{_ANY})\s*(?:\([^)]*\))?\s*:\s+(?=\S)", re.IGNORECASE)
_MEANING = [(re.compile(words, re.IGNORECASE), part) for part, words in _WORDS.items()]


def is_part_label(text: str) -> bool:
    """True for a line that opens a part of a matter: a label with a capital, or a handling of the matter."""
    return text[:1].isupper() and bool(PART_LABEL.fullmatch(text) or HANDLING.fullmatch(text))


def run_in_label(text: str) -> re.Match[str] | None:
    """The label that a paragraph begins with; without a colon there is none to look for."""
    return RUN_IN_LABEL.match(text) if ":" in text else None


def part_of(label: str) -> Part | None:
    """The part that a label names; None for labels that end the parts (`Tiedoksi`) and for anything else.

    A line that names a handling of the matter starts it anew, with its background.
    """
    if HANDLING.fullmatch(label.strip()):
        return "background"
    words = re.sub(r"\s*(?:\([^)]*\))?\s*[:.]?\s*$", "", label.strip())
    return next((part for pattern, part in _MEANING if pattern.fullmatch(words)), None)

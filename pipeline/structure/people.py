"""People in minutes: who spoke, in which role and for which side.

Finnish minutes name a speaker as title and name (`kunnanjohtaja Aino Räsänen`), on a line of their own with a colon
or in brackets, or in a sentence with *puheenvuoro*. The title is in lower case inside a sentence, and its last word
ends in one of a few hundred words for posts; `POST` knows their endings.
"""

import re
from dataclasses import dataclass

from pipeline.records import Side

NAME_WORD = r"[A-ZÅÄÖÜÉŠŽ][\w’'é]*[a-zåäöüéšžA-ZÅÄÖ](?:-[A-ZÅÄÖÜÉŠŽ][\w’']+)*"
# What a capitalised genitive before it is the name of, and not a surname: `Ylä-Kainaron hyvinvointialueelta`.
ORGANISATION = (
    r"(?:hyvinvointialue|kaupun[kg]i|kunta|kunna|työllisyysalue|kuntayhtymä|seurakun|yhdisty|liit|piiri|Oy\b|[Rr]y\b)"
)
NAME = (
    rf"(?:(?:von|af|de|El-|Mc)\s?)?{NAME_WORD}(?:\s+(?:[A-ZÅÄÖ]\.|von|af|de)(?=\s))*"
    rf"(?:\s+{NAME_WORD}(?![\w-])(?!\s+{ORGANISATION})){{1,2}}"
)
# What the words for posts end in; the compound's first parts (`kunnan-`, `hallinto-`) are open.
POST = (
    r"(?i:johtaja|puheenjohtaja|varapuheenjohtaja|päällikkö|sihteeri|suunnittelija|asiantuntija|koordinaattori|"
    r"pormestari|apulaispormestari|jäsen|varajäsen|valtuutettu|esittelijä|pitäjä|insinööri|arkkitehti|rehtori|"
    r"kuraattori|psykologi|lääkäri|hoitaja|ohjaaja|konstaapeli|komisario|tarkastaja|edustaja|esihenkilö|esimies|"
    r"lakimies|juristi|neuvoja|työntekijä|opettaja|kirjanpitäjä|mestari|vastaava|hallintopäällikkö|controller|"
    r"asiamies|sosionomi|tutkija|erityisasiantuntija|avustaja|kamreeri|toimittaja|pastori|kirkkoherra|ministeri|"
    r"ylijohtaja|emäntä|isäntä|luottamusmies|valtuutettu|ordförande|direktör|sekreterare)"
)
# What a post's name may have before it: genitives, an adjective or half a compound, but no verb and no bare `ja`.
GENITIVE = r"\b(?!\w+iin\s|puheenvuoro)[\wåäö:-]+n"
QUALIFIER = rf"(?:{GENITIVE}(?:\s+ja\s+{GENITIVE})?|\b[\wåäö]+(?:va|vä|pi)|\b[\wåäö]+-\s+ja)\s+"
TITLE = (
    rf"(?:(?:[Vv][st]\.|[Mm]vs\.|[Mm]a\.|I{{1,3}}|[12]\.)\s+)?(?:{QUALIFIER}){{0,3}}?"
    rf"(?:I{{1,3}}\s+|[12]\.\s+)?[\wåäö-]*{POST}"
)
TITLED_NAME = re.compile(rf"(?P<role>{TITLE})\s+(?P<name>{NAME})")
SPEECH = re.compile(
    r"\b(?:käytti(?:vät)?|esitti(?:vät)?|piti(?:vät)?|pitivät|käyttivät|täydensi(?:vät)?|aloitti(?:vat)?|kuultiin)\b"
    r".{0,120}?\bpuheenvuoro|\bpuheenvuoro\w*\s+(?:\w+\s+){0,2}(?:käytti|käyttivät|esitti|esittivät|piti|pitivät)\b",
    re.IGNORECASE,
)
SAID = re.compile(r"\s+(?:täydensi|totesi|kertoi|korosti|toi esi|muistutti|huomautti|ilmoitti|lisäsi)\b")
VISIT = re.compile(r"\b(?:kertoi|esitteli|alusti|vieraili)(?:vat)?\b")
COUNTY = re.compile(
    r"hyvinvointialue|\bhva\b|aluehallitu|aluevaltuust|palvelualue|pelastusjohtaja|välfärdsområde|\balue\b", re.I
)
MUNICIPALITY = re.compile(
    r"kaupun[kg]i|kunna(?:n|sta|lta)|kunta\b|kunnat\b|valtuuston|pormestari|sivistysjohtaja|tekninen johtaja|"
    r"teknisen johtajan|työllisyysjohtaja|elinvoimajohtaja|staden|kommun",
    re.I,
)
# Posts that neither a municipality nor a county has.
OTHER = re.compile(r"konstaapeli|komisario|poliisi|kirkkoherra|pastori|ministeri\b", re.I)
# Where a person comes from, after the name.
AFFILIATION = re.compile(rf"\s+{NAME_WORD}\s+{ORGANISATION}\w*")
MAX_SPEAKER_LINE = 260


@dataclass(frozen=True, slots=True)
class Person:
    """A named person; the role in lower case as in running text."""

    name: str
    role: str | None = None
    side: Side | None = None


def lower_first(text: str) -> str:
    """The text with its first letter in lower case unless it is an abbreviation (`ICT-päällikkö`) or a number (`I`)."""
    return text if re.match(r"[A-ZÅÄÖ]{2}|I\b", text) else text[:1].lower() + text[1:]


def side_of(text: str | None) -> Side | None:
    """The side of the negotiating table that a role, a group name or a section title tells."""
    if not text:
        return None
    if COUNTY.search(text):
        return "county"
    if MUNICIPALITY.search(text):
        return "municipality"
    return "other" if OTHER.search(text) else None


def people_in(text: str, side: Side | None = None) -> list[Person]:
    """Persons with a title before their name, in order; `side` where the title itself does not tell one."""
    found = []
    for match in TITLED_NAME.finditer(text):
        role = lower_first(re.sub(r"\s+", " ", match.group("role")))
        home = AFFILIATION.match(text, match.end())
        own_side = side_of(role) or side_of(home and home.group())
        found.append(Person(re.sub(r"\s+", " ", match.group("name")), role, own_side or side))
    return found


def is_speaker_line(text: str) -> bool:
    """True for a line that only says who speaks next."""
    text = text.strip()
    if not text or len(text) > MAX_SPEAKER_LINE:
        return False
    bare = text.strip("():. ")
    if (text.endswith(":") or (text[0] == "(" and text[-1] == ")")) and TITLED_NAME.match(bare):
        rest = TITLED_NAME.sub("", bare)
        return not re.sub(r"\b(?:ja|sekä|och|eli)\b|[,;/() ]", "", rest)
    # The words of a speaker's turn first: the pattern for titles and names is dear, and most lines have none of them.
    speaks = SPEECH.search(text) or ("vastasi" in text and "ajankohtai" in text and VISIT.search(text))
    one_sentence = text.rstrip(".").count(". ") == 0
    return bool(speaks) and one_sentence and bool(TITLED_NAME.search(text))


def opening_speaker(text: str) -> Person | None:
    """The speaker that a paragraph itself names at its start (`Työllisyysjohtaja X täydensi, että`)."""
    if not SAID.search(text):  # which is cheaper to see than a title and a name
        return None
    match = TITLED_NAME.match(text[:MAX_SPEAKER_LINE])
    if match and SAID.match(text, match.end()):
        return people_in(match.group(0))[0]
    return None

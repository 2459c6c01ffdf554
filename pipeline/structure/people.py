"""People in minutes: who spoke, in which role and for which side.

Finnish minutes name a speaker as title and name (`kunnanjohtaja Aino Räsänen`), on a line of their own with a colon
or in brackets, or in a sentence with *puheenvuoro*. The title is in lower case inside a sentence, and its last word
ends in one of a few hundred words for posts; `POST` knows their endings.
"""

import re
from dataclasses import dataclass
from typing import Literal

from pipeline.records import Side

NAME_WORD = r"[A-ZÅÄÖÜÉŠŽ][\w’'é]*[a-zåäöüéšžA-ZÅÄÖ](?:-[A-ZÅÄÖÜÉŠŽ][\w’']+)*"
NAME = rf"(?:(?:von|af|de|El-|Mc)\s?)?{NAME_WORD}(?:\s+(?:[A-ZÅÄÖ]\.|von|af|de)(?=\s))*(?:\s+{NAME_WORD}){{1,2}}"
# What the words for posts end in; the compound's first parts (`kunnan-`, `hallinto-`) are open.
POST = (
    r"(?:johtaja|puheenjohtaja|varapuheenjohtaja|päällikkö|sihteeri|suunnittelija|asiantuntija|koordinaattori|"
    r"pormestari|apulaispormestari|jäsen|varajäsen|valtuutettu|esittelijä|pitäjä|insinööri|arkkitehti|rehtori|"
    r"kuraattori|psykologi|lääkäri|hoitaja|ohjaaja|konstaapeli|komisario|tarkastaja|edustaja|esihenkilö|esimies|"
    r"lakimies|juristi|neuvoja|työntekijä|opettaja|kirjanpitäjä|mestari|vastaava|hallintopäällikkö|controller|"
    r"asiamies|sosionomi|tutkija|erityisasiantuntija|avustaja|kamreeri|toimittaja|pastori|kirkkoherra|ministeri|"
    r"ylijohtaja|emäntä|isäntä|luottamusmies|valtuutettu|ordförande|direktör|sekreterare)"
)
TITLE = rf"(?:(?:[Vv]s\.|[Mm]vs\.|I{{1,3}}|[12]\.)\s+)?(?:[\wåäö:-]+\s+){{0,3}}?(?:I{{1,3}}\s+|[12]\.\s+)?[\wåäö-]*{POST}"
TITLED_NAME = re.compile(rf"(?P<role>{TITLE})\s+(?P<name>{NAME})")
SPEECH = re.compile(
    r"\b(?:käytti(?:vät)?|esitti(?:vät)?|piti(?:vät)?|pitivät|käyttivät|täydensi(?:vät)?|aloitti(?:vat)?|kuultiin)\b"
    r".{0,120}?\bpuheenvuoro|\bpuheenvuoro\w*\s+(?:\w+\s+){0,2}(?:käytti|käyttivät|esitti|esittivät|piti|pitivät)\b",
    re.IGNORECASE,
)
VISIT = re.compile(r"\b(?:kertoi|esitteli|alusti|vieraili)(?:vat)?\b")
COUNTY = re.compile(r"hyvinvointialue|\bhva\b|aluehallitu|aluevaltuust|palvelualue|pelastusjohtaja|välfärdsområde|\balue\b", re.I)
MUNICIPALITY = re.compile(
    r"kaupun[kg]i|kunnan|kunta\b|kunnat\b|valtuuston|pormestari|sivistysjohtaja|tekninen johtaja|teknisen johtajan|"
    r"työllisyysjohtaja|elinvoimajohtaja|staden|kommun",
    re.I,
)
MAX_SPEAKER_LINE = 260


@dataclass(frozen=True, slots=True)
class Person:
    """A named person; the role in lower case as in running text."""

    name: str
    role: str | None = None
    side: Side | None = None


def lower_first(text: str) -> str:
    """The text with its first letter in lower case unless the word is an abbreviation (`ICT-päällikkö`)."""
    return text if len(text) > 1 and text[1].isupper() else text[:1].lower() + text[1:]


def side_of(text: str | None) -> Side | None:
    """The side of the negotiating table that a role, a group name or a section title tells."""
    if not text:
        return None
    if COUNTY.search(text):
        return "county"
    if MUNICIPALITY.search(text):
        return "municipality"
    return None


def people_in(text: str, side: Side | None = None) -> list[Person]:
    """Persons with a title before their name, in order; `side` where the title itself does not tell one."""
    found = []
    for match in TITLED_NAME.finditer(text):
        role = lower_first(re.sub(r"\s+", " ", match.group("role")))
        found.append(Person(re.sub(r"\s+", " ", match.group("name")), role, side_of(role) or side))
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
    one_sentence = text.rstrip(".").count(". ") == 0
    if not one_sentence or not TITLED_NAME.search(text):
        return False
    if SPEECH.search(text):
        return True
    return bool(VISIT.search(text)) and "vastasi" in text and "ajankohtai" in text


def opening_speaker(text: str) -> Person | None:
    """The speaker that a paragraph itself names at its start (`Työllisyysjohtaja X täydensi, että`)."""
    match = TITLED_NAME.match(text)
    if match and re.match(r"\s+(?:täydensi|totesi|kertoi|korosti|toi esi|muistutti|huomautti|ilmoitti|lisäsi)\b", text[match.end() :]):
        return people_in(match.group(0))[0]
    return None


Presence = Literal["present", "absent"]

_GROUP = re.compile(
    r"^(?P<label>(?:L[äÄ]SN[äÄ]|Läsnä|LÄSNÄ|Paikalla|PAIKALLA|Osallistujat|OSALLISTUJAT|Saapuvilla(?: olleet)?(?: jäsenet)?|"
    r"Muut(?: saapuvilla olleet| läsnäolijat| osallistujat)?|Poissa|POISSA|Estynyt|Jäsenet|JÄSENET|Varajäsenet|Esittelijä|"
    r"ESITTELIJÄ|Sihteeri|SIHTEERI|Puheenjohtaja|PUHEENJOHTAJA|Pöytäkirjanpitäjä|Kutsuttuina?|Asiantuntijat|Kaupunki|Kunta|"
    r"Hyvinvointialue|Saapuvilla olleet|Läsnäolijat)(?:\s*/\s*\w+)?)\s*(?::|\s{2,}|$|(?=\s+[A-ZÅÄÖ][\wåäö-]+ [A-ZÅÄÖ]))",
)
ABSENT = re.compile(r"^(?:poissa|estynyt|poissaolevat)", re.I)
_SHORT_ROLE = {
    "pj": "puheenjohtaja", "pj.": "puheenjohtaja", "siht.": "sihteeri", "siht": "sihteeri", "vpj": "varapuheenjohtaja",
    "sihteeri": "sihteeri", "puheenjohtaja": "puheenjohtaja",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attendee:
    """A participant as the attendance list gives it."""

    name: str
    role: str | None
    side: Side | None
    presence: Presence


def attendance_label(text: str) -> str | None:
    """The label of an attendance block at the start of a line (`Läsnä`, `Poissa`), or None."""
    found = _GROUP.match(text.strip())
    return found.group("label") if found else None


def attendees(label: str, lines: list[str]) -> list[Attendee]:
    """Participants of one attendance block: its label and its lines, the label taken off the first."""
    absent = bool(ABSENT.match(label))
    presence: Presence = "absent" if absent else "present"
    group = side_of(label)
    title = lower_first(label) if re.match(r"(?i)esittelijä|sihteeri|puheenjohtaja|pöytäkirjanpitäjä", label) else None
    people: list[Attendee] = []
    for entry in _entries(lines):
        people.extend(_entry(entry, group, presence, title))
    return people


def _entries(lines: list[str]) -> list[str]:
    """One string a person (or a run of persons), whatever separates them: lines, semicolons or commas."""
    text = "\n".join(lines)
    if ";" in text:
        return [e.strip() for e in re.sub(r"\s*\n\s*", " ", re.sub(r"-\n\s*", "-", text)).split(";") if e.strip()]
    if all(re.match(rf"{NAME}(?:\s*[,(]|$)", line.strip()) for line in lines if line.strip()):
        commas = sum(line.count(",") for line in lines)
        if any(re.search(rf",\s*{NAME}", line) for line in lines) and commas > len(lines):
            return [e.strip() for e in re.split(r",", re.sub(r"\s*\n\s*", " ", text)) if e.strip()]
        return [line.strip() for line in lines if line.strip()]
    return [e.strip() for e in re.split(r",(?![^(]*\))", re.sub(r"\s*\n\s*", " ", text)) if e.strip()]


def _entry(entry: str, side: Side | None, presence: Presence, title: str | None) -> list[Attendee]:
    """The persons of one entry: `Nimi, rooli`, `Sukunimi Etunimi, rooli`, `Nimi (pj)`, `rooli Nimi`."""
    notes = re.findall(r"\(([^)]*)\)", entry)
    bare = re.sub(r"\s*\([^)]*\)", "", entry).strip(" .,")
    if any(re.match(r"(?i)poissa|estynyt", n) for n in notes):
        presence = "absent"
    titled = TITLED_NAME.match(bare) or TITLED_NAME.match(bare[:1].upper() + bare[1:])
    if titled:
        person = people_in(titled.group(0))[0]
        return [Attendee(person.name, person.role, person.side or side, presence)]
    found = re.match(rf"(?P<name>{NAME})(?P<rest>.*)$", bare)
    if not found:
        return []
    rest = found.group("rest").strip(" ,.")
    short = next((_SHORT_ROLE[n.lower()] for n in notes if n.lower() in _SHORT_ROLE), None)
    role = rest or short or title
    role = _SHORT_ROLE.get(role.lower(), role) if role else None
    note_side = next((side_of(n) for n in notes if side_of(n)), None)
    return [Attendee(found.group("name"), lower_first(role) if role else None, side_of(role) or note_side or side, presence)]

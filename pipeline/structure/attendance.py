"""Attendance lists: who was present or absent, in which role."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.records import Side
from pipeline.structure.people import NAME, POST, TITLE, TITLED_NAME, lower_first, people_in, side_of

Presence = Literal["present", "absent"]

_LABELS = (
    "läsnä|paikalla|osallistujat|saapuvilla(?: olleet)?(?: jäsenet)?|muut(?: saapuvilla olleet| läsnäolijat)?|"
    "muut osallistujat|poissa|estynyt|jäsenet|varajäsenet|esittelijä|sihteeri|puheenjohtaja|pöytäkirjanpitäjä|"
    "kutsuttuina?|asiantuntijat|läsnäolijat|kaupunki|kunta|hyvinvointialue"
)
_GROUP = re.compile(
    rf"^(?P<label>(?=[A-ZÅÄÖ])(?i:{_LABELS})(?:\s*/\s*\w+)?)"
    r"\s*(?::|\s{2,}|$|(?=\s+[A-ZÅÄÖ][\wåäö-]+ [A-ZÅÄÖ]))"
)
# In capitals a label needs no colon: `SIHTEERI toimistosihteeri Anna Virta`.
_CAPITALS = re.compile(rf"^(?P<label>(?=[A-ZÅÄÖ]{{5}})(?i:{_LABELS}))(?<![a-zåäö])\s+(?=\S)")
ABSENT = re.compile(r"^(?:poissa|estynyt|poissaolevat)", re.I)
# When somebody came and went, or which items it was about, is no role.
NOT_A_ROLE = re.compile(r"(?:saapui|poistui|paikalla|läsnä|klo|etänä|teams|kohta|§|(?![12]\. vara)\d|$)", re.IGNORECASE)
PLURAL = re.compile(r"((?:vara)?jäsen)iä\b")
# In what capacity somebody was there, before the name: `vieraana Anna Virta`, `sihteerinä Olli Lahti`.
_CAPACITY = re.compile(rf"(?:[a-zåäö]+\s)?(?P<capacity>[a-zåäö-]+)n[aä]\s+(?=(?:{TITLE}\s+)?{NAME})")
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
    found = _GROUP.match(text.strip()) or _CAPITALS.match(text.strip())
    return found.group("label") if found else None


def attendees(label: str, lines: list[str]) -> list[Attendee]:
    """Participants of one attendance block: its label and its lines, the label taken off the first."""
    absent = bool(ABSENT.match(label))
    presence: Presence = "absent" if absent else "present"
    group = side_of(label)
    title = label.lower() if re.match(r"(?i)esittelijä|sihteeri|puheenjohtaja|pöytäkirjanpitäjä", label) else None
    if members := re.search(r"(?i)\b((?:vara)?jäsen)et$", label):
        title = members.group(1).lower()
    people: list[Attendee] = []
    for chunk in _chunks(lines):
        persons = [person for entry in _entries(chunk) for person in _entry(entry, group, presence, title)]
        # `A, B, C (kaupunki)` and `A, B, jäseniä`: what stands after the last name goes for all of them.
        last = persons[-1] if persons else None
        if last and (shared := PLURAL.match(last.role or "")):
            role = shared.group(1)
            persons = [replace(p, role=role if p is last else p.role or role) for p in persons]
        bracket = re.search(r"\(([^)]*)\)\W*$", chunk)
        if bracket and (shared_side := side_of(bracket[1])):
            persons = [replace(p, side=p.side or shared_side) for p in persons]
        people.extend(persons)
    return people


def _chunks(lines: list[str]) -> list[str]:
    """Runs of persons: between semicolons, else one a line where every line starts with a name, else all in one."""
    text = "\n".join(line.strip() for line in lines if line.strip())
    if ";" not in text and all(re.match(NAME, line) for line in text.split("\n")):
        return [chunk for chunk in re.sub(r",\n", ", ", text).split("\n") if chunk]
    flowing = text.replace("-\n", "-").replace("\n", " ")
    return [chunk.strip() for chunk in flowing.split(";") if chunk.strip()]


def _entries(chunk: str) -> list[str]:
    """One string a person: a piece between commas that is no name belongs to the person before it."""
    entries: list[str] = []
    for piece in re.split(r"\s*,\s*(?![^(]*\))", chunk):
        opens = re.match(NAME, piece) or _CAPACITY.match(piece) or TITLED_NAME.match(piece)
        if entries and not opens:
            entries[-1] += f", {piece}"
        elif piece:
            entries.append(piece)
    return entries


def _entry(entry: str, side: Side | None, presence: Presence, title: str | None) -> list[Attendee]:
    """The persons of one entry: `Nimi, rooli`, `Sukunimi Etunimi, rooli`, `Nimi (pj)`, `rooli Nimi`."""
    notes = re.findall(r"\(([^)]*)\)", entry)
    bare = re.sub(r"\s*\([^)]*\)", "", entry).strip(" .,")
    if any(re.match(r"(?i)poissa|estynyt", n) for n in notes):
        presence = "absent"
    if capacity := _CAPACITY.match(bare):
        bare = bare[capacity.end() :]
        title = capacity["capacity"] if re.search(rf"{POST}$", capacity["capacity"]) else None
    titled = TITLED_NAME.match(bare) or TITLED_NAME.match(bare[:1].upper() + bare[1:])
    if titled:
        person = people_in(titled.group(0))[0]
        return [Attendee(person.name, person.role, person.side or side, presence)]
    found = re.match(rf"(?P<name>{NAME})(?P<rest>.*)$", bare)
    if not found:
        return []
    rest = ", ".join(
        re.sub(r"\s+§.*", "", piece)
        for piece in re.split(r"\s*,\s*", found.group("rest").strip(" ,."))
        if not NOT_A_ROLE.match(piece)
    )
    short = next((_SHORT_ROLE[n.lower()] for n in notes if n.lower() in _SHORT_ROLE), None)
    role = rest or short or title
    role = _SHORT_ROLE.get(role.lower(), role) if role else None
    note_side = next((side_of(n) for n in notes if side_of(n)), None)
    return [
        Attendee(found.group("name"), lower_first(role) if role else None, side_of(role) or note_side or side, presence)
    ]

"""What the head of the minutes says: kind, title, body, counterpart, date, times, place, who was there.

The head is everything above the first section. Labels stand before a colon or a wide gap (`Aika:  13.11.2024`); where
there are none, the first line with a date and a clock time tells.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.structure.people import Attendee, attendance_label, attendees

Kind = Literal["memo", "minutes", "agenda", "other"]

DATE = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
CLOCK = r"(\d{1,2})(?:[.:](\d{2}))?"
TIMES = re.compile(rf"\b(?:klo|kello|kl\.?|klockan)\s*{CLOCK}(?:\s*[–—-]\s*(?:klo\s*)?{CLOCK})?", re.IGNORECASE)
BARE_TIMES = re.compile(r"\b(\d{1,2})[.:](\d{2})\s*[–—-]\s*(\d{1,2})[.:](\d{2})\b")
LABEL = re.compile(
    r"^(?P<label>(?:Kokous)?aika(?: ja paikka)?(?: / Tid)?|AIKA|(?:Kokous)?paikka(?: / Plats)?|PAIKKA|Osapuolet|Osapuoli|Asiat|"
    r"Aika ja paikka|Ajankohta|Tid|Plats|Päivämäärä|Pvm)\s*(?::|\s{2,}|\s(?=\S)|$)\s*(?P<value>.*)$",
    re.IGNORECASE,
)
CLOSED = re.compile(rf"\b(?:päätti|päättyi|päätettiin|suljettiin|julisti)\b.{{0,80}}?\b(?:klo|kello)\s*{CLOCK}", re.IGNORECASE)
CONTENTS = re.compile(
    r"^(?:käsitellyt asiat|käsiteltävät asiat|asialista|esityslista|asiat|sisällysluettelo|sisällys|asiaotsikot|"
    r"asialuettelo|innehåll)\s*:?$",
    re.IGNORECASE,
)
COUNTY = re.compile(
    r"\b([A-ZÅÄÖ][\wåäöÅÄÖ]*(?:[- ][A-ZÅÄÖ][\wåäöÅÄÖ]*)*)n?\s+(hyvinvointialue|HYVINVOINTIALUE|välfärdsområde)", re.UNICODE
)
MUNICIPALITY = re.compile(
    r"\b(?P<name>[A-ZÅÄÖ][\wåäöÅÄÖ-]*n|[A-ZÅÄÖ-]+N)\s+(?P<kind>kaupun(?:ki|gi)|kunta|kunna|KAUPUNKI|KUNTA)", re.UNICODE
)
KIND: tuple[tuple[str, Kind], ...] = (
    (r"pöytäkirja", "minutes"),
    (r"muistio|muistiinpano|\bPM\b", "memo"),
    (r"esityslista", "agenda"),
    (r"neuvottelu", "memo"),
)
BODY_WORD = (
    r"(?:\w*(?:hallitus|valtuusto|lautakunta|jaosto|neuvosto|neuvottelukunta|toimikunta|johtoryhmä|työryhmä|ohjausryhmä|"
    r"asiantuntijaryhmä|kuvailuryhmä|tiimi|komitea|konserni|seurantaryhmä|yhteistyöryhmä))"
)
BODY_LINE = re.compile(rf"^(?:[A-ZÅÄÖ][\w-]*\s+)?(?:\w+\s+){{0,2}}{BODY_WORD}(?:n)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """Metadata read from the head (and the closing sentence) of a document; None where it is silent."""

    kind: Kind = "other"
    title: str | None = None
    body: str | None = None
    counterpart: str | None = None
    date: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    place: str | None = None
    people: tuple[Attendee, ...] = ()


def clock(hours: str, minutes: str | None) -> str | None:
    """HH:MM, or None when the numbers are no time of day."""
    h, m = int(hours), int(minutes or 0)
    return f"{h:02d}:{m:02d}" if h < 24 and m < 60 else None


def iso_date(text: str) -> str | None:
    """The first full date in `text` as ISO 8601; None when there is none or it is not in the calendar."""
    for day, month, year in DATE.findall(text):
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
    return None


def times_in(text: str) -> tuple[str | None, str | None]:
    """(start, end) of the first range or moment of clock time in `text`."""
    found = TIMES.search(text) or BARE_TIMES.search(text)
    if not found:
        return None, None
    h1, m1, h2, m2 = found.groups()
    return clock(h1, m1), clock(h2, m2) if h2 else None


def is_head_label(text: str) -> bool:
    """True for a line that belongs to the head: time, place, attendance."""
    text = text.strip()
    found = LABEL.match(text)
    return bool(attendance_label(text)) or bool(found and (":" in text[:30] or "  " in text or found.group("value")))


def read_head(lines: Sequence[str], closing: str, file_title: str = "") -> Head:
    """Reads the head from its lines (indents and wide gaps kept) and the end time from the closing sentence.

    Args:
        lines: lines above the first section, in order.
        closing: text of the last section.
        file_title: title in the file's properties, used when the page has none.
    """
    values = _labelled(lines)
    joined = "\n".join(line.strip() for line in lines)
    when = values.get("aika", "")
    timed = when or next((line for line in lines if DATE.search(line) and (TIMES.search(line) or BARE_TIMES.search(line))), "")
    start, end = times_in(timed)
    if end is None and (closed := CLOSED.search(closing)):
        end = clock(closed.group(1), closed.group(2))
    place = values.get("paikka") or _place_after_time(timed)
    title = _title(lines) or file_title or None
    kind = next((kind for pattern, kind in KIND if re.search(pattern, joined, re.IGNORECASE)), "other")
    body, counterpart = _parties(lines, values.get("osapuolet", ""))
    return Head(
        kind, title, body, counterpart, iso_date(timed) or iso_date(joined), start, end, place, tuple(_people(lines))
    )


def _labelled(lines: Sequence[str]) -> dict[str, str]:
    """Values of the labels in the head, continuation lines joined: `aika`, `paikka`, `osapuolet`."""
    values: dict[str, str] = {}
    key: str | None = None
    for line in lines:
        found = LABEL.match(line.strip())
        if found and (found.group("value") or line.strip().endswith(":") or len(line.split()) <= 4):
            name = found.group("label").lower().split(" / ")[0].removeprefix("kokous")
            key = {"tid": "aika", "ajankohta": "aika", "päivämäärä": "aika", "pvm": "aika", "plats": "paikka"}.get(name, name)
            if key == "aika ja paikka":
                key = "aika"
            values.setdefault(key, found.group("value").strip())
        elif attendance_label(line) or not line.strip():
            key = None
        elif key and (not values[key] or (line.startswith("  ") and key == "paikka")):
            values[key] = f"{values[key]} {line.strip()}".strip()
        else:
            key = None
    return values


def _place_after_time(timed: str) -> str | None:
    """`15.1.2025 klo 9–10, Teams-yhteys`: the place follows the hours."""
    found = TIMES.search(timed) or BARE_TIMES.search(timed)
    rest = timed[found.end() :].strip(" ,.;") if found else ""
    return rest or None


def _title(lines: Sequence[str]) -> str | None:
    """The line that names the meeting, with the kind of document and its number where another line gives them."""
    heads = []
    for line in lines:
        text = re.sub(r"\s+", " ", line).strip()
        if LABEL.match(text) and (DATE.search(text) or ":" in text):
            break
        if attendance_label(text):
            break
        if text:
            heads.append(text)
    named = [h for h in heads if re.search(r"neuvottelu|kokous|muistio|pöytäkirja|esityslista", h, re.IGNORECASE) and not (
        DATE.search(h) and TIMES.search(h))]
    if not named:
        return heads[0] if heads else None
    pieces = [re.sub(r"\s*\((?:laki|lain)[^)]*\)|,?\s+\d+\s*\(\d+\)$", "", h) for h in named[:2]]
    body = next((h for h in heads if BODY_LINE.match(h) and h not in named), None)
    if body and not any(BODY_LINE.search(p) for p in pieces) and len(pieces) == 1:
        pieces.insert(0, body)
    return ", ".join(dict.fromkeys(p.strip() for p in pieces)) or None


def _parties(lines: Sequence[str], parties: str) -> tuple[str | None, str | None]:
    """(body, counterpart): a negotiation has a county and a municipality, other meetings an organisation and a body."""
    head = " ".join(re.sub(r"\s+", " ", line).strip() for line in lines)
    title = " ".join(re.sub(r"\s+", " ", line).strip() for line in lines[:8])
    county = _county(parties) or _county(head)
    municipality = _municipality(parties) or _municipality(title) or _municipality(head)
    negotiation = re.search(r"neuvottelu(?!kun)", title, re.IGNORECASE) and not re.search(r"lautakunta|hallitus\b", title, re.I)
    body = next(
        (text for line in lines[:10] if (text := re.sub(r"\s+", " ", line).strip()) and (m := BODY_LINE.match(text)) and not DATE.match(text)),
        None,
    )
    if negotiation and county:
        return county, municipality
    if body:
        organ = BODY_LINE.match(body)
        name = organ.group(0) if organ else body
        owner = county if county and not (municipality and _first(title, municipality, county)) else municipality
        if owner and owner.lower() not in name.lower():
            return f"{owner}, {name[:1].lower() + name[1:]}", None
        return name, None
    return county or municipality, municipality if county else None


def _first(text: str, one: str, other: str) -> bool:
    """True if the stem of `one` stands before the stem of `other`."""
    low = text.lower()
    a, b = low.find(one.lower()[:6]), low.find(other.lower()[:6])
    return a >= 0 and (b < 0 or a < b)


def _nominative(words: str) -> str:
    """Capitals of a letterhead as a name: `POHJOIS-KALTION` to `Pohjois-Kaltion`."""
    return words.title() if words.isupper() else words


def _county(text: str) -> str | None:
    found = re.search(
        r"((?:[A-ZÅÄÖ][\wåäöÅÄÖ]*-)?[A-ZÅÄÖ][\wåäöÅÄÖ-]*[nN](?:\s+ja\s+[A-ZÅÄÖ]\w+n)?)\s+(?:hyvinvointialue|HYVINVOINTIALUE)", text
    )
    return f"{_nominative(found.group(1))} hyvinvointialue" if found else None


def _municipality(text: str) -> str | None:
    found = MUNICIPALITY.search(text)
    if not found:
        return None
    kind = found.group("kind").lower()
    return f"{_nominative(found.group('name'))} {'kaupunki' if kind.startswith('kaupun') else 'kunta'}"


def _people(lines: Sequence[str]) -> list[Attendee]:
    """Participants of all attendance blocks in the head."""
    people: list[Attendee] = []
    label: str | None = None
    block: list[str] = []
    context = ""

    def flush() -> None:
        if label is not None:
            people.extend(attendees(label if context == "" else f"{context} {label}", block))

    for line in lines:
        text = line.strip()
        found = attendance_label(text)
        if found and not LABEL.match(text):
            flush()
            context = "Poissa" if context == "Poissa" and found.startswith("Muut") else ""
            label = found
            rest = text[len(found) :].lstrip(" :")
            block = [rest] if rest else []
        elif label is None:
            continue
        elif LABEL.match(text) or CONTENTS.match(text) or text.startswith(("Allekirjoitukset", "Asiat", "Pöytäkirjan")):
            flush()
            label, block = None, []
        elif text:
            block.append(text)
    flush()
    unique: dict[str, Attendee] = {}
    for person in people:
        unique.setdefault(person.name, person)
    return list(unique.values())

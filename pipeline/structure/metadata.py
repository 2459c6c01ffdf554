"""What the head of the minutes says: kind, title, body, counterpart, date, times, place, who was there.

The head is everything above the first section. Labels stand before a colon or a wide gap (`Aika:  13.11.2024`); where
there are none, the first line with a date and a clock time tells.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.structure.attendance import Attendee, attendance_label, attendees

Kind = Literal["memo", "minutes", "agenda", "other"]

DATE = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
CLOCK = r"(\d{1,2})(?:[.:](\d{2}))?"
TIMES = re.compile(rf"\b(?:klo|kello|kl\.?|klockan)\s*{CLOCK}(?:\s*[–—-]\s*(?:klo\s*)?{CLOCK})?", re.IGNORECASE)
BARE_TIMES = re.compile(r"\b(\d{1,2})[.:](\d{2})\s*[–—-]\s*(\d{1,2})[.:](\d{2})\b")
LABEL = re.compile(
    r"^(?P<label>(?:kokous)?aika(?: ja paikka)?(?: / tid)?|(?:kokous)?paikka(?: / plats)?|osapuolet|osapuoli|asiat|"
    r"ajankohta|tid|plats|päivämäärä|pvm)\s*(?::|\s{2,}|\s(?=\S)|$)\s*(?P<value>.*)$",
    re.IGNORECASE,
)
SIGNED = re.compile(r"allekirjoitu|pöytäkirjan (?:tarkast|nähtävä)|asiakirja on", re.IGNORECASE)
CLOSED = re.compile(
    rf"\b(?:päätti|päättyi|päätettiin|suljettiin|julisti)\b.{{0,80}}?\b(?:klo|kello)\s*{CLOCK}", re.IGNORECASE
)
CONTENTS = re.compile(
    r"^(?:käsitellyt asiat|käsiteltävät asiat|asialista|esityslista|asiat|sisällysluettelo|sisällys|asiaotsikot|"
    r"asialuettelo|innehåll)\s*:?$",
    re.IGNORECASE,
)
COUNTY = re.compile(
    r"(?P<name>(?:[A-ZÅÄÖ][\wåäöÅÄÖ]*-)?[A-ZÅÄÖ][\wåäöÅÄÖ-]*[nN](?:\s+ja\s+[A-ZÅÄÖ]\w+n)?)\s+(?:hyvinvointialue|HYVINVOINTIALUE)"
)
MUNICIPALITY = re.compile(
    r"\b(?P<name>[A-ZÅÄÖ][\wåäöÅÄÖ-]*[nN])\s+(?P<kind>kaupun(?:ki|gi)|kunta|kunna|KAUPUNKI|KUNTA)"
)
# Other organisations that keep minutes.
OWNER = re.compile(
    r"(?:[A-ZÅÄÖ][\w-]*\s+){1,3}(?:työllisyysalue|kuntayhtymä|maakuntaliitto|pelastuslaitos|seutukunta|kirjastot|"
    r"liitto|yhdistys|ry)\b"
)
MEETING = re.compile(r"neuvottelu(?!kun)|kokous(?!muistio)|palaveri|tapaaminen", re.IGNORECASE)
KIND_NUMBER = re.compile(
    r"\b(?:\w*muistio|\w*pöytäkirja|esityslista|kokous)\s*(?:n:o|nro)?\s*\d{1,3}\s*/\s*\d{4}", re.IGNORECASE
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
BODY_LINE = re.compile(rf"^(?:[A-ZÅÄÖ][\w-]*\s+)?(?:\w+\s+){{0,2}}{BODY_WORD}\b", re.IGNORECASE)


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


def read_head(lines: Sequence[str], *, letterhead: Sequence[str] = (), closing: str = "", file_title: str = "") -> Head:
    """Reads the head from its lines, and the end time from the closing sentence.

    Args:
        lines: lines above the first section, in order, indents and wide gaps kept.
        letterhead: running headers and footers, which often name the organisation and the kind of document.
        closing: text of the last section.
        file_title: title in the file's properties, used when the page has none.
    """
    values = _labelled(lines)
    names = _naming_lines(lines)
    running = [piece for line in letterhead for piece in re.split(r"\s{3,}|,\s+|\s+\|\s+", line) if piece]
    running += [re.sub(r"\s+", " ", line) for line in letterhead]
    when = values.get("aika", "")
    timed = when or next(
        (line for line in lines if DATE.search(line) and (TIMES.search(line) or BARE_TIMES.search(line))), ""
    )
    start, end = times_in(timed)
    if end is None and (closed := CLOSED.search(closing)):
        end = clock(closed.group(1), closed.group(2))
    organ, body, counterpart = _parties([*names, *running], values.get("osapuolet", ""))
    everything = " ".join([*names, *running, *lines[:20]])
    return Head(
        kind=next((kind for pattern, kind in KIND if re.search(pattern, everything, re.IGNORECASE)), "other"),
        title=_title(names, running, organ, body, counterpart) or _meeting(lines) or file_title or None,
        body=body,
        counterpart=counterpart,
        date=iso_date(timed) or iso_date(" ".join(lines)) or iso_date(" ".join(running)),
        start_time=start,
        end_time=end,
        place=values.get("paikka") or _place_after_time(timed),
        people=tuple(_people(lines)),
    )


def _naming_lines(lines: Sequence[str]) -> list[str]:
    """The lines above the first label: they name the organisation, the body and the meeting."""
    names = []
    for line in lines:
        text = re.sub(r"\s+", " ", line).strip()
        if attendance_label(text) or CONTENTS.match(text) or (LABEL.match(text) and not KIND_NUMBER.search(text)):
            break
        names.extend(re.split(r"\s{3,}", line.strip()) if text else [])
    return names


def _labelled(lines: Sequence[str]) -> dict[str, str]:
    """Values of the labels in the head, continuation lines joined: `aika`, `paikka`, `osapuolet`."""
    values: dict[str, str] = {}
    key: str | None = None
    for line in lines:
        found = LABEL.match(line.strip())
        if found and (found.group("value") or line.strip().endswith(":") or len(line.split()) <= 4):
            name = found.group("label").lower().split(" / ")[0].removeprefix("kokous")
            key = {"tid": "aika", "ajankohta": "aika", "päivämäärä": "aika", "pvm": "aika", "plats": "paikka"}.get(
                name, name
            )
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


def _meeting(lines: Sequence[str]) -> str | None:
    """The first line that names a meeting, its reference to the law and its page number left out."""
    for line in lines:
        if MEETING.search(line) and not DATE.search(line) and not KIND_NUMBER.fullmatch(line.strip()):
            name = re.sub(r"\s+", " ", line).strip()
            return re.sub(r"\s*\((?:laki|lain)[^)]*\)|,\s*(?:laki|lain)\b.*$|\s+\d+\s*\(\d+\)$", "", name)
    return None


def _title(
    names: Sequence[str], running: Sequence[str], organ: str | None, body: str | None, counterpart: str | None
) -> str | None:
    """The line that names the meeting; else the body, the kind of document and its number."""
    number = next((m.group(0).lower() for name in (*names, *running) if (m := KIND_NUMBER.search(name))), None)
    meeting = _meeting(names)
    parties = f"{body} ja {counterpart}" if body and counterpart else None
    if meeting:
        named = any(p and p.split()[0][:5].casefold() in meeting.casefold() for p in (body, counterpart))
        pieces = [meeting, None if named else parties, number if number and number not in meeting.lower() else None]
    elif organ:
        pieces = [organ if parties else body, number]
    else:
        whole = next((n for n in names if KIND_NUMBER.search(n) and len(KIND_NUMBER.sub("", n).strip(" |")) > 6), None)
        pieces = [whole or number, parties]
    return ", ".join(piece for piece in pieces if piece) or None


def _parties(names: Sequence[str], parties: str) -> tuple[str | None, str | None, str | None]:
    """(organ, body, counterpart): the organ that met, the organisation with it, the other side of a negotiation."""
    text = " ".join(names)
    county = _county(parties) or _county(text)
    municipality = _municipality(parties) or _municipality(text)
    organ = next((m.group(0) for n in names if not DATE.match(n) and (m := BODY_LINE.match(n))), None)
    if organ and organ.isupper():
        organ = organ.capitalize()
    negotiation = re.search(r"neuvottelu(?!kun)", text, re.IGNORECASE) and organ is None
    if county and municipality and (negotiation or _beside(names, county, municipality)):
        return organ, county, municipality
    owner = county or municipality or next((m.group(0) for n in names if (m := OWNER.search(n))), None)
    if county and municipality and _first(text, municipality, county):
        owner = municipality
    if organ and owner and not organ.lower().startswith(owner.lower()):
        return organ, f"{owner}, {organ[:1].lower()}{organ[1:]}", None
    return organ, organ or owner, None


def _beside(names: Sequence[str], county: str, municipality: str) -> bool:
    """True if one line names both parties: `X:N HYVINVOINTIALUE / Y:N KAUPUNKI`."""
    return any(
        county.split()[0][:6].casefold() in n.casefold() and municipality.split()[0][:6].casefold() in n.casefold()
        for n in names
    )


def _first(text: str, one: str, other: str) -> bool:
    """True if the stem of `one` stands before the stem of `other`."""
    low = text.casefold()
    a, b = low.find(one.casefold()[:6]), low.find(other.casefold()[:6])
    return a >= 0 and (b < 0 or a < b)


def _name(words: str) -> str:
    """Capitals of a letterhead as a name: `POHJOIS-KALTION` to `Pohjois-Kaltion`."""
    return words.title() if words.isupper() else words


def _county(text: str) -> str | None:
    found = COUNTY.search(text)
    return f"{_name(found.group('name'))} hyvinvointialue" if found else None


def _municipality(text: str) -> str | None:
    found = MUNICIPALITY.search(text)
    if not found:
        return None
    return f"{_name(found.group('name'))} {'kaupunki' if found.group('kind').lower().startswith('kaupun') else 'kunta'}"


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
        elif SIGNED.match(text):
            break
        elif label is None:
            continue
        elif LABEL.match(text) or CONTENTS.match(text):
            flush()
            label, block = None, []
        elif text:
            block.append(text)
    flush()
    unique: dict[str, Attendee] = {}
    for person in people:
        unique.setdefault(person.name, person)
    return list(unique.values())

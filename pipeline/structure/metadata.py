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
from pipeline.structure.naming import DATE, KIND_NUMBER, meeting_of, parties_of, title_of, whole_title

Kind = Literal["memo", "minutes", "agenda", "other"]

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
KIND: tuple[tuple[str, Kind], ...] = (
    (r"pöytäkirja", "minutes"),
    (r"muistio|muistiinpano|\bPM\b", "memo"),
    (r"esityslista", "agenda"),
    (r"neuvottelu", "memo"),
)


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
    organ, body, counterpart = parties_of([*names, *running], values.get("osapuolet", ""))
    everything = " ".join([*names, *running, *lines[:20]])
    return Head(
        kind=next((kind for pattern, kind in KIND if re.search(pattern, everything, re.IGNORECASE)), "other"),
        title=whole_title(letterhead, file_title)
        or title_of(names, running, organ, body, counterpart)
        or meeting_of(lines)
        or file_title
        or None,
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

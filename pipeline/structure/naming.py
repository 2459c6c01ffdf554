"""What the lines at the top name: the organisation, the body that met, the other party, the meeting itself."""

import re
from collections.abc import Sequence

DATE = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
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
SHORTEST_CUT = 15  # characters of a title that a running header must show
BODY_WORD = (
    r"(?:\w*(?:hallitus|valtuusto|lautakunta|jaosto|neuvosto|neuvottelukunta|toimikunta|johtoryhmä|työryhmä|ohjausryhmä|"
    r"asiantuntijaryhmä|kuvailuryhmä|tiimi|komitea|konserni|seurantaryhmä|yhteistyöryhmä))"
)
BODY_LINE = re.compile(rf"^(?:[A-ZÅÄÖ][\w-]*\s+)?(?:\w+\s+){{0,2}}{BODY_WORD}\b", re.IGNORECASE)


def meeting_of(lines: Sequence[str]) -> str | None:
    """The first line that names a meeting, its reference to the law and its page number left out."""
    for line in lines:
        if MEETING.search(line) and not DATE.search(line) and not KIND_NUMBER.fullmatch(line.strip()):
            name = re.sub(r"\s+", " ", line).strip()
            return re.sub(r"\s*\((?:laki|lain)[^)]*\)|,\s*(?:laki|lain)\b.*$|\s+\d+\s*\(\d+\)$", "", name)
    return None


def whole_title(letterhead: Sequence[str], file_title: str) -> str | None:
    """The file's title where a running header prints its beginning and was cut for want of room."""
    for piece in (piece.strip() for line in letterhead for piece in re.split(r"\s{3,}|\s+\d+\s*\(\d+\)$", line)):
        rest = file_title.removeprefix(piece) if len(piece) >= SHORTEST_CUT else file_title
        if rest != file_title and (rest[:1].isalpha() or KIND_NUMBER.search(rest)):
            return file_title
    return None


def title_of(
    names: Sequence[str], running: Sequence[str], organ: str | None, body: str | None, counterpart: str | None
) -> str | None:
    """The line that names the meeting; else the body, the kind of document and its number."""
    number = next((m.group(0).lower() for name in (*names, *running) if (m := KIND_NUMBER.search(name))), None)
    meeting = meeting_of(names)
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


def parties_of(names: Sequence[str], parties: str) -> tuple[str | None, str | None, str | None]:
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

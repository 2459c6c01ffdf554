"""Puts a document together: from a reading to `Minutes` with a text and offsets into it."""

import re
from collections.abc import Sequence

from pipeline.records import Document, Line, Minutes, Participant, Reading
from pipeline.structure.blocks import Block, build_blocks
from pipeline.structure.doubts import doubts
from pipeline.structure.furniture import split_furniture
from pipeline.structure.headings import Headings, find_headings
from pipeline.structure.hyphens import hyphenation_of
from pipeline.structure.items import sections_and_items
from pipeline.structure.metadata import Head, is_head_label, read_head
from pipeline.structure.naming import DATE
from pipeline.structure.people import Person, people_in, side_of
from pipeline.structure.rows import Row
from pipeline.structure.rows import rows as rows_of
from pipeline.structure.subheadings import with_subheadings

# Titles that programs give of themselves.
UNTITLED = re.compile(r"untitled|nimetön|^Microsoft \w+ - |\.(?:docx?|pdf|odt|rtf)$", re.IGNORECASE)
MAX_HEAD_ROWS = 60  # rows that a head without a contents table may have
MIN_WORDS = 5  # of a sentence above the first heading that is an item


def parse(reading: Reading, *, document_id: str, path: str) -> Minutes:
    """Structure of one document.

    Args:
        reading: lines in reading order.
        document_id: id of the bytes, see `pipeline.records.document_id`.
        path: path of the file as the run saw it; kept as it is.

    Returns:
        Minutes whose `text` holds one block a line and whose items and sections point into it.
    """
    lines, furniture = split_furniture(reading.lines)
    rows = rows_of(lines)
    body_start = _body_start(rows)
    headings = with_subheadings(rows, find_headings(rows, body_start))
    first = headings.found[0].index if headings.found else body_start
    blocks = build_blocks(rows, headings, hyphenation_of([row.text for row in rows]))
    head_blocks = _head_length(blocks, headings, first, body_start)
    closing = " ".join(block.text for block in blocks[-6:])
    letterhead = list(dict.fromkeys(line.text for line in furniture[:4]))
    head_lines = [" " * _indent(row) + row.text.rstrip() for row in rows[:first]]
    file_title = "" if UNTITLED.search(reading.title) else reading.title
    head = read_head(head_lines, letterhead=letterhead, closing=closing, file_title=file_title)
    text, starts = _text(blocks)
    sections, items = sections_and_items(blocks, starts, head_blocks, headings, document_id)
    document = Document(
        document_id=document_id,
        path=path,
        media_type=reading.media_type,
        reader=reading.reader,
        pages=reading.pages,
        characters=len(text),
        language=_language(lines),
        kind="minutes" if head.kind == "other" and _has_signs(headings) else head.kind,
        title=head.title,
        body=head.body,
        counterpart=head.counterpart,
        date=head.date,
        start_time=head.start_time,
        end_time=head.end_time,
        place=head.place,
        sections_listed=len(headings.listed) if headings.listed is not None else None,
        sections_found=sum(s.number is not None for s in sections) or len(sections),
    )
    return Minutes(
        document=document,
        text=text,
        participants=_participants(
            head, [p for b in blocks if b.kind == "speaker" for p in people_in(b.text)], document_id
        ),
        sections=sections,
        items=items,
        problems=(*reading.problems, *doubts(headings, items, document)),
    )


def _has_signs(headings: Headings) -> bool:
    """True for section-sign numbers, which only formal minutes have."""
    return any(h.number and h.number.style == "section sign" for h in headings.found)


def _indent(row: Row) -> int:
    """Leading blanks that stand for the indent of a line: characters in plain text, a few for an indented PDF line."""
    return int(row.line.x0) if row.line.size == 0 else (2 if row.line.x0 > 90 else 0)


def _body_start(rows: Sequence[Row]) -> int:
    """First row after the labels of the head (time, place, attendance) when there are any near the top."""
    last = -1
    for index, row in enumerate(rows[:MAX_HEAD_ROWS]):
        if is_head_label(row.text):
            last = index
    if last < 0:
        return 0
    index = last + 1
    while index < len(rows) and not rows[index].blank_above:
        index += 1
    return index


def _head_length(blocks: Sequence[Block], headings: Headings, first: int, body_start: int) -> int:
    """How many blocks belong to the head: those above the first heading, or above the body where there is none.

    Memos may say something before their first heading. Above that of formal minutes stand lists and notices.
    """
    above = sum(block.row < first for block in blocks)
    if not headings.found or headings.listed is not None or _has_signs(headings):
        return above
    return next((i for i, block in enumerate(blocks[:above]) if block.row >= body_start and _says(block)), above)


def _says(block: Block) -> bool:
    """True for a block of whole sentences that are about neither who met nor when."""
    words = len(block.text.split())
    return (
        block.kind in ("bullet", "paragraph")
        and words >= MIN_WORDS
        and block.text.endswith((".", "!", "?"))
        and not is_head_label(block.text)
        and not DATE.search(block.text)
    )


def _text(blocks: Sequence[Block]) -> tuple[str, list[int]]:
    """The document's text, a block a line, and where each block's text starts."""
    pieces: list[str] = []
    starts: list[int] = []
    length = 0
    for block in blocks:
        prefix = f"{block.marker} " if block.marker else ""
        starts.append(length + len(prefix))
        pieces.append(prefix + block.text)
        length += len(pieces[-1]) + 1
    return "\n".join(pieces), starts


def _participants(head: Head, speakers: Sequence[Person], document_id: str) -> tuple[Participant, ...]:
    """Who was there, with the role and side that the rest of the document adds where the list is silent."""
    spoke: dict[str, Person] = {}
    for person in speakers:
        spoke.setdefault(person.name, person)
    participants = []
    for attendee in head.people:
        known = spoke.get(attendee.name, Person(attendee.name))
        side = attendee.side or side_of(attendee.role) or known.side
        participants.append(
            Participant(document_id, attendee.name, attendee.role or known.role, side, attendee.presence)
        )
    # Who spoke was there, also where the list leaves them out; `Virta Anna` of a list is the `Anna Virta` of a speaker.
    listed = {frozenset(attendee.name.split()) for attendee in head.people}
    unlisted = [person for person in spoke.values() if frozenset(person.name.split()) not in listed]
    return (*participants, *(Participant(document_id, p.name, p.role, p.side) for p in unlisted))


SWEDISH = re.compile(r"\b(?:och|att|för|med|som|är|den|det|till|av|på)\b", re.IGNORECASE)
FINNISH = re.compile(r"\b(?:ja|on|ei|että|sekä|oli|ovat|mukaan|klo|mennessä|sen)\b", re.IGNORECASE)


def _language(lines: Sequence[Line]) -> str | None:
    """`fi`, `sv`, or `fi sv` when both run through the document."""
    text = " ".join(line.text for line in lines[:400])
    finnish, swedish = len(FINNISH.findall(text)), len(SWEDISH.findall(text))
    if not finnish and not swedish:
        return None
    if min(finnish, swedish) > 0.4 * max(finnish, swedish):
        return "fi sv"
    return "fi" if finnish >= swedish else "sv"

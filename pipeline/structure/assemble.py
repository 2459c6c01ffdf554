"""Puts a document together: from a reading to `Minutes` with a text and offsets into it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.records import Document, Item, Minutes, Part, Participant, Problem, Reading, Section, Side, occurrence_ids
from pipeline.structure.blocks import CASE_NUMBER, Block, build_blocks
from pipeline.structure.furniture import without_furniture
from pipeline.structure.headings import Headings, find_headings
from pipeline.structure.hyphens import hyphenation_of
from pipeline.structure.metadata import CONTENTS, Head, is_head_label, read_head
from pipeline.structure.parts import PART_LABEL, RUN_IN_LABEL, part_of
from pipeline.structure.people import Person, attendance_label, opening_speaker, people_in, side_of
from pipeline.structure.rows import Row
from pipeline.structure.rows import rows as rows_of

SIGNATURE = re.compile(
    r"(?:(?:Muistion|Pöytäkirjan) vakuudeksi|Allekirjoitu|Asiakirja on (?:sähköisesti|allekirjoitettu)|"
    r"Pöytäkirja on tarkastettu|Muistion (?:laati|kirjasi)|MUUTOKSENHAKUOHJE)"
)
MAX_HEAD_ROWS = 60  # rows that a head without a contents table may have


@dataclass(slots=True)
class _Place:
    """Where in the document the walk over its blocks stands."""

    section: Section | None = None
    part: Part | None = None
    speakers: tuple[Person, ...] = ()
    side: Side | None = None


def parse(reading: Reading, *, document_id: str, path: str) -> Minutes:
    """Structure of one document.

    Args:
        reading: lines in reading order.
        document_id: id of the bytes, see `pipeline.records.document_id`.
        path: path of the file as the run saw it; kept as it is.

    Returns:
        Minutes whose `text` holds one block a line and whose items and sections point into it.
    """
    lines = without_furniture(reading.lines)
    rows = rows_of(lines)
    body_start = _body_start(rows)
    headings = find_headings(rows, body_start)
    first = headings.found[0].index if headings.found else body_start
    blocks = build_blocks(rows, headings, hyphenation_of([row.text for row in rows]))
    head_blocks = _head_length(blocks, rows, headings, first)
    closing = " ".join(block.text for block in blocks[-6:])
    head = read_head([" " * _indent(row) + row.text.rstrip() for row in rows[:first]], closing, reading.title)
    text, starts = _text(blocks)
    sections, items = _walk(blocks, starts, head_blocks, headings, document_id)
    document = Document(
        document_id=document_id,
        path=path,
        media_type=reading.media_type,
        reader=reading.reader,
        pages=reading.pages,
        characters=len(text),
        language=_language(lines),
        kind=head.kind,
        title=head.title,
        body=head.body,
        counterpart=head.counterpart,
        date=head.date,
        start_time=head.start_time,
        end_time=head.end_time,
        place=head.place,
        sections_listed=len(headings.listed) if headings.listed is not None else None,
        sections_found=len(sections),
    )
    return Minutes(
        document=document,
        text=text,
        participants=_participants(head, [p for b in blocks if b.kind == "speaker" for p in people_in(b.text)], document_id),
        sections=sections,
        items=items,
        problems=(*reading.problems, *_doubts(headings, items, document)),
    )


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


def _head_length(blocks: Sequence[Block], rows: Sequence[Row], headings: Headings, first: int) -> int:
    """How many blocks belong to the head: those above the first heading, or above the body where there is none."""
    if headings.found:
        return next((i for i, block in enumerate(blocks) if block.kind == "heading"), len(blocks))
    if first == 0:
        return 0
    count, taken = 0, 0
    above = " ".join(row.text for row in rows[:first])
    for block in blocks:
        taken += len(re.sub(r"\s", "", block.text)) + len(block.marker)
        if taken > len(re.sub(r"\s", "", above)) + 2:
            break
        count += 1
    return count


def _text(blocks: Sequence[Block]) -> tuple[str, list[int]]:
    """The document's text, a block a line, and where each block's text starts."""
    pieces: list[str] = []
    starts: list[int] = []
    length = 0
    for block in blocks:
        prefix = f"{block.marker} " if block.marker else ""
        if block.heading and block.heading.number:
            prefix = f"{block.heading.number.printed} "
        starts.append(length + len(prefix))
        pieces.append(prefix + block.text)
        length += len(pieces[-1]) + 1
    return "\n".join(pieces), starts


def _walk(
    blocks: Sequence[Block], starts: Sequence[int], head_blocks: int, headings: Headings, document_id: str
) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
    """Sections and items in reading order, each item with the section, part and speaker it stands under."""
    sections: list[Section] = []
    items: list[Item] = []
    place = _Place()
    listed = {number.path for number in headings.listed or ()}
    stack: list[Section] = []
    levels: list[tuple[float, str, int]] = []  # (left edge, kind of marker, index of the item) of the open bullets
    columns: dict[tuple[int, int], tuple[str, ...]] = {}
    decided = _sections_with_parts(blocks)
    section_no = -1
    for index in range(head_blocks, len(blocks)):
        block, start = blocks[index], starts[index]
        if block.kind == "heading" and block.heading:
            section_no += 1
            heading = block.heading
            number = heading.number.printed if heading.number else None
            while stack and stack[-1].level >= heading.level:
                stack.pop()
            begin = start - (len(number) + 1 if number else 0)
            section = Section(
                section_id="",
                document_id=document_id,
                ordinal=len(sections) + 1,
                number=number,
                title=block.text,
                level=heading.level,
                parent_id=str(stack[-1].ordinal) if stack else None,
                listed=bool(heading.number and heading.number.path in listed),
                page=block.page,
                start=begin,
                end=start + len(block.text),
            )
            sections.append(section)
            stack.append(section)
            levels = []
            inherited = stack[-2] if len(stack) > 1 else None
            side = side_of(block.text) or (place.side if inherited else None)
            place = _Place(section, "background" if section_no in decided else None, (), side)
            continue
        case = CASE_NUMBER.fullmatch(block.text) if block.kind == "note" else None
        if case and sections and not any(i.section_id == str(sections[-1].ordinal) for i in items[-1:]):
            sections[-1] = replace(sections[-1], case_number=case.group("number"))
        if block.kind == "part":
            place.part = part_of(block.text)
            place.speakers = ()
        elif block.kind == "speaker":
            place.speakers = tuple(people_in(block.text, place.side))
        if block.kind in ("part", "speaker", "note") or not block.text:
            levels = []
            continue
        if SIGNATURE.match(block.text):
            break
        item = _item(block, start, place, document_id)
        if item is None:
            continue
        if block.kind == "paragraph" and _leads_in(block, blocks, index):
            levels = []
            continue
        if block.kind == "table_row":
            if block.table not in columns:
                columns[block.table] = block.cells if _is_header(block.cells) else ()
                if columns[block.table]:
                    continue
            elif block.cells == columns[block.table]:
                continue  # the header again, after a page break
            item = replace(item, columns=columns[block.table])
        if block.kind == "bullet":
            level, parent = _nest(levels, block, len(items))
            item = replace(item, level=level, parent_id=str(parent) if parent is not None else None)
        else:
            levels = []
        items.append(item)
    return _with_ids(sections, items, document_id)


def _sections_with_parts(blocks: Sequence[Block]) -> set[int]:
    """Numbers of the sections that have a proposal or a decision: what stands above it is background."""
    found: set[int] = set()
    number = -1
    for block in blocks:
        if block.kind == "heading":
            number += 1
        label = block.text if block.kind == "part" else ""
        run_in = RUN_IN_LABEL.match(block.text) if block.kind in ("paragraph", "bullet") else None
        if part_of(label or (run_in.group("label") if run_in else "")) in ("proposal", "decision"):
            found.add(number)
    return found


def _item(block: Block, start: int, place: _Place, document_id: str) -> Item | None:
    """An item from a block, or None when the block is only layout."""
    part = place.part
    run_in = RUN_IN_LABEL.match(block.text)
    if run_in:
        # `Päätösehdotus: … Päätös: Hyväksyttiin.` in one paragraph: the last label tells what came of it.
        labels = [part_of(m.group("label")) for m in RUN_IN_LABEL.finditer(block.text) if m.group("label")[0].isupper()]
        part = labels[-1] if labels else part_of(run_in.group("label"))
        place.part = part
    own = opening_speaker(block.text)
    speakers = (own,) if own else place.speakers
    kind = block.kind if block.kind in ("bullet", "table_row") else "paragraph"
    return Item(
        item_id="",
        document_id=document_id,
        section_id=str(place.section.ordinal) if place.section else None,
        ordinal=0,
        kind=kind,  # type: ignore[arg-type]
        text=block.text,
        part=part,
        speaker="; ".join(p.name for p in speakers) or None,
        speaker_role="; ".join(p.role or "" for p in speakers) or None,
        speaker_side="; ".join(dict.fromkeys(p.side or "other" for p in speakers)) or None,
        page=block.page,
        start=start,
        end=start + len(block.text),
    )


def _leads_in(block: Block, blocks: Sequence[Block], index: int) -> bool:
    """`Keskustelussa todettiin seuraavaa:` above a list is its lead-in, not an item of its own."""
    follows = blocks[index + 1].kind if index + 1 < len(blocks) else ""
    return block.text.endswith(":") and follows in ("bullet", "table_row") and len(block.text) < 300


HEADER_CELL = re.compile(
    r"(?:tehtävä|toimenpide|asia|aihe|vastuu\w*|aikataulu|määräaika|deadline|dl|valmis|tila|status|päätös|kuvaus|pvm|"
    r"huom\w*|nro|n:o|kohta|milloin|kuka|mitä|kustannus|toteutus|seuranta|tavoite|mittari)s?t?\b",
    re.IGNORECASE,
)


def _is_header(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    named = sum(bool(HEADER_CELL.match(cell)) for cell in filled)
    return len(filled) >= 2 and named >= max(2, len(filled) - 1) and all(len(cell) < 40 for cell in filled)


def _nest(levels: list[tuple[float, str, int]], block: Block, index: int) -> tuple[int, int | None]:
    """(level, index of the parent item) of a bullet, by its indent, else by the kind of its marker."""
    shape = re.sub(r"\d+", "1", re.sub(r"[a-zåäö]", "a", block.marker))
    x0 = float(block.level * 100) if block.level else block.x0
    while levels and x0 < levels[-1][0] - 1.5:
        levels.pop()
    if levels and abs(x0 - levels[-1][0]) <= 1.5:
        same = next((k for k, (left, s, _) in enumerate(levels) if s == shape and abs(left - x0) <= 1.5), None)
        if same is not None:
            del levels[same:]
        elif not shape.startswith("a"):
            levels.pop()
    parent = levels[-1][2] if levels else None
    levels.append((x0, shape, index))
    return len(levels), parent


def _with_ids(
    sections: list[Section], items: list[Item], document_id: str
) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
    """Gives everything its lasting id; until here parents and sections were named by their position."""
    section_ids = occurrence_ids(document_id, [f"section\x1f{s.number or ''}\x1f{s.title}" for s in sections])
    item_ids = occurrence_ids(document_id, [item.text for item in items])
    done_sections = tuple(
        replace(s, section_id=section_ids[k], parent_id=section_ids[int(s.parent_id) - 1] if s.parent_id else None)
        for k, s in enumerate(sections)
    )
    done_items = tuple(
        replace(
            item,
            item_id=item_ids[k],
            ordinal=k + 1,
            section_id=section_ids[int(item.section_id) - 1] if item.section_id else None,
            parent_id=item_ids[int(item.parent_id)] if item.parent_id is not None else None,
        )
        for k, item in enumerate(items)
    )
    return done_sections, done_items


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
    return tuple(participants)


def _doubts(headings: Headings, items: Sequence[Item], document: Document) -> list[Problem]:
    """What a person should look at: the contents table and the sections disagree, numbers are missing, nothing found."""
    problems: list[Problem] = []
    found = [h.number for h in headings.found if h.number]
    if headings.listed is not None:
        paths = {n.path for n in found}
        for number in headings.listed:
            if number.path not in paths:
                message = f"The contents table lists {number.printed}, but no such section was found."
                problems.append(Problem("structure", "error", message))
    for above, below in zip(found, found[1:], strict=False):
        if len(above.path) == len(below.path) and above.path[:-1] == below.path[:-1] and below.path[-1] > above.path[-1] + 1:
            message = f"Section numbers jump from {above.printed} to {below.printed}: a heading may have been missed."
            if headings.listed is None:
                problems.append(Problem("structure", "warning", message))
    if not items:
        problems.append(Problem("structure", "warning", "No items were found: the document may hold no minutes."))
    if document.date is None:
        problems.append(Problem("structure", "info", "The date of the meeting was not found."))
    return problems


SWEDISH = re.compile(r"\b(?:och|att|för|med|som|är|den|det|till|av|på)\b", re.IGNORECASE)
FINNISH = re.compile(r"\b(?:ja|on|ei|että|sekä|oli|ovat|mukaan|klo|mennessä|sen)\b", re.IGNORECASE)


def _language(lines: Sequence) -> str | None:  # type: ignore[type-arg]
    """`fi`, `sv`, or `fi sv` when both run through the document."""
    text = " ".join(line.text for line in lines[:400])
    finnish, swedish = len(FINNISH.findall(text)), len(SWEDISH.findall(text))
    if not finnish and not swedish:
        return None
    if min(finnish, swedish) > 0.4 * max(finnish, swedish):
        return "fi sv"
    return "fi" if finnish >= swedish else "sv"

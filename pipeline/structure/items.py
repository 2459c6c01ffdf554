"""The walk over the blocks below the head: sections and items, each in its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.records import Item, Part, Section, Side, occurrence_ids
from pipeline.structure.blocks import CASE_NUMBER, Block
from pipeline.structure.headings import Headings
from pipeline.structure.parts import ATTACHMENTS, RUN_IN_LABEL, part_of
from pipeline.structure.people import Person, opening_speaker, people_in, side_of

SIGNATURE = re.compile(
    r"(?:(?:Muistion|Pöytäkirjan) vakuudeksi|Allekirjoitu|Asiakirja on (?:sähköisesti|allekirjoitettu)|"
    r"Pöytäkirja on tarkastettu|Muistion (?:laati|kirjasi)|MUUTOKSENHAKUOHJE)"
)


@dataclass(slots=True)
class _Place:
    """Where in the document the walk over its blocks stands."""

    section: Section | None = None
    part: Part | None = None
    speakers: tuple[Person, ...] = ()
    side: Side | None = None


def sections_and_items(
    blocks: Sequence[Block], starts: Sequence[int], head_blocks: int, headings: Headings, document_id: str
) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
    """Sections and items in reading order, each item with the section, part and speaker it stands under.

    Args:
        starts: where the text of each block begins in the document's text.
        head_blocks: how many blocks at the start belong to the head.
    """
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
            begin = start - (len(block.marker) + 1 if block.marker else 0)
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
        if block.kind == "part" and not ATTACHMENTS.fullmatch(block.text):
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
        kind=kind,
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

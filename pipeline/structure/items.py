"""The walk over the blocks below the head: sections and items, each in its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.reading.table_words import heads_table
from pipeline.records import Item, Part, Section, Side, occurrence_ids
from pipeline.structure.blocks import Block
from pipeline.structure.formalities import CASE_NUMBER
from pipeline.structure.headings import Heading, Headings
from pipeline.structure.lists import shape
from pipeline.structure.parts import ATTACHMENTS, RUN_IN_LABEL, part_of, run_in_label
from pipeline.structure.people import Person, opening_speaker, people_in, side_of
from pipeline.structure.table_headers import is_header_row

SIGNATURE = re.compile(
    r"(?:(?:Muistion|Pöytäkirjan) vakuudeksi|Allekirjoitu|Asiakirja on (?:sähköisesti|allekirjoitettu)|"
    r"Pöytäkirja on tarkastettu|Muistion (?:laati|kirjasi)|MUUTOKSENHAKUOHJE)"
)
INDENT = 1.5  # points by which the edges of bullets of one level may differ


@dataclass(slots=True)
class _Place:
    """What the text above says of the items below it, inside one section.

    Attributes:
        outer: the section that a sub-heading stands in; a part label goes back to it.
    """

    section: Section | None = None
    outer: Section | None = None
    part: Part | None = None
    speakers: tuple[Person, ...] = ()
    side: Side | None = None


@dataclass(slots=True)
class _Bullet:
    """An open bullet that others may stand under."""

    x0: float
    shape: str
    item: int


class _Walk:
    """Walks over the blocks below the head and collects sections and items.

    Until the walk is over, sections and items name one another by position; `result` gives them their lasting ids.
    """

    def __init__(self, document_id: str, listed: set[tuple[int, ...]]) -> None:
        self.document_id = document_id
        self.listed = listed
        self.sections: list[Section] = []
        self.items: list[Item] = []
        self.place = _Place()
        self.open_sections: list[Section] = []
        self.numbered: list[tuple[tuple[int, ...], Section]] = []
        self.open_bullets: list[_Bullet] = []
        self.columns: tuple[str, ...] = ()  # of the table at hand
        self.headers: set[tuple[str, ...]] = set()  # of all tables so far

    def heading(self, block: Block, heading: Heading, start: int, part: Part | None) -> None:
        """A new section, its first items in `part`; what was said of the items above holds no longer."""
        if heading.echo and heading.number:
            path = heading.number.path
            self.place = _Place(next((s for p, s in reversed(self.numbered) if p == path), None))
            return
        while self.open_sections and self.open_sections[-1].level >= heading.level:
            self.open_sections.pop()
        above = self.open_sections[-1] if self.open_sections else None
        section = Section(
            section_id="",
            document_id=self.document_id,
            ordinal=len(self.sections) + 1,
            number=heading.number.printed if heading.number else None,
            title=block.text,
            level=heading.level,
            parent_id=str(above.ordinal) if above else None,
            listed=bool(heading.number and heading.number.path in self.listed),
            page=block.page,
            start=start - (len(block.marker) + 1 if block.marker else 0),
            end=start + len(block.text),
        )
        side = side_of(block.text) or (self.place.side if above else None)
        if heading.below:
            outer = self.place.outer or self.place.section
            self.place = replace(self.place, section=section, outer=outer, side=side)
        else:
            self.place = _Place(section, None, part, (), side)
        self.sections.append(section)
        self.open_sections.append(section)
        if heading.number:
            self.numbered.append((heading.number.path, section))

    def part(self, label: str) -> None:
        """A part of the matter begins: it belongs to the section, not to a sub-heading of the part before."""
        if self.place.outer:
            self.place.section, self.place.outer = self.place.outer, None
        self.place.part = part_of(label)

    def note(self, block: Block) -> None:
        """Paperwork below a heading; a case number is kept with its section."""
        found = CASE_NUMBER.fullmatch(block.text)
        if found and self.sections:
            self.sections[-1] = replace(self.sections[-1], case_number=found.group("number"))
            self.place.section = self.sections[-1]

    def item(self, block: Block, start: int) -> None:
        """A bullet, a paragraph or a table row."""
        run_in = run_in_label(block.text)
        if run_in:
            # `Päätösehdotus: … Päätös: Hyväksyttiin.` in one paragraph: the last label tells what came of it.
            labels = [m.group("label") for m in RUN_IN_LABEL.finditer(block.text) if m.group("label")[0].isupper()]
            self.part(labels[-1] if labels else run_in.group("label"))
        own = opening_speaker(block.text)
        speakers = (own,) if own else self.place.speakers
        item = Item(
            item_id="",
            document_id=self.document_id,
            section_id=str(self.place.section.ordinal) if self.place.section else None,
            ordinal=len(self.items) + 1,
            kind=block.kind if block.kind in ("bullet", "table_row") else "paragraph",
            text=block.text,
            language=block.language or None,
            part=self.place.part,
            speaker="; ".join(p.name for p in speakers) or None,
            speaker_role="; ".join(p.role or "" for p in speakers) or None,
            speaker_side="; ".join(dict.fromkeys(p.side or "other" for p in speakers)) or None,
            page=block.page,
            start=start,
            end=start + len(block.text),
        )
        if block.kind == "table_row":
            item = replace(item, columns=self.columns)
        if block.kind == "bullet":
            level, parent = self._nest(block)
            item = replace(item, level=level, parent_id=str(parent) if parent is not None else None)
        else:
            self.open_bullets = []
        self.items.append(item)

    def table_row(self, blocks: Sequence[Block], index: int, start: int) -> None:
        """A row of a table: its header, or an item under the columns of the header."""
        row, above = blocks[index], blocks[index - 1] if index else None
        if above is None or above.kind != "table_row":
            self.columns = ()
        if row.cells == self.columns:
            return  # printed again
        if above is None or above.table != row.table:
            if row.cells in self.headers or is_header_row(blocks, index):
                self.columns = row.cells
                self.headers.add(row.cells)
                return
            goes_on = above is not None and row.page == above.page + 1
            if not goes_on or len(self.columns) != len(row.cells):
                self.columns = ()
        self.item(row, start)

    def _nest(self, block: Block) -> tuple[int, int | None]:
        """(level, position of the parent item) of a bullet, by its indent, else by the kind of its marker."""
        bullets = self.open_bullets
        kind = shape(block.marker)
        x0 = float(block.level * 100) if block.level else block.x0
        while bullets and x0 < bullets[-1].x0 - INDENT:
            bullets.pop()
        if bullets and abs(x0 - bullets[-1].x0) <= INDENT:
            same = next((k for k, b in enumerate(bullets) if b.shape == kind and abs(b.x0 - x0) <= INDENT), None)
            if same is not None:
                del bullets[same:]
            elif not kind.startswith("a"):  # `a)` below `-` at the same indent is a level deeper
                bullets.pop()
        parent = bullets[-1].item if bullets else None
        bullets.append(_Bullet(x0, kind, len(self.items)))
        return len(bullets), parent

    def result(self) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
        """Sections and items with their lasting ids."""
        keys = [f"section\x1f{s.number or ''}\x1f{s.title}" for s in self.sections]
        section_ids = occurrence_ids(self.document_id, keys)
        item_ids = occurrence_ids(self.document_id, [item.text for item in self.items])
        sections = tuple(
            replace(s, section_id=own, parent_id=section_ids[int(s.parent_id) - 1] if s.parent_id else None)
            for s, own in zip(self.sections, section_ids, strict=True)
        )
        items = tuple(
            replace(
                item,
                item_id=own,
                section_id=section_ids[int(item.section_id) - 1] if item.section_id else None,
                parent_id=item_ids[int(item.parent_id)] if item.parent_id is not None else None,
            )
            for item, own in zip(self.items, item_ids, strict=True)
        )
        return sections, items


def sections_and_items(
    blocks: Sequence[Block], starts: Sequence[int], head_blocks: int, headings: Headings, document_id: str
) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
    """Sections and items in reading order, each item with the section, part and speaker it stands under.

    Args:
        starts: where the text of each block begins in the document's text.
        head_blocks: how many blocks at the start belong to the head.
    """
    walk = _Walk(document_id, {number.path for number in headings.listed or ()})
    decided = _decided(blocks)
    last_heading = max((i for i, block in enumerate(blocks) if block.kind == "heading"), default=-1)
    for index in range(head_blocks, len(blocks)):
        block = blocks[index]
        if block.kind != "bullet" and block.kind != "paragraph":
            walk.open_bullets = []
        if block.heading:
            walk.heading(block, block.heading, starts[index], "background" if index in decided else None)
        elif block.kind == "note":
            walk.note(block)
        elif block.kind == "part":
            if not ATTACHMENTS.fullmatch(block.text):
                walk.part(block.text)
                walk.place.speakers = ()
        elif block.kind == "speaker":
            walk.place.speakers = tuple(people_in(block.text, walk.place.side))
        elif SIGNATURE.match(block.text):
            if index > last_heading:
                break
        elif block.kind == "table_row":
            walk.table_row(blocks, index, starts[index])
        elif block.text and not _leads_in(blocks, index) and not heads_table(block.text.split(), share=1.0):
            walk.item(block, starts[index])
    return walk.result()


def _decided(blocks: Sequence[Block]) -> set[int]:
    """The headings of the sections that have a proposal or a decision: what stands above it is background."""
    found: set[int] = set()
    heading = -1
    for index, block in enumerate(blocks):
        if block.heading and not block.heading.below:
            heading = index
        label = block.text if block.kind == "part" else ""
        if block.kind in ("paragraph", "bullet") and (run_in := run_in_label(block.text)):
            label = run_in.group("label")
        if label and part_of(label) in ("proposal", "decision"):
            found.add(heading)
    return found


def _leads_in(blocks: Sequence[Block], index: int) -> bool:
    """`Keskustelussa todettiin seuraavaa:` above a list is its lead-in, not an item of its own."""
    block = blocks[index]
    follows = blocks[index + 1].kind if index + 1 < len(blocks) else ""
    short = len(block.text) < 300
    return block.kind == "paragraph" and block.text.endswith(":") and short and follows in ("bullet", "table_row")

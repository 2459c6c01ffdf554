"""Rows to blocks: headings, bullets, paragraphs, table rows, part labels and speaker lines, each whole.

A block starts at a bullet, a heading, a label, a table row, or a paragraph break, unless what stands before and after
the break says that it goes on: hand-edited and converted minutes have blank lines and page breaks in mid-bullet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.structure.formalities import ATTACHMENT, CASE_NUMBER, NOTE_LABEL, is_note
from pipeline.structure.headings import Heading, Headings
from pipeline.structure.hyphens import SOFT, Hyphenation, join
from pipeline.structure.lists import Wrap, goes_on_in_words, split_marker, stands_left, stands_right, wraps
from pipeline.structure.parts import ATTACHMENTS, PART_LABEL, is_part_label, run_in_label
from pipeline.structure.people import MAX_SPEAKER_LINE, is_speaker_line
from pipeline.structure.rows import SENTENCE_END, Row, first_word_fits

Kind = Literal["heading", "bullet", "paragraph", "table_row", "part", "speaker", "note"]

RAISED_GAP = 0.35  # lines
MAX_CONTACTS = 24  # lines below a label for persons to ask


@dataclass(frozen=True, slots=True)
class Block:
    """A whole piece of the text.

    Attributes:
        marker: the bullet, enumerator or section number in front, not part of `text`.
        x0: left edge of the marker, or of the first line without one.
        heading: for headings, what is known of them.
        cells: for table rows.
        table: (page, number) of the table that a row belongs to.
        bold: its first line is.
        row: place of its first line among the rows.
    """

    kind: Kind
    text: str
    page: int
    x0: float
    marker: str = ""
    level: int = 0
    heading: Heading | None = None
    cells: tuple[str, ...] = ()
    table: tuple[int, int] = (0, 0)
    language: str = ""
    bold: bool = False
    row: int = 0


@dataclass(slots=True)
class _Open:
    """The block under construction."""

    kind: Kind
    first: int
    rows: list[Row]
    texts: list[str]
    marker: str = ""
    heading: Heading | None = None
    wrap: Wrap = "level"
    text_x0: float = 0.0


def _printed_number(row: Row, heading: Heading) -> str:
    """The section number as the line has it, with whatever punctuation follows it."""
    if heading.number is None:
        return ""
    whole = f"{row.line.marker} {row.text.strip()}".strip()
    return whole[: len(whole) - len(heading.title)].strip()


def build_blocks(rows: Sequence[Row], headings: Headings, hyphenation: Hyphenation) -> list[Block]:
    """Blocks of `rows` in order; every row goes into exactly one block."""
    starts = {h.index: h for h in headings.found}
    split = [
        ("", row.text) if index in starts or row.line.cells else split_marker(row) for index, row in enumerate(rows)
    ]
    markers = [marker for marker, _ in split]
    wrap_of = wraps(rows, markers, set(starts))
    blocks: list[Block] = []
    current: _Open | None = None
    for index, row in enumerate(rows):
        heading = starts.get(index)
        marker, rest = split[index]
        if heading is not None:
            new = _Open("heading", index, [row], [heading.title], marker=_printed_number(row, heading), heading=heading)
        elif row.line.cells:
            new = _Open("table_row", index, [row], [row.text])
        elif current is not None and _continues(current, rows, index, markers):
            current.rows.append(row)
            current.texts.append(row.text)
            if current.kind == "bullet" and len(current.rows) == 2:
                current.text_x0 = row.line.x0
            continue
        elif marker:
            new = _Open("bullet", index, [row], [rest], marker=marker, wrap=wrap_of[index])
        else:
            new = _Open(_kind(row, current), index, [row], [row.text.strip()])
        if current is not None:
            blocks.append(_close(current, hyphenation))
        current = new
    if current is not None:
        blocks.append(_close(current, hyphenation))
    return blocks


def _kind(row: Row, above: _Open | None) -> Kind:
    text = row.text.strip()
    if is_part_label(text):
        return "part"
    if is_note(text):
        return "note"
    if above is not None and CASE_NUMBER.fullmatch(text) and above.kind in ("heading", "note"):
        return "note"
    if above is not None and ATTACHMENT.match(text) and (above.kind == "note" or ATTACHMENTS.fullmatch(above.texts[0])):
        return "note"
    return "paragraph"


def _continues(block: _Open, rows: Sequence[Row], index: int, markers: Sequence[str]) -> bool:
    """Does the row at `index` go on with the open block?"""
    row = rows[index]
    text = row.text.strip()
    if row.line.language != block.rows[-1].line.language:
        return False  # the other column of a bilingual page
    if block.kind == "heading":
        return not markers[index] and _heading_goes_on(block, row)
    if block.kind in ("part", "table_row") or markers[index] or row.line.paragraph:
        return False
    if is_part_label(text) or run_in_label(text) or is_note(text):
        return False
    if block.kind == "note":
        return _note_goes_on(block, row)
    if block.kind == "bullet":
        return _bullet_goes_on(block, rows, index, markers)
    last = block.rows[-1]
    so_far = block.texts[-1].strip()
    cut = not SENTENCE_END.search(so_far) or text[0].islower()
    # Only a short block can be a speaker line; joining a long one anew at each of its lines would be quadratic.
    short = len(block.texts) <= MAX_SPEAKER_LINE and sum(map(len, block.texts)) <= 2 * MAX_SPEAKER_LINE
    if SENTENCE_END.search(so_far) and short and is_speaker_line(" ".join(t.strip() for t in block.texts)):
        return False
    if row.new_page:
        return (cut or not first_word_fits(last, text)) and not so_far.endswith(":")
    if row.blank_above:
        # A raised figure (`m²`) on one of the two lines moves them apart a little.
        return row.gap < RAISED_GAP and text[0].islower()
    if row.line.bold != last.line.bold and row.line.size and not cut:
        return False
    return cut or not first_word_fits(last, text)


def _note_goes_on(block: _Open, row: Row) -> bool:
    """Below a label alone stand the persons to ask, a name, a post and an address a line."""
    if CASE_NUMBER.fullmatch(row.text.strip()):
        return False
    if NOTE_LABEL.fullmatch(block.texts[0]):
        at_hand = not row.blank_above or (row.new_page and len(block.rows) == 1)
        return at_hand and len(block.rows) <= MAX_CONTACTS
    return not row.blank_above and not first_word_fits(block.rows[-1], row.text.strip()) and len(block.rows) < 3


def _bullet_goes_on(block: _Open, rows: Sequence[Row], index: int, markers: Sequence[str]) -> bool:
    """Over blank lines and page breaks too, when the hanging indent, or else the sentence, says so."""
    row, marked, last = rows[index], block.rows[0].line, block.rows[-1]
    text = row.text.strip()
    so_far = block.texts[-1].strip()
    cut = not SENTENCE_END.search(so_far) or text[0].islower()
    hanging = block.wrap == "hanging"
    indented = stands_right(row.line, marked)
    if stands_left(row.line, marked) and block.wrap != "left" and not text[0].islower():
        return False
    if not row.blank_above and not row.new_page:
        if indented or hanging:
            return indented or goes_on_in_words(so_far, text)
        return cut or not (first_word_fits(last, text) or is_speaker_line(text))
    if row.new_page and goes_on_in_words(so_far, text):
        return True
    if hanging and len(block.rows) > 1:
        return abs(row.line.x0 - block.text_x0) <= max(1.0, 0.2 * row.line.size)
    if hanging:
        return indented
    if so_far.endswith(":") or (row.line.size and row.line.bold != last.line.bold):
        return False
    broken = cut and (text[0].islower() or not first_word_fits(last, text))
    return broken or _bullets_go_on(rows, index, markers)


def _heading_goes_on(block: _Open, row: Row) -> bool:
    """A title on the lines below its number, or a long title broken over lines."""
    text = row.text.strip()
    if block.texts[-1] == "":
        return True  # the number stands alone: the next line is the title
    if row.new_page or CASE_NUMBER.fullmatch(text) or PART_LABEL.fullmatch(text):
        return False
    head = block.rows[-1].line
    same_face = row.line.size == head.size and row.line.bold == head.bold
    if row.blank_above or not same_face or row.line.paragraph:
        return False
    if head.size and (head.bold or len(block.rows) > 1 or block.rows[0].text.strip() != block.texts[0]):
        return head.bold or not first_word_fits(block.rows[-1], text)
    return text[0].islower() and not SENTENCE_END.search(block.texts[-1])


def _bullets_go_on(rows: Sequence[Row], index: int, markers: Sequence[str]) -> bool:
    """In a list without hanging indent: is the stray text at `index` followed by a bullet, with no blank above it?

    A lead-in (`Keskustelussa todettiin:`) and a speaker line are followed by bullets too, and are no bullet's tail.
    """
    text: list[str] = []
    for place, row in enumerate(rows[index:], index):
        if markers[place]:
            joined = " ".join(text)
            return not joined.endswith(":") and not is_speaker_line(joined) and not row.new_page
        if row.new_page and text:
            return False
        if row.blank_above and text:
            break
        text.append(row.text.strip())
    joined = " ".join(text)
    return (
        bool(joined)
        and len(joined) < 200
        and not joined.endswith(":")
        and not is_speaker_line(joined)
        and index + len(text) < len(rows)
        and bool(markers[index + len(text)])
    )


def _close(block: _Open, hyphenation: Hyphenation) -> Block:
    first = block.rows[0].line
    # A reader marks a word broken inside a cell by a soft hyphen, which tells nothing here: lines of a cell are lines.
    cells = tuple(join(cell.split(SOFT), hyphenation) for cell in first.cells)
    text = " | ".join(cells) if cells else join([t for t in block.texts if t], hyphenation)
    kind = block.kind
    if kind == "paragraph" and is_speaker_line(text):
        kind = "speaker"
    return Block(
        kind,
        text,
        first.page,
        first.x0,
        block.marker,
        first.level,
        block.heading,
        cells,
        (first.page, first.table),
        first.language,
        first.bold,
        block.first,
    )

"""Rows to blocks: headings, bullets, paragraphs, table rows, part labels and speaker lines, each whole.

A block starts at a bullet, a heading, a label, a table row, or a paragraph break, unless what stands before and after
the break says that it goes on: hand-edited and converted minutes have blank lines and page breaks in mid-bullet.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.structure.headings import Heading, Headings
from pipeline.structure.hyphens import SOFT, Hyphenation, join
from pipeline.structure.numbering import LETTER
from pipeline.structure.parts import ATTACHMENTS, HANDLING, PART_LABEL, RUN_IN_LABEL
from pipeline.structure.people import MAX_SPEAKER_LINE, is_speaker_line
from pipeline.structure.rows import Row, first_word_fits

Kind = Literal["heading", "bullet", "paragraph", "table_row", "part", "speaker", "note"]

BULLET = re.compile(r"(?P<mark>[•▪●■□○◦‣⁃∙·➢➤►✓❖\ue000-\uf8ff]|[-–—*](?=\s)|o(?=\s+[A-ZÅÄÖa-zåäö]))\s*(?=\S)")
ENUMERATOR = re.compile(r"(?P<mark>\(?\d{1,2}[.)])\s+(?=\S)")
CASE_NUMBER = re.compile(
    r"(?:(?:Dnro|Dno|Diaarinumero|Diaarinro|Asianro|Asianumero|Asia)\.?:?\s*)?"
    r"(?P<number>[A-ZÅÄÖ]{2,}(?:[A-Za-zÅÄÖåäö]*)?[-/ ]?\d{0,6}(?:[-/:.]\d+)+|\d+/\d\d(?:\.\d\d)*/\d{4})$"
)
# Lines about the paperwork of a matter, not its content.
NOTE = re.compile(
    r"(?:Valmisteli(?:ja|jat)?|Esitteli(?:jä)?|Asian valmistelija|Lisätietoja(?: antaa)?|Lisätiedot|Liitteet?|"
    r"Oheismateriaali|Valmistelija / lisätiedot)\s*(?:\d*)\s*[:/]",
)
# A person to ask: name, post, e-mail.
CONTACT = re.compile(r"[A-ZÅÄÖ][^.!?@:]{3,100}\s\S+@\S+\.\w{2,}(?:$|[\s,])")
ATTACHMENT = re.compile(r"\d{1,2}\s+\S|liite\b|\S.*\.(?:pdf|docx?|xlsx?|pptx?|rtf)$", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?:][)”\"»]?$")


@dataclass(frozen=True, slots=True)
class Block:
    """A whole piece of the text.

    Attributes:
        marker: the bullet, enumerator or section number in front, not part of `text`.
        x0: left edge of the marker, or of the first line without one.
        heading: for headings, what is known of them.
        cells: for table rows.
        table: (page, number) of the table that a row belongs to.
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


@dataclass(slots=True)
class _Open:
    """The block under construction."""

    kind: Kind
    rows: list[Row]
    texts: list[str]
    marker: str = ""
    heading: Heading | None = None
    text_x0: float = 0.0


def split_marker(row: Row) -> tuple[str, str]:
    """(marker, rest) of a row; the marker is empty when the row has none."""
    if row.line.marker:
        return row.line.marker, row.text.strip()
    text = row.text.lstrip()
    for pattern in (BULLET, ENUMERATOR, LETTER):
        found = pattern.match(text)
        if found:
            return found.group("mark"), text[found.end() :].strip()
    return "", text.strip()


def _printed_number(row: Row, heading: Heading) -> str:
    """The section number as the line has it, with whatever punctuation follows it."""
    if heading.number is None:
        return ""
    whole = f"{row.line.marker} {row.text.strip()}".strip()
    return whole[: len(whole) - len(heading.title)].strip()


def _hanging(rows: Sequence[Row]) -> bool:
    """True if the document indents the lines that continue a bullet, so that the indent tells where it ends."""
    votes: Counter[bool] = Counter()
    bullet: Row | None = None
    for row in rows:
        if split_marker(row)[0]:
            bullet = row
        elif bullet is not None and not row.blank_above and not row.new_page:
            votes[row.line.x0 > bullet.line.x0 + 0.5] += 1
            bullet = None
        else:
            bullet = None
    return votes[True] > votes[False]


def build_blocks(rows: Sequence[Row], headings: Headings, hyphenation: Hyphenation) -> list[Block]:
    """Blocks of `rows` in order; every row goes into exactly one block."""
    starts = {h.index: h for h in headings.found}
    hanging = _hanging(rows)
    blocks: list[Block] = []
    current: _Open | None = None
    for index, row in enumerate(rows):
        heading = starts.get(index)
        marker, rest = split_marker(row) if heading is None else ("", row.text)
        if heading is not None:
            new = _Open("heading", [row], [heading.title], marker=_printed_number(row, heading), heading=heading)
        elif row.line.cells:
            new = _Open("table_row", [row], [row.text])
        elif current is not None and _continues(current, rows, index, marker, hanging):
            current.rows.append(row)
            current.texts.append(row.text)
            if current.kind == "bullet" and len(current.rows) == 2:
                current.text_x0 = row.line.x0
            continue
        elif marker:
            new = _Open("bullet", [row], [rest], marker=marker)
        else:
            new = _Open(_kind(row, current), [row], [row.text.strip()])
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
    if NOTE.match(text) or CONTACT.match(text):
        return "note"
    if above is not None and CASE_NUMBER.fullmatch(text) and above.kind in ("heading", "note"):
        return "note"
    if above is not None and ATTACHMENT.match(text) and (above.kind == "note" or ATTACHMENTS.fullmatch(above.texts[0])):
        return "note"
    return "paragraph"


def is_part_label(text: str) -> bool:
    """True for a line that opens a part of a matter: a label with a capital, or a handling of the matter."""
    return text[:1].isupper() and bool(PART_LABEL.fullmatch(text) or HANDLING.fullmatch(text))


def _continues(block: _Open, rows: Sequence[Row], index: int, marker: str, hanging: bool) -> bool:
    """Does the row at `index` go on with the open block?"""
    row = rows[index]
    text = row.text.strip()
    if row.line.language != block.rows[-1].line.language:
        return False  # the other column of a bilingual page
    if block.kind == "heading":
        return not marker and _heading_goes_on(block, row)
    if block.kind in ("part", "table_row") or marker or row.line.paragraph:
        return False
    if is_part_label(text) or RUN_IN_LABEL.match(text) or NOTE.match(text) or CONTACT.match(text):
        return False
    if block.kind == "note":
        full = not first_word_fits(block.rows[-1], text)
        return full and not row.blank_above and not CASE_NUMBER.fullmatch(text) and len(block.rows) < 3
    last = block.rows[-1]
    so_far = block.texts[-1].strip()
    cut = not SENTENCE_END.search(so_far) or text[0].islower()
    if block.kind == "paragraph":
        # Only a short block can be a speaker line; joining a long one anew at each of its lines would be quadratic.
        short = len(block.texts) <= MAX_SPEAKER_LINE and sum(map(len, block.texts)) <= 2 * MAX_SPEAKER_LINE
        if SENTENCE_END.search(so_far) and short and is_speaker_line(" ".join(t.strip() for t in block.texts)):
            return False
        if row.new_page:
            return (cut or not first_word_fits(last, text)) and not so_far.endswith(":")
        if row.blank_above:
            return False
        if row.line.bold != last.line.bold and row.line.size and not cut:
            return False
        return cut or not first_word_fits(last, text)
    # A bullet goes on over blank lines and page breaks when the hanging indent, or else the sentence, says so.
    if not row.blank_above and not row.new_page:
        indented = row.line.x0 > block.rows[0].line.x0 + 0.5
        ended = not cut and (first_word_fits(last, text) or is_speaker_line(text))
        return indented or not (hanging or ended)
    if hanging and len(block.rows) > 1:
        return abs(row.line.x0 - block.text_x0) <= max(1.0, 0.2 * row.line.size)
    if hanging:
        return row.line.x0 > block.rows[0].line.x0 + 0.5
    if cut and not so_far.endswith(":"):
        return True
    return _bullets_go_on(rows, index) and not so_far.endswith(":")


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


def _bullets_go_on(rows: Sequence[Row], index: int) -> bool:
    """In a list without hanging indent: is the stray text at `index` followed by a bullet, with no blank above it?

    A lead-in (`Keskustelussa todettiin:`) and a speaker line are followed by bullets too, and are no bullet's tail.
    """
    text: list[str] = []
    for row in rows[index:]:
        if split_marker(row)[0]:
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
        and (_next_is_bullet(rows, index + len(text)))
    )


def _next_is_bullet(rows: Sequence[Row], index: int) -> bool:
    return index < len(rows) and bool(split_marker(rows[index])[0]) and not rows[index].line.heading


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
    )

"""Which lines are headings: numbers must follow one another, a contents table comes before what it lists.

A number alone proves little (a numbered list looks the same), a sequence proves much. Section-sign numbers grow
through the document; decimal numbers walk a tree, where `2.1` follows `2` and `3` follows `2.4`. Where nothing is
numbered, short lines that stand alone are headings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.structure.numbering import Number, parse_number
from pipeline.structure.parts import PART_LABEL
from pipeline.structure.rows import Row

# What follows the last section of formal minutes: how to appeal.
APPENDIX = re.compile(
    r"(?:muutoksenhaku(?:kielto|ohje|ohjeet)?|oikaisuvaatimus(?:ohje|ohjeet)?|valitusosoitus|valituskielto|"
    r"kunnallisvalitus|hallintovalitus|valitus\w*-?oikeus\w*|oikaisuvaatimusohjeet ja valitusosoitus)"
    r"(?:\s+(?:§+\s*\d[\d,\s§–-]*|(?:oikaisuvaatimus|muutoksenhaku)\w*[\w\s-]*))?",
    re.IGNORECASE,
)
MAX_TITLE = 90  # characters of a heading that has no number
MAX_GAP = 3  # numbers that may be missing between two headings before the second is doubted


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that starts at row `index`.

    Attributes:
        number: None for a heading without a number.
        level: 1 for the outermost sections.
        echo: the same section in the other language of a bilingual document, not a section of its own.
        below: a heading within a section: what holds of the section goes on.
    """

    index: int
    number: Number | None
    title: str
    level: int
    echo: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a document and the numbers that its contents table lists (None without such a table)."""

    found: tuple[Heading, ...]
    listed: tuple[Number, ...] | None = None


def find_headings(rows: Sequence[Row], body_start: int) -> Headings:
    """Headings among `rows`; those without a number are looked for from `body_start` on."""
    both = {row.line.language for row in rows} >= {"fi", "sv"}
    candidates = [(i, number) for i, row in enumerate(rows) if (number := _candidate(row))]
    own = [(i, number) for i, number in candidates if not (both and rows[i].line.language == "sv")]
    marked = _marked_by_format(rows)
    signs = [(i, n) for i, n in own if n.style == "section sign"]
    by_number = _by_sign(signs) if signs else _by_tree(own, rows)
    if len(marked) < 2 and len(numbered := _numbered_by_format(rows)) >= max(2, len(by_number.found)):
        marked = numbered
    headings = Headings(tuple(marked)) if len(marked) >= 2 else by_number
    more: list[Heading] = []
    if len(headings.found) >= 2:
        more += _appendices(rows, headings.found[-1].index)
    elif not marked:
        more += _unnumbered(rows, body_start)
    if both:
        numbers = {h.number.path for h in headings.found if h.number}
        more += [Heading(i, n, n.title, 1, echo=True) for i, n in candidates if (i, n) not in own and n.path in numbers]
    taken = {h.index for h in headings.found}
    found = [*headings.found, *(h for h in more if h.index not in taken)]
    return Headings(tuple(sorted(found, key=lambda h: h.index)), headings.listed)


def _candidate(row: Row) -> Number | None:
    line = row.line
    if line.cells:
        return None
    if line.marker:
        return parse_number(f"{line.marker} {line.text}") if line.heading or "§" in line.marker else None
    number = parse_number(line.text)
    if number and number.title and number.style == "plain" and len(number.path) == 1:
        # `2 Kaupungin puheenvuorot`: a bare number starts many a line of running text.
        return number if row.blank_above or row.new_page or line.bold or line.heading else None
    return number


def _by_sign(signs: Sequence[tuple[int, Number]]) -> Headings:
    """Section-sign numbers grow; where they start again, what came before was the contents table."""
    # Minutes number in one form: where headings are `§ 119`, a line that begins with `119 §` quotes a law.
    leading = sum(number.printed.startswith("§") for _, number in signs) * 2 >= len(signs)
    signs = [(i, number) for i, number in signs if number.printed.startswith("§") == leading]
    listed: tuple[Number, ...] | None = None
    restart = next((k for k, (_, n) in enumerate(signs) if k >= 2 and n.path == signs[0][1].path), None)
    if restart:
        listed, signs = _increasing([n for _, n in signs[:restart]]), signs[restart:]
    wanted = {n.path[0] for n in listed or ()}
    found: list[Heading] = []
    last: int | None = None
    for index, number in signs:
        value = number.path[0]
        next_in_line = last is None or value == last + 1
        near = value in wanted if wanted else last is not None and value <= last + MAX_GAP
        if next_in_line or (near and last is not None and value > last):
            found.append(Heading(index, number, number.title, 1))
            last = value
    return Headings(tuple(found), listed)


def _increasing(numbers: Sequence[Number]) -> tuple[Number, ...]:
    """The numbers of a contents table, without what else names a section near it (`Poissa: Koski (§ 43)`)."""
    kept: list[Number] = []
    for number in numbers:
        if not kept or number.path > kept[-1].path:
            kept.append(number)
    return tuple(kept)


def _by_tree(candidates: Sequence[tuple[int, Number]], rows: Sequence[Row]) -> Headings:
    """Decimal numbers walk a tree; an ordered list inside a section counts from 1 again and is left alone."""
    first = next(((i, n) for i, n in candidates if n.path == (1,) and _stands_out(rows[i])), None)
    if first is None:
        return Headings(())
    restart = _contents_end(candidates)
    listed = tuple(n for _, n in candidates[:restart]) if restart else None
    margin = rows[candidates[restart][0] if restart else first[0]].line.x0
    style = first[1].style
    found: list[Heading] = []
    at: tuple[int, ...] = ()
    list_next: int | None = None
    for index, number in candidates[restart:]:
        path = number.path
        row = rows[index]
        top_level = len(path) == 1
        successor = (
            path[:-1] == at[: len(path) - 1]
            and len(at) >= len(path) - 1
            and 1 <= path[-1] - (at[len(path) - 1] if len(at) >= len(path) else 0) <= (MAX_GAP if at else 1)
        )
        misplaced = top_level and (number.style != style or row.line.x0 > margin + max(3.0, row.line.size))
        in_list = list_next == path[0] and top_level and not _stands_out(row)
        if successor and not misplaced and not in_list:
            found.append(Heading(index, number, number.title, len(path)))
            at, list_next = path, None
        elif top_level:
            list_next = path[0] + 1
    return Headings(tuple(found), listed)


def _stands_out(row: Row) -> bool:
    return row.blank_above or row.new_page or row.line.bold or row.line.heading > 0


def _contents_end(candidates: Sequence[tuple[int, Number]]) -> int:
    """How many candidates form a contents table: a run that a second run with the same titles repeats."""
    first: dict[tuple[tuple[int, ...], str], int] = {}
    for k, (_, number) in enumerate(candidates):
        title = re.sub(r"[.\s]*\d*$", "", number.title).casefold()  # leader dots and a page number
        if (number.path, title) in first and number.path == (1,):
            return k
        first.setdefault((number.path, title), k)
    return 0


def _marked_by_format(rows: Sequence[Row]) -> list[Heading]:
    """Headings that DOCX or HTML names itself, with the numbers they have.

    Part labels such as `Päätös` are none, and a heading above all others in rank that stands alone at the top is the
    title of the document.
    """
    marked = [
        (i, row.line.heading, _candidate(row))
        for i, row in enumerate(rows)
        if row.line.heading and row.text.strip() and not PART_LABEL.fullmatch(row.text.strip())
    ]
    ranks = [rank for _, rank, _ in marked]
    if len(marked) > 1 and marked[0][2] is None and ranks.count(ranks[0]) == 1 and ranks[0] < min(ranks[1:]):
        marked, ranks = marked[1:], ranks[1:]
    top = min(ranks, default=1)
    return [
        Heading(i, number, number.title if number else rows[i].text.strip(), rank - top + 1)
        for i, rank, number in marked
    ]


def _numbered_by_format(rows: Sequence[Row]) -> list[Heading]:
    """Headings that no style marks, but that DOCX or HTML numbers: `§ 12`, a bold `2.`, and `2.1` below that.

    A number that is neither bold nor below a heading counts a list.
    """
    found: list[Heading] = []
    paths: set[tuple[int, ...]] = set()
    for index, row in enumerate(rows):
        text = row.text.strip()
        number = parse_number(f"{row.line.marker} {text}") if row.line.marker and not row.line.cells else None
        if number is None or len(text) > MAX_TITLE or text.endswith("."):
            continue
        if number.style == "section sign" or row.line.bold or number.path[:-1] in paths:
            found.append(Heading(index, number, number.title, len(number.path)))
            paths.add(number.path)
    return found


def _appendices(rows: Sequence[Row], last: int) -> list[Heading]:
    """Instructions for appeal after the last section: each starts a page or a paragraph of its own."""
    return [
        Heading(index, None, row.text.strip(), 1)
        for index, row in enumerate(rows)
        if index > last and (row.new_page or row.line.bold) and APPENDIX.fullmatch(row.text.strip())
    ]


def _unnumbered(rows: Sequence[Row], start: int) -> list[Heading]:
    """Headings of a document that numbers none, from row `start` on."""
    return [Heading(i, None, rows[i].text.strip(), 1) for i in range(start, len(rows)) if _stands_alone(rows, i)]


def _stands_alone(rows: Sequence[Row], index: int) -> bool:
    """A short line with space around it, or in bold, that reads like a title and not like a sentence."""
    row = rows[index]
    text = row.text.strip()
    if not row.blank_above and not row.new_page:
        return False
    if not 3 <= len(text) <= MAX_TITLE or not text[0].isupper() or text[-1] in ".:,;!-–" or row.line.cells:
        return False
    if PART_LABEL.fullmatch(text) or re.search(r"\S {2,}\S|\d{1,2}\.\d{1,2}\.\d{4}", text):
        return False
    after = rows[index + 1] if index + 1 < len(rows) else None
    if after is None or not (after.blank_above or (row.line.bold and not after.line.bold)):
        return False
    # The last lines of a memo are signatures.
    return any(len(r.text) > 60 or r.text.rstrip().endswith(".") for r in rows[index + 1 :])

"""Words with their places -> lines in reading order.

Knows no format: PDF gives points, plain text gives one point a character (see `pipeline.records.Line`).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from pipeline.reading.characters import clean
from pipeline.records import Line

ASCENT = 0.8  # share of the font size above the baseline
WIDEST = 200  # spaces that a gap is kept as: damaged pages set words a mile apart
# A bullet, or a number or letter that only marks the line.
MARKER = re.compile(r"[•▪▫◦●○■□➢❖✓→–—*·o-]|\(?[0-9A-Za-zÅÄÖåäö]{1,3}[.)]|[0-9]{1,2}(\.[0-9]{1,2})+\.?")


class Metric(NamedTuple):
    """How a format sets its words, in font sizes.

    Attributes:
        gap: white space at least this wide may part columns.
        space: width of one space when a gap is kept as several spaces.
        sized: whether font sizes mean anything.
    """

    gap: float
    space: float
    sized: bool


POINTS = Metric(gap=1.0, space=0.56, sized=True)
CHARACTERS = Metric(gap=2.0, space=1.0, sized=False)


class Word(NamedTuple):
    """One word; `spaced` tells whether white space stands before it."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    spaced: bool

    @property
    def top(self) -> float:
        """Upper edge of the capitals."""
        return self.base - ASCENT * self.size

    @property
    def bottom(self) -> float:
        """Lower edge of the descenders."""
        return self.base + (1 - ASCENT) * self.size


Row = list[Word]
SIZE = attrgetter("size")


def rows(words: Iterable[Word]) -> list[Row]:
    """Words that share a baseline, from top to bottom, each row from left to right.

    The order of the stream is kept inside a stretch of words that follow one another: sorting by position would
    break ligatures and words that overlap.
    """
    stretches: list[Row] = []
    for word in words:
        last = stretches[-1][-1] if stretches else None
        if last is not None and abs(word.base - last.base) < 0.1 * word.size and word.x0 >= last.x0:
            stretches[-1].append(word)
        else:
            stretches.append([word])
    stretches.sort(key=lambda stretch: (stretch[0].base, stretch[0].x0))
    found: list[list[Row]] = []
    anchor: Word | None = None
    for stretch in stretches:
        word = stretch[0] if len(stretch) == 1 else max(stretch, key=SIZE)
        if anchor is not None and _same_row(anchor, word):
            found[-1].append(stretch)
            if word.size > anchor.size:
                anchor = word
        else:
            found.append([stretch])
            anchor = word
    return [_merged(parts) for parts in found]


def _same_row(one: Word, other: Word) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.5 * min(one.size, other.size)


def _merged(parts: list[Row]) -> Row:
    """The stretches of one row in order, what was struck twice (a poor man's bold) only once."""
    if len(parts) == 1:
        return parts[0]
    parts.sort(key=lambda part: part[0].x0)
    row: Row = []
    for part in parts:
        for word in part:
            twice = any(
                other.text == word.text and abs(other.x0 - word.x0) < 0.25 * word.size
                for other in row[-len(part) - 1 :]
            )
            if not twice:
                row.append(word)
    row.sort(key=lambda word: word.x0)
    return row


def gaps(row: Row) -> list[float]:
    """White space before each word of the row but the first, in font sizes."""
    return [(right.x0 - left.x1) / max(right.size, 0.1) for left, right in pairwise(row)]


def runs(row: Row, least: float) -> list[Row]:
    """The row cut at its wide gaps; the spread words of a justified line are not cut."""
    if len(row) == 1:
        return [row]
    widths = gaps(row)
    if max(widths) < least:
        return [row]
    word_space = min((width for width in widths if 0.1 < width < least), default=0.0)
    limit = max(least, 2.5 * word_space)
    cut: list[Row] = [[row[0]]]
    for width, word in zip(widths, row[1:], strict=True):
        if width >= limit:
            cut.append([word])
        else:
            cut[-1].append(word)
    return cut


def text_of(row: Row) -> str:
    """The words with single spaces."""
    pieces = [row[0].text]
    for left, word in pairwise(row):
        width = word.x0 - left.x1
        raised = word.base < left.base - 0.1 * left.size or left.base < word.base - 0.1 * word.size
        if (word.spaced and not (raised and width < 0.1 * word.size)) or width > 0.15 * word.size:
            pieces.append(" ")
        pieces.append(word.text)
    return clean("".join(pieces)).strip()


def line(row: Row, page: int, metric: Metric, *, language: str = "") -> Line:
    """One line; wide gaps are kept as several spaces, but for the one after a bullet or number."""
    return line_of_runs(runs(row, metric.gap), page, metric, language=language)


def line_of_runs(parts: Sequence[Row], page: int, metric: Metric, *, language: str = "") -> Line:
    """The same, from a row that is cut at its gaps already."""
    text = text_of(parts[0])
    for left, right in pairwise(parts):
        spaces = max(2, round(min(WIDEST, (right[0].x0 - left[-1].x1) / (metric.space * right[0].size))))
        marks = left is parts[0] and len(left) == 1 and MARKER.fullmatch(text)
        text += " " * (1 if marks else spaces) + text_of(right)
    return placed(text.strip(), parts, page, metric, language=language)


def placed(
    text: str,
    some: Sequence[Row],
    page: int,
    metric: Metric,
    *,
    cells: tuple[str, ...] = (),
    table: int = 0,
    language: str = "",
) -> Line:
    """A line of `text` with the position, size and weight of the rows it came from."""
    words = [word for row in some for word in row]
    lengths = [len(word.text) for word in words]
    return Line(
        text=text,
        page=page,
        x0=round(min([word.x0 for word in words]), 1),
        top=round(min([word.top for word in words]), 1),
        x1=round(max([word.x1 for word in words]), 1),
        bottom=round(max([word.bottom for word in words]), 1),
        size=round(words[lengths.index(max(lengths))].size, 1) if metric.sized else 0.0,
        bold=2 * sum([word.bold * length for word, length in zip(words, lengths, strict=True)]) > sum(lengths),
        cells=cells,
        language=language,
        table=table,
    )

"""Text set in two columns: two-column pages, Finnish and Swedish side by side."""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipeline.reading.layout import Metric, Row, runs, text_of

FINNISH = re.compile(
    r"\b(?:ja|on|ei|että|oli|ovat|olivat|sekä|se|joka|jotka|tai|mukaan|kun|niin|myös|ole|kokouksen|pykälä)\b|ää|yy|uu"
)
SWEDISH = re.compile(
    r"\b(?:och|att|det|som|en|ett|för|av|på|är|den|de|med|till|i|om|har|inte|vid|samt|från|mötet|paragraf)\b|å"
)
FULL = 0.55  # share of a column that its lines fill in running text
FEWEST = 3  # lines a side
WORDS = 3  # words a line, figures not counted
PITCH = 1.6  # font sizes between two lines of a paragraph
FARTHEST = 4.0  # font sizes between two lines of one column


class Columns(NamedTuple):
    """Rows `start` to `stop` of the page parted in two."""

    start: int
    stop: int
    left: list[Row]
    right: list[Row]


def find(page: Sequence[Row], start: int, metric: Metric, *, earliest: int = 0) -> Columns | None:
    """The pair of columns whose first row with both is row `start`, if there is one.

    Args:
        earliest: the first row that the right column may start with, where it starts above the left one.
    """
    parts = runs(page[start], metric.gap)
    for before, after in pairwise(parts):
        found = _follow(page, start, (before[-1].x1, after[0].x0), metric)
        if found and _is_running_text(found):
            return _with_rows_above(page, found, earliest)
    return None


def _with_rows_above(page: Sequence[Row], found: Columns, earliest: int) -> Columns:
    """The columns with the lines of the right one that stand higher than the left one starts."""
    edge = min(row[0].x0 for row in found.right)
    start = found.start
    while start > earliest:
        row, below = page[start - 1], page[start]
        if abs(row[0].x0 - edge) > 0.5 * row[0].size or below[0].base - row[0].base > PITCH * row[0].size:
            break
        start -= 1
    return found._replace(start=start, right=[*page[start : found.start], *found.right])


def language(rows: Sequence[Row]) -> str:
    """`fi` or `sv` by the commonest words and letters, empty where they do not tell."""
    text = " ".join(text_of(row) for row in rows).lower()
    finnish, swedish = len(FINNISH.findall(text)), len(SWEDISH.findall(text))
    if max(finnish, swedish) < 1 or min(finnish, swedish) * 2 > max(finnish, swedish):
        return ""
    return "fi" if finnish > swedish else "sv"


def _follow(page: Sequence[Row], start: int, gutter: tuple[float, float], metric: Metric) -> Columns | None:
    """The rows from `start` on that leave the gutter free."""
    left: list[tuple[int, Row]] = []
    right: list[tuple[int, Row]] = []
    low, high = gutter
    last = page[start][0].base
    for index, row in enumerate(page[start:], start):
        if row[0].base - last > FARTHEST * row[0].size:
            break
        last = row[0].base
        before = [word for word in row if word.x0 < high - 0.1 * word.size]
        after = row[len(before) :]
        low = max([low, *(word.x1 for word in before)])
        if high - low < 0.8 * metric.gap * row[0].size:
            break
        if before:
            left.append((index, before))
        if after:
            right.append((index, after))
    if not left or not right:
        return None
    # What goes on below the shorter column is ordinary text again.
    stop = min(left[-1][0], right[-1][0]) + 1
    return Columns(
        start, stop, [row for index, row in left if index < stop], [row for index, row in right if index < stop]
    )


def _is_running_text(found: Columns) -> bool:
    """Whether both sides read on from line to line, unlike labels with their values."""
    both = (found.left, found.right)
    if all(language(side) for side in both) and language(found.left) != language(found.right):
        return min(len(found.left), len(found.right)) >= 2
    return all(len(side) >= FEWEST and _is_full(side) for side in both)


def _is_full(side: list[Row]) -> bool:
    width = max(row[-1].x1 for row in side) - min(row[0].x0 for row in side)
    words = sum(word.text[0].isalpha() for row in side for word in row)
    return median(row[-1].x1 - row[0].x0 for row in side) > FULL * width and words >= WORDS * len(side)

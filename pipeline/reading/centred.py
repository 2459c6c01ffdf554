"""Numbers that stand level with the middle of their title come before its first line.

Case-management systems set the list of matters as a table whose number cells are centred: `§ 311` stands between the
two lines of its title, or beside the second of three.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.reading.layout import Metric, Row, runs, text_of

NUMBER = re.compile(r"§ ?\d+[a-z]?|\d+[a-z]? ?§|\d+(\.\d+)*[.)]?")


class Label(NamedTuple):
    """A number in row `row`, and where the title starts that belongs to it."""

    row: int
    words: Row
    title_x0: float


def numbers_first(rows: Sequence[Row], metric: Metric) -> list[Row]:
    """The rows with every centred number moved to the first line of its title."""
    ordered = list(rows)
    for label in _labels(rows, metric):
        height = _lines_above(rows, label, metric)
        if not height:
            continue
        first = rows[label.row - height]
        number = [word._replace(base=first[0].base) for word in label.words]
        ordered[label.row - height] = number + first
        ordered[label.row] = rows[label.row][len(label.words) :]
    return [row for row in ordered if row]


def _labels(rows: Sequence[Row], metric: Metric) -> list[Label]:
    found = []
    for index in range(1, len(rows) - 1):
        above, below = rows[index - 1][0], rows[index + 1][0]
        if abs(above.x0 - below.x0) > 0.5 * above.size or rows[index][0].x0 >= above.x0:
            continue
        parts = runs(rows[index], metric.gap)
        beside = parts[1][0].x0 if len(parts) > 1 else above.x0
        if abs(beside - above.x0) < 0.5 * above.size and len(parts) < 3 and NUMBER.fullmatch(text_of(parts[0])):
            found.append(Label(index, parts[0], above.x0))
    return found


def _lines_above(rows: Sequence[Row], label: Label, metric: Metric) -> int:
    """How many lines of the title stand above its number; 0 unless as many stand below, set off from the rest."""
    step = rows[label.row][0].base - rows[label.row - 1][0].base
    alone = len(label.words) == len(rows[label.row])
    # On a page a number alone stands half-way between two lines; plain text gives it a line of its own.
    pitch = 2 * step if alone and metric.sized else step
    above = _run_of_lines(rows, label, -1, pitch, step)
    below = _run_of_lines(rows, label, 1, pitch, step)
    return above if above == below else 0


def _run_of_lines(rows: Sequence[Row], label: Label, direction: int, pitch: float, step: float) -> int:
    """Lines of the title on one side of the number; 0 where other text follows at the same pitch."""
    count = 0
    distance = step
    last = rows[label.row][0].base
    index = label.row + direction
    while 0 <= index < len(rows):
        row = rows[index]
        gap = abs(row[0].base - last)
        if abs(row[0].x0 - label.title_x0) > 0.5 * row[0].size or gap > 1.25 * distance:
            return count if gap > 1.25 * distance else 0
        count += 1
        distance = pitch
        last = row[0].base
        index += direction
    return count

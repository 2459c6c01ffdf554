"""Tables without ruling lines, told by words that line up under one another.

Careful by intention: a run of ordinary lines must not become a table. What counts is a header that names a task, who
is responsible and when (`Tehtävä`, `Vastuu`, `Aikataulu` and their kin), or three rows of three columns.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.reading.layout import Metric, Row, placed, runs, text_of
from pipeline.reading.table_words import heads_table
from pipeline.records import Line

ALIGNED = 0.4  # words within this many font sizes of a column's start line up with it
CLOSE = 1.6  # lines less than this many font sizes apart may be one wrapped cell
SOFT_HYPHEN = "\u00ad"
DRIFT = 8.0  # characters by which a column may be off in text that was a page
BROKEN_OFF = re.compile(r"\w-$")

Cells = list[Row]  # one stretch of words a column; empty where the column is
Body = list[list[Cells]]  # table rows, each the list of its printed lines


class Column(NamedTuple):
    """Where the words of a column have been seen to start and end."""

    x0: float
    x1: float


def find(page: Sequence[Row], start: int, metric: Metric) -> tuple[Body, int] | None:
    """The table whose first row is row `start`, if there is one, and the row after it."""
    header = runs(page[start], metric.gap)
    known = heads_table([text_of(run) for run in header])
    if len(header) < (2 if known else 3):
        return None
    columns = [Column(run[0].x0, run[-1].x1) for run in header]
    printed: list[Cells] = [header]
    for above, row in pairwise(page[start:]):
        cells = _assign(row, columns, metric)
        if cells is None or row[0].base - above[0].base > 3.2 * row[0].size or _is_after(printed, cells):
            break
        printed.append(cells)
        columns = [
            Column(min(column.x0, cell[0].x0) if metric.sized else column.x0, max(column.x1, cell[-1].x1))
            if cell
            else column
            for column, cell in zip(columns, cells, strict=True)
        ]
    body = _table_rows(printed)
    filled = [max(sum(map(bool, cells)) for cells in row) for row in body]
    enough = sum(count >= 2 for count in filled[1:]) >= 1 if known else sum(count >= 3 for count in filled) >= 3
    return (body, start + len(printed)) if enough else None


def table_lines(body: Body, page: int, number: int, metric: Metric) -> list[Line]:
    """One line for each row of the table."""
    return [
        table_line(
            [[cells[index] for cells in row if cells[index]] for index in range(len(row[0]))], page, number, metric
        )
        for row in body
    ]


def table_line(columns: Sequence[Sequence[Row]], page: int, number: int, metric: Metric) -> Line:
    """The line of one table row, from the printed rows under each column."""
    texts = tuple(join([text_of(part) for part in column]) for column in columns)
    parts = [part for column in columns for part in column]
    return placed(" | ".join(texts), parts, page, metric, cells=texts, table=number)


def join(lines: Sequence[str]) -> str:
    """The lines of one cell as one text.

    A hyphen at the end of a line is kept, with a soft hyphen after it that tells the next stage where the cell broke.
    """
    text = ""
    for part in lines:
        if text.endswith(SOFT_HYPHEN):
            text = text[:-1] + part
        elif BROKEN_OFF.search(text):
            text += SOFT_HYPHEN + part
        else:
            text += f" {part}" if text else part
    return text


def _assign(row: Row, columns: Sequence[Column], metric: Metric) -> Cells | None:
    """The words of a row under their columns; None where they do not fit."""
    cells: Cells = [[] for _ in columns]
    for piece in _pieces(row, columns, metric):
        index = _column_of(piece, columns)
        if index is None or any(cells[index + 1 :]):
            return None
        cells[index].extend(piece)
    for (cell, beside), following in zip(pairwise(cells), columns[1:], strict=True):
        if cell and not beside and cell[-1].x1 > following.x0:
            return None
    return cells


def _pieces(row: Row, columns: Sequence[Column], metric: Metric) -> list[Row]:
    """The row cut at wide gaps, and at narrow ones where the next word stands right at the start of a column."""
    pieces = [[row[0]]]
    for left, right in pairwise(row):
        width = (right.x0 - left.x1) / right.size
        at_start = any(abs(right.x0 - column.x0) < ALIGNED * right.size for column in columns[1:])
        if width >= metric.gap or (at_start and width > 0.4 * metric.gap):
            pieces.append([right])
        else:
            pieces[-1].append(right)
    if not metric.sized and 2 <= len(pieces) == len(columns) - 1:
        return _cut_where_tight(pieces, columns)
    return pieces


def _cut_where_tight(pieces: Sequence[Row], columns: Sequence[Column]) -> list[Row]:
    """One more piece: text that was a page keeps its columns only about, and a full cell touches the next one."""
    for index, piece in enumerate(pieces):
        for column in columns[1:]:
            if not piece[0].x0 < column.x0 < piece[-1].x1:
                continue
            cut = min(range(1, len(piece)), key=lambda place: abs(piece[place].x0 - column.x0), default=0)
            if cut and abs(piece[cut].x0 - column.x0) <= DRIFT:
                return [*pieces[:index], piece[:cut], piece[cut:], *pieces[index + 1 :]]
    return list(pieces)


def _column_of(piece: Row, columns: Sequence[Column]) -> int | None:
    x0, x1 = piece[0].x0, piece[-1].x1
    for index, column in enumerate(columns):
        if abs(x0 - column.x0) < ALIGNED * piece[0].size:
            return index
    # Numbers stand to the right, some heads in the middle: then the words must keep clear of the columns beside.
    overlaps = [min(x1, column.x1) - max(x0, column.x0) for column in columns]
    best = max(range(len(columns)), key=overlaps.__getitem__)
    clear = best == 0 or x0 > columns[best - 1].x1
    return best if clear and overlaps[best] > 0.5 * min(x1 - x0, columns[best].x1 - columns[best].x0) else None


def _is_after(printed: Sequence[Cells], cells: Cells) -> bool:
    """Whether a line that stands under the first column alone is the text after the table, not a wrapped cell."""
    if any(cells[1:]):
        return False
    above = _base(printed[-1])
    steps = [_base(lower) - _base(upper) for upper, lower in pairwise(printed)]
    step = _base(cells) - above
    wraps = step <= CLOSE * cells[0][0].size and (
        cells[0][0].text[0].islower() or _is_wide(max(steps, default=0), step)
    )
    return not wraps


def _base(cells: Cells) -> float:
    return max(cell[0].base for cell in cells if cell)


def _is_wide(step: float, line_step: float) -> bool:
    return step > 1.25 * line_step


def _table_rows(printed: Sequence[Cells]) -> Body:
    """Printed lines gathered to table rows: wrapped cells belong to the row above.

    Where rows stand further apart than the lines within them, the distance tells; else a row starts where the first
    cell does not go on with a small letter.
    """
    steps = [_base(lower) - _base(upper) for upper, lower in pairwise(printed)]
    size = max(word.size for cell in printed[0] for word in cell)
    line_step = min(steps, default=0.0)
    if line_step > CLOSE * size:
        return [[cells] for cells in printed]
    spread = any(_is_wide(step, line_step) for step in steps[1:])
    body: Body = [[printed[0]]]
    for step, cells in zip(steps, printed[1:], strict=True):
        filled = sum(map(bool, cells))
        begins = bool(cells[0]) and not cells[0][0].text[0].islower() and filled >= (len(cells) if spread else 2)
        if begins or _is_wide(step, line_step):
            body.append([cells])
        else:
            body[-1].append(cells)
    return body

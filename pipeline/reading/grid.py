"""Ruled tables: the cells that ruling lines enclose, and the words in them.

The lines are laid on a grid of all their coordinates. Squares of the grid with no line between them are one cell; what
is open to the outside is none. (pdfplumber finds the same tables, at twenty pages a second.)
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.reading import layout
from pipeline.reading.layout import Metric, Word
from pipeline.reading.pdf_drawings import Drawings
from pipeline.reading.tables import table_line
from pipeline.records import Line

SNAP = 3.0  # lines this near are one line, in points
MOST_SQUARES = 100_000

Square = tuple[int, int]  # column and row of the grid


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells that lines enclose.

    Attributes:
        xs, ys: where grid lines stand.
        cell_of: cell number of each enclosed square of the grid.
    """

    xs: list[float]
    ys: list[float]
    cell_of: dict[Square, int]

    def cell_at(self, word: Word) -> int | None:
        """The cell that the middle of the word lies in."""
        column = bisect_right(self.xs, (word.x0 + word.x1) / 2) - 1
        row = bisect_right(self.ys, word.base - 0.3 * word.size) - 1
        return self.cell_of.get((column, row))


def grid(drawn: Drawings) -> Grid | None:
    """The grid of a page, if its lines enclose anything."""
    if len(drawn.across) < 2 or len(drawn.down) < 2:
        return None
    xs = _snapped([line.x0 for line in drawn.down])
    ys = _snapped([line.top for line in drawn.across])
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > MOST_SQUARES:
        return None
    above: set[Square] = set()  # squares with a line along their upper side
    before: set[Square] = set()  # squares with a line along their left side
    for line in drawn.across:
        row = _nearest(ys, line.top)
        above.update((column, row) for column in _covered(xs, line.x0, line.x1))
    for line in drawn.down:
        column = _nearest(xs, line.x0)
        before.update((column, row) for row in _covered(ys, line.top, line.bottom))
    return Grid(xs, ys, _cells(len(xs) - 1, len(ys) - 1, above, before))


def _snapped(values: Iterable[float]) -> list[float]:
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][0] <= SNAP:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def _nearest(places: Sequence[float], value: float) -> int:
    index = bisect_right(places, value)
    candidates = [near for near in (index - 1, index) if 0 <= near < len(places)]
    return min(candidates, key=lambda near: abs(places[near] - value))


def _covered(places: Sequence[float], start: float, stop: float) -> range:
    """The steps of the grid that lie within a line."""
    return range(bisect_right(places, start - SNAP), bisect_right(places, stop + SNAP) - 1)


def _cells(width: int, height: int, above: set[Square], before: set[Square]) -> dict[Square, int]:
    """Squares without a line between them, numbered from the top left; those open to the outside left out."""
    cell_of: dict[Square, int] = {}
    seen: set[Square] = set()
    count = 0
    for first in ((column, row) for row in range(height) for column in range(width)):
        if first in seen:
            continue
        seen.add(first)
        region = [first]
        enclosed = True
        for column, row in region:  # grows while it is walked
            for neighbour, parted in (
                ((column, row - 1), (column, row) in above),
                ((column, row + 1), (column, row + 1) in above),
                ((column - 1, row), (column, row) in before),
                ((column + 1, row), (column + 1, row) in before),
            ):
                if parted:
                    continue
                if not (0 <= neighbour[0] < width and 0 <= neighbour[1] < height):
                    enclosed = False
                elif neighbour not in seen:
                    seen.add(neighbour)
                    region.append(neighbour)
        if enclosed:
            cell_of.update(dict.fromkeys(region, count))
            count += 1
    return cell_of


def ruled_tables(found: Grid, words: Sequence[Word], page: int, metric: Metric) -> tuple[list[list[Line]], list[Word]]:
    """The lines of each table on the page, in pieces where text stands between its rows, and the words in none."""
    inside: dict[int, list[Word]] = {}
    outside: list[Word] = []
    for word in words:
        cell = found.cell_at(word)
        if cell is None:
            outside.append(word)
        else:
            inside.setdefault(cell, []).append(word)
    places = _places(found)
    blocks: list[list[Line]] = []
    number = 0
    for cells in _neighbourhoods(found):
        filled = [cell for cell in cells if cell in inside]
        columns = sorted({places[cell][0] for cell in filled})
        table_rows = _by_row(filled, places)
        if len(columns) < 2 or sum(len(row) > 1 for row in table_rows.values()) < 1 or len(table_rows) < 2:
            outside += [word for cell in filled for word in inside[cell]]
            continue
        number += 1
        across = Counter(places[cell][1] for cell in cells)
        block: list[Line] = []
        for top, row in table_rows.items():
            if across[top] == 1:  # one cell from side to side: a title, or text that is only framed
                outside += inside[row[0]]
                blocks.append(block)
                block = []
                continue
            texts = {places[cell][0]: layout.rows(inside[cell]) for cell in row}
            block.append(table_line([texts.get(column, []) for column in columns], page, number, metric))
        blocks.append(block)
    return [block for block in blocks if block], outside


def _places(found: Grid) -> dict[int, Square]:
    """Column and row of each cell's first square."""
    places: dict[int, Square] = {}
    for (column, row), cell in found.cell_of.items():
        left, top = places.get(cell, (column, row))
        places[cell] = (min(left, column), min(top, row))
    return places


def _by_row(cells: Iterable[int], places: dict[int, Square]) -> dict[int, list[int]]:
    table_rows: dict[int, list[int]] = {}
    for cell in sorted(cells, key=lambda cell: (places[cell][1], places[cell][0])):
        table_rows.setdefault(places[cell][1], []).append(cell)
    return table_rows


def _neighbourhoods(found: Grid) -> list[list[int]]:
    """Cells that touch one another, table by table from the top."""
    touching: dict[int, set[int]] = {cell: set() for cell in found.cell_of.values()}
    for (column, row), cell in found.cell_of.items():
        for neighbour in ((column + 1, row), (column, row + 1)):
            other = found.cell_of.get(neighbour)
            if other is not None and other != cell:
                touching[cell].add(other)
                touching[other].add(cell)
    groups: list[list[int]] = []
    seen: set[int] = set()
    for first in touching:
        if first in seen:
            continue
        seen.add(first)
        group = [first]
        for cell in group:  # grows while it is walked
            new = touching[cell] - seen
            seen |= new
            group += sorted(new)
        groups.append(group)
    return groups

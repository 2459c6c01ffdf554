"""Ruled tables: pdfplumber finds the cells that ruling lines enclose, the words in them are ours.

pdfplumber would read the page anew, at twenty pages a second; its table finder takes lines from anywhere, so it is
given those that the one pass over the page has seen.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from pipeline.reading import layout
from pipeline.reading.layout import Metric, Word
from pipeline.reading.pdf_drawings import Box, Drawings
from pipeline.reading.tables import table_line
from pipeline.records import Line

SNAP = 3.0  # lines this near are one line, in points
MOST_CROSSINGS = 20_000
FEWEST_ROWS = 3  # of a table of one column
TOP = attrgetter("top")

Cell = tuple[float, float, float, float]  # x0, top, x1, bottom


def ruled_cells(drawn: Drawings) -> list[list[Cell]]:
    """The cells of each ruled table on a page, from the top; none where lines enclose nothing."""
    return [cells for across, down in _bands(drawn) for cells in _tables(across, down)]


def _bands(drawn: Drawings) -> Iterator[tuple[list[Box], list[Box]]]:
    """The lines of each stretch of the page that upright lines run through: tables above one another stay apart.

    Lines that are near one another become one, and the columns of one table are not those of the next.
    """
    across = sorted(drawn.across, key=TOP)
    band: list[Box] = []
    bottom = 0.0
    for line in [*sorted(drawn.down, key=TOP), None]:
        if band and (line is None or line.top > bottom + SNAP):
            top = band[0].top
            yield [one for one in across if top - SNAP <= one.top <= bottom + SNAP], band
            band = []
        if line is not None:
            bottom = max(bottom, line.bottom) if band else line.bottom
            band.append(line)


def _tables(across: Sequence[Box], down: Sequence[Box]) -> list[list[Cell]]:
    if len(across) < 2 or len(down) < 2:
        return []
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges = [_edge(line, "h") for line in across] + [_edge(line, "v") for line in down]
    merged = merge_edges(edges, SNAP, SNAP, SNAP, SNAP)
    level = sum(edge["orientation"] == "h" for edge in merged)
    if level * (len(merged) - level) > MOST_CROSSINGS:
        return []  # a drawing, and too dear
    cells = intersections_to_cells(edges_to_intersections(merged, SNAP, SNAP))
    return cells_to_tables(cells) if cells else []


def _edge(line: Box, orientation: str) -> dict[str, float | str]:
    """A line in pdfplumber's words."""
    place = {"x0": line.x0, "x1": line.x1, "top": line.top, "bottom": line.bottom}
    return {**place, "width": line.x1 - line.x0, "height": line.bottom - line.top, "orientation": orientation}


def ruled_tables(
    tables: Sequence[Sequence[Cell]], words: Sequence[Word], page: int, metric: Metric
) -> tuple[list[list[Line]], list[Word]]:
    """The lines of each table on the page, in pieces where text stands between its rows, and the words in none."""
    outside = list(words)
    blocks: list[list[Line]] = []
    number = 0
    for cells in tables:
        inside, rest = _words_in(cells, outside)
        lefts = sorted({cell[0] for cell in inside})
        rows: dict[float, list[Cell]] = {}
        for cell in sorted(inside, key=lambda cell: (cell[1], cell[0])):
            rows.setdefault(cell[1], []).append(cell)
        across = Counter(cell[1] for cell in cells)
        column = _is_column(cells, inside)
        if not column and (len(lefts) < 2 or len(rows) < 2 or all(len(row) == 1 for row in rows.values())):
            continue  # a frame around text
        number += 1
        outside = rest
        block: list[Line] = []
        for top, row in rows.items():
            if across[top] == 1 and not column:  # one cell from side to side: a title, or text that is only framed
                outside += inside[row[0]]
                blocks.append(block)
                block = []
                continue
            texts = {cell[0]: layout.rows(inside[cell]) for cell in row}
            block.append(table_line([texts.get(left, []) for left in lefts], page, number, metric))
        blocks.append(block)
    return [block for block in blocks if block], outside


def _is_column(cells: Sequence[Cell], inside: Mapping[Cell, Sequence[Word]]) -> bool:
    """Whether a table of one column lists things, a line each; a frame around text has longer cells."""
    return (
        len({cell[0] for cell in cells}) == 1
        and len(inside) >= FEWEST_ROWS
        and all(len(layout.rows(words)) == 1 for words in inside.values())
    )


def _words_in(cells: Sequence[Cell], words: Sequence[Word]) -> tuple[dict[Cell, list[Word]], list[Word]]:
    """The words whose middle lies in a cell, by cell, and the others."""
    inside: dict[Cell, list[Word]] = {}
    outside: list[Word] = []
    left, top = min(cell[0] for cell in cells), min(cell[1] for cell in cells)
    right, bottom = max(cell[2] for cell in cells), max(cell[3] for cell in cells)
    for word in words:
        x, y = (word.x0 + word.x1) / 2, word.base - 0.3 * word.size
        home = None
        if left <= x <= right and top <= y <= bottom:
            home = next((c for c in cells if c[0] <= x < c[2] and c[1] <= y < c[3]), None)
        if home is None:
            outside.append(word)
        else:
            inside.setdefault(home, []).append(word)
    return inside, outside

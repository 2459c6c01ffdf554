"""Which row of a table is its header: by its words, or by what sets it off from the rows below."""

import re
from collections.abc import Sequence

from pipeline.reading.table_words import LONGEST, heads_table
from pipeline.structure.blocks import Block

NUMBER = re.compile(r"[-–+±]?\s?\d")
# Heads a column rather than fills it: `2025`, `2025**`, `10/2025`, `2025 toteuma`.
YEAR = re.compile(r"(?:\d{1,2}\s?[/.]\s?)?(?:19|20)\d\d(?:$|\*|\s+[A-Za-zÅÄÖåäö])")
LOOK_AHEAD = 3  # rows


def is_header_row(blocks: Sequence[Block], index: int) -> bool:
    """Whether the first row of a table, the block at `index`, heads its columns."""
    row = blocks[index]
    if heads_table(row.cells):
        return True
    filled = [cell for cell in row.cells if cell]
    if not filled or any(_is_number(cell) or len(cell) > LONGEST for cell in filled):
        return False
    below: list[Block] = []
    for block in blocks[index + 1 : index + 1 + LOOK_AHEAD]:
        if block.table != row.table or block.kind != "table_row":
            break
        below.append(block)
    if not below or len(filled) == 1 < len(row.cells):
        return False
    first_empty = not row.cells[0] and all(row.cells[1:]) and any(block.cells[0] for block in below)
    stands_out = row.bold and not below[0].bold
    return first_empty or stands_out or _heads_numbers(row, below)


def _heads_numbers(row: Block, below: Sequence[Block]) -> bool:
    """Words in the first row, and numbers in most of the columns below it."""
    columns = [
        [block.cells[place] for block in below if place < len(block.cells) and block.cells[place]]
        for place in range(1, len(row.cells))
    ]
    of_numbers = sum(bool(cells) and all(map(_is_number, cells)) for cells in columns)
    return all(row.cells) and of_numbers * 2 >= len(columns) > 0


def _is_number(cell: str) -> bool:
    """Whether a cell gives a figure or a date: it starts with one."""
    return bool(NUMBER.match(cell)) and not YEAR.match(cell)

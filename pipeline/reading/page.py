"""The lines of one page in reading order: running text, tables and columns, whatever the format."""

from collections.abc import Sequence

from pipeline.reading import columns, layout, tables
from pipeline.reading.centred import numbers_first
from pipeline.reading.layout import Metric, Row
from pipeline.records import Line


def page_lines(rows: Sequence[Row], page: int, metric: Metric, ruled: Sequence[Sequence[Line]] = ()) -> list[Line]:
    """Lines of `rows`, which come from top to bottom.

    Args:
        ruled: pieces of ruled tables, which are put where they stand among the rows.
    """
    found: list[Line] = []
    count = max((block[0].table for block in ruled), default=0)
    rest = numbers_first(rows, metric)
    for block in sorted(ruled, key=lambda block: block[0].top):
        above = [row for row in rest if row[0].base <= block[0].top + 0.5 * row[0].size]
        found += _lines(above, page, metric, count)
        found += block
        rest = rest[len(above) :]
    found += _lines(rest, page, metric, count)
    return [line for line in found if line.text]  # a row may hold nothing but invisible characters


def _lines(rows: Sequence[Row], page: int, metric: Metric, tables_above: int) -> list[Line]:
    found: list[Line] = []
    count = tables_above
    index = plain = 0  # the rows from `plain` to `index` have become one line each
    while index < len(rows):
        runs = layout.runs(rows[index], metric.gap)
        if len(runs) > 1:
            table = tables.find(rows, index, metric)
            if table:
                count += 1
                body, index = table
                plain = index
                found += tables.table_lines(body, page, count, metric)
                continue
            pair = columns.find(rows, index, metric, earliest=plain)
            if pair:
                del found[len(found) - (index - pair.start) :]
                for side in (pair.left, pair.right):
                    told = columns.language(side)
                    found += [layout.line(row, page, metric, language=told) for row in side]
                index = plain = pair.stop
                continue
        found.append(layout.line_of_runs(runs, page, metric))
        index += 1
    return found

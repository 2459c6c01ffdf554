"""An Excel workbook: a sheet a table, to be filtered and printed, with links between sheets; the last explains all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.export.rows import rows
from pipeline.safe import joined, printable
from pipeline.schema import TABLES, Column, Table

if TYPE_CHECKING:
    import duckdb

_MOST_CHARACTERS = 32_767
_MOST_ROWS = 1_048_575
_MOST_LINKS = 65_000
"""Links that Excel allows on one sheet, a little less."""
_WIDEST = {"list": 40}
"""Characters of the widest column of a kind; 24 of others, 60 of running text."""
_NARROWEST = 6
_MARGIN = 4
"""Characters that a column has beyond its longest text: room for the arrow of the filter."""
_MOST_LINES = 8
"""Lines of a row: a longer text goes on where it is cut, and a filter stays quick to look through."""
_LINE = 15  # points
_LINKED = ("documents", "items")
"""Tables whose rows other sheets link to, by their first column."""

_Places = Mapping[str, Mapping[str, int]]
"""For a table, the row of each id on its sheet."""


def write_workbook(connection: "duckdb.DuckDBPyConnection", path: Path) -> Path:
    """Write every table into one workbook.

    Raises:
        UsageError: a table has more rows than a sheet.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    places = {name: {row[0]: line for line, row in enumerate(rows(connection, name), start=2)} for name in _LINKED}
    with xlsxwriter.Workbook(path, options) as book:
        top = {"valign": "top"}
        looks = _Looks(
            head=book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4", **top}),
            plain=book.add_format(top),
            wrapped=book.add_format({"text_wrap": True, **top}),
            day=book.add_format({"num_format": "d.m.yyyy", "align": "left", **top}),
            number=book.add_format({"align": "right", "indent": 1, **top}),
            link=book.add_format({"font_color": "#1F4E79", "underline": 1, **top}),
        )
        for name, table in TABLES.items():
            own = {target: lines for target, lines in places.items() if target != name}
            _write_sheet(book.add_worksheet(name), table, rows(connection, name), looks, own)
        _explain(book.add_worksheet("columns"), looks)
        book.get_worksheet_by_name("items").activate()
    return path


@dataclass(frozen=True, slots=True)
class _Looks:
    """The formats of cells."""

    head: Any
    plain: Any
    wrapped: Any
    day: Any
    number: Any
    link: Any


def _write_sheet(sheet: Any, table: Table, lines: Iterator[tuple[Any, ...]], looks: _Looks, places: _Places) -> None:
    sheet.freeze_panes(1, 0)
    _for_paper(sheet)
    sheet.write_row(0, 0, [column.name for column in table.columns], looks.head)
    longest = [len(column.name) for column in table.columns]
    last = links = 0
    for last, row in enumerate(lines, start=1):
        if last > _MOST_ROWS:
            raise UsageError(f"Table {sheet.name} has more rows than a sheet of Excel holds; export csv or parquet.")
        cells = [_shown(value) for value in row]
        longest = [max(some, len(str(cell))) for some, cell in zip(longest, cells, strict=True)]
        sheet.set_row(last, _LINE * _lines(table, cells))
        for number, (column, value, cell) in enumerate(zip(table.columns, row, cells, strict=True)):
            target = column.refers.partition(".")[0]
            line = places[target].get(value) if target in places and links < _MOST_LINKS else None
            if line is not None:
                links += 1
                sheet.write_url(last, number, f"internal:'{target}'!A{line}", looks.link, string=cell)
            else:
                _write_cell(sheet, last, number, column, cell, looks)
    for number, (column, some) in enumerate(zip(table.columns, longest, strict=True)):
        sheet.set_column(number, number, min(max(some, _NARROWEST), _widest(column)) + _MARGIN)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _shown(value: Any) -> Any:
    """A value as a cell holds it: a list joined, a text without control characters and no longer than Excel allows."""
    if not isinstance(value, str | list):
        return value
    text = printable(joined(value))
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"


def _write_cell(sheet: Any, row: int, number: int, column: Column, cell: Any, looks: _Looks) -> None:
    if cell is None:
        return
    if column.kind == "date":
        sheet.write_datetime(row, number, date.fromisoformat(cell), looks.day)
    elif isinstance(cell, str):
        sheet.write_string(row, number, cell, looks.wrapped if len(cell) > _widest(column) else looks.plain)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, number, cell, looks.plain)
    else:
        sheet.write_number(row, number, cell, looks.number)


def _lines(table: Table, cells: list[Any]) -> int:
    """Lines that the longest text of a row takes. Lists do not count: they are there for filters."""
    lines = [
        sum(ceil(len(line) / (_widest(column) + _MARGIN)) or 1 for line in cell.split("\n"))
        for column, cell in zip(table.columns, cells, strict=True)
        if isinstance(cell, str) and column.kind != "list"
    ]
    return min(max(lines, default=1), _MOST_LINES)


def _widest(column: Column) -> int:
    if column.name in ("text", "task", "message", "evidence", "title"):
        return 60
    return _WIDEST.get(column.kind, 24)


def _for_paper(sheet: Any) -> None:
    """All columns on one page across, the header on every page, the sheet's name and the page under it."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P / &N")


def _explain(sheet: Any, looks: _Looks) -> None:
    """What the tables and their columns mean."""
    sheet.set_column(0, 1, 20)
    sheet.set_column(2, 2, 100)
    sheet.freeze_panes(1, 0)
    _for_paper(sheet)
    lines = [("table", "column", "meaning")]
    for name, table in TABLES.items():
        lines.append((name, "", table.description))
        lines += [(name, column.name, column.description) for column in table.columns]
    for number, line in enumerate(lines):
        for place, text in enumerate(line):
            sheet.write_string(number, place, text, looks.head if number == 0 else looks.wrapped)
    sheet.autofilter(0, 0, len(lines) - 1, 2)

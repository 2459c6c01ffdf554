"""An Excel workbook: a sheet a table, ready to be filtered, with links between the sheets and one that explains all."""

from collections.abc import Iterator, Mapping
from datetime import date
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
_WIDTHS = {"date": 12, "integer": 10, "number": 10, "flag": 10, "list": 40}
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
        "default_date_format": "d.m.yyyy",
    }
    places = {name: {row[0]: line for line, row in enumerate(rows(connection, name), start=2)} for name in _LINKED}
    with xlsxwriter.Workbook(path, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, table in TABLES.items():
            own = {target: lines for target, lines in places.items() if target != name}
            _write_sheet(book.add_worksheet(name), table, rows(connection, name), head, wrapped, name, own)
        _explain(book.add_worksheet("columns"), head, wrapped)
    return path


def _write_sheet(
    sheet: Any, table: Table, lines: Iterator[tuple[Any, ...]], head: Any, wrapped: Any, name: str, places: _Places
) -> None:
    for number, column in enumerate(table.columns):
        sheet.set_column(number, number, _width(column))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [column.name for column in table.columns], head)
    last = links = 0
    for last, row in enumerate(lines, start=1):
        if last > _MOST_ROWS:
            raise UsageError(f"Table {name} has more rows than a sheet of Excel holds; export csv or parquet.")
        for number, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            target = column.refers.partition(".")[0]
            line = places[target].get(value) if target in places and links < _MOST_LINKS else None
            if line is not None:
                links += 1
                sheet.write_url(last, number, f"internal:'{target}'!A{line}", string=value)
            else:
                _write_cell(sheet, last, number, column, value, wrapped)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _write_cell(sheet: Any, row: int, number: int, column: Column, value: Any, wrapped: Any) -> None:
    if value is None:
        return
    if column.kind == "date":
        sheet.write_datetime(row, number, date.fromisoformat(value))
    elif column.kind in ("text", "list"):
        text = printable(joined(value))
        cut = text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
        sheet.write_string(row, number, cut, wrapped if len(cut) > _width(column) else None)
    else:
        sheet.write(row, number, value)


def _width(column: Column) -> int:
    if column.name in ("text", "task", "message", "evidence", "title"):
        return 60
    return _WIDTHS.get(column.kind, 20)


def _explain(sheet: Any, head: Any, wrapped: Any) -> None:
    """What the tables and their columns mean."""
    sheet.set_column(0, 1, 20)
    sheet.set_column(2, 2, 90)
    sheet.freeze_panes(1, 0)
    lines = [("table", "column", "meaning")]
    for name, table in TABLES.items():
        lines.append((name, "", table.description))
        lines += [(name, column.name, column.description) for column in table.columns]
    for number, line in enumerate(lines):
        for place, text in enumerate(line):
            sheet.write_string(number, place, text, head if number == 0 else wrapped)
    sheet.autofilter(0, 0, len(lines) - 1, 2)

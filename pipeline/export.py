"""The tables for other tools: CSV, an Excel workbook, JSON lines, Parquet.

CSV and the workbook keep a spreadsheet from calculating what a document says: the workbook by its cell types, CSV by an
apostrophe before such a text. JSON lines and Parquet hold every text as it is.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.safe import csv_row, joined, json_line, printable
from pipeline.schema import TABLES, Column, Table

if TYPE_CHECKING:
    import duckdb

    Connection = duckdb.DuckDBPyConnection

FORMATS = ("csv", "xlsx", "jsonl", "parquet")
_MOST_CHARACTERS = 32_767
_MOST_ROWS = 1_048_575
_WIDTHS = {"date": 12, "integer": 10, "number": 10, "flag": 10, "list": 40}


def export(connection: "Connection", folder: Path, form: str, *, excel: bool = False) -> list[Path]:
    """Write the tables of an open store into a folder.

    Args:
        form: one of `FORMATS`.
        excel: CSV as the Finnish Excel expects it: a byte order mark, `;` between and a comma in numbers.

    Returns:
        The files written.

    Raises:
        UsageError: the folder cannot be written to, or a table has more rows than a sheet.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if form == "xlsx":
            return [_write_xlsx(connection, folder / "muistio.xlsx")]
        if form == "csv":
            return [_write_csv(connection, folder / f"{name}.csv", name, excel=excel) for name in TABLES]
        writer: Callable[[Connection, Path, str], Path] = _write_jsonl if form == "jsonl" else _write_parquet
        return [writer(connection, folder / f"{name}.{form}", name) for name in TABLES]
    except OSError as error:
        raise UsageError(f"Cannot write to {folder}: {error.strerror}. Name another folder.") from error


def _rows(connection: "Connection", name: str) -> Iterator[tuple[Any, ...]]:
    answer = connection.execute(_select(name))
    while rows := answer.fetchmany(5000):
        yield from rows


def _select(name: str) -> str:
    names = ", ".join(f'"{column.name}"' for column in TABLES[name].columns)
    return f"SELECT {names} FROM {name}"


def _write_csv(connection: "Connection", path: Path, name: str, *, excel: bool) -> Path:
    with path.open("w", encoding="utf-8-sig" if excel else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";" if excel else ",")
        writer.writerow([column.name for column in TABLES[name].columns])
        for row in _rows(connection, name):
            cells = csv_row(row)
            writer.writerow([_comma(cell) for cell in cells] if excel else cells)
    return path


def _comma(cell: Any) -> Any:
    return str(cell).replace(".", ",") if isinstance(cell, float) else cell


def _write_jsonl(connection: "Connection", path: Path, name: str) -> Path:
    names = [column.name for column in TABLES[name].columns]
    with path.open("w", encoding="utf-8") as file:
        for row in _rows(connection, name):
            file.write(json_line(dict(zip(names, row, strict=True))) + "\n")
    return path


def _write_parquet(connection: "Connection", path: Path, name: str) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    from pipeline.tables import arrow_schema

    schema = arrow_schema(TABLES[name])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in connection.sql(_select(name)).to_arrow_reader(5000):
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))
    return path


def _write_xlsx(connection: "Connection", path: Path) -> Path:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "d.m.yyyy",
    }
    with xlsxwriter.Workbook(path, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, table in TABLES.items():
            _write_sheet(book.add_worksheet(name), table, _rows(connection, name), head, wrapped, name)
        _explain(book.add_worksheet("columns"), head, wrapped)
    return path


def _write_sheet(sheet: Any, table: Table, rows: Iterator[tuple[Any, ...]], head: Any, wrapped: Any, name: str) -> None:
    for number, column in enumerate(table.columns):
        sheet.set_column(number, number, _width(column))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [column.name for column in table.columns], head)
    last = 0
    for last, row in enumerate(rows, start=1):
        if last > _MOST_ROWS:
            raise UsageError(f"Table {name} has more rows than a sheet of Excel holds; export csv or parquet.")
        for number, (column, value) in enumerate(zip(table.columns, row, strict=True)):
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

"""The tables for other tools: CSV, an Excel workbook, JSON lines, Parquet, SQLite.

CSV and the workbook keep a spreadsheet from calculating what a document says: the workbook by its cell types, CSV by an
apostrophe before such a text. The other formats hold every text as it is.
"""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.export.package import write_package
from pipeline.export.rows import rows
from pipeline.export.sqlite import write_sqlite
from pipeline.export.workbook import write_workbook
from pipeline.safe import csv_row, json_line
from pipeline.schema import TABLES
from pipeline.store import ordered

if TYPE_CHECKING:
    import duckdb

    Connection = duckdb.DuckDBPyConnection

FORMATS = ("csv", "xlsx", "jsonl", "parquet", "sqlite")


def export(
    connection: "Connection", folder: Path, form: str, *, excel: bool = False, licence: str | None = None
) -> list[Path]:
    """Write the tables of an open store into a folder.

    Args:
        form: one of `FORMATS`.
        excel: CSV as the Finnish Excel expects it: a byte order mark, `;` between and a comma in numbers.
        licence: what the data package says of the licence, an SPDX name; nothing when it is None.

    Returns:
        The files written.

    Raises:
        UsageError: the folder cannot be written to, or a table has more rows than a sheet.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if form == "xlsx":
            return [write_workbook(connection, folder / "muistio.xlsx")]
        if form == "sqlite":
            return write_sqlite(connection, folder, licence=licence)
        if form == "csv":
            files = [_write_csv(connection, folder / f"{name}.csv", name, excel=excel) for name in TABLES]
        else:
            writer: Callable[[Connection, Path, str], Path] = _write_jsonl if form == "jsonl" else _write_parquet
            files = [writer(connection, folder / f"{name}.{form}", name) for name in TABLES]
        return [*files, write_package(folder, form, excel=excel, licence=licence)]
    except OSError as error:
        raise UsageError(f"Cannot write to {folder}: {error.strerror}. Name another folder.") from error


def _write_csv(connection: "Connection", path: Path, name: str, *, excel: bool) -> Path:
    with path.open("w", encoding="utf-8-sig" if excel else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";" if excel else ",")
        writer.writerow([column.name for column in TABLES[name].columns])
        for row in rows(connection, name):
            cells = csv_row(row)
            writer.writerow([_comma(cell) for cell in cells] if excel else cells)
    return path


def _comma(cell: Any) -> Any:
    return str(cell).replace(".", ",") if isinstance(cell, float) else cell


def _write_jsonl(connection: "Connection", path: Path, name: str) -> Path:
    names = [column.name for column in TABLES[name].columns]
    with path.open("w", encoding="utf-8") as file:
        for row in rows(connection, name):
            file.write(json_line(dict(zip(names, row, strict=True))) + "\n")
    return path


def _write_parquet(connection: "Connection", path: Path, name: str) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    from pipeline.tables import arrow_schema

    schema = arrow_schema(TABLES[name])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in connection.sql(ordered(name)).to_arrow_reader(5000):
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))
    return path

"""The tables as one DuckDB database, made from their Parquet files."""

import glob
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.schema import TABLES, VIEWS

if TYPE_CHECKING:
    import duckdb

_PIECE = 2**20
"""Bytes read at one time."""


def make_database(tables: Path, database: Path) -> None:
    """Make the database.

    Raises:
        OSError: it cannot be written, or a table cannot be read.
    """
    with _change(database) as connection:
        for name in TABLES:
            connection.read_parquet(_parquet(tables, name)).create(name)
        for statement in _descriptions():
            connection.execute(statement)


def update_database(tables: Path, database: Path, gone: Collection[str], new: Collection[str]) -> None:
    """Replace the rows of some documents, and all of `files`; new rows come last.

    Args:
        gone: documents whose rows are taken out.
        new: documents whose rows are put in, those that have changed among them.

    Raises:
        OSError: it cannot be read or written, or a table cannot be read.
    """
    with _change(database) as connection:
        connection.execute("CREATE TEMP TABLE gone AS SELECT unnest(?::VARCHAR[]) AS document_id", [list(gone)])
        connection.execute("CREATE TEMP TABLE new AS SELECT unnest(?::VARCHAR[]) AS document_id", [list(new)])
        of_documents = [name for name in TABLES if name != "files" and _names_documents(name)]
        of_items = [name for name in TABLES if not _names_documents(name)]
        for name in of_items:
            connection.execute(f"DELETE FROM {name} WHERE {_of_items('gone')}")
        for name in of_documents:
            connection.execute(f"DELETE FROM {name} WHERE document_id IN (FROM gone)")
        connection.execute("DELETE FROM files")
        connection.execute("INSERT INTO files FROM read_parquet(?)", [_parquet(tables, "files")])
        for name in of_documents:
            rows = f"INSERT INTO {name} FROM read_parquet(?) WHERE document_id IN (FROM new)"
            connection.execute(rows, [_parquet(tables, name)])
        for name in of_items:
            connection.execute(f"INSERT INTO {name} FROM read_parquet(?) WHERE {_of_items('new')}",
                               [_parquet(tables, name)])  # fmt: skip


def copy_database(source: Path, target: Path, check: int) -> None:
    """Copy a database of which `checksum` said `check`.

    Raises:
        OSError: it cannot be read or written, or is another than it was.
    """
    found = 0
    with source.open("rb") as read, target.open("wb") as written:
        while piece := read.read(_PIECE):
            found = zlib.crc32(piece, found)
            written.write(piece)
    if found != check:
        raise OSError(f"{source} has changed")


def checksum(path: Path) -> int:
    """CRC-32 of a file."""
    found = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found = zlib.crc32(piece, found)
    return found


@contextmanager
def _change(database: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A transaction on a database, which is whole on the disk afterwards; what goes wrong is an `OSError`."""
    import duckdb

    try:
        with duckdb.connect(str(database)) as connection:
            connection.begin()
            yield connection
            connection.commit()
            connection.execute("CHECKPOINT")  # closing does it too, but says nothing when the disk is full
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from error


def _parquet(tables: Path, name: str) -> str:
    return glob.escape(str(tables / f"{name}.parquet"))


def _names_documents(name: str) -> bool:
    return any(column.name == "document_id" for column in TABLES[name].columns)


def _of_items(documents: str) -> str:
    return f"item_id IN (SELECT item_id FROM items WHERE document_id IN (FROM {documents}))"


def _descriptions() -> Iterator[str]:
    """Statements that make the views and say what everything means."""
    for name, table in TABLES.items():
        yield f"COMMENT ON TABLE {name} IS {_quoted(table.description)}"
        for column in table.columns:
            yield f'COMMENT ON COLUMN {name}."{column.name}" IS {_quoted(column.description)}'
    for name, view in VIEWS.items():
        yield f"CREATE VIEW {name} AS {view.sql}"
        yield f"COMMENT ON VIEW {name} IS {_quoted(view.description)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

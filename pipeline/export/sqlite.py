"""A SQLite file that Datasette opens, with full-text search and descriptions of every table and column."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.export.rows import rows
from pipeline.schema import TABLES, Column, Table

if TYPE_CHECKING:
    import duckdb

_TYPES = {"integer": "INTEGER", "number": "REAL", "flag": "INTEGER"}
_FACETS = {"documents": ["kind", "status"], "labels": ["axis", "label", "method"], "actions": ["status", "owner"]}
_SEARCH = """
CREATE VIRTUAL TABLE items_fts USING fts5 (text, lemmas, content = 'items');
INSERT INTO items_fts (rowid, text, lemmas) SELECT rowid, text, lemmas FROM items;
"""


def write_sqlite(connection: "duckdb.DuckDBPyConnection", folder: Path, *, licence: str | None) -> list[Path]:
    """Write `muistio.sqlite` and the metadata for Datasette; lists become JSON arrays.

    Text is searched as it stands and by base form: `muistio.sqlite` has the index `items_fts`.
    """
    path = folder / "muistio.sqlite"
    path.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as database, database:
            for name, table in TABLES.items():
                database.execute(_created(name, table))
                marks = ", ".join("?" * len(table.columns))
                database.executemany(f"INSERT INTO {name} VALUES ({marks})", _plain(rows(connection, name)))
            database.executescript(_SEARCH)
    except sqlite3.OperationalError as error:
        raise UsageError(f"Cannot write {path}: {error}. Name another folder.") from error
    return [path, _metadata(folder / "datasette.json", licence)]


def _created(name: str, table: Table) -> str:
    parts = [_column(column) for column in table.columns]
    if table.key:
        parts.append(f"PRIMARY KEY ({', '.join(table.key)})")
    for column in table.columns:
        parent, _, target = column.refers.partition(".")
        if parent:
            parts.append(f'FOREIGN KEY ("{column.name}") REFERENCES {parent} ("{target}")')
    return f"CREATE TABLE {name} ({', '.join(parts)})"


def _column(column: Column) -> str:
    return f'"{column.name}" {_TYPES.get(column.kind, "TEXT")}{" NOT NULL" if column.required else ""}'


def _plain(some: Iterator[tuple[Any, ...]]) -> Iterator[list[Any]]:
    for row in some:
        yield [json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value for value in row]


def _metadata(path: Path, licence: str | None) -> Path:
    tables = {
        name: {
            "description": table.description,
            "columns": {column.name: column.description for column in table.columns},
            **({"facets": _FACETS[name]} if name in _FACETS else {}),
        }
        for name, table in TABLES.items()
    }
    title = {"title": "Meeting minutes", **({"license": licence} if licence else {})}
    path.write_text(
        json.dumps(title | {"databases": {"muistio": {"tables": tables}}}, ensure_ascii=False, indent=2) + "\n",
        encoding="utf-8",
    )
    return path

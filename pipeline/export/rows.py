"""Rows of the tables of an open store."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.schema import TABLES

if TYPE_CHECKING:
    import duckdb


def rows(connection: "duckdb.DuckDBPyConnection", name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table in their published order."""
    answer = connection.execute(select(name))
    while some := answer.fetchmany(5000):
        yield from some


def select(name: str) -> str:
    """SQL for a table with its columns in the order of the schema."""
    names = ", ".join(f'"{column.name}"' for column in TABLES[name].columns)
    return f"SELECT {names} FROM {name}"

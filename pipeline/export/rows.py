"""Rows of the tables of an open store."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.store import ordered

if TYPE_CHECKING:
    import duckdb


def rows(connection: "duckdb.DuckDBPyConnection", name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table in their published order."""
    answer = connection.execute(ordered(name))
    while some := answer.fetchmany(5000):
        yield from some

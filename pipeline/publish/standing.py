"""Rows of an earlier snapshot, taken over document by document into parts that have changed."""

import io
from collections.abc import Iterator
from contextlib import ExitStack
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from pipeline.publish.rowgroups import DamageError, Group, lone
from pipeline.schema import TABLES
from pipeline.tables import arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

Tables = dict[str, "pa.Table"]


class Part(NamedTuple):
    """A part as it stands in a snapshot: marks of its documents, and its row groups in the tables that have any."""

    marks: dict[str, str]
    groups: dict[str, Group]


class Standing:
    """Parts of an earlier snapshot; use it in a `with` statement.

    Raises:
        DamageError: a table is gone; from the methods, when a row group is not what was written there.
    """

    def __init__(self, tables: Path | None, parts: list[Part]) -> None:
        self._stack = ExitStack()
        self._parts = {tuple(part.marks.items()): part for part in parts}
        self._part_of = {one: (number, mark) for number, part in enumerate(parts) for one, mark in part.marks.items()}
        self._numbered = parts
        self._read = lru_cache(maxsize=2)(self._documents)
        self.sources: dict[str, BinaryIO] = {}
        if tables is not None and parts:
            try:
                for name in TABLES:
                    self.sources[name] = self._stack.enter_context((tables / f"{name}.parquet").open("rb"))
            except OSError as error:
                self._stack.close()
                raise DamageError("A table is gone.") from error

    def __enter__(self) -> "Standing":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def part(self, marks: dict[str, str]) -> Part | None:
        """The part of just these documents as they are, None where there is none."""
        return self._parts.get(tuple(marks.items()))

    def rows(self, document: str, mark: str) -> Tables | None:
        """The rows of a document as it is, by table; None where it does not stand there so."""
        number, known = self._part_of.get(document, (0, None))
        return self._read(number)[document] if known == mark else None

    def _documents(self, number: int) -> dict[str, Tables]:
        """The rows of each document of a part."""
        import pyarrow.parquet as parquet

        part = self._numbered[number]
        found: dict[str, Tables] = {one: {} for one in part.marks}
        owner_of: dict[str, str] = {}
        tables = {}
        for name, group in part.groups.items():
            schema = arrow_schema(TABLES[name])
            tables[name] = parquet.ParquetFile(io.BytesIO(lone(self.sources[name], group, schema))).read()
            if name == "items":
                ids, owners = (tables[name].column(column).to_pylist() for column in ("item_id", "document_id"))
                owner_of = dict(zip(ids, owners, strict=True))
        for name, table in tables.items():
            for owner, start, length in _runs(table, owner_of):
                found[owner][name] = table.slice(start, length)
        return found


def _runs(table: "pa.Table", owner_of: dict[str, str]) -> Iterator[tuple[str, int, int]]:
    """Each document of a table with the first and the number of its rows, which stand together."""
    if "document_id" in table.column_names:
        owners: list[Any] = table.column("document_id").to_pylist()
    else:
        owners = [owner_of[item] for item in table.column("item_id").to_pylist()]
    start = 0
    for owner, rows in groupby(owners):
        length = len(list(rows))
        yield owner, start, length
        start += length

"""From records to tables: columns, Arrow tables and pandas frames, and the check before publication."""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.records import Minutes
from pipeline.schema import TABLES, Column, Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Columns = dict[str, list[Any]]
"""A table as plain lists, one a column: what every other form is made from."""

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PYTHON: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "date": (str,),
    "integer": (int,),
    "number": (int, float),
    "flag": (bool,),
    "list": (tuple, list),
}


class File(NamedTuple):
    """A file that was seen, a row of `files`; `modified` is ISO 8601 in UTC."""

    path: str
    document_id: str
    size: int
    modified: str
    present: bool


class _Text(NamedTuple):
    document_id: str
    text: str


class _Problem(NamedTuple):
    document_id: str
    stage: str
    severity: str
    message: str
    page: int | None


def columns(minutes: Iterable[Minutes], files: Iterable[File] = ()) -> dict[str, Columns]:
    """The contract's tables as plain lists, rows in the order of `minutes`."""
    records: dict[str, list[Any]] = {name: [] for name in TABLES}
    records["files"].extend(files)
    for one in minutes:
        owner = one.document.document_id
        records["documents"].append(one.document)
        if one.text:
            records["texts"].append(_Text(owner, one.text))
        for name in ("participants", "sections", "items", "labels", "actions"):
            records[name].extend(getattr(one, name))
        records["problems"].extend(_Problem(owner, p.stage, p.severity, p.message, p.page) for p in one.problems)
    return {
        name: {column.name: [getattr(record, column.name) for record in records[name]] for column in table.columns}
        for name, table in TABLES.items()
    }


def arrow(tables: Mapping[str, Columns]) -> dict[str, "pa.Table"]:
    """The same tables for Arrow, with types, descriptions and which columns may be null."""
    import pyarrow as pa

    made = {}
    for name, columns in tables.items():
        schema = arrow_schema(TABLES[name])
        try:
            arrays = [_array(columns[field.name], field.type) for field in schema]
        except OverflowError:  # more than two gigabytes of text in a column, which pyarrow cuts into chunks
            arrays = [pa.array(columns[field.name], field.type) for field in schema]
        made[name] = pa.Table.from_arrays(arrays, schema=schema)
    return made


def _array(values: Sequence[Any], kind: "pa.DataType") -> "pa.Array":
    """Values as Arrow holds them. `pyarrow.array` would load pandas first, a quarter of a run over one document."""
    import pyarrow as pa
    import pyarrow.types as types

    there = None
    if None in values:
        there = _bits([value is not None for value in values])
    if types.is_list(kind):
        lists = [value or () for value in values]
        within = _array(list(chain.from_iterable(lists)), kind.value_type)
        return pa.Array.from_buffers(kind, len(values), [there, _offsets(map(len, lists))], children=[within])
    if types.is_string(kind):
        texts = [(value or "").encode() for value in values]
        content = [_offsets(map(len, texts)), pa.py_buffer(b"".join(texts))]
    elif types.is_boolean(kind):
        content = [_bits(values)]
    else:
        content = [pa.py_buffer(array("q" if types.is_integer(kind) else "d", [value or 0 for value in values]))]
    return pa.Array.from_buffers(kind, len(values), [there, *content])


def _offsets(sizes: Iterable[int]) -> "pa.Buffer":
    import pyarrow as pa

    return pa.py_buffer(array("i", accumulate(sizes, initial=0)))


def _bits(flags: Sequence[bool]) -> "pa.Buffer":
    """Truth values, a bit each, the first the lowest."""
    import pyarrow as pa

    number = int("0" + "".join("1" if flag else "0" for flag in reversed(flags)), 2)
    return pa.py_buffer(number.to_bytes(len(flags) // 8 + 1, "little"))


def arrow_schema(table: Table) -> "pa.Schema":
    """Arrow schema of a table; descriptions of the columns are in the fields' metadata."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "date": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "list": pa.list_(pa.string()),
    }
    return pa.schema(
        [
            pa.field(c.name, types[c.kind], nullable=not c.required, metadata={"description": c.description})
            for c in table.columns
        ],
        metadata={"description": table.description},
    )


def frames(minutes: Iterable[Minutes], files: Iterable[File] = ()) -> dict[str, "pd.DataFrame"]:
    """The contract's tables as pandas frames."""
    return {name: table.to_pandas() for name, table in arrow(columns(minutes, files)).items()}


def check(tables: Mapping[str, Columns]) -> list[str]:
    """Faults of the tables in words, each with table, row and column; an empty list when they are sound.

    Checks types, required values, allowed values, keys, references between the tables given, and every offset.
    """
    faults: list[str] = []
    for name, table in TABLES.items():
        if name not in tables:
            continue
        lacking = [column.name for column in table.columns if column.name not in tables[name]]
        if lacking:
            faults.append(f"Table {name} lacks the column {', '.join(lacking)}.")
            continue
        for column in table.columns:
            faults += _column_faults(name, column, tables)
        faults += _repeated(name, table, tables[name])
    return faults if faults else [*_offset_faults(tables)]


def _where(name: str, table: Columns, row: int) -> str:
    key = TABLES[name].key or ("document_id",)
    return f"Table {name}, row {row + 1} ({', '.join(str(table[column][row]) for column in key)})"


def _column_faults(name: str, column: Column, tables: Mapping[str, Columns]) -> Iterator[str]:
    table = tables[name]
    parent, _, target = column.refers.partition(".")
    known = set(tables[parent][target]) if parent in tables and target in tables[parent] else None
    wanted = _PYTHON[column.kind]
    for row, value in enumerate(table[column.name]):
        fault = ""
        if value is None:
            fault = "is empty but required" if column.required else ""
        elif not isinstance(value, wanted) or (isinstance(value, bool) and column.kind != "flag"):
            fault = f"holds {type(value).__name__} {value!r:.40} where {column.kind} belongs"
        elif not _encodable(value):
            fault = "holds half a character (a lone surrogate)"
        elif column.values and value not in column.values:
            fault = f"holds {value!r:.40}, which is none of {', '.join(column.values)}"
        elif column.kind == "date" and not _ISO_DAY.fullmatch(str(value)):
            fault = f"holds {value!r:.40}, which is no date like 2025-03-31"
        elif column.refers and known is not None and value not in known:
            fault = f"refers to {value!r:.40}, which is not in {column.refers}"
        if fault:
            yield f"{_where(name, table, row)}: column {column.name} {fault}."


def _encodable(value: Any) -> bool:
    try:
        "".join(value if isinstance(value, (str, tuple, list)) else "").encode()
    except UnicodeEncodeError:
        return False
    return True


def _repeated(name: str, table: Table, values: Columns) -> Iterator[str]:
    if not table.key:
        return
    seen: set[tuple[Any, ...]] = set()
    for row, key in enumerate(zip(*(values[column] for column in table.key), strict=True)):
        if key in seen:
            yield f"{_where(name, values, row)}: column {', '.join(table.key)} repeats the key of an earlier row."
        seen.add(key)


def _offset_faults(tables: Mapping[str, Columns]) -> Iterator[str]:
    """Offsets that do not give back the text they stand for."""
    if not {"texts", "sections", "items", "labels"} <= tables.keys():
        return
    texts = dict(zip(tables["texts"]["document_id"], tables["texts"]["text"], strict=True))
    for name in ("sections", "items"):
        table = tables[name]
        for row, (owner, start, end) in enumerate(_rows(table, "document_id", "start", "end")):
            text = texts.get(owner, "")
            if not 0 <= start <= end <= len(text):
                yield f"{_where(name, table, row)}: column start or end lies outside the text ({start}-{end})."
            elif name == "items" and text[start:end] != table["text"][row]:
                yield f"{_where(name, table, row)}: column text is not what start and end point at."
    items = dict(zip(tables["items"]["item_id"], tables["items"]["text"], strict=True))
    labels = tables["labels"]
    for row, (item, start, end) in enumerate(_rows(labels, "item_id", "evidence_start", "evidence_end")):
        if (start is None) != (end is None):
            yield f"{_where('labels', labels, row)}: column evidence_start or evidence_end is missing."
        elif start is not None and (start < 0 or items[item][start:end] != labels["evidence"][row]):
            yield f"{_where('labels', labels, row)}: column evidence is not what its offsets point at."


def _rows(table: Columns, *names: str) -> Iterable[Sequence[Any]]:
    return zip(*(table[name] for name in names), strict=True)

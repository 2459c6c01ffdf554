"""Parquet files put together from row groups that are encoded already.

A row group is a run of bytes and an entry in the footer that says where its pages stand, so that one can move to
another file of the same schema by copying the bytes and writing its places anew. pyarrow encodes and reads row groups
but does not move them; what is missing is the footer, which is a Thrift struct in the compact protocol
(https://parquet.apache.org/docs/file-format/). Only files that `encode` and `Builder` made are read here.
"""

import io
import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

_MAGIC = b"PAR1"
_BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _STRUCT = 3, 4, 5, 6, 7, 8, 9, 12
# Numbers of the fields that are looked at, as the Parquet format gives them.
_FILE_ROWS, _FILE_GROUPS = 3, 4
_GROUP_COLUMNS, _GROUP_ROWS, _GROUP_OFFSET, _GROUP_ORDINAL = 1, 3, 5, 7
_CHUNK_OFFSET, _CHUNK_META = 2, 3
_META_SIZE, _META_DATA, _META_INDEX, _META_DICTIONARY = 7, 9, 10, 11

Struct = dict[int, tuple[int, Any]]
"""A Thrift struct: number of a field to its type and value; a list is a pair of the type and the values."""


class Group(NamedTuple):
    """A row group of a file: where its bytes start, how many they are, and its entry in the footer."""

    start: int
    size: int
    entry: Struct

    @property
    def rows(self) -> int:
        """Number of its rows."""
        return int(self.entry[_GROUP_ROWS][1])


class Builder:
    """A Parquet file in the making; use it in a `with` statement, which writes the footer."""

    def __init__(self, path: Path, schema: "pa.Schema") -> None:
        import pyarrow as pa

        self._footer = _footer(io.BytesIO(encode(pa.Table.from_batches([], schema=schema))))
        self._groups: list[Struct] = []
        self._rows = 0
        self._file = path.open("wb")
        self._file.write(_MAGIC)

    def add(self, source: BinaryIO, group: Group) -> None:
        """Append a row group of another file of the same schema."""
        source.seek(group.start)
        shift = self._file.tell() - group.start
        self._file.write(source.read(group.size))
        self._groups.append(_moved(group.entry, shift, len(self._groups)))
        self._rows += group.rows

    def __enter__(self) -> "Builder":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        with self._file:
            if kind is None:
                whole = {
                    **self._footer,
                    _FILE_ROWS: (_I64, self._rows),
                    _FILE_GROUPS: (_LIST, (_STRUCT, self._groups)),
                }
                footer = bytearray()
                _write(footer, _STRUCT, whole)
                self._file.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)


def encode(table: "pa.Table") -> bytes:
    """A Parquet file of one row group, without statistics: least and greatest of ids and texts help no reader."""
    import pyarrow.parquet as parquet

    target = io.BytesIO()
    rows = max(1, table.num_rows)
    parquet.write_table(table, target, compression="zstd", write_statistics=False, row_group_size=rows)
    return target.getvalue()


def groups(source: BinaryIO) -> list[Group]:
    """The row groups of a file.

    Raises:
        ValueError: it is no Parquet file, or its footer is damaged.
    """
    try:
        return [_group(entry) for entry in _footer(source)[_FILE_GROUPS][1][1]]
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError("The footer of a Parquet file is damaged.") from error


def _group(entry: Struct) -> Group:
    metas = [chunk[_CHUNK_META][1] for chunk in entry[_GROUP_COLUMNS][1][1]]
    start = min(meta[place][1] for meta in metas for place in (_META_DATA, _META_DICTIONARY) if place in meta)
    return Group(start, sum(meta[_META_SIZE][1] for meta in metas), entry)


def _moved(entry: Struct, shift: int, ordinal: int) -> Struct:
    """The entry of a row group that stands `shift` bytes further on."""
    kind, (element, chunks) = entry[_GROUP_COLUMNS]
    moved = {
        **entry,
        _GROUP_COLUMNS: (kind, (element, [_moved_chunk(chunk, shift) for chunk in chunks])),
        _GROUP_ORDINAL: (_I16, ordinal % 2**15),
    }
    return _shifted(moved, shift, _GROUP_OFFSET)


def _moved_chunk(chunk: Struct, shift: int) -> Struct:
    kind, meta = chunk[_CHUNK_META]
    moved = {**chunk, _CHUNK_META: (kind, _shifted(meta, shift, _META_DATA, _META_INDEX, _META_DICTIONARY))}
    return _shifted(moved, shift, _CHUNK_OFFSET)


def _shifted(struct: Struct, shift: int, *places: int) -> Struct:
    """The struct with the places it has moved on; 0 means that there is none."""
    moved = {n: (struct[n][0], struct[n][1] + shift) for n in places if n in struct and struct[n][1]}
    return {**struct, **moved}


def _footer(source: BinaryIO) -> Struct:
    source.seek(-8, os.SEEK_END)
    tail = source.read(8)
    size = int.from_bytes(tail[:4], "little")
    if tail[4:] != _MAGIC or size > source.tell() - 12:
        raise ValueError("This is no Parquet file.")
    source.seek(-8 - size, os.SEEK_END)
    footer: Struct = _read(source.read(size), 0, _STRUCT)[0]
    return footer


def _read(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    """Value of a type at a place, and the place after it."""
    if kind in (_I16, _I32, _I64):
        value, at = _varint(data, at)
        return value >> 1 ^ -(value & 1), at
    if kind == _BINARY:
        size, at = _varint(data, at)
        return data[at : at + size], at + size
    if kind == _STRUCT:
        return _read_struct(data, at)
    if kind == _LIST:
        head, at = data[at], at + 1
        size = head >> 4
        if size == 15:
            size, at = _varint(data, at)
        values = []
        for _ in range(size):
            value, at = _read(data, at, head & 15)
            values.append(value)
        return (head & 15, values), at
    if kind == _DOUBLE:
        return data[at : at + 8], at + 8
    if kind in (1, 2, _BYTE):
        return data[at], at + 1
    raise ValueError(f"A Parquet footer holds the Thrift type {kind}, which it should not.")


def _read_struct(data: bytes, at: int) -> tuple[Struct, int]:
    struct: Struct = {}
    number = 0
    while head := data[at]:
        at += 1
        if head >> 4:
            number += head >> 4
        else:
            number, at = _read(data, at, _I16)
        kind = head & 15
        if kind in (1, 2):  # a flag, whose value is its type
            struct[number] = (kind, None)
        else:
            value, at = _read(data, at, kind)
            struct[number] = (kind, value)
    return struct, at + 1


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while (byte := data[at]) & 128:
        value |= (byte & 127) << shift
        shift += 7
        at += 1
    return value | byte << shift, at + 1


def _write(out: bytearray, kind: int, value: Any) -> None:
    if kind in (_I16, _I32, _I64):
        _write_varint(out, value << 1 if value >= 0 else (-value << 1) - 1)
    elif kind == _BINARY:
        _write_varint(out, len(value))
        out += value
    elif kind == _STRUCT:
        _write_struct(out, value)
    elif kind == _LIST:
        element, values = value
        out.append(min(len(values), 15) << 4 | element)
        if len(values) >= 15:
            _write_varint(out, len(values))
        for one in values:
            _write(out, element, one)
    elif kind == _DOUBLE:
        out += value
    else:
        out.append(value)


def _write_struct(out: bytearray, struct: Struct) -> None:
    before = 0
    for number, (kind, value) in sorted(struct.items()):
        if number - before <= 15:
            out.append(number - before << 4 | kind)
        else:
            out.append(kind)
            _write(out, _I16, number)
        before = number
        if kind not in (1, 2):
            _write(out, kind, value)
    out.append(0)


def _write_varint(out: bytearray, value: int) -> None:
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)

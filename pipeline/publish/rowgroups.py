"""Parquet files put together from row groups that are encoded already.

A row group is a run of bytes and an entry in the footer that says where its pages stand, so that one can move to
another file of the same schema by copying the bytes and writing its places anew. pyarrow encodes and reads row groups
but does not move them; what is missing is the footer, which is a Thrift struct in the compact protocol
(https://parquet.apache.org/docs/file-format/). Only files that `encode` made are read here.
"""

import io
import zlib
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

_MAGIC = b"PAR1"
_BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _STRUCT = 3, 4, 5, 6, 7, 8, 9, 12
_KIND = 15  # the bits of a type that are written
_PLACE, _WRITTEN = 16 | _I64, 16 | _STRUCT  # a place that is left out, a struct that is written already
# Numbers of the fields that are looked at, as the Parquet format gives them.
_FILE_ROWS, _FILE_GROUPS = 3, 4
_GROUP_COLUMNS, _GROUP_ROWS, _GROUP_OFFSET, _GROUP_ORDINAL = 1, 3, 5, 7
_CHUNK_OFFSET, _CHUNK_META = 2, 3
_META_SIZE, _META_DATA, _META_INDEX, _META_DICTIONARY = 7, 9, 10, 11

Struct = dict[int, tuple[int, Any]]
"""A Thrift struct: number of a field to its type and value; a list is a pair of the type and the values."""


class DamageError(ValueError):
    """What an earlier snapshot holds is not what was written there."""


class Group(NamedTuple):
    """A row group of a file, so described that it can be moved without a look at the footer it has there.

    Attributes:
        start: its first byte in the file.
        size: of its bytes.
        check: CRC-32 of its bytes.
        entry: its entry in the footer, in hexadecimal, without the places in the file that it names.
        places: for each place left out, the byte of the entry before which it belongs, and how far it is from `start`.
    """

    start: int
    size: int
    rows: int
    check: int
    entry: str
    places: list[list[int]]


class Builder:
    """A Parquet file in the making; use it in a `with` statement, which writes the footer.

    Args:
        file: empty, and closed by who opened it.
    """

    def __init__(self, file: BinaryIO, schema: "pa.Schema") -> None:
        import pyarrow as pa

        self._footer = _footer(encode(pa.Table.from_batches([], schema=schema)))
        self._groups: list[bytes] = []
        self._rows = 0
        self._file = file
        self._file.write(_MAGIC)

    def add(self, source: BinaryIO, group: Group) -> Group:
        """Append a row group of another file of the same schema; returns it as it stands here.

        Raises:
            DamageError: its bytes are not those that it was described by.
        """
        source.seek(group.start)
        data = source.read(group.size)
        if zlib.crc32(data) != group.check:
            raise DamageError("A row group is damaged.")
        group = group._replace(start=self._file.tell())
        self._file.write(data)
        self._groups.append(_entry(group))
        self._rows += group.rows
        return group

    def __enter__(self) -> "Builder":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            whole = {
                **self._footer,
                _FILE_ROWS: (_I64, self._rows),
                _FILE_GROUPS: (_LIST, (_WRITTEN, self._groups)),
            }
            footer = _Written()
            _write(footer, _STRUCT, whole)
            self._file.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)


def encode(table: "pa.Table") -> bytes:
    """A Parquet file of one row group, without statistics: least and greatest of ids and texts help no reader."""
    import pyarrow.parquet as parquet

    target = io.BytesIO()
    rows = max(1, table.num_rows)
    parquet.write_table(table, target, compression="zstd", write_statistics=False, row_group_size=rows)
    return target.getvalue()


def lone(source: BinaryIO, group: Group, schema: "pa.Schema") -> bytes:
    """A file of one row group of another file, as `encode` made it.

    Raises:
        DamageError: as `Builder.add`.
    """
    target = io.BytesIO()
    with Builder(target, schema) as builder:
        builder.add(source, group)
    return target.getvalue()


def described(data: bytes) -> Group:
    """The row group of a file of one."""
    entry: Struct = _footer(data)[_FILE_GROUPS][1][1][0]
    metas = [chunk[_CHUNK_META][1] for chunk in entry[_GROUP_COLUMNS][1][1]]
    start = min(meta[place][1] for meta in metas for place in (_META_DATA, _META_DICTIONARY) if place in meta)
    size = sum(meta[_META_SIZE][1] for meta in metas)
    written = _Written()
    _write(written, _STRUCT, _without_places(entry, start))
    check = zlib.crc32(data[start : start + size])
    return Group(start, size, entry[_GROUP_ROWS][1], check, written.hex(), written.places)


def _entry(group: Group) -> bytes:
    """The entry of a row group in the footer of the file that it stands in."""
    bare = bytes.fromhex(group.entry)
    entry = bytearray()
    done = 0
    for before, distance in group.places:
        entry += bare[done:before]
        _write(entry, _I64, group.start + distance)
        done = before
    return bytes(entry + bare[done:])


def _without_places(entry: Struct, start: int) -> Struct:
    """The entry of a row group with its places marked as such, and counted from its start."""
    kind, (element, chunks) = entry[_GROUP_COLUMNS]
    bare = {**entry, _GROUP_COLUMNS: (kind, (element, [_bare_chunk(chunk, start) for chunk in chunks]))}
    bare.pop(_GROUP_ORDINAL, None)  # it would change with each group more or less, and serves encrypted files alone
    return _counted(bare, start, _GROUP_OFFSET)


def _bare_chunk(chunk: Struct, start: int) -> Struct:
    kind, meta = chunk[_CHUNK_META]
    bare = {**chunk, _CHUNK_META: (kind, _counted(meta, start, _META_DATA, _META_INDEX, _META_DICTIONARY))}
    return _counted(bare, start, _CHUNK_OFFSET)


def _counted(struct: Struct, start: int, *places: int) -> Struct:
    """The struct with the places it has counted from `start`; 0 means that there is none."""
    return {**struct, **{n: (_PLACE, struct[n][1] - start) for n in places if n in struct and struct[n][1]}}


def _footer(data: bytes) -> Struct:
    size = int.from_bytes(data[-8:-4], "little")
    footer: Struct = _read(data[-8 - size : -8], 0, _STRUCT)[0]
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


class _Written(bytearray):
    """Bytes of a struct; `places` are those left out, each with the byte before which it belongs."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[list[int]] = []


def _write(out: bytearray, kind: int, value: Any) -> None:
    if kind == _PLACE:
        assert isinstance(out, _Written)
        out.places.append([len(out), value])
    elif kind == _WRITTEN:
        out += value
    elif kind in (_I16, _I32, _I64):
        _write_varint(out, value << 1 if value >= 0 else (-value << 1) - 1)
    elif kind == _BINARY:
        _write_varint(out, len(value))
        out += value
    elif kind == _STRUCT:
        _write_struct(out, value)
    elif kind == _LIST:
        element, values = value
        out.append(min(len(values), 15) << 4 | element & _KIND)
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
            out.append(number - before << 4 | kind & _KIND)
        else:
            out.append(kind & _KIND)
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

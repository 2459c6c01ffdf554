"""The tables as Parquet, a row group a part of the archive, so that only parts that have changed are encoded anew.

Where a part ends is told by the documents themselves and not by counting them: one document more or less changes the
part that it stands in and no other. So the files depend on what the archive holds and not on how it came to that.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pipeline.publish.rowgroups import Builder, Group, encode, groups
from pipeline.records import Minutes, digest
from pipeline.schema import TABLES
from pipeline.tables import Columns, File, arrow, arrow_schema, columns

_MANIFEST = "parts.json"
"""Beside the tables of a snapshot: the key of each part, and which row group it is in each table."""
_LEAST, _MOST, _ONE_IN = 128, 1024, 128
"""Documents of a part: the fewest, the most, and how often a document ends it in between."""


class Archive(NamedTuple):
    """What is to be published.

    Attributes:
        marks: the documents in the order in which their rows are to stand; whatever changes a document's rows changes
            its mark.
        load: the minutes of documents, in the order asked for.
        files: the rows of `files`, in order.
    """

    marks: Mapping[str, str]
    load: Callable[[Sequence[str]], Iterable[Minutes]]
    files: Callable[[], Iterable[File]]


_Pieces = dict[str, tuple[BinaryIO, Group]]
"""Row groups by table, each with the file it stands in; tables without rows are left out."""


def write(folder: Path, archive: Archive, form: str, earlier: Path | None) -> None:
    """Write the Parquet files and the manifest of a snapshot.

    Args:
        folder: an empty folder for the files; the manifest goes beside it.
        form: what else decides the bytes; row groups written in another form are not taken over.
        earlier: the same folder of an earlier snapshot, to take row groups over from.
    """
    with ExitStack() as stack:
        standing = _standing(earlier, stack) if earlier is not None else {}
        builders = {
            name: stack.enter_context(Builder(folder / f"{name}.parquet", arrow_schema(table)))
            for name, table in TABLES.items()
        }
        manifest = {}
        for documents in _parts(archive.marks):
            key = digest(form, *(f"{one} {archive.marks[one]}" for one in documents))
            pieces = standing.get(key) or _encoded(columns(archive.load(documents)))
            manifest[key] = list(pieces)
            _append(builders, pieces)
        _append(builders, _encoded(columns((), archive.files())))
    (folder.parent / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _parts(documents: Iterable[str]) -> Iterator[list[str]]:
    """The documents cut into parts."""
    part: list[str] = []
    for document in documents:
        part.append(document)
        if (len(part) >= _LEAST and int(digest(document), 16) % _ONE_IN == 0) or len(part) == _MOST:
            yield part
            part = []
    if part:
        yield part


def _encoded(tables: Mapping[str, Columns]) -> _Pieces:
    pieces: _Pieces = {}
    for name, table in arrow(tables).items():
        if table.num_rows:
            source = io.BytesIO(encode(table))
            pieces[name] = (source, groups(source)[0])
    return pieces


def _append(builders: Mapping[str, Builder], pieces: _Pieces) -> None:
    for name, (source, group) in pieces.items():
        builders[name].add(source, group)


def _standing(folder: Path, stack: ExitStack) -> dict[str, _Pieces]:
    """The parts of an earlier snapshot by key, none where it is not whole."""
    try:
        manifest: dict[str, list[str]] = json.loads((folder.parent / _MANIFEST).read_text("utf-8"))
        sources = {name: stack.enter_context((folder / f"{name}.parquet").open("rb")) for name in TABLES}
        rest = {name: iter(groups(source)) for name, source in sources.items()}
        return {key: {name: (sources[name], next(rest[name])) for name in names} for key, names in manifest.items()}
    except (OSError, ValueError, StopIteration):
        return {}

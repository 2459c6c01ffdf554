"""The tables as Parquet, a row group a part of the archive, so that only parts that have changed are encoded anew.

Where a part ends is told by the documents themselves and not by counting them: one document more or less changes the
part that it stands in and no other. So the files depend on what the archive holds and not on how it came to that.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.publish.rowgroups import Builder, Group, described, encode
from pipeline.publish.standing import Part, Standing
from pipeline.records import Minutes, digest
from pipeline.schema import TABLES
from pipeline.tables import File, arrow, arrow_schema, columns

if TYPE_CHECKING:
    import pyarrow as pa

_MANIFEST = "parts.json"
"""Beside the tables of a snapshot: what stands in them and in the database."""
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


class Manifest(NamedTuple):
    """What a snapshot holds.

    Attributes:
        form: what decides it beside the documents; nothing is taken over into another form.
        database: CRC-32 of the database.
        replaced: documents that were replaced or taken out since the database was made whole.
    """

    form: str
    parts: list[Part]
    database: int = 0
    replaced: int = 0

    @property
    def marks(self) -> dict[str, str]:
        """The mark of each document."""
        return dict(chain.from_iterable(part.marks.items() for part in self.parts))


def load_manifest(snapshot: Path | None, form: str) -> Manifest:
    """The manifest of a snapshot; an empty one where there is none of this form."""
    try:
        if snapshot is not None:
            written_as, parts, *database = json.loads((snapshot / _MANIFEST).read_text("utf-8"))
            if written_as == form:
                return Manifest(form, [Part(marks, _groups(groups)) for marks, groups in parts], *database)
    except (OSError, ValueError, TypeError, AttributeError):
        pass  # another version wrote it, or it is damaged
    return Manifest(form, [])


def _groups(stored: dict[str, list[object]]) -> dict[str, Group]:
    return {name: Group(*group) for name, group in stored.items()}  # type: ignore[arg-type]


def save_manifest(snapshot: Path, manifest: Manifest) -> None:
    """Write the manifest of a snapshot."""
    (snapshot / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def write(folder: Path, archive: Archive, earlier: Manifest, standing: Path | None) -> Manifest:
    """Write the Parquet files of a snapshot.

    Args:
        folder: an empty folder for the files.
        earlier: what stands in an earlier snapshot of the form in which these are to be.
        standing: the folder of that snapshot.

    Raises:
        DamageError: the earlier snapshot is not what its manifest says.
    """
    parts = []
    with ExitStack() as stack:
        tables = standing / folder.name if standing is not None else None
        there = stack.enter_context(Standing(tables, earlier.parts))
        builders = {}
        for name, table in TABLES.items():
            file = stack.enter_context((folder / f"{name}.parquet").open("wb"))
            builders[name] = stack.enter_context(Builder(file, arrow_schema(table)))
        for documents in _parts(archive.marks):
            marks = {one: archive.marks[one] for one in documents}
            part = there.part(marks)
            if part is not None:
                groups = {name: builders[name].add(there.sources[name], group) for name, group in part.groups.items()}
            else:
                groups = _add(builders, _tables(marks, archive, there))
            parts.append(Part(marks, groups))
        _add(builders, arrow(columns((), archive.files())))
    return Manifest(earlier.form, parts)


def _tables(marks: Mapping[str, str], archive: Archive, there: Standing) -> "dict[str, pa.Table]":
    """The rows of a part's documents, those of unchanged ones as they stand already."""
    known = {one: rows for one, mark in marks.items() if (rows := there.rows(one, mark)) is not None}
    if not known:
        return arrow(columns(archive.load(list(marks))))
    import pyarrow as pa

    for one in marks.keys() - known.keys():
        known[one] = arrow(columns(archive.load([one])))
    return {
        name: pa.concat_tables([known[one][name] for one in marks if name in known[one]] or [schema.empty_table()])
        for name, schema in ((name, arrow_schema(table)) for name, table in TABLES.items())
    }


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


def _add(builders: Mapping[str, Builder], tables: "Mapping[str, pa.Table]") -> dict[str, Group]:
    """Append rows as a row group of each table that has any."""
    groups = {}
    for name, table in tables.items():
        if table.num_rows:
            data = encode(table.combine_chunks())
            groups[name] = builders[name].add(io.BytesIO(data), described(data))
    return groups

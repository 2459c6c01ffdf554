"""Publication: the tables as Parquet and one DuckDB database, built aside and switched by one rename.

`DIR/muistio.duckdb` and `DIR/tables` lead through the link `DIR/current` to one folder under `DIR/.snapshots`.
Replacing that link is the switch: a reader sees the old or the new snapshot, never half of one. The snapshot before is
kept, so that who has just opened it can read on. Where the system has no links (Windows without the right to make them)
the files are moved into place one by one.
"""

import glob
import os
import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.errors import MuistioError, UsageError
from pipeline.records import Minutes, digest
from pipeline.schema import TABLES, VIEWS, Table
from pipeline.state import owner_only
from pipeline.tables import File, arrow, arrow_schema, columns

FORM = digest(__version__, repr(TABLES), repr(VIEWS))
"""Changes whenever the same documents would be published otherwise."""
DATABASE = "muistio.duckdb"
FOLDER = "tables"
_NAMES = {f"{name}.parquet" for name in TABLES}
_CHUNK = 200
"""Documents that are tables in memory at one time."""


def prepare(out: Path) -> None:
    """Make the output folder and see that it can be written to, before a document is read.

    Raises:
        UsageError: it cannot.
    """
    try:
        with owner_only():
            out.mkdir(parents=True, exist_ok=True)
            (out / ".snapshots").mkdir(exist_ok=True)
            probe = out / ".snapshots" / ".probe"
            probe.write_bytes(b"")
            probe.unlink()
    except OSError as error:
        raise UsageError(
            f"Cannot write to the output folder {out}: {error.strerror}. Choose another with --out."
        ) from error
    if (out / FOLDER).is_dir() and not {path.name for path in (out / FOLDER).iterdir()} <= _NAMES:
        raise UsageError(f"{out / FOLDER} holds files that are not ours; move them away, or choose another --out.")


def publish(out: Path, minutes: Iterable[Minutes], files: Iterable[File]) -> None:
    """Build a snapshot of everything and switch to it.

    Args:
        out: an output folder that `prepare` has seen.
        minutes: in the order in which their rows are to stand.
        files: likewise.

    Raises:
        MuistioError: it cannot be written; what was published before still stands.
    """
    snapshots = out / ".snapshots"
    standing = _target(out)
    numbers = [int(path.name) for path in snapshots.iterdir() if path.name.isdigit()]
    new = snapshots / f"{max(numbers, default=0) + 1:06d}"
    try:
        with owner_only():
            _build(new, minutes, files)
            _switch(out, new)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise MuistioError(
            f"The tables cannot be written to {out}: {error.strerror or error}. The earlier ones stand; put that right"
            " and run again, nothing is read twice."
        ) from error
    for path in snapshots.iterdir():
        if path not in (new, standing):
            shutil.rmtree(path, ignore_errors=True)


def is_published(out: Path) -> bool:
    """Whether a whole snapshot stands in the folder."""
    return (out / DATABASE).is_file() and (out / FOLDER / "documents.parquet").is_file()


def _target(out: Path) -> Path | None:
    link = out / "current"
    return out / ".snapshots" / link.readlink().name if link.is_symlink() else None


def _build(folder: Path, minutes: Iterable[Minutes], files: Iterable[File]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / FOLDER).mkdir(parents=True)
    _write_parquet(folder / FOLDER, minutes, files)
    _write_database(folder)
    for path in [*folder.rglob("*"), folder, folder.parent]:
        _sync(path)


def _write_parquet(folder: Path, minutes: Iterable[Minutes], files: Iterable[File]) -> None:
    import pyarrow.parquet as parquet

    def writer(name: str, table: Table) -> Any:
        return parquet.ParquetWriter(folder / f"{name}.parquet", arrow_schema(table), compression="zstd")

    writers = {name: writer(name, table) for name, table in TABLES.items()}
    try:
        for chunk in _chunks(minutes):
            for name, table in arrow(columns(chunk)).items():
                writers[name].write_table(table)
        writers["files"].write_table(arrow(columns((), files))["files"])
    finally:
        for one in writers.values():
            one.close()


def _chunks(minutes: Iterable[Minutes]) -> Iterator[list[Minutes]]:
    source = iter(minutes)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk


def _write_database(folder: Path) -> None:
    import duckdb

    try:
        with duckdb.connect(str(folder / DATABASE)) as connection:
            connection.begin()
            for name in TABLES:
                connection.read_parquet(glob.escape(str(folder / FOLDER / f"{name}.parquet"))).create(name)
            for statement in _descriptions():
                connection.execute(statement)
            connection.commit()
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from error


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


def _sync(path: Path) -> None:
    """Have the file or folder on the disk before the switch; folders cannot be opened on every system."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _switch(out: Path, snapshot: Path) -> None:
    try:
        _link(out / "current", Path(".snapshots") / snapshot.name)
    except (OSError, NotImplementedError):
        if (out / "current").is_symlink():
            raise
        _move(out, snapshot)
    else:
        for name in (DATABASE, FOLDER):
            if not (out / name).is_symlink():
                if (out / name).is_dir():
                    shutil.rmtree(out / name)
                _link(out / name, Path("current") / name)
    _sync(out)


def _link(place: Path, target: Path) -> None:
    aside = place.with_name(f".{place.name}.new")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(place)


def _move(out: Path, snapshot: Path) -> None:
    (out / FOLDER).mkdir(exist_ok=True)
    for path in (snapshot / FOLDER).iterdir():
        path.replace(out / FOLDER / path.name)
    (snapshot / DATABASE).replace(out / DATABASE)

"""Publication: the tables as Parquet and one DuckDB database, built aside and switched by one rename.

`DIR/muistio.duckdb` and `DIR/tables` lead through the link `DIR/current` to one folder under `DIR/.snapshots`.
Replacing that link is the switch: a reader sees the old or the new snapshot, never half of one. The snapshot before is
kept, so that who has just opened it can read on, and what has not changed is taken over from it. Where the system has
no links (Windows without the right to make them) the files are moved into place one by one.
"""

import multiprocessing
import os
import shutil
from collections.abc import Iterable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from pipeline import __version__
from pipeline.errors import MuistioError, UsageError
from pipeline.publish.database import checksum, copy_database, make_database, update_database
from pipeline.publish.parts import Archive as Archive
from pipeline.publish.parts import Manifest, load_manifest, save_manifest, write
from pipeline.publish.rowgroups import DamageError
from pipeline.records import Minutes, digest
from pipeline.schema import TABLES, VIEWS
from pipeline.state import owner_only
from pipeline.tables import File

FORM = digest(__version__, metadata.version("pyarrow"), repr(TABLES), repr(VIEWS))
"""Changes whenever the same documents would be published otherwise."""
DATABASE = "muistio.duckdb"
FOLDER = "tables"
_LARGE = 8 * 2**20
"""Bytes of Parquet files from which on the database is not made whole each time, and when it is, then apart."""
_MOST_REPLACED = 0.25
"""Share of the documents in a database that may be replaced before it is made whole again, tight and in order."""
_NAMES = {f"{name}.parquet" for name in TABLES}


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
    """Publish minutes that are all in memory, in their order; raises as `publish_archive` does."""
    known = {one.document.document_id: one for one in minutes}
    marks = {identity: digest(repr(one)) for identity, one in known.items()}
    publish_archive(out, Archive(marks, lambda wanted: [known[identity] for identity in wanted], lambda: files))


def publish_archive(out: Path, archive: Archive) -> None:
    """Build a snapshot of everything and switch to it.

    Args:
        out: an output folder that `prepare` has seen.

    Raises:
        MuistioError: it cannot be written; what was published before still stands.
    """
    snapshots = out / ".snapshots"
    standing = _target(out)
    numbers = [int(path.name) for path in snapshots.iterdir() if path.name.isdigit()]
    new = snapshots / f"{max(numbers, default=0) + 1:06d}"
    try:
        with owner_only():
            _build(new, archive, standing)
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


def _build(folder: Path, archive: Archive, standing: Path | None) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / FOLDER).mkdir(parents=True)
    earlier = load_manifest(standing, FORM)
    try:
        manifest = write(folder / FOLDER, archive, earlier, standing)
    except DamageError:
        _build(folder, archive, None)
        return
    save_manifest(folder, _write_database(folder, manifest, earlier, standing))
    for path in [*folder.rglob("*"), folder, folder.parent]:
        _sync(path)


def _write_database(folder: Path, manifest: Manifest, earlier: Manifest, standing: Path | None) -> Manifest:
    """Write the database: the one before with the rows of changed documents replaced, whole where that is better."""
    before, now = earlier.marks, manifest.marks
    gone = [one for one, mark in before.items() if now.get(one) != mark]
    new = [one for one, mark in now.items() if before.get(one) != mark]
    replaced = earlier.replaced + len(gone)
    few = replaced + len(new) <= _MOST_REPLACED * len(now)
    if standing is not None and few and _is_large(folder):
        with suppress(OSError):  # it is no more what was written there, or a later DuckDB has written it
            copy_database(standing / DATABASE, folder / DATABASE, earlier.database)
            update_database(folder / FOLDER, folder / DATABASE, gone, new)
            return manifest._replace(database=checksum(folder / DATABASE), replaced=replaced)
        for path in folder.glob(f"{DATABASE}*"):
            path.unlink()
    return manifest._replace(database=_make_database(folder))


def _is_large(folder: Path) -> bool:
    return sum(path.stat().st_size for path in (folder / FOLDER).iterdir()) >= _LARGE


def _make_database(folder: Path) -> int:
    """Make the database whole; returns its checksum."""
    make = _make_apart if _is_large(folder) else make_database
    make(folder / FOLDER, folder / DATABASE)
    return checksum(folder / DATABASE)


def _make_apart(tables: Path, database: Path) -> None:
    """Make the database in a process of its own, so that the run's memory does not grow with it."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        try:
            apart.submit(make_database, tables, database).result()
        except BrokenExecutor as error:
            raise OSError("the process that makes the database was ended; it may want for memory") from error


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

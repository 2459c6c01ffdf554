"""What a run knows from one time to the next: which files were seen and what each document gave, in `state.sqlite`.

The state is the truth; the published tables are made from it. One run writes at a time: SQLite's own exclusive lock is
held while the state is open, and goes with the process however it ends.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path

from pipeline.encoding import decode, encode
from pipeline.errors import MuistioError, UsageError
from pipeline.records import Minutes, Status, digest
from pipeline.tables import File

SCHEMA_VERSION = 3
_SCHEMA = """
CREATE TABLE files (
    path TEXT PRIMARY KEY, document_id TEXT NOT NULL, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
    modified TEXT NOT NULL, present INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX files_of_document ON files (document_id, present DESC, path);
CREATE TABLE results (
    document_id TEXT PRIMARY KEY, reading TEXT NOT NULL, labels TEXT NOT NULL, status TEXT NOT NULL,
    problem TEXT NOT NULL, pages INTEGER NOT NULL, attempts INTEGER NOT NULL, allowance TEXT NOT NULL,
    mark TEXT NOT NULL, minutes BLOB
);
CREATE TABLE published (form TEXT NOT NULL);
"""
_FOLLOWED = """
CREATE TABLE IF NOT EXISTS followed (
    document_id TEXT PRIMARY KEY, mark TEXT NOT NULL, series TEXT NOT NULL, traces BLOB NOT NULL,
    actions BLOB, told TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS followed_series ON followed (series);
"""
"""Actions and traces of each document, and its actions as later documents of its series tell; null where as its own."""
_FIRST_PATH = "(SELECT path FROM files f WHERE f.document_id = r.document_id ORDER BY present DESC, path LIMIT 1)"
"""Path of the first file of a document, a present one where there is one."""


@dataclass(frozen=True, slots=True)
class Known:
    """What became of one document, all but its content.

    Attributes:
        reading: what decided how it was read; differs from the run's when it has to be read again.
        labels: what decided its labels; differs from the run's when it has to be labelled again.
        problem: the first error or warning in words, empty when there is none.
        attempts: how often its worker died or ran out of time on it; 0 when it ended by itself.
        allowance: the time and memory it had.
    """

    document_id: str
    reading: str
    labels: str
    status: Status
    problem: str
    pages: int
    attempts: int
    allowance: str


def _mark(minutes: bytes) -> str:
    return hashlib.sha256(minutes).hexdigest()[:16]


@contextmanager
def owner_only() -> Iterator[None]:
    """What is made inside can be read by its owner alone: minutes name people."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


class State:
    """The open state of one output folder; use it in a `with` statement."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> "State":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction; whatever is changed in it has to be published again."""
        with self._transaction():
            yield
            self._connection.execute("DELETE FROM published")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._connection:
                yield
        except sqlite3.OperationalError as error:
            raise MuistioError(
                f"The state cannot be written: {error}. What was done before is kept; put that right and run again."
            ) from error

    def file(self, path: str) -> tuple[str, int, int] | None:
        """Document, size and time of change in nanoseconds of a file seen before and present then."""
        found = self._connection.execute(
            "SELECT document_id, size, modified_ns FROM files WHERE path = ? AND present", (path,)
        ).fetchone()
        return None if found is None else (found[0], found[1], found[2])

    def see(self, file: File, modified_ns: int) -> None:
        """Note a file as present."""
        self._connection.execute(
            "INSERT OR REPLACE INTO files (path, document_id, size, modified, modified_ns, present)"
            " VALUES (?,?,?,?,?,1)",
            (file.path, file.document_id, file.size, file.modified, modified_ns),
        )

    def paths(self) -> set[str]:
        """Paths of the files that were present when last looked for."""
        return {path for (path,) in self._connection.execute("SELECT path FROM files WHERE present")}

    def miss(self, path: str) -> None:
        """Note that a file is gone; its document stays, for an archive does not forget."""
        self._connection.execute("UPDATE files SET present = 0 WHERE path = ?", (path,))

    def forget_replaced(self) -> None:
        """Drop what no file stands for any more: the earlier content of files that have changed."""
        self._connection.execute("DELETE FROM results WHERE document_id NOT IN (SELECT document_id FROM files)")

    def known(self, document_id: str) -> Known | None:
        """What became of a document, None when it was never processed."""
        found = self._connection.execute(
            "SELECT document_id, reading, labels, status, problem, pages, attempts, allowance"
            " FROM results WHERE document_id = ?",
            (document_id,),
        ).fetchone()
        return None if found is None else Known(*found)

    def troubled(self) -> dict[str, Known]:
        """What is known of the documents that are not whole, by document."""
        found = self._connection.execute(
            "SELECT document_id, reading, labels, status, problem, pages, attempts, allowance"
            " FROM results WHERE status <> 'ok'"
        )
        return {row[0]: Known(*row) for row in found}

    def stored(self, document_id: str) -> bytes:
        """The encoded minutes of a document that is known."""
        found = self._connection.execute("SELECT minutes FROM results WHERE document_id = ?", (document_id,)).fetchone()
        return bytes(found[0])

    def keep(self, known: Known, minutes: bytes) -> None:
        """Store what became of a document, and its encoded minutes, in place of what was known of it."""
        self._connection.execute(
            "INSERT OR REPLACE INTO results (document_id, reading, labels, status, problem, pages, attempts, allowance,"
            " mark, minutes) VALUES (?,?,?,?,?,?,?,?,?,?)",
            (*(getattr(known, field.name) for field in fields(known)), _mark(minutes), minutes),
        )

    def files(self) -> Iterator[File]:
        """All files of known documents, by path."""
        for row in self._connection.execute(
            "SELECT path, document_id, size, modified, present FROM files"
            " WHERE document_id IN (SELECT document_id FROM results) ORDER BY path"
        ):
            yield File(row[0], row[1], row[2], row[3], bool(row[4]))

    def marks(self) -> dict[str, str]:
        """All documents in the order of the path of their first file, each with what changes when its rows do."""
        found = self._connection.execute(
            f"SELECT document_id, r.mark, coalesce(told, ''), {_FIRST_PATH} AS path"
            " FROM results r LEFT JOIN followed USING (document_id) WHERE path IS NOT NULL ORDER BY path"
        )
        return {identity: digest(mark, path, *filter(None, [told])) for identity, mark, told, path in found}

    def minutes(self, documents: Iterable[str]) -> Iterator[Minutes]:
        """The minutes of documents, in the order asked for, with the first file's path and the followed actions."""
        for identity in documents:
            path, data, told = self._connection.execute(
                f"SELECT {_FIRST_PATH}, minutes, actions FROM results r LEFT JOIN followed USING (document_id)"
                " WHERE document_id = ?",
                (identity,),
            ).fetchone()
            minutes = decode(data)
            actions = minutes.actions if told is None else decode(told).actions
            yield replace(minutes, document=replace(minutes.document, path=path), actions=actions)

    def followed(self) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
        """The mark of each result, and mark and series of each document whose traces are here."""
        results = self._connection.execute("SELECT document_id, mark FROM results")
        traced = self._connection.execute("SELECT document_id, mark, series FROM followed")
        return dict(results.fetchall()), {identity: (mark, series) for identity, mark, series in traced}

    def set_traces(self, document_id: str, mark: str, series: str, traces: Minutes) -> None:
        """Store the actions and traces of a document; what its series told of it is forgotten."""
        row = (document_id, mark, series, encode(traces))
        self._connection.execute("INSERT OR REPLACE INTO followed VALUES (?,?,?,?,NULL,'')", row)

    def forget_traces(self, document_id: str) -> None:
        """Drop the traces of a document that is gone."""
        self._connection.execute("DELETE FROM followed WHERE document_id = ?", (document_id,))

    def series(self, name: str) -> list[Minutes]:
        """Document, actions and traces of all documents of a series, as they were before they were followed."""
        found = self._connection.execute("SELECT traces FROM followed WHERE series = ?", (name,))
        return [decode(traces) for (traces,) in found]

    def set_told(self, told: Minutes | None, document_id: str) -> None:
        """Store the actions of a document as its series tells, None where they are its own."""
        data = None if told is None else encode(told)
        row = (data, "" if data is None else _mark(data), document_id)
        self._connection.execute("UPDATE followed SET actions = ?, told = ? WHERE document_id = ?", row)

    def published(self) -> str:
        """In which form what stands here is published, empty when something changed since."""
        found = self._connection.execute("SELECT form FROM published").fetchone()
        return "" if found is None else str(found[0])

    def set_published(self, form: str) -> None:
        """Note that what stands here is published."""
        with self._transaction():
            self._connection.execute("DELETE FROM published")
            self._connection.execute("INSERT INTO published VALUES (?)", (form,))


def open_state(path: Path, *, wait: float = 5.0) -> State:
    """Open the state for writing; it is created, readable by its owner alone, when there is none.

    Args:
        path: `state.sqlite` of an output folder.
        wait: seconds to wait for another run that has it open.

    Raises:
        UsageError: another run has it, it is damaged, or a later version wrote it.
    """
    try:
        with owner_only():
            connection = sqlite3.connect(path, timeout=wait)
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise UsageError(
                f"{path} was written by a later version of muistio (its format {version}, this one {SCHEMA_VERSION});"
                " upgrade muistio, or choose another folder with --out."
            )
        if version == 0:
            _make(connection, _SCHEMA + _FOLLOWED)
        if version == 1:
            _add_marks(connection)
        if version in (1, 2):
            _make(connection, _FOLLOWED)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.commit()
        fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if fault != "ok":
            raise sqlite3.DatabaseError(fault)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise UsageError(
                f"Another run is writing to {path.parent}; wait until it ends, or choose another folder with --out."
            ) from error
        raise UsageError(f"Cannot open {path}: {error}. Check the folder's permissions and free space.") from error
    except sqlite3.DatabaseError as error:
        raise UsageError(
            f"{path} is damaged ({error}). Move it away and run again: all documents are then read anew."
        ) from error
    return State(connection)


def _make(connection: sqlite3.Connection, schema: str) -> None:
    for statement in schema.split(";"):
        connection.execute(statement)


def _add_marks(connection: sqlite3.Connection) -> None:
    """From format 1 to 2: each document gets the mark by which publication sees that its rows have changed."""
    connection.execute("ALTER TABLE results ADD COLUMN mark TEXT NOT NULL DEFAULT ''")
    connection.create_function("mark", 1, _mark, deterministic=True)
    connection.execute("UPDATE results SET mark = mark(minutes)")

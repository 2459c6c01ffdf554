"""A run: many documents through all stages, kept in the state and published.

The one place where a document's failure is kept from its neighbours. What is unchanged is not read again, a change of
rules or lemmatiser labels anew what was read before.
"""

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch import files as on_disk
from pipeline.batch.local import run_local
from pipeline.batch.remote import Stat
from pipeline.batch.worker import Job, Result, Tools, load_tools, summary
from pipeline.config import Settings
from pipeline.corrections import publish_state
from pipeline.errors import DocumentError
from pipeline.process import failed, versions
from pipeline.publish import prepare
from pipeline.records import Status, digest, document_id
from pipeline.state import Known, State, open_state
from pipeline.tables import File

STATE = "state.sqlite"
_TRIES = 2
"""How often a document that kills its worker is tried, on as many runs."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A document that is not whole, and why; `earlier` when it was like that before this run."""

    path: str
    status: Status
    problem: str
    earlier: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did.

    Attributes:
        done: documents that this run processed, by status.
        unchanged: documents that were up to date.
        troubles: failed and partial documents among those named, by path.
        other: files left out because no reader is for their type.
        empty: folders named by the command with nothing to read.
        lemmatiser: name and version of what gave the base forms.
    """

    done: Counter[Status]
    unchanged: int
    troubles: tuple[Trouble, ...]
    other: int
    empty: tuple[on_disk.Root, ...]
    lemmatiser: str


@dataclass(frozen=True, slots=True)
class Step:
    """One document dealt with, for whoever shows the progress; `result` is None when it was up to date."""

    path: str
    total: int
    result: Result | None


def unwatched(step: Step) -> None:
    """Shows no progress."""
    del step


def run(roots: Iterable[on_disk.Root], settings: Settings, watch: Callable[[Step], None] = unwatched) -> Outcome:
    """Process what is new or changed under `roots` and publish the tables.

    Args:
        roots: files and folders, and addresses such as `s3://bucket/minutes` as text.

    Raises:
        UsageError: something is wrong with paths, settings or output folder; no document was read.
    """
    roots = list(roots)
    found = on_disk.find(roots, settings.out)
    prepare(settings.out)
    tools = load_tools(settings)
    with open_state(settings.out / STATE) as state:
        work = _Run(state, tools, found.paths, watch)
        work.process()
        work.tidy(roots)
        publish_state(settings.out, state)
        return work.outcome(found)


def _size(path: on_disk.Source) -> int:
    """Bytes of a file; the largest go first, so that no worker is left with a long one when the others are done."""
    try:
        return path.stat().st_size
    except OSError:
        return 0  # told when its turn comes


class _Run:
    """One run over files that were found; `_named` holds the documents met so far with their first path."""

    def __init__(
        self, state: State, tools: Tools, paths: Iterable[on_disk.Source], watch: Callable[[Step], None]
    ) -> None:
        self._state = state
        self._tools = tools
        self._settings = settings = tools.settings
        self._known = versions(settings, tools.rules, tools.lemmatiser)
        self._paths = sorted(paths, key=_size, reverse=True)
        self._watch = watch
        self._named: dict[str, str] = {}
        self._fresh: dict[str, Status] = {}
        self._allowance = f"{settings.limits.seconds:g} s, {settings.limits.megabytes} MB"

    def process(self) -> None:
        """Do what has to be done and keep each result as it comes."""
        with closing(self._results()) as results:
            for job, result in results:
                self._keep(job, result)

    def _results(self) -> Generator[tuple[Job, Result], None, None]:
        if self._settings.executor == "dask":
            from pipeline.batch.dask import run_dask

            return run_dask(self._jobs(), self._settings, self._known)
        return run_local(self._jobs(), self._settings, self._known, self._tools)

    def _keep(self, job: Job, result: Result) -> None:
        known = Known(
            job.document_id,
            self._known.reading,
            self._known.labels,
            result.status,
            result.problem,
            result.pages,
            job.attempts + 1 if result.died else 0,
            self._allowance,
        )
        with self._state.change():
            self._state.keep(known, result.minutes)
        self._fresh[job.document_id] = result.status
        self._watch(Step(job.path, len(self._paths), result))

    def _jobs(self) -> Iterator[Job]:
        """What has to be done, file by file, looked for only as far as workers are free."""
        for path in self._paths:
            name = on_disk.shown(path)
            try:
                job = self._job(path, name)
            except (OSError, DocumentError) as error:
                words = str(error) if isinstance(error, DocumentError) else f"It cannot be opened: {error.strerror}."
                self._refuse(name, words)
                continue
            if job is None:
                self._watch(Step(name, len(self._paths), None))
            else:
                yield job

    def _job(self, path: on_disk.Source, name: str) -> Job | None:
        """What has to be done for a file, None when its document is up to date or met before on this run."""
        stat = path.stat()
        seen = self._state.file(name)
        data = None
        if seen is not None and stat.st_mtime_ns and seen[1:] == (stat.st_size, stat.st_mtime_ns):
            identity = seen[0]
        else:
            identity, data = self._read(path, stat)
        if identity in self._named:
            return None
        known = self._state.known(identity)
        job = None
        if known is None or self._must_read(known):
            attempts = known.attempts if known is not None and known.allowance == self._allowance else 0
            if data is None:
                identity, data = self._read(path, stat)
            job = Job(identity, name, data, attempts=attempts)
        elif known.labels != self._known.labels:
            job = Job(identity, name, None, stored=self._state.stored(identity))
        self._named[identity] = name
        return job

    def _read(self, path: on_disk.Source, stat: os.stat_result | Stat) -> tuple[str, bytes]:
        """Id and bytes of the document in a file; the file is noted as seen."""
        most = self._settings.limits.megabytes
        if stat.st_size > most * 2**20:
            raise DocumentError(f"It is larger than the {most} MB a document may take; give more with --memory.")
        data = path.read_bytes()
        identity = document_id(data)
        with self._state.change():
            self._state.see(on_disk.file_row(path, identity, stat), stat.st_mtime_ns)
        return identity, data

    def _must_read(self, known: Known) -> bool:
        """Whether a known document has to be read again: it would come out differently, or is worth another try."""
        if known.reading != self._known.reading:
            return True
        if known.status != "failed":
            return False
        if self._settings.retry:
            return True
        retry = 0 < known.attempts < _TRIES or (known.attempts > 0 and known.allowance != self._allowance)
        return retry or known.labels != self._known.labels or self._settings.password is not None

    def _refuse(self, name: str, message: str) -> None:
        """Record a file whose bytes were not to be had: known by its path alone, and tried again on every run."""
        identity = digest("unread", name)
        self._named[identity] = name
        result = summary(failed(identity, name, "batch", message, self._known))
        with self._state.change():
            self._state.see(File(name, identity, 0, "", present=True), -1)
            self._state.keep(Known(identity, "", "", "failed", message, 0, 0, self._allowance), result.minutes)
        self._fresh[identity] = "failed"
        self._watch(Step(name, len(self._paths), result))

    def tidy(self, roots: list[on_disk.Root]) -> None:
        """Note which files under the roots are gone, and drop the earlier content of those that changed."""
        there = {on_disk.shown(path) for path in self._paths}
        gone = [
            path
            for path in self._state.paths()
            if path not in there and on_disk.is_under(path, roots) and not Path(path).exists()
        ]
        if gone or not self._state.published():
            with self._state.change():
                for path in gone:
                    self._state.miss(path)
                self._state.forget_replaced()

    def outcome(self, found: on_disk.Found) -> Outcome:
        """What this run did."""
        troubled = self._state.troubled()
        troubles = [
            Trouble(path, known.status, known.problem, identity not in self._fresh)
            for identity, path in sorted(self._named.items(), key=lambda named: named[1])
            if (known := troubled.get(identity)) is not None
        ]
        unchanged = len(self._named) - len(self._fresh)
        done = Counter(self._fresh.values())
        return Outcome(done, unchanged, tuple(troubles), found.other, found.empty, self._known.lemmatiser)

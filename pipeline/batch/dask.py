"""Workers of a Dask cluster: the same stages, results streamed to the one writer here.

Documents travel as bytes, so that the cluster needs no common disk. Time and memory are limited by the cluster's own
settings; a Dask worker that is lost costs a repetition, and a document that kills several is recorded as failed.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from typing import TYPE_CHECKING

from pipeline.batch.worker import Job, Result, load_tools, summary, work
from pipeline.config import Settings
from pipeline.errors import MissingDependency, MuistioError, UsageError
from pipeline.process import Versions, failed, versions

if TYPE_CHECKING:
    from distributed import Client, Future

_PATIENCE = 60.0
"""Seconds without a worker, or without an answer, after which a run ends: who replaces a worker needs less."""
_GREETING = 10.0
"""Seconds a scheduler has to greet or to take leave."""
_LOOK = 0.5
"""Seconds between two looks at the cluster."""
_KEPT = "What was done is kept; run again to go on from there."
_loaded = threading.local()


def run_dask(
    jobs: Iterator[Job], settings: Settings, known: Versions, *, patience: float = _PATIENCE
) -> Generator[tuple[Job, Result], None, None]:
    """Do all jobs on the cluster at `settings.scheduler`; results come as they are ready, in no order.

    Args:
        known: what the workers must have too; stamped on documents whose workers died.
        patience: seconds that the cluster may have no worker, or give no answer.

    Raises:
        MissingDependency: Dask is not installed.
        UsageError: no scheduler answers, or one of another version.
        MuistioError: the cluster has no workers, is gone, or has workers that cannot do the jobs.
    """
    try:
        from distributed import KilledWorker
    except ImportError as error:
        raise MissingDependency("--executor dask needs Dask; install it with pip install 'muistio[dask]'.") from error
    address = settings.scheduler or ""
    with _connected(address, min(_GREETING, patience)) as client:
        cluster = _Cluster(client, address, patience)
        waiting: dict[str, Job] = {}
        done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        while True:
            room = cluster.room()
            while len(waiting) < room and (job := next(jobs, None)) is not None:
                future = cluster.submit(job, settings, known)
                waiting[future.key] = job
                future.add_done_callback(done.put)
            if not waiting:
                return
            try:
                future = done.get(timeout=_LOOK)
            except queue.Empty:
                continue
            job = waiting.pop(future.key)
            try:
                result = future.result(timeout=patience)
            except KilledWorker:
                message = "It ended the cluster's workers again and again, most likely for want of memory; split it."
                result = summary(failed(job.document_id, job.path, "batch", message, known), died=True)
            except Exception as error:
                if isinstance(error, TimeoutError) and future.status == "lost":  # with the worker that had it
                    waiting[future.key] = job
                    done.put(future)
                    continue
                raise (_unable(address, error) if future.status == "error" else cluster.gone()) from error
            yield job, result


@contextmanager
def _connected(address: str, wait: float) -> Iterator["Client"]:
    """The cluster's client; greeting and leave take at most `wait` seconds each."""
    from distributed import Client

    # With a traceback it would tell what is told here in a sentence.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    ours = metadata.version("distributed")
    try:
        theirs = asyncio.run(asyncio.wait_for(_version(address), wait))
        if theirs != ours:
            raise UsageError(
                f"The Dask scheduler at {address} is of version {theirs}, Dask here of {ours}; install the same here"
                f" (pip install distributed=={theirs}) or on the cluster."
            )
        client = Client(address, timeout=wait, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"No Dask scheduler answers at '{address}'; --scheduler is written like tcp://127.0.0.1:8786."
        ) from error
    try:
        yield client
    finally:
        with suppress(TimeoutError):  # who is gone takes no leave
            client.close(timeout=wait)


async def _version(address: str) -> str:
    """Version of the scheduler. `Client` itself would wait for ever for a server that is none, such as a web server."""
    from distributed import Security, rpc

    if "://" not in address:
        raise ValueError(address)
    async with rpc(address, connection_args=Security().get_connection_args("client")) as scheduler:
        return str((await scheduler.versions())["packages"]["distributed"])


class _Cluster:
    """The cluster as the run sees it."""

    def __init__(self, client: "Client", address: str, patience: float) -> None:
        self._client, self._address, self._patience = client, address, patience
        self._threads = 0
        self._next_look = 0.0
        self._empty_since: float | None = None

    def room(self) -> int:
        """How many documents keep every thread busy, with one more for each in the queue.

        Raises:
            MuistioError: the cluster is gone, or has had no workers for too long.
        """
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _LOOK
            self._threads = self._ask()
            if self._threads:
                self._empty_since = None
            elif self._empty_since is None:
                self._empty_since = now
            elif now - self._empty_since > self._patience:
                raise MuistioError(
                    f"The Dask scheduler at {self._address} has had no workers for {self._patience:g} seconds; start"
                    f" some with `dask worker {self._address}`. {_KEPT}"
                )
        return 2 * max(1, self._threads)

    def _ask(self) -> int:
        """How many threads its workers have."""
        if self._client.status != "running":
            raise self.gone()
        try:
            return sum(self._client.nthreads(callback_timeout=self._patience).values())
        except Exception as error:
            raise self.gone() from error

    def submit(self, job: Job, settings: Settings, known: Versions) -> "Future":
        """Hand it a job."""
        try:
            return self._client.submit(_remote, job, settings, known, key=f"muistio-{job.document_id}", pure=False)
        except Exception as error:
            raise self.gone() from error

    def gone(self) -> MuistioError:
        """What to tell when it does not answer any more."""
        return MuistioError(
            f"The Dask scheduler at {self._address} does not answer any more; start it and its workers again, or leave"
            f" out --executor to work on this machine. {_KEPT}"
        )


def _unable(address: str, error: Exception) -> MuistioError:
    """What to tell when a job fails as no document should."""
    words = str(error) if isinstance(error, MuistioError) else f"{type(error).__name__}: {error}"
    return MuistioError(
        f"A worker of the Dask cluster at {address} cannot do what this machine would: {words.rstrip(',.')}. Give it"
        f" the same versions and files. {_KEPT}"
    )


def _remote(job: Job, settings: Settings, known: Versions) -> Result:
    """Runs on the cluster: each thread has a lemmatiser of its own, for they cannot be shared.

    Raises:
        MuistioError: the results would not be those of the machine that asks.
    """
    wanted = (settings, known)
    if getattr(_loaded, "wanted", None) != wanted:
        tools = load_tools(settings)
        if differences := _differences(versions(settings, tools.rules, tools.lemmatiser), known):
            raise MuistioError(f"it has {' and '.join(differences)}")
        _loaded.tools, _loaded.wanted = tools, wanted
    return work(job, _loaded.tools)


def _differences(there: Versions, here: Versions) -> list[str]:
    """In what the outcome of a worker would differ from that of this machine, in words."""
    words = []
    if there.reading != here.reading:
        words.append("another version of muistio, or not the same of Tesseract and LibreOffice,")
    if there.rules != here.rules:
        words.append(f"rules {there.rules} where this machine has {here.rules}")
    if there.lemmatiser != here.lemmatiser:
        words.append(f"{there.lemmatiser} where this machine has {here.lemmatiser}")
    return words

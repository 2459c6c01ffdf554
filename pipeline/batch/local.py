"""Workers on this machine, one process each, with a time and memory limit for every document.

Each worker has a pipe of its own and does one document at a time, so that a worker that dies takes exactly the document
it had, cannot tear a message of its neighbours, and is replaced.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from pipeline.batch.worker import OUT_OF_MEMORY, Job, Result, Tools, serve, summary
from pipeline.config import Limits, Settings
from pipeline.errors import MuistioError
from pipeline.process import Versions, failed

_THREADED = {"torch", "pyarrow", "duckdb", "distributed"}
"""Libraries that run threads of their own."""
Serve = Callable[..., None]
"""What a worker does, given its end of the pipe, the settings and, where it need not load them, who has the tools."""


class _Worker:
    """A process with the job it has; `deadline` is on the monotonic clock."""

    def __init__(self, settings: Settings, target: Serve, tools: Tools | None) -> None:
        self.connection, theirs = multiprocessing.Pipe()
        copied = tools is not None and _alone()
        with _deaf_to_interrupts(copied):
            self.process = _start(target, self.connection, theirs, settings, tools if copied else None)
        theirs.close()
        self.job: Job | None = None
        self.deadline = 0.0
        self._seconds = settings.limits.seconds
        self._ready = False

    def begin(self, job: Job) -> None:
        """Hand it a job."""
        self._await_start()
        self.job = job
        self.deadline = time.monotonic() + self._seconds
        with suppress(OSError):  # it may have died meanwhile; waiting for its answer tells
            self.connection.send(job)

    def _await_start(self) -> None:
        if not self._ready:
            try:
                self.connection.recv()
            except (EOFError, OSError) as error:
                self.process.join()
                raise MuistioError(
                    f"A worker process cannot start (exit code {self.process.exitcode}); `muistio doctor` tells what is"
                    " missing."
                ) from error
            self._ready = True

    def stop(self) -> None:
        """End it and all that it has started, at once."""
        if hasattr(os, "killpg") and self.process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):  # it is gone, or has not made its group yet
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.connection.close()


@contextmanager
def _deaf_to_interrupts(copied: bool) -> Iterator[None]:
    """Ctrl-C is for the run, which then ends its workers: what is started in here never hears it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    if not copied:
        resource_tracker.ensure_running()  # if it started in there, it would unblock the signal again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(target: Serve, ours: Connection, theirs: Connection, settings: Settings, tools: Tools | None) -> BaseProcess:
    """A worker process: a copy of this one, which has rules and lemmatiser loaded, where `tools` are given.

    A copy of a process with several threads may wait for ever for a lock that one of them held. Then workers come from
    a server that has the stages loaded; where there is neither, they start from nothing.
    """
    process: BaseProcess
    if tools is not None:

        def load(_: Settings) -> Tools:
            ours.close()  # while a copy has this end too, it never hears that the run is gone
            return tools

        process = multiprocessing.get_context("fork").Process(target=target, args=(theirs, settings, load), daemon=True)
    elif sys.platform == "linux":
        server = multiprocessing.get_context("forkserver")
        server.set_forkserver_preload(["pipeline.batch.worker"])
        process = server.Process(target=target, args=(theirs, settings), daemon=True)
    else:
        process = multiprocessing.get_context("spawn").Process(target=target, args=(theirs, settings), daemon=True)
    process.start()
    return process


def _alone() -> bool:
    """Whether nothing else runs in this process, as far as known: numpy's threads end before a copy, others' do not."""
    return sys.platform == "linux" and threading.active_count() == 1 and not _THREADED & sys.modules.keys()


def run_local(
    jobs: Iterator[Job], settings: Settings, known: Versions, tools: Tools | None = None, *, target: Serve = serve
) -> Generator[tuple[Job, Result], None, None]:
    """Do all jobs, at most `settings.workers` at once; results come as they are ready, in no order.

    A job is taken only when a worker is free for it, so that the documents in memory are never more than the workers.

    Args:
        known: stamped on documents whose worker died.
        tools: spare the workers loading them.
        target: what a worker does.
    """
    idle: list[_Worker] = []
    busy: list[_Worker] = []
    try:
        more = True
        while more or busy:
            while more and len(busy) < settings.workers:
                job = next(jobs, None)
                if job is None:
                    more = False
                    break
                worker = _living(idle) or _Worker(settings, target, tools)
                busy.append(worker)
                worker.begin(job)
            for worker, result in _answers(busy, settings.limits, known):
                busy.remove(worker)
                if result.died:
                    worker.stop()
                else:
                    idle.append(worker)
                assert worker.job is not None
                yield worker.job, result
    finally:
        for worker in idle + busy:
            worker.stop()


def _living(idle: list[_Worker]) -> _Worker | None:
    """An idle worker; what was killed while it had nothing to do is put away."""
    while idle:
        worker = idle.pop()
        if worker.process.is_alive():
            return worker
        worker.stop()
    return None


def _answers(busy: list[_Worker], limits: Limits, known: Versions) -> list[tuple[_Worker, Result]]:
    """Results of the workers that have one now; waits until something happens."""
    if not busy:
        return []
    timeout = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
    ready = wait([worker.connection for worker in busy], timeout)
    answers = []
    for worker in busy:
        if worker.connection in ready:
            answers.append((worker, _answer(worker, limits, known)))
        elif time.monotonic() >= worker.deadline:
            message = (
                f"It takes longer than the {limits.seconds:g} seconds a document may take; give more with --timeout,"
                " or split it."
            )
            answers.append((worker, _dead(worker, message, known)))
    return answers


def _answer(worker: _Worker, limits: Limits, known: Versions) -> Result:
    try:
        result = worker.connection.recv()
    except (EOFError, OSError):
        worker.process.join()
        return _dead(worker, _reason(worker.process.exitcode, limits), known)
    assert isinstance(result, Result)
    return result


def _reason(code: int | None, limits: Limits) -> str:
    if code == OUT_OF_MEMORY:
        return (
            f"It asks for more than the {limits.megabytes} MB of memory a document may take; give more with --memory,"
            " or split it."
        )
    name = signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
    return (
        f"Its reader crashed ({name}), as happens with damaged files and with such as ask for more than"
        f" {limits.megabytes} MB of memory; open it in another program, save it anew and run again."
    )


def _dead(worker: _Worker, message: str, known: Versions) -> Result:
    assert worker.job is not None
    return summary(failed(worker.job.document_id, worker.job.path, "batch", message, known), died=True)

"""What runs in a worker process: one document after another, each within its time and memory."""

import gc
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.config import Limits, Settings
from pipeline.encoding import decode, encode
from pipeline.labelling import Rules, load_rules
from pipeline.language import Lemmatiser, load_lemmatiser
from pipeline.process import label, process, versions
from pipeline.records import Minutes, Status

_DOCUMENTS = 50
"""After how many documents a worker looks for what only cycles keep in memory."""
OUT_OF_MEMORY = 77
"""Exit code of a worker that a document asked for more memory than it may have."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to do.

    Attributes:
        data: the bytes of the file; None when it is only to be labelled anew.
        stored: encoded minutes of an earlier run that are to be labelled anew.
        attempts: how often its worker died on it before.
    """

    document_id: str
    path: str
    data: bytes | None
    stored: bytes = b""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job.

    Attributes:
        problem: the first error, or else the first warning, in words; empty where there is neither.
        minutes: as `pipeline.encoding.encode` gives them.
        died: whether the worker did not live to finish the job.
    """

    document_id: str
    status: Status
    problem: str
    pages: int
    minutes: bytes
    died: bool = False


@dataclass(frozen=True, slots=True)
class Tools:
    """What a worker loads once."""

    settings: Settings
    rules: Rules
    lemmatiser: Lemmatiser


def load_tools(settings: Settings) -> Tools:
    """Load rules and lemmatiser."""
    return Tools(settings, load_rules(settings.themes, model=settings.model), load_lemmatiser(settings.lemmatiser))


def work(job: Job, tools: Tools) -> Result:
    """Do one job."""
    if job.data is None:
        known = versions(tools.settings, tools.rules, tools.lemmatiser)
        return summary(label(decode(job.stored), tools.rules, tools.lemmatiser, known))
    return summary(process(job.data, job.path, tools.settings, tools.rules, tools.lemmatiser))


def summary(minutes: Minutes, *, died: bool = False) -> Result:
    """The result that stands for `minutes`."""
    ranked = sorted(minutes.problems, key=lambda problem: ("error", "warning", "info").index(problem.severity))
    problem = ranked[0].message if ranked and ranked[0].severity != "info" else ""
    about = minutes.document
    return Result(about.document_id, about.status, problem, about.pages, encode(minutes), died)


def serve(
    connection: Connection,
    settings: Settings,
    load: Callable[[Settings], Tools] = load_tools,
    do: Callable[[Job, Tools], Result] = work,
) -> None:
    """Be a worker: say that it is ready, then answer every job that comes until the run is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(os, "setsid"):
        os.setsid()  # so that what a reader starts (Tesseract, LibreOffice) can be ended together with it
    tools = load(settings)
    logging.disable()  # a library may quote the document, and the run's log is to hold no text and no names
    gc.freeze()
    gc.disable()  # a document's objects end without it; looking for cycles among them all the while costs a twentieth
    try:
        connection.send(None)
        for number in count(1):
            job = connection.recv()
            _allow_memory(settings.limits)
            connection.send(do(job, tools))
            if number % _DOCUMENTS == 0:
                gc.collect()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (EOFError, OSError):
        return  # the run is gone


def _allow_memory(limits: Limits) -> None:
    """Let this process grow by what a document may cost; where the system cannot tell its size there is no limit."""
    size = Path("/proc/self/statm")
    if not size.exists():
        return
    import resource

    pages = int(size.read_text().split()[0])
    most = pages * resource.getpagesize() + limits.megabytes * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))

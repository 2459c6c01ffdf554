"""Stages that need no document, for tests of the workers: what a file says is what happens to it."""

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.batch.worker import Job, Result, Tools, serve, summary
from pipeline.config import Settings
from pipeline.encoding import decode
from pipeline.process import failed, versions
from tests.examples import example


@dataclass(frozen=True)
class FakeRules:
    version: str = "rules 1"


@dataclass(frozen=True)
class FakeLemmatiser:
    name: str = "fake"
    version: str = "1"


def fake_tools(settings: Settings) -> Tools:
    return Tools(settings, FakeRules(), FakeLemmatiser())  # type: ignore[arg-type]


def fake_work(job: Job, tools: Tools) -> Result:
    data = job.data or b""
    if data.startswith(b"SLEEP"):
        _, _, marker = data.decode().partition(" ")
        if marker:
            Path(marker).touch()
        time.sleep(60)
    if b"TALK" in data:
        library = logging.getLogger("some.reader")
        library.addHandler(logging.StreamHandler())
        library.warning("It quotes %s", data.decode())
    if b"EXIT" in data:
        os._exit(3)
    if b"CRASH" in data:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"EAT" in data:
        len(bytearray(100 * 2**30))
    if b"BROKEN" in data:
        known = versions(tools.settings, tools.rules, tools.lemmatiser)
        return summary(failed(job.document_id, job.path, "reading", "It is broken.", known))
    if job.data is None:
        return summary(decode(job.stored))
    return summary(example(job.path, data=data))


def fake_serve(connection: Connection, settings: Settings, load: Callable[[Settings], Tools] = fake_tools) -> None:
    serve(connection, settings, load, fake_work)


def no_start(connection: Connection, settings: Settings, load: object = None) -> None:
    os._exit(9)

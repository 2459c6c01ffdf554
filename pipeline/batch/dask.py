"""Workers of a Dask cluster: the same stages, results streamed to the one writer here.

Documents travel as bytes, so that the cluster needs no common disk. Time and memory are limited by the cluster's own
settings; a Dask worker that is lost costs a repetition, and a document that kills several is recorded as failed.
"""

import threading
from collections.abc import Generator, Iterator

from pipeline.batch.worker import Job, Result, Tools, load_tools, summary, work
from pipeline.config import Settings
from pipeline.errors import MissingDependency, MuistioError, UsageError
from pipeline.process import Versions, failed

_loaded = threading.local()


def run_dask(jobs: Iterator[Job], settings: Settings, known: Versions) -> Generator[tuple[Job, Result], None, None]:
    """Do all jobs on the cluster at `settings.scheduler`; results come as they are ready, in no order.

    Raises:
        MissingDependency: Dask is not installed.
        UsageError: the cluster does not answer.
    """
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        raise MissingDependency("--executor dask needs Dask; install it with pip install 'muistio[dask]'.") from error
    address = settings.scheduler or ""
    try:
        if "://" not in address:
            raise ValueError(address)
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"No Dask scheduler answers at '{address}'; --scheduler is written like tcp://127.0.0.1:8786."
        ) from error
    with client:
        waiting: dict[str, Job] = {}
        done = as_completed(loop=client.loop)

        def fill() -> None:
            """Keep every thread of the cluster busy, and one document more for each in the queue."""
            room = 2 * max(1, sum(client.nthreads().values()))
            while len(waiting) < room and (job := next(jobs, None)) is not None:
                future = client.submit(_remote, job, settings, key=f"muistio-{job.document_id}", pure=False)
                waiting[future.key] = job
                done.add(future)

        fill()
        for future in done:
            job = waiting.pop(future.key)
            try:
                result = future.result()
            except KilledWorker:
                message = "It ended the cluster's workers again and again, most likely for want of memory; split it."
                result = summary(failed(job.document_id, job.path, "batch", message, known), died=True)
            except Exception as error:
                raise MuistioError(
                    f"The Dask cluster cannot run muistio ({type(error).__name__}: {error}); its workers need the same"
                    " version installed. What was done is kept; run again."
                ) from error
            yield job, result
            fill()


def _remote(job: Job, settings: Settings) -> Result:
    """Runs on the cluster: each thread has a lemmatiser of its own, for they cannot be shared."""
    tools: Tools | None = getattr(_loaded, "tools", None)
    if tools is None or tools.settings != settings:
        tools = _loaded.tools = load_tools(settings)
    return work(job, tools)

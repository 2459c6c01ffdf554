"""Who watches a run: a bar for people, a log for machines, counts for a monitoring system."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline.batch import Outcome, Step
from pipeline.errors import UsageError
from pipeline.state import owner_only

Watch = Callable[[Step], None]


@contextmanager
def progress() -> Iterator[Watch]:
    """A progress bar on standard error where that is a terminal, else silence."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failures]}", style="red"),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,  # a thread of its own would keep the run from copying itself into workers
    ) as bar:
        task = bar.add_task("", total=None, rate="", failures="")
        pages = failures = 0
        drawn = 0.0

        def watch(step: Step) -> None:
            nonlocal pages, failures, drawn
            if step.result is not None:
                pages += step.result.pages
                failures += step.result.status == "failed"
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f"{pages / elapsed:.0f} pages/s" if pages and elapsed > 1 else ""
            due = elapsed - drawn > 0.1
            drawn = elapsed if due else drawn
            failed = f"{failures} failed" if failures else ""
            bar.update(task, total=step.total, advance=1, rate=rate, failures=failed, refresh=due)

        yield watch


def log(step: Step) -> None:
    """A line of JSON on standard error for each document done; ids only, for paths and messages may name people."""
    if step.result is not None:
        entry = {"event": "document", "document_id": step.result.document_id, "status": step.result.status}
        click.echo(json.dumps({**entry, "pages": step.result.pages}), err=True)


def log_end(outcome: Outcome) -> None:
    """The last line of the log: what the run did."""
    click.echo(json.dumps({"event": "end", **outcome.done, "unchanged": outcome.unchanged}), err=True)


class Meter:
    """Counts of one run for a monitoring system."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._pages = 0

    def through(self, watch: Watch) -> Watch:
        """What counts each step before it passes it on."""

        def counted(step: Step) -> None:
            self._pages += step.result.pages if step.result is not None else 0
            watch(step)

        return counted

    def write(self, path: Path, outcome: Outcome) -> None:
        """Write the counts as Prometheus text, whole or not at all, as its textfile collector wants them.

        Raises:
            UsageError: the file cannot be written.
        """
        named = Counter(trouble.status for trouble in outcome.troubles)
        rows = [
            *((f'muistio_documents_done{{status="{s}"}}', outcome.done[s]) for s in ("ok", "partial", "failed")),
            ("muistio_documents_unchanged", outcome.unchanged),
            *((f'muistio_documents_not_whole{{status="{s}"}}', named[s]) for s in ("partial", "failed")),
            ("muistio_pages_done", self._pages),
            ("muistio_run_seconds", f"{time.monotonic() - self._began:.3f}"),
            ("muistio_run_ended_timestamp_seconds", f"{time.time():.0f}"),
            ("muistio_main_process_peak_bytes", _peak()),
        ]
        text = "".join(f"{name} {value}\n" for name, value in rows)
        aside = path.with_name(f".{path.name}.new")
        try:
            with owner_only():
                aside.write_text(text, encoding="utf-8")
            aside.replace(path)
        except OSError as error:
            raise UsageError(
                f"Cannot write the counts to {path}: {error.strerror}; choose another --metrics."
            ) from error


def _peak() -> int:
    """Most memory that this process has had, in bytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

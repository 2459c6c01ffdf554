"""`muistio run`: minutes in, tables out."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from pipeline.batch import Outcome, run
from pipeline.cli.terminal import model_option, say
from pipeline.cli.watching import Meter, log, log_end, progress
from pipeline.config import DEFAULT_OUT, LEMMATISERS, Limits, Settings
from pipeline.safe import printable

_MOST_TROUBLES = 20


def _place(text: str) -> Path | str:
    """A path here, or an address as it is."""
    return text if "://" in text else Path(text)


@click.command(name="run")
@click.argument("paths", nargs=-1, required=True, type=_place, metavar="PATH...")
@click.option("--out", type=click.Path(path_type=Path), default=DEFAULT_OUT, show_default=True, metavar="DIR",
              help="Folder of state and tables.")  # fmt: skip
@click.option("--workers", type=int, default=Settings().workers, metavar="N",
              help="Processes at work at one time; as many as the machine has cores unless told.")  # fmt: skip
@click.option("--executor", type=click.Choice(["local", "dask"]), default="local", show_default=True,
              help="Work on this machine or on a Dask cluster.")  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="The Dask cluster's scheduler, tcp://HOST:PORT.")
@click.option("--lemmatiser", type=click.Choice(LEMMATISERS), default="voikko", show_default=True,
              help="What gives the base forms of words.")  # fmt: skip
@click.option("--themes", type=click.Path(path_type=Path), metavar="FILE", help="Your own theme rules.")
@model_option
@click.option("--password", metavar="P", help="Opens encrypted documents.")
@click.option("--no-ocr", is_flag=True, help="Leave scanned pages unread.")
@click.option("--timeout", type=float, default=Limits().seconds, show_default=True, metavar="SECONDS",
              help="Time one document may take.")  # fmt: skip
@click.option("--memory", type=int, default=Limits().megabytes, show_default=True, metavar="MB",
              help="Memory one document may take.")  # fmt: skip
@click.option("--retry", is_flag=True, help="Read failed documents once more, though they have not changed.")
@click.option("--metrics", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write counts of the run as Prometheus text.")  # fmt: skip
@click.option("--log-json", is_flag=True, help="A line of JSON a document on standard error; no summary.")
def command(
    paths: tuple[Path | str, ...],
    out: Path,
    workers: int,
    executor: Any,
    scheduler: str | None,
    lemmatiser: str,
    themes: Path | None,
    model: bool,
    password: str | None,
    no_ocr: bool,
    timeout: float,
    memory: int,
    retry: bool,
    metrics: Path | None,
    log_json: bool,
) -> int:
    """Read every document under the paths, label it and publish the tables; what is unchanged is skipped.

    A path may be an address (s3://bucket/folder, sftp://host/folder) where the extra 'remote' is installed.

    A document whose reader crashed or took too long is tried once more on the next run, and then not again until it
    changes, has more time or memory, or --retry is given.
    """
    settings = Settings(
        out=out,
        workers=workers,
        executor=executor,
        scheduler=scheduler,
        lemmatiser=lemmatiser,
        themes=themes,
        model=model,
        password=password,
        ocr=not no_ocr,
        retry=retry,
        limits=Limits(seconds=timeout, megabytes=memory),
    )
    meter = Meter()
    try:
        with _stoppable(), nullcontext(log) if log_json else progress() as shown:
            outcome = run(paths, settings, meter.through(shown))
    except KeyboardInterrupt:
        say(f"\nStopped. What was done is kept in {out}; the same command goes on from there.")
        return 130
    if metrics is not None:
        meter.write(metrics, outcome)
    if log_json:
        log_end(outcome)
    else:
        _report(outcome, out)
    return 1 if outcome.troubles else 0


@contextmanager
def _stoppable() -> Iterator[None]:
    """A polite request to end (as from `kill` or a service manager) ends a run like Ctrl-C does."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _report(outcome: Outcome, out: Path) -> None:
    """The summary on standard output: one line a status, what is not whole and why, where the tables are."""
    for folder in outcome.empty:
        say(f"There are no minutes in {folder}.")
    if outcome.other:
        say(f"Left out for their type: {_counted(outcome.other, 'file')}.")
    for status in ("ok", "partial", "failed"):
        if outcome.done[status] or (status == "ok" and not outcome.unchanged):
            click.echo(f"{status:<10}{outcome.done[status]:>6}")
    if outcome.unchanged:
        earlier = [trouble.status for trouble in outcome.troubles if trouble.earlier]
        words = ", ".join(f"{earlier.count(status)} {status}" for status in ("partial", "failed") if status in earlier)
        click.echo(f"{'unchanged':<10}{outcome.unchanged:>6}" + (f"  of these {words}" if words else ""))
    if outcome.troubles:
        click.echo()
    width = shutil.get_terminal_size((100, 24)).columns
    for trouble in outcome.troubles[:_MOST_TROUBLES]:
        click.echo(printable(f"{trouble.status:<8} {trouble.path}"))
        click.echo(click.wrap_text(printable(trouble.problem), width, " " * 9, " " * 9))
    if len(outcome.troubles) > _MOST_TROUBLES:
        click.echo(f"… and {_counted(len(outcome.troubles) - _MOST_TROUBLES, 'document')} more: muistio query"
                   " \"SELECT path, status FROM documents WHERE status <> 'ok'\"")  # fmt: skip
    if "pyvoikko" in outcome.lemmatiser:
        say("Finnish words are read by pyvoikko; `make system` installs Voikko itself, which is faster.")
    store = out / "muistio.duckdb"
    click.echo()
    click.echo(f"Tables:    {out / 'tables'}")
    click.echo(f"Database:  {store}")
    click.echo(f"Report:    muistio report --store {store}")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

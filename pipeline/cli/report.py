"""`muistio report`: the HTML report of a store."""

from pathlib import Path
from typing import Any

import click

from pipeline.cli.terminal import say, store_option
from pipeline.diff import State, read
from pipeline.errors import UsageError
from pipeline.language import load_lemmatiser
from pipeline.report import recall, render
from pipeline.store import open_store


@click.command(name="report")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE",
              help="The page to write; report.html beside the store unless told.")  # fmt: skip
@click.option("--lang", type=click.Choice(["fi", "en"]), default="fi", show_default=True, help="Language of the page.")
@click.option("--since", type=click.Path(path_type=Path), metavar="STORE",
              help="Tell what changed since this earlier store, not since the report that is overwritten.")  # fmt: skip
@store_option
def command(out: Path | None, lang: Any, since: Path | None, store: Path) -> int:
    """Write the report of a store: one HTML page that any browser opens, offline.

    It shows the counts by theme and type, the open actions, every item with its evidence marked, and what could not
    be read. Filters stand in the page's address, and what they let through can be saved as CSV. Over an earlier report,
    it tells what changed since that one.
    """
    target = out or (store if store.is_dir() else store.parent) / "report.html"
    with open_store(store) as connection:
        before = _remembered(target, read(connection)) if since is None else _stored(since)
        page = render(connection, load_lemmatiser(), lang, before)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"Cannot write {target}: {error.strerror}. Name another file with --out.") from error
    say(f"The report is in {target}.")
    return 0


def _stored(since: Path) -> State:
    with open_store(since) as connection:
        return read(connection)


def _remembered(target: Path, now: State) -> State | None:
    """What the report that is about to be overwritten showed, if there is one."""
    try:
        return recall(target.read_text(encoding="utf-8", errors="replace"), now)
    except OSError:
        return None

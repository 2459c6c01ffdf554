"""`muistio report`: the HTML report of a store."""

from pathlib import Path
from typing import Any

import click

from pipeline.cli.terminal import say, store_option
from pipeline.errors import UsageError
from pipeline.language import load_lemmatiser
from pipeline.report import render
from pipeline.store import open_store


@click.command(name="report")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE",
              help="The page to write; report.html beside the store unless told.")  # fmt: skip
@click.option("--lang", type=click.Choice(["fi", "en"]), default="fi", show_default=True, help="Language of the page.")
@store_option
def command(out: Path | None, lang: Any, store: Path) -> int:
    """Write the report of a store: one HTML page that any browser opens, offline.

    It shows the counts by theme and type, the open actions, every item with its evidence marked, and what could not
    be read. Filters stand in the page's address, and what they let through can be saved as CSV.
    """
    with open_store(store) as connection:
        page = render(connection, load_lemmatiser(), lang)
    target = out or (store if store.is_dir() else store.parent) / "report.html"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"Cannot write {target}: {error.strerror}. Name another file with --out.") from error
    say(f"The report is in {target}.")
    return 0

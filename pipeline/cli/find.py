"""`muistio find`: items by their words."""

import shutil
import sys
from dataclasses import asdict
from pathlib import Path, PurePath

import click

from pipeline.cli.terminal import say, store_option
from pipeline.language import load_lemmatiser
from pipeline.safe import json_line, printable
from pipeline.search import Hit, find
from pipeline.search.question import Field
from pipeline.store import open_store


@click.command(name="find")
@click.argument("words", nargs=-1, required=True)
@click.option("--theme", metavar="THEME", help="Only items of this theme, for instance premises.")
@click.option("--type", "kind", metavar="TYPE", help="Only items of this type: challenge, success or agreed_action.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most hits to show.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with the whole text.")
@store_option
def command(words: tuple[str, ...], theme: str | None, kind: str | None, limit: int, as_json: bool, store: Path) -> int:
    """Find the items that hold the WORDS, in whatever form they stand; those that answer best come first.

    \b
    muistio find oppilashuolto                  finds oppilashuollon and oppilashuoltoryhmä
    muistio find vuokra päättyä --theme premises
    muistio find kuraattori OR psykologi NOT kuljetus
    muistio find '"hyvä yhteistyö" party:Harjula year:2025'

    Words are joined by AND unless OR stands between them; ( ) group, "" hold a phrase. Fields are theme, type, body,
    party, year, title, section, speaker, side and part.
    """
    fields = [Field(name, value) for name, value in (("theme", theme), ("type", kind)) if value is not None]
    with open_store(store) as connection:
        total, hits = find(connection, load_lemmatiser(), " ".join(words), fields=fields, limit=limit)
    for hit in hits:
        click.echo(json_line(asdict(hit)) if as_json else _shown(hit))
    if not hits:
        say(f"Nothing found for {' '.join(words)}.")
    elif total > len(hits):
        say(f"{total} hits in all; --limit {total} shows every one.")
    return 0


def _shown(hit: Hit) -> str:
    """The hit in its line, and under it where it stands."""
    where = [
        f"{hit.title or PurePath(hit.path).name}{f', {hit.date}' if hit.date else ''}",
        f"p. {hit.page}",
        " ".join(filter(None, (hit.number, hit.section))),
        hit.speaker or "",
        ", ".join(hit.labels),
        hit.item_id,
    ]
    return f"{_line(hit)}\n    {click.style(printable(' · '.join(filter(None, where))), dim=True)}\n"


def _line(hit: Hit) -> str:
    """The text around the first match, as wide as the terminal; the whole text where the output goes elsewhere."""
    start, end = 0, len(hit.text)
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 2
        first, last = hit.matches[0] if hit.matches else (0, 0)
        start = max(0, min(first - (width - (last - first)) // 2, len(hit.text) - width))
        end = min(len(hit.text), start + width)
    line = "…" if start else ""
    for match, stop in hit.matches:
        if start <= match and stop <= end:
            line += _flat(hit.text[start:match]) + click.style(_flat(hit.text[match:stop]), bold=True)
            start = stop
    return line + _flat(hit.text[start:end]) + ("…" if end < len(hit.text) else "")


def _flat(text: str) -> str:
    return printable(text.replace("\n", " ").replace("\t", " "))

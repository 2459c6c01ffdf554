"""`muistio diff`: two stores told apart."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.cli.terminal import write_rows
from pipeline.diff import Difference, compare
from pipeline.safe import json_line
from pipeline.store import open_store

_MOST = 20
_DOCUMENT = ("date", "title", "path", "status")
_ACTION = ("deadline", "owner", "task", "meeting", "document")


@click.command(name="diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Show every row of every table.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every row.")
def command(old: Path, new: Path, everything: bool, as_json: bool) -> int:
    """Tell what changed from the store OLD to the store NEW, in words and tables.

    A store is a database or the folder that `muistio run` wrote. Kept copies of last month's store, or the stores of
    two municipalities, can be compared.
    """
    with open_store(old) as before, open_store(new) as after:
        difference = compare(before, after)
    if as_json:
        shifts = [asdict(one) | {"points": one.points} for one in difference.shifts]
        click.echo(json_line(asdict(difference) | {"shifts": shifts, "sentences": difference.sentences()}))
        return 0
    for sentence in difference.sentences():
        click.echo(sentence)
    for title, names, rows in _tables(difference):
        if rows:
            click.echo(f"\n{click.style(title, bold=True)}")
            write_rows(names, rows if everything else rows[:_MOST], "table")
            if len(rows) > _MOST and not everything:
                click.echo(f"… {len(rows) - _MOST} more; --all shows them.")
    return 0


def _tables(difference: Difference) -> list[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    """Title, columns and rows of each table."""

    def rows(names: tuple[str, ...], some: tuple[dict[str, Any], ...]) -> list[tuple[Any, ...]]:
        return [tuple(row[name] for name in names) for row in some]

    shifts = [(one.axis, one.label, one.before, one.after, one.points) for one in difference.shifts]
    return [
        ("Themes and types", ("axis", "label", "before", "now", "points"), shifts),
        ("New documents", _DOCUMENT, rows(_DOCUMENT, difference.new)),
        ("Changed documents", _DOCUMENT, rows(_DOCUMENT, difference.changed)),
        ("Documents that are gone", _DOCUMENT, rows(_DOCUMENT, difference.gone)),
        ("New actions", _ACTION, rows(_ACTION, difference.new_actions)),
        ("Actions no longer open", _ACTION, rows(_ACTION, difference.done)),
        ("Actions that are gone", _ACTION, rows(_ACTION, difference.gone_actions)),
    ]

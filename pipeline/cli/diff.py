"""`muistio diff`: two stores told apart, or two parts of one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.cli.terminal import store_option, write_rows
from pipeline.diff import Contrast, Difference, Shift, compare, contrast, read
from pipeline.errors import UsageError
from pipeline.language import load_lemmatiser
from pipeline.safe import json_line, printable
from pipeline.search import matching
from pipeline.store import open_store

_MOST = 20
_DOCUMENT = ("date", "title", "path", "status")
_ACTION = ("deadline", "owner", "task", "meeting", "document")
_Table = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]
"""Title, columns and rows."""


@click.command(name="diff")
@click.argument("old", type=click.Path(path_type=Path), required=False)
@click.argument("new", type=click.Path(path_type=Path), required=False)
@click.option("--between", nargs=2, metavar="QUESTION QUESTION",
              help="Set two parts of one store side by side, each told as for `muistio find`.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Show every row of every table.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every row.")
@store_option
def command(
    old: Path | None, new: Path | None, between: tuple[str, str] | None, everything: bool, as_json: bool, store: Path
) -> int:
    """Tell what changed from the store OLD to the store NEW, or set two parts of one store side by side.

    \b
    muistio diff september october
    muistio diff --between party:Korpivaara party:Vehmala
    muistio diff --between 'party:Korpivaara year:2024' 'party:Korpivaara year:2025'

    A store is a database or the folder that `muistio run` wrote. The answer is words and tables, built from counts.
    """
    if between is not None and old is None:
        with open_store(store) as connection:
            lemmatiser = load_lemmatiser()
            parts = [matching(connection, lemmatiser, question) for question in between]
            both = contrast(connection, between, *parts)
        for question, items in zip(between, parts, strict=True):
            if not items:
                raise UsageError(
                    f"Nothing answers '{question}', so there is nothing to compare. A party goes by a piece of its name"
                    " as printed (party:Korpivaara finds Korpivaaran kunta); `muistio query --list` shows the tables."
                )
        told, more, tables = both.sentences(), _both_in_json(both), _both_in_tables(both)
    elif between is None and old is not None and new is not None:
        with open_store(old) as before, open_store(new) as after:
            difference = compare(read(before), read(after))
        told, more, tables = difference.sentences(), asdict(difference), _tables(difference)
        more["shifts"] = _shifts(difference.shifts)
    else:
        raise UsageError("Name two stores, or two parts of one store with --between QUESTION QUESTION.")
    if as_json:
        click.echo(json_line(more | {"sentences": told}))
        return 0
    for sentence in told:
        click.echo(printable(sentence))
    for title, names, rows in tables:
        if rows:
            click.echo(f"\n{click.style(printable(title), bold=True)}")
            write_rows(names, rows if everything else rows[:_MOST], "table")
            if len(rows) > _MOST and not everything:
                click.echo(f"… {len(rows) - _MOST} more; --all shows them.")
    return 0


def _tables(difference: Difference) -> list[_Table]:
    shifts = [(one.axis, one.label, one.before, one.after, one.points) for one in difference.shifts]
    return [
        ("Themes and types", ("axis", "label", "before", "now", "points"), shifts),
        ("New documents", _DOCUMENT, _rows(_DOCUMENT, difference.new)),
        ("Changed documents", _DOCUMENT, _rows(_DOCUMENT, difference.changed)),
        ("Documents that are gone", _DOCUMENT, _rows(_DOCUMENT, difference.gone)),
        ("New actions", _ACTION, _rows(_ACTION, difference.new_actions)),
        ("Actions no longer open", _ACTION, _rows(_ACTION, difference.done)),
        ("Actions that are gone", _ACTION, _rows(_ACTION, difference.gone_actions)),
    ]


def _both_in_tables(both: Contrast) -> list[_Table]:
    columns = ("axis", "label", "first", "%", "second", "%", "points")
    shifts = [
        (one.axis, one.label, one.before, _percent(one.share_before), one.after, _percent(one.share_after), one.points)
        for one in both.shifts
    ]
    actions = [
        (f"Open actions of {name}", _ACTION[:3], _rows(_ACTION[:3], _open(state.actions)))
        for name, state in zip(both.names, (both.first, both.second), strict=True)
    ]
    return [("Themes and types", columns, shifts), *actions]


def _both_in_json(both: Contrast) -> dict[str, Any]:
    parts = [
        {
            "question": name,
            **{what.replace(" ", "_"): amounts[place] for what, *amounts in both.counts()},
            "open": _open(state.actions),
        }
        for place, (name, state) in enumerate(zip(both.names, (both.first, both.second), strict=True))
    ]
    return {"first": parts[0], "second": parts[1], "shared": both.shared, "shifts": _shifts(both.shifts)}


def _shifts(shifts: Iterable[Shift]) -> list[dict[str, Any]]:
    return [asdict(one) | {"points": one.points} for one in shifts]


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _open(actions: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The open ones, by deadline."""
    some = (row for row in actions.values() if row["status"] == "open")
    return sorted(some, key=lambda row: str(row["deadline"] or "9"))


def _rows(names: tuple[str, ...], some: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in some]

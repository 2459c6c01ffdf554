"""What the commands share: the option `--store`, and tables that fit the terminal or go on as CSV or JSON."""

import csv
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.config import DEFAULT_STORE
from pipeline.safe import csv_row, joined, json_line, printable

if TYPE_CHECKING:
    from rich.table import Table

_F = TypeVar("_F", bound=Callable[..., Any])
MOST_ROWS = 1000
"""Rows of a table shown on a terminal."""
_NARROWEST = 14
"""Characters that a column of text needs to be read; narrower ones make a row a block of its own."""


def store_option(command: _F) -> _F:
    """The option that names the store."""
    return click.option(
        "--store",
        type=click.Path(path_type=Path),
        default=DEFAULT_STORE,
        show_default=True,
        metavar="FILE",
        help="The published database, or its folder.",
    )(command)


def format_option(command: _F) -> _F:
    """The option that names the form of the answer."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "json"]),
        default="table",
        show_default=True,
        help="How to write the rows.",
    )(command)


def model_option(command: _F) -> _F:
    """The switch of the learned part."""
    return click.option(
        "--model/--no-model",
        default=True,
        help="Whether the learned part judges what the rules give, or they alone label.",
    )(command)


def say(message: str) -> None:
    """A message for the person at the keyboard, on standard error; on a terminal no word or path of it is torn."""
    message = printable(message)
    if sys.stderr.isatty():
        width = shutil.get_terminal_size((100, 24)).columns
        lines = message.split("\n")
        message = "\n".join(
            textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in lines
        )
    click.echo(message, err=True)


def write_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], form: str) -> None:
    """Write rows to standard output.

    Args:
        form: `table` (as wide as the terminal), `csv` or `json` (an array of objects, a row a line).
    """
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(csv_row(row) for row in rows)
    elif form == "json":
        lines = (json_line(dict(zip(names, row, strict=True))) for row in rows)
        click.echo("[" + ",\n ".join(lines) + "]")
    else:
        _write_table(names, list(islice(rows, MOST_ROWS + 1)))


def _write_table(names: Sequence[str], rows: list[Sequence[Any]]) -> None:
    from rich.console import Console

    width = shutil.get_terminal_size((100, 24)).columns
    shown = [["" if value is None else printable(str(joined(value))) for value in row] for row in rows[:MOST_ROWS]]
    widest = [max(map(len, column)) for column in zip(names, *shown, strict=True)]
    console = Console(width=width, highlight=False)
    if sum(min(column, _NARROWEST) + 3 for column in widest) <= width:
        figures = [any(isinstance(row[number], (int, float)) for row in rows[:50]) for number in range(len(names))]
        console.print(_grid(names, shown, figures))
    else:
        for row in shown:
            console.print(_record(names, row))
    if len(rows) > MOST_ROWS:
        say(f"These are the first {MOST_ROWS} rows; --format csv gives them all.")


def _grid(names: Sequence[str], rows: list[list[str]], figures: list[bool]) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, figure in zip(names, figures, strict=True):
        table.add_column(Text(printable(name)), justify="right" if figure else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _record(names: Sequence[str], row: list[str]) -> "Table":
    """A row that is too wide for the terminal, a column a line."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False)
    for name, value in zip(names, row, strict=True):
        table.add_row(Text(printable(name), style="bold"), Text(value))
    return table

"""`muistio query`: SQL over the tables."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipeline.cli.terminal import format_option, store_option, write_rows
from pipeline.errors import UsageError
from pipeline.schema import TABLES, VIEWS
from pipeline.store import open_store


@click.command(name="query")
@click.argument("sql", required=False)
@click.option("--list", "listing", is_flag=True, help="List tables, views and columns instead.")
@store_option
@format_option
def command(sql: str | None, listing: bool, store: Path, form: str) -> int:
    """Ask the tables in SQL (DuckDB's); - reads the question from standard input.

    \b
    muistio query "SELECT * FROM open_actions"
    muistio query --format csv "SELECT label, count(*) FROM labels GROUP BY 1"
    """
    if listing:
        _list()
        return 0
    if not sql:
        raise UsageError('Give a question in SQL, for instance "SELECT * FROM open_actions"; --list shows the tables.')
    import duckdb

    with open_store(store) as connection:
        try:
            answer = connection.execute(sys.stdin.read() if sql == "-" else sql)
            names = [column[0] for column in answer.description or ()]
            write_rows(names, _fetched(answer), form)
        except duckdb.Error as error:
            raise UsageError(_in_words(error)) from error
    return 0


def _fetched(answer: Any) -> Iterator[tuple[Any, ...]]:
    while rows := answer.fetchmany(1000):
        yield from rows


def _in_words(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    hint = next((f" {line}" for line in lines[1:] if line.startswith(("Candidate", "Did you mean"))), "")
    return f"The question cannot be answered: {lines[0]}{hint} (`muistio query --list` shows tables and columns.)"


def _list() -> None:
    for name, table in TABLES.items():
        click.echo(f"{click.style(name, bold=True)}: {table.description}")
        for column in table.columns:
            click.echo(f"    {column.name:<20} {column.description}")
    for name, view in VIEWS.items():
        click.echo(f"{click.style(name, bold=True)} (view): {view.description}")

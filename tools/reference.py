"""Writes the reference of commands and tables from the code, for the documentation: `python tools/reference.py DIR`."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.cli import COMMANDS
from pipeline.schema import TABLES, VIEWS, Column

_WIDTH = 100  # characters of a line of help
_NOTE = "<!-- Made from the code by tools/reference.py. -->"


def commands() -> str:
    """Every command with its help, as people see it."""
    parts = [_NOTE, "# Commands", "What `muistio COMMAND --help` says."]
    for name in COMMANDS:
        command = importlib.import_module(f"pipeline.cli.{name}").command
        parts += _help(command, name, 2)
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command, path: str, level: int) -> Iterator[str]:
    shown = click.Context(command, info_name=f"muistio {path}", terminal_width=_WIDTH, max_content_width=_WIDTH)
    yield f"{'#' * level} {path}"
    yield f"```text\n{command.get_help(shown)}\n```"
    if isinstance(command, click.Group):
        for name in command.list_commands(shown):
            inner = command.get_command(shown, name)
            assert inner is not None
            yield from _help(inner, f"{path} {name}", level + 1)


def tables() -> str:
    """Every published table with its columns, and every view with its SQL."""
    parts = [_NOTE, "# Tables and views", "What `muistio query --list` says of the published tables and views."]
    for name, table in TABLES.items():
        key = f" Key: {', '.join(f'`{column}`' for column in table.key)}." if table.key else ""
        parts += [f"## {name}", f"{table.description}{key}"]
        parts.append("\n".join(["| column | kind | meaning |", "| --- | --- | --- |", *map(_row, table.columns)]))
    parts.append("## Views")
    for name, view in VIEWS.items():
        parts += [f"### {name}", view.description, f"```sql\n{view.sql}\n```"]
    return "\n\n".join(parts) + "\n"


def _row(column: Column) -> str:
    kind = column.kind if column.required else f"{column.kind} or null"
    values = f" One of {', '.join(f'`{value}`' for value in column.values)}." if column.values else ""
    refers = f" Refers to `{column.refers}`." if column.refers else ""
    meaning = f"{column.description}.{values}{refers}".replace("|", "\\|")
    return f"| `{column.name}` | {kind} | {meaning} |"


def write(folder: Path) -> list[Path]:
    """Write both pages into `folder`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in (("commands", commands()), ("tables", tables())):
        paths.append(folder / f"{name}.md")
        paths[-1].write_text(text, encoding="utf-8")
    return paths


if __name__ == "__main__":
    write(Path(sys.argv[1]))

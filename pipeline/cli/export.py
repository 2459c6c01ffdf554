"""`muistio export`: the tables for other tools."""

from pathlib import Path

import click

from pipeline.cli.terminal import store_option
from pipeline.errors import UsageError
from pipeline.export import FORMATS, export
from pipeline.store import open_store


@click.command(name="export")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option(
    "--excel", is_flag=True, help="CSV as Excel in Finnish expects it: a byte order mark, ; and decimal comma."
)
@click.option("--licence", metavar="NAME", help="What the description says of the data's licence, such as CC-BY-4.0.")
@store_option
def command(folder: Path, form: str, excel: bool, licence: str | None, store: Path) -> int:
    """Write the tables into the folder: a file a table, for xlsx one workbook with a sheet that explains the columns.

    CSV, JSON lines and Parquet come with datapackage.json, which says what every column means. SQLite comes with
    full-text search and metadata: datasette muistio.sqlite -m datasette.json

    In CSV a text that a spreadsheet would take for a formula (it starts with = + - or @) gets an apostrophe before it;
    the other formats hold every text as it is.
    """
    if excel and form != "csv":
        raise UsageError("--excel is for --format csv only; a workbook needs no such thing.")
    with open_store(store) as connection:
        for path in export(connection, folder, form, excel=excel, licence=licence):
            click.echo(path)
    return 0

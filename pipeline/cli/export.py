"""`muistio export`: the tables for other tools."""

from contextlib import ExitStack
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
@click.option("--pseudonymise", is_flag=True, help="Put pseudonyms for the names of persons that can be told.")
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Secret that decides the pseudonyms; without it one is made and kept beside the store.",
)
@store_option
def command(
    folder: Path, form: str, excel: bool, licence: str | None, pseudonymise: bool, key_file: Path | None, store: Path
) -> int:
    """Write the tables into the folder: a file a table, for xlsx one workbook with a sheet that explains the columns.

    CSV, JSON lines and Parquet come with datapackage.json, which says what every column means. SQLite comes with
    full-text search and metadata: datasette muistio.sqlite -m datasette.json

    In CSV a text that a spreadsheet would take for a formula (it starts with = + - or @) gets an apostrophe before it;
    the other formats hold every text as it is.

    With --pseudonymise, participants, speakers and owners, and names after a post, become Henkilö-xxxxxx, the same
    person the same everywhere, also in the texts of the same document. That is no anonymity: persons named nowhere
    else, given names alone, file names, and posts that only one person holds stay as they are. Read before you share.
    """
    if excel and form != "csv":
        raise UsageError("--excel is for --format csv only; a workbook needs no such thing.")
    if key_file is not None and not pseudonymise:
        raise UsageError("--key-file is for --pseudonymise only; give both or neither.")
    with open_store(store) as connection, ExitStack() as stack:
        if pseudonymise:
            from pipeline.language import load_lemmatiser
            from pipeline.pseudonyms import pseudonymised, read_key

            key = read_key(key_file, store)
            connection = stack.enter_context(pseudonymised(connection, key, load_lemmatiser()))
        for path in export(connection, folder, form, excel=excel, licence=licence):
            click.echo(path)
    return 0

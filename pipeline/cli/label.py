"""`muistio label`: rows in, the same rows with their labels out."""

import csv
import io
import sys
from pathlib import Path
from typing import Any

import click

from pipeline.cli.terminal import model_option
from pipeline.config import LEMMATISERS
from pipeline.errors import UsageError
from pipeline.labelling import load_rules
from pipeline.labelling.rows import Format, Row, label_rows, parse_rows
from pipeline.language import load_lemmatiser
from pipeline.safe import csv_row, json_line

_ADDED = ("themes", "types", "labels", "actions")


@click.command(name="label", short_help="Label rows of JSON lines or CSV.")
@click.argument("source", metavar="[IN]", default="-")
@click.option("--output", metavar="OUT", default="-", help="File to write; standard output by default.")
@click.option("--themes", type=click.Path(path_type=Path), metavar="FILE", help="Your own theme rules, added to ours.")
@click.option("--lemmatiser", type=click.Choice(LEMMATISERS), default="voikko", show_default=True)
@model_option
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), help="Default: csv for *.csv, else jsonl.")
def command(source: str, output: str, themes: Path | None, lemmatiser: str, model: bool, form: Format | None) -> int:
    """Label the rows of IN, JSON lines or CSV in UTF-8; `-` or nothing reads standard input.

    A row has `id` and `text`, and may have `doc`, `section_title`, `part`, `speaker` and `date` (2025-01-31). Rows that
    share `doc` are read in order as one another's context. `part` is background, proposal, discussion or decision, or a
    heading as printed, such as Päätösehdotus. The same rows come out with `themes`, `types`, `labels` and `actions`.
    """
    form = form or ("csv" if source.lower().endswith(".csv") else "jsonl")
    rules = load_rules(themes, model=model)
    rows = parse_rows(_read(source), form, "standard input" if source == "-" else source)
    done = label_rows(rows, rules, load_lemmatiser(lemmatiser))
    _write(_as_csv(done) if form == "csv" else "".join(f"{json_line(row)}\n" for row in done), output)
    return 0


def _read(source: str) -> str:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"Cannot read {source}: {error.strerror}. Check the path and its permissions.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{source} is not UTF-8 (byte {error.start}); convert it first, for instance with `iconv -t UTF-8`."
        ) from error


def _write(text: str, output: str) -> None:
    if output == "-":
        sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
        return
    part = Path(f"{output}.part")
    try:
        part.write_bytes(text.encode("utf-8", "surrogatepass"))
        part.replace(output)
    except OSError as error:
        raise UsageError(f"Cannot write {output}: {error.strerror}. Check the path and its permissions.") from error
    finally:
        part.unlink(missing_ok=True)


def _as_csv(rows: list[Row]) -> str:
    """Lists of labels joined by `; `, what holds more as JSON in its cell."""
    out = io.StringIO()
    names = list(dict.fromkeys([key for row in rows[:1] for key in row] or ["id", "text", *_ADDED]))
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(csv_row([_cell(row[name]) for name in names]) for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return "; ".join(value) if all(isinstance(item, str) for item in value) else json_line(value)

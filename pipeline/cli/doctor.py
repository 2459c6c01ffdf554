"""`muistio doctor`: what is installed, what is in use, and how to get what is missing."""

import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import click

from pipeline import __version__
from pipeline.batch import STATE
from pipeline.cli.terminal import write_rows
from pipeline.errors import MissingDependency
from pipeline.language.dictionary import open_dictionary
from pipeline.publish import DATABASE, FOLDER
from pipeline.schema import TABLES
from pipeline.store import open_store, read_columns
from pipeline.tables import Columns, check

_CORE = ("pypdfium2", "pdfplumber", "python-docx", "lxml", "pandas", "pyarrow", "duckdb", "xlsxwriter", "scikit-learn")
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that muistio can use.

    Attributes:
        found: its version, None when it is not installed.
        use: what it is for.
        get: how to get it.
    """

    name: str
    found: str | None
    use: str
    get: str = "pip install muistio"


@click.command(name="doctor")
@click.option("--store", type=click.Path(path_type=Path), metavar="FILE", help="Check the rows of this store instead.")
def command(store: Path | None) -> int:
    """Tell what is installed, which lemmatiser and OCR are in use, and how to get what is missing."""
    if store is not None:
        return _check_store(store)
    parts = list(_parts())
    click.echo(f"muistio {__version__}, Python {platform.python_version()}, {platform.platform(terse=True)}")
    write_rows(("part", "version", "for"), [(part.name, part.found or "missing", part.use) for part in parts], "table")
    found = {part.name: part.found for part in parts}
    reader = found["Voikko, native"] or found["Voikko, by pyvoikko"]
    click.echo(f"Lemmatiser in use: {'voikko (' + reader + ')' if reader else 'none'}")
    click.echo(f"OCR in use: {'Tesseract ' + found['Tesseract'] if found['Tesseract'] else 'none'}")
    if platform.system() != "Linux":
        click.echo("Memory of one document is limited on Linux only.")
    for part in parts:
        if part.found is None:
            click.echo(f"To get {part.name}: {part.get}")
    return 0


def _parts() -> Iterator[Part]:
    for name in _CORE:
        yield Part(name, _package(name), "core")
    yield Part("Voikko, native", _dictionary("native"), "base forms, fast", "make system")
    yield Part("Voikko, by pyvoikko", _dictionary("pyvoikko"), "base forms where the native one is missing")
    yield Part("spaCy, Finnish", _both("spacy", "spacy-fi-experimental-web-md"), "--lemmatiser spacy", _extra("spacy"))
    yield Part("Stanza", _both("stanza", "torch"), "--lemmatiser stanza", _extra("stanza"))
    yield Part("Tesseract", _tesseract(), "scanned pages", f"make system, and {_extra('ocr')}")
    yield Part("LibreOffice", _program("soffice", "libreoffice"), "ODT, DOC and RTF", "apt install libreoffice-writer")
    yield Part(
        "Chromium", _program("chromium", "chromium-browser", "google-chrome"), "tests of the report", "make system"
    )
    yield Part("Dask", _package("distributed"), "--executor dask", _extra("dask"))


def _extra(name: str) -> str:
    return f"pip install 'muistio[{name}]'"


def _package(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _both(name: str, other: str) -> str | None:
    version, companion = _package(name), _package(other)
    return f"{version} with {other} {companion}" if version and companion else None


def _dictionary(reader: str) -> str | None:
    try:
        return open_dictionary(reader).version
    except MissingDependency:
        return None


def _program(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def _tesseract() -> str | None:
    """Version and languages of Tesseract, None unless it, Finnish and its Python door are all there."""
    if shutil.which("tesseract") is None or _package("pytesseract") is None:
        return None
    version = _output("tesseract", "--version").split()
    languages = _output("tesseract", "--list-langs").split()
    if "fin" not in languages:
        return None
    known = "+".join(name for name in ("fin", "swe") if name in languages)
    return f"{version[1] if len(version) > 1 else ''} ({known})"


def _output(*arguments: str) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout or done.stderr


def _check_store(store: Path) -> int:
    with open_store(store) as connection:
        tables = read_columns(connection)
    out = store if store.is_dir() else store.parent
    faults = [*check(tables), *_file_faults(out, tables)]
    for fault in faults[:_MOST_FAULTS]:
        click.echo(fault)
    if len(faults) > _MOST_FAULTS:
        click.echo(f"… and {len(faults) - _MOST_FAULTS} faults more.")
    if faults:
        click.echo(f"The store {store} is not sound; {_way_out(out)}.")
        return 1
    documents, items = len(tables["documents"]["path"]), len(tables["items"]["text"])
    click.echo(f"The store {store} is sound: {documents} documents, {items} items, every offset and reference right.")
    return 0


def _file_faults(out: Path, tables: dict[str, Columns]) -> Iterator[str]:
    """Where the Parquet files beside the database do not say the same; a database that stands alone has none."""
    import pyarrow.parquet as parquet
    from pyarrow import ArrowException

    folder = out / FOLDER
    if not folder.exists() and not (out / STATE).exists():
        return
    for name in TABLES:
        path = folder / f"{name}.parquet"
        try:
            there = parquet.read_table(path).to_pydict()
        except FileNotFoundError:
            yield f"The file {path} is missing."
        except (ArrowException, OSError) as error:
            yield f"The file {path} cannot be read ({str(error).splitlines()[0]})."
        else:
            rows, wanted = (len(next(iter(one.values()))) for one in (there, tables[name]))
            if there != tables[name]:
                counts = f"{rows} rows against {wanted}" if rows != wanted else f"{rows} rows, not the same ones"
                yield f"The file {path} and the database are of different runs: {counts}."


def _way_out(out: Path) -> str:
    """How to get a sound store."""
    if not (out / STATE).exists():
        return "move its folder away and run again"
    link = out / "current"
    return (
        f"remove {link if link.is_symlink() else out / DATABASE} and run again: tables and database are made anew, no"
        " document is read twice. If that does not help, move the folder away and run again"
    )

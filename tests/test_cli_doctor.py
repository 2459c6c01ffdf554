import shutil
from importlib import metadata
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from pipeline.cli.doctor import command
from pipeline.publish import prepare, publish
from tests.examples import example


def _doctor(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(command, arguments, standalone_mode=False)


def test_it_tells_versions_and_what_is_in_use() -> None:
    result = _doctor()
    assert result.return_value == 0
    assert metadata.version("duckdb") in result.stdout
    assert "Lemmatiser in use: voikko (" in result.stdout
    assert "OCR in use: " in result.stdout


def test_it_tells_how_to_get_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    version = metadata.version

    def core_only(name: str) -> str:
        if name in ("pytesseract", "spacy", "stanza", "distributed"):
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(metadata, "version", core_only)
    shown = _doctor().stdout
    assert "OCR in use: none" in shown
    assert "To get Tesseract: make system, and pip install 'muistio[ocr]'" in shown
    assert "To get spaCy, Finnish: pip install 'muistio[spacy]'" in shown


def test_a_sound_store_is_told_so(tmp_path: Path) -> None:
    prepare(tmp_path)
    publish(tmp_path, [example()], [])
    result = _doctor("--store", str(tmp_path))
    assert result.return_value == 0
    assert "is sound: 1 documents, 2 items" in result.stdout


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    prepare(tmp_path)
    publish(tmp_path, [example()], [])
    with duckdb.connect(tmp_path / "muistio.duckdb") as connection:
        connection.execute("UPDATE items SET text = 'Muuta.' WHERE ordinal = 1")
        connection.execute("DELETE FROM items WHERE ordinal = 2")
    result = _doctor("--store", str(tmp_path))
    assert result.return_value == 1
    assert "Table actions, row 1" in result.stdout
    assert "is not sound" in result.stdout

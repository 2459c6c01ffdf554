import shutil
from collections.abc import Callable
from functools import partial
from importlib import metadata
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from pipeline import batch
from pipeline.batch.local import run_local
from pipeline.cli.doctor import command
from pipeline.config import Settings
from pipeline.errors import UsageError
from pipeline.publish import prepare, publish
from tests.examples import example
from tests.fake_stages import fake_serve, fake_tools


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


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A store over two documents, and what runs once more over them."""
    monkeypatch.setattr(batch, "run_local", partial(run_local, target=fake_serve))
    monkeypatch.setattr(batch, "load_tools", fake_tools)
    raw = tmp_path / "raw"
    raw.mkdir()
    for name in ("a", "b"):
        (raw / f"{name}.txt").write_text(name)

    def once_more() -> None:
        batch.run([raw], Settings(out=tmp_path / "out", workers=1))

    once_more()
    return once_more


def _changed(statement: str) -> Callable[[Path], None]:
    def damage(out: Path) -> None:
        with duckdb.connect((out / "muistio.duckdb").resolve()) as connection:
            connection.execute(statement)

    return damage


def _missing(out: Path) -> None:
    (out / "tables" / "items.parquet").unlink()


def _cut_off(out: Path) -> None:
    path = out / "tables" / "items.parquet"
    path.write_bytes(path.read_bytes()[:-100])


def _older(out: Path) -> None:
    """The database as it was before the first document came."""
    prepare(out.parent / "before")
    publish(out.parent / "before", [example("b.txt", data=b"b")], [])
    shutil.copy(out.parent / "before" / "muistio.duckdb", (out / "muistio.duckdb").resolve())


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            _changed("UPDATE labels SET item_id = 'nowhere'"),
            "column item_id refers to 'nowhere', which is not in items",
        ),
        (_changed('UPDATE items SET "end" = 9999'), "column start or end lies outside the text"),
        (_changed("UPDATE labels SET evidence_end = 9999 WHERE evidence_end > 0"), "is not what its offsets point at"),
        (_changed("UPDATE files SET document_id = 'x'"), "column document_id refers to 'x', which is not in documents"),
        (_missing, "items.parquet is missing."),
        (_cut_off, "items.parquet cannot be read ("),
        (_older, "documents.parquet and the database are of different runs: 2 rows against 1."),
        (_changed("UPDATE documents SET title = 'Muu'"), "of different runs: 2 rows, not the same ones."),
    ],
)
def test_each_damage_is_found_and_the_way_out_mends_it(
    tmp_path: Path, made: Callable[[], None], damage: Callable[[Path], None], words: str
) -> None:
    store = tmp_path / "out" / "muistio.duckdb"
    assert "is sound: 2 documents" in _doctor("--store", str(store)).stdout
    damage(tmp_path / "out")
    result = _doctor("--store", str(store))
    assert result.return_value == 1
    assert words in result.stdout
    assert f"is not sound; remove {tmp_path / 'out' / 'current'} and run again" in result.stdout
    (tmp_path / "out" / "current").unlink()
    made()
    assert "is sound: 2 documents" in _doctor("--store", str(store)).stdout


def test_a_database_cut_off_is_told_and_the_way_out_mends_it(tmp_path: Path, made: Callable[[], None]) -> None:
    store = tmp_path / "out" / "muistio.duckdb"
    store.resolve().write_bytes(store.read_bytes()[:5000])
    with pytest.raises(UsageError, match=r"cannot be opened .*; remove it, and `muistio run PATH` makes it anew"):
        raise _doctor("--store", str(store)).exception or AssertionError
    store.unlink()
    made()
    assert "is sound: 2 documents" in _doctor("--store", str(store)).stdout


def test_a_database_without_its_folder_is_checked_alone(tmp_path: Path, made: Callable[[], None]) -> None:
    alone = tmp_path / "alone.duckdb"
    shutil.copy(tmp_path / "out" / "muistio.duckdb", alone)
    assert "is sound: 2 documents" in _doctor("--store", str(alone)).stdout

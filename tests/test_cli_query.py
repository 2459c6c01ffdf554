import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.query import command
from pipeline.errors import UsageError
from pipeline.publish import prepare, publish
from pipeline.schema import TABLES, VIEWS
from tests.examples import example


@pytest.fixture
def store(tmp_path: Path) -> Path:
    prepare(tmp_path)
    publish(tmp_path, [example("a.txt", data=b"a", title="=Neuvottelu\x1b[31m [bold]")], [])
    return tmp_path / "muistio.duckdb"


def _ask(store: Path, *arguments: str, width: int = 100, text: str = "") -> Result:
    return CliRunner(env={"COLUMNS": str(width)}).invoke(
        command, [*arguments, "--store", str(store)], standalone_mode=False, input=text
    )


def test_the_answer_is_a_table(store: Path) -> None:
    result = _ask(store, "SELECT owner, task FROM open_actions")
    assert result.return_value == 0
    assert result.stdout.split()[:2] == ["owner", "task"]
    assert "Kuraattori" in result.stdout


@pytest.mark.parametrize("sql", ["FROM documents", "SELECT text FROM items", "FROM labelled_items"])
def test_tables_fit_a_narrow_terminal_and_lose_nothing(store: Path, sql: str) -> None:
    lines = _ask(store, sql, width=60).stdout.splitlines()
    assert max(map(len, lines)) <= 60


def test_csv_and_json_hold_the_rows(store: Path) -> None:
    question = "SELECT item_id, lemmas, speaker, page FROM items ORDER BY ordinal"
    rows = list(csv.DictReader(io.StringIO(_ask(store, question, "--format", "csv").stdout)))
    assert rows[0]["lemmas"] == "tuki; olla"
    assert rows[0]["speaker"] == ""
    answer = json.loads(_ask(store, question, "--format", "json").stdout)
    assert answer[0]["lemmas"] == ["tuki", "olla"]
    assert answer[0]["speaker"] is None


def test_a_long_answer_is_cut_on_the_terminal_alone(store: Path) -> None:
    many = "SELECT * FROM range(1500) AS numbers(n)"
    table, csv_answer = _ask(store, many), _ask(store, many, "--format", "csv")
    assert table.stderr == "These are the first 1000 rows; --format csv gives them all.\n"
    assert "999" in table.stdout
    assert "1000" not in table.stdout
    assert len(csv_answer.stdout.splitlines()) == 1501


def test_numbers_of_every_kind_are_numbers_in_json(store: Path) -> None:
    answer = _ask(store, "SELECT 1.5::DECIMAL(4, 2) AS a, 2.5::DOUBLE AS b, DATE '2025-01-31' AS c", "--format", "json")
    assert json.loads(answer.stdout) == [{"a": 1.5, "b": 2.5, "c": "2025-01-31"}]


def test_the_empty_answer_is_valid_in_every_form(store: Path) -> None:
    nothing = "SELECT path FROM documents WHERE false"
    assert json.loads(_ask(store, nothing, "--format", "json").stdout) == []
    assert _ask(store, nothing, "--format", "csv").stdout == "path\n"
    assert "path" in _ask(store, nothing).stdout


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_document_text_steers_neither_terminal_nor_spreadsheet(store: Path, form: str) -> None:
    shown = _ask(store, "SELECT title FROM documents", "--format", form).stdout
    assert "\x1b" not in shown
    assert "[bold]" in shown
    assert form != "csv" or "'=Neuvottelu" in shown


def test_a_question_can_come_from_standard_input(store: Path) -> None:
    assert "2" in _ask(store, "-", text="SELECT count(*) FROM items").stdout


def test_a_wrong_question_is_told_in_a_sentence_with_a_hint(store: Path) -> None:
    result = _ask(store, "SELECT * FROM documnts")
    assert isinstance(result.exception, UsageError)
    assert 'Did you mean "documents' in str(result.exception)
    assert "\n" not in str(result.exception)
    assert "muistio query --list" in str(result.exception)


def test_the_store_cannot_be_written_to(store: Path) -> None:
    for question in ("DELETE FROM items", "SELECT 1; DROP TABLE items", f"COPY items TO '{store.parent / 'x'}'"):
        assert isinstance(_ask(store, question).exception, UsageError)
    assert "2" in _ask(store, "SELECT count(*) FROM items").stdout


def test_no_question_and_no_store_are_told(store: Path) -> None:
    assert "Give a question in SQL" in str(_ask(store).exception)
    assert "`muistio run PATH` makes one" in str(_ask(store.parent / "nowhere", "SELECT 1").exception)


def test_the_list_has_every_table_view_and_column(store: Path) -> None:
    listed = _ask(store, "--list").stdout
    for name, table in TABLES.items():
        assert f"{name}: {table.description}" in listed
        assert all(column.description in listed for column in table.columns)
    assert all(f"{name} (view): {view.description}" in listed for name, view in VIEWS.items())

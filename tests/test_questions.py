"""The worked questions of docs/questions.md and every view answer on the samples."""

import re
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipeline.cli.run import command as run_command
from pipeline.publish import prepare, publish
from pipeline.schema import VIEWS
from pipeline.store import open_store
from tests.conftest import ROOT
from tests.stores import MEETINGS, example_store

TEXT = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"\*\*(\d+)\. (.*?)\*\*.*?```sql\n(.*?)```", TEXT, flags=re.DOTALL)
MAY_BE_EMPTY = {"15", "20"}
"""The samples may have no late action and nothing unread."""


@pytest.fixture(scope="module")
def connection(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    out = tmp_path_factory.mktemp("out")
    done = CliRunner().invoke(run_command, [str(samples), "--out", str(out)], standalone_mode=False)
    assert done.exception is None
    return open_store(out)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return open_store(example_store(tmp_path_factory.mktemp("example")))


def test_there_are_twenty() -> None:
    assert [number for number, _, _ in QUESTIONS] == [str(number) for number in range(1, 21)]


@pytest.mark.parametrize(("number", "question", "sql"), QUESTIONS, ids=[number for number, _, _ in QUESTIONS])
def test_the_question_is_answered(connection: duckdb.DuckDBPyConnection, number: str, question: str, sql: str) -> None:
    rows = connection.execute(sql).fetchall()
    assert rows or number in MAY_BE_EMPTY, question


def test_every_view_is_used_by_a_question() -> None:
    asked = " ".join(sql for _, _, sql in QUESTIONS)
    assert [name for name in VIEWS if not re.search(rf"\b{name}\b", asked)] == []


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_answers_on_an_empty_store(tmp_path: Path, name: str) -> None:
    prepare(tmp_path)
    publish(tmp_path, [], [])
    with open_store(tmp_path) as empty:
        assert empty.execute(f"SELECT * FROM {name}").fetchall() == []


def test_challenges_are_counted_once_a_theme_and_party(example: duckdb.DuckDBPyConnection) -> None:
    assert example.execute("FROM challenges_by_municipality").fetchall() == [
        ("Ylä-Kairan hyvinvointialue", "premises", 1, 1),
        ("Ylä-Kairan hyvinvointialue", "pupil_welfare", 1, 1),
    ]


def test_meetings_count_each_item_and_action_once(example: duckdb.DuckDBPyConnection) -> None:
    rows = example.execute("SELECT date, items, challenges, successes, actions FROM meetings").fetchall()
    assert rows == [("2024-11-05", 2, 0, 1, 1), ("2025-03-12", 4, 1, 0, 2), (None, 0, 0, 0, 0)]
    assert len(rows) == len(MEETINGS)


def test_late_is_what_was_due_before_the_newest_meeting(example: duckdb.DuckDBPyConnection) -> None:
    assert example.execute("SELECT deadline, owner FROM overdue_actions").fetchall() == [("2025-01-31", "Kunta")]
    assert example.execute("SELECT owner, open, next_deadline FROM actions_by_owner").fetchall() == [
        ("Kunta", 1, "2025-01-31"), ("rehtori", 1, "2025-04-30"), (None, 1, None),
    ]  # fmt: skip

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.actions import command
from pipeline.errors import UsageError
from pipeline.publish import prepare, publish
from pipeline.records import Action
from tests.examples import example


@pytest.fixture
def store(tmp_path: Path) -> Path:
    minutes = example("a.txt", data=b"a")
    item = minutes.items[1].item_id
    actions = (
        Action("1", item, "Kartoittaa tilat", "Tekninen johtaja", deadline="2025-04-30"),
        Action("2", item, "Kutsua työryhmä koolle", "ÄIDINKIELEN opettaja", deadline="2025-03-31"),
        Action("3", item, "Selvittää kuljetukset", None),
        Action("4", item, "Palkata kuraattori", "Sivistysjohtaja", deadline="2025-02-01", status="done"),
    )
    prepare(tmp_path)
    publish(tmp_path, [replace(minutes, actions=actions)], [])
    return tmp_path / "muistio.duckdb"


def _ask(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--store", str(store)], standalone_mode=False)


def _tasks(store: Path, *arguments: str) -> list[str]:
    return [row["action_id"] for row in json.loads(_ask(store, "--format", "json", *arguments).stdout)]


def test_the_register_has_the_earliest_deadline_first_and_those_without_last(store: Path) -> None:
    assert _tasks(store) == ["4", "2", "1", "3"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--open"], ["2", "1", "3"]),
        (["--owner", "johtaja"], ["4", "1"]),
        (["--owner", "äidinkielen"], ["2"]),
        (["--due", "2025-03-31"], ["4", "2"]),
        (["--due", "30.4.2025", "--open"], ["2", "1"]),
        (["--owner", "%"], []),
    ],
)
def test_the_register_is_narrowed(store: Path, options: list[str], found: list[str]) -> None:
    assert _tasks(store, *options) == found


def test_a_row_says_what_who_when_and_where(store: Path) -> None:
    row = next(csv.DictReader(io.StringIO(_ask(store, "--format", "csv", "--owner", "tekninen").stdout)))
    assert (row["task"], row["owner"], row["deadline"]) == ("Kartoittaa tilat", "Tekninen johtaja", "2025-04-30")
    assert (row["document"], row["meeting"], row["section"]) == ("Neuvottelu", "2025-01-15", "1. Oppilashuolto")
    assert "Kartoittaa" in _ask(store).stdout


def test_an_empty_register_is_told(store: Path) -> None:
    result = _ask(store, "--owner", "nobody")
    assert (result.return_value, result.stdout) == (0, "")
    assert result.stderr == "There are no such actions.\n"


@pytest.mark.parametrize("day", ["31.2.2025", "tomorrow", "2025-13-01", "1.2"])
def test_a_wrong_date_is_told(store: Path, day: str) -> None:
    error = _ask(store, "--due", day).exception
    assert isinstance(error, UsageError)
    assert str(error) == f"--due '{day}' is no date; write it as 2025-03-31 or 31.3.2025."

"""`muistio diff`: what changed from one store to another."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.diff import command
from pipeline.errors import UsageError
from pipeline.records import document_id
from tests.stores import Said, example_store, make_store, meeting

TASK = {"task": "Kartoittaa tilat", "owner": "Rehtori", "deadline": "2025-04-30"}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("stores")
    same = meeting(
        "sama-1.txt",
        Said("Tilat ovat ahtaat.", {"premises": "Tilat", "challenge": "ahtaat"}),
        Said("Rehtori kartoittaa tilat.", {"agreed_action": "kartoittaa"}, TASK),
        Said("Kuntoutus jatkuu.", {"ngos": "Kuntoutus"}, {"task": "Jatkaa kuntoutusta"}),
        date="2025-01-10",
    )
    later = replace(same, actions=(replace(same.actions[0], status="done"),))
    gone = meeting("poistunut-1.txt", Said("Yhdistys lopetti.", {"ngos": "Yhdistys"}), date="2024-01-01")
    old = meeting("muuttunut-1.txt", Said("Luonnos."), date="2025-02-02")
    changed = replace(old.document, document_id=document_id(b"other"), title="Korjattu")
    new = meeting(
        "uusi-1.txt",
        Said("Tilat paranivat.", {"premises": "Tilat", "success": "paranivat"}),
        Said("Työ alkaa.", {"agreed_action": "alkaa"}, {"task": "Aloittaa työ\x1b[31m"}),
        date="2025-03-03",
    )
    return (
        make_store(folder / "old", [same, gone, old]),
        make_store(folder / "new", [later, replace(old, document=changed, sections=(), items=()), new]),
    )


def diff(*words: Any) -> Result:
    return CliRunner(env={"COLUMNS": "120"}).invoke(command, [*map(str, words)], standalone_mode=False)


def test_documents_are_new_changed_or_gone(stores: tuple[Path, Path]) -> None:
    found = json.loads(diff(*stores, "--json").stdout)
    for kind, path in (("new", "uusi-1.txt"), ("changed", "muuttunut-1.txt"), ("gone", "poistunut-1.txt")):
        assert [row["path"] for row in found[kind]] == [path]


def test_labels_rise_and_fall_by_their_share_of_items(stores: tuple[Path, Path]) -> None:
    found = json.loads(diff(*stores, "--json").stdout)
    assert (found["items_before"], found["items_after"]) == (5, 5)
    shifts = {one["label"]: (one["before"], one["after"], one["points"]) for one in found["shifts"]}
    assert shifts["premises"] == (1, 2, 20.0)
    assert shifts["ngos"] == (2, 1, -20.0)
    assert shifts["challenge"] == (1, 1, 0.0)
    assert next(iter(found["shifts"]))["points"] == 20.0


def test_actions_are_new_done_or_gone(stores: tuple[Path, Path]) -> None:
    found = json.loads(diff(*stores, "--json").stdout)
    assert [row["task"] for row in found["done"]] == ["Kartoittaa tilat"]
    assert [row["task"] for row in found["gone_actions"]] == ["Jatkaa kuntoutusta"]
    assert [row["task"] for row in found["new_actions"]] == ["Aloittaa työ\x1b[31m"]


def test_words_and_tables_say_the_same(stores: tuple[Path, Path]) -> None:
    shown = diff(*stores).stdout
    assert "Documents: 1 new, 1 changed, 1 gone." in shown
    assert "Falling: ngos (-20.0 points)." in shown
    assert "Actions: 1 new, 1 no longer open, 1 gone." in shown
    assert "Korjattu" in shown
    assert "\x1b[31m" not in shown


def test_a_store_differs_from_itself_in_nothing(stores: tuple[Path, Path]) -> None:
    found = json.loads(diff(stores[0], stores[0], "--json").stdout)
    assert not any(found[kind] for kind in ("new", "changed", "gone", "new_actions", "done", "gone_actions"))
    assert {one["points"] for one in found["shifts"]} == {0.0}
    assert "Rising" not in diff(stores[0], stores[0]).stdout


def test_a_missing_store_is_told(stores: tuple[Path, Path], tmp_path: Path) -> None:
    assert isinstance(diff(stores[0], tmp_path / "no.duckdb").exception, UsageError)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_store(tmp_path_factory.mktemp("parts"))


def between(store: Path, first: str, second: str, *more: str) -> Result:
    return diff("--between", first, second, "--store", store, *more)


def test_two_parties_stand_side_by_side(store: Path) -> None:
    found = json.loads(between(store, "party:kaira", "title:laakson", "--json").stdout)
    counts = ("question", "documents", "items", "actions", "open_actions")
    assert [found["first"][name] for name in counts] == ["party:kaira", 1, 4, 2, 2]
    assert [found["second"][name] for name in counts] == ["title:laakson", 1, 2, 1, 1]
    assert [row["owner"] for row in found["first"]["open"]] == ["rehtori", None]
    shifts = {one["label"]: (one["before"], one["after"], one["points"]) for one in found["shifts"]}
    assert shifts["premises"] == (2, 1, 0.0)
    assert shifts["pupil_welfare"] == (2, 0, -50.0)
    assert shifts["success"] == (0, 1, 50.0)
    assert found["shared"] == 0


def test_the_parts_are_told_in_words_too(store: Path) -> None:
    shown = between(store, "year:2024", "year:2025").stdout
    assert "year:2024: documents 1, items 2, actions 1, open actions 1." in shown
    assert "More common in year:2025: pupil_welfare (0 of 2 and 2 of 4)" in shown
    assert "Open actions of year:2025" in shown
    assert "In both" not in shown


def test_items_in_both_parts_are_told(store: Path) -> None:
    assert "In both: 2 items." in between(store, "theme:premises", "type:agreed_action").stdout


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--between", "year:1999", "year:2025"), "'year:1999'"),
        (("--between", "colour:red", "year:2025"), "no field 'colour'"),
        (("--between", "year:2024", "year:2025", "old"), "--between"),
        (("old",), "two stores"),
        ((), "two stores"),
    ],
)
def test_what_cannot_be_compared_is_told(store: Path, words: tuple[str, ...], hint: str) -> None:
    error = diff(*words, "--store", store).exception
    assert isinstance(error, UsageError)
    assert hint in str(error)

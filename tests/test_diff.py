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
from tests.stores import Said, make_store, meeting

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

"""Scores: what counts as right, what as a false alarm, what is not asked at all."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.errors import UsageError
from pipeline.evaluate import load_documents, load_rows, score_labels, score_structure
from pipeline.evaluate.gold import GoldItem
from pipeline.records import Action, Label
from tests.documents import minutes

ROOT = Path(__file__).resolve().parent.parent

GOLD = {
    "doc": "T1",
    "title": "Kylän kokous",
    "body": None,
    "counterpart": None,
    "date": "2025-03-03",
    "place": None,
    "start": "9.00",
    "end": None,
    "preamble": [],
    "sections": [
        {
            "number": "1.",
            "title": "Asiat",
            "blocks": [
                {"kind": "boilerplate", "level": 1, "text": "Todettiin:", "item": False},
                {
                    "kind": "bullet",
                    "level": 1,
                    "text": "Kirjaston katto vuotaa.",
                    "item": True,
                    "themes": ["premises"],
                    "types": ["challenge"],
                    "actions": [],
                },
                {
                    "kind": "bullet",
                    "level": 1,
                    "text": "Kahvia oli tarjolla.",
                    "item": True,
                    "themes": [],
                    "types": [],
                    "actions": [],
                },
            ],
        }
    ],
}


@pytest.fixture
def gold(tmp_path):
    (tmp_path / "T1.json").write_text(json.dumps(GOLD), encoding="utf-8")
    return load_documents(tmp_path)[0]


def label(name: str, axis: str = "theme") -> Label:
    return Label("i", axis, name, 1.0, "rule", "r", "e")


def test_structure_counts_missing_and_spurious_items(gold):
    scores = {}
    errors = score_structure(
        gold, minutes("1. Asiat\n\n• Kirjaston katto vuotaa.\n\n• Muuta.\n\n2. Loppu\n\nOhi.\n"), scores
    )
    assert (scores["items"].tp, scores["items"].fp, scores["items"].fn) == (1, 2, 1)
    assert (scores["sections"].tp, scores["sections"].fp) == (1, 1)
    assert any("Kahvia" in error for error in errors)


def test_a_block_that_is_no_item_is_no_fault(gold):
    scores = {}
    score_structure(
        gold, minutes("1. Asiat\n\nTodettiin:\n\nKirjaston katto vuotaa.\n\nKahvia oli tarjolla.\n"), scores
    )
    assert (scores["items"].fp, scores["items"].fn) == (0, 0)


def test_labels_of_an_item_that_should_not_be_there_are_false_alarms(gold):
    scores = {}
    right = GoldItem("a", (None, ""), themes=frozenset({"premises"}))
    score_labels([(right, [label("premises"), label("security")], []), (None, [label("ngos")], [])], scores)
    assert (scores["themes"].tp, scores["themes"].fp, scores["themes"].fn) == (1, 2, 0)


def test_a_disputed_axis_is_not_scored(gold):
    scores = {}
    item = GoldItem("a", (None, ""), themes=frozenset({"premises"}), disputed=frozenset({"themes"}))
    score_labels([(item, [label("ngos"), label("challenge", "type")], [])], scores)
    assert "themes" not in scores
    assert scores["types"].fp == 1


def test_owners_and_deadlines_are_counted_by_action():
    scores = {}
    item = GoldItem(
        "a", (None, ""), types=frozenset({"agreed_action"}), actions=(("Rehtori", "2025-03-31"), (None, None))
    )
    actions = [Action("", "i", "t", owner="rehtori", deadline="2025-03-30")]
    score_labels([(item, [label("agreed_action", "type")], actions)], scores)
    assert (scores["owners"].tp, scores["owners"].fn) == (1, 0)
    assert (scores["deadlines"].fp, scores["deadlines"].fn) == (1, 1)
    assert (scores["actions"].tp, scores["actions"].fn) == (1, 1)


def test_what_is_no_gold_is_said_in_a_sentence(tmp_path):
    with pytest.raises(UsageError, match="No gold documents"):
        load_documents(tmp_path)
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="not a gold document"):
        load_documents(tmp_path)
    (tmp_path / "rows.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="line 1"):
        load_rows(tmp_path / "rows.jsonl")


def test_the_command_scores_the_corpus_that_ships():
    result = CliRunner().invoke(cli, ["evaluate", str(ROOT / "data" / "corpus" / "fiction"), "--json"])
    assert result.exception is None, result.exception
    scores = next(iter(json.loads(result.stdout).values()))
    items = sum(
        block.get("item", False)
        for path in (ROOT / "data" / "corpus" / "fiction").glob("*.json")
        for section in json.loads(path.read_text(encoding="utf-8"))["sections"]
        for block in section["blocks"]
    )
    assert items > 1500
    assert scores["themes"]["f1"] > 0.5
    assert scores["types"]["f1"] > 0.5

"""Two hundred damaged documents, each to its end; `python -m tests.fuzz COUNT` runs as many as one likes."""

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.reading.layout import POINTS, Word, line
from pipeline.records import Item, Line, Minutes, Problem
from pipeline.structure.rows import rows
from tests.examples import example
from tests.fuzz import Mutation, faults, main, mutations, outcomes

SEED = 2025
COUNT = 200


def test_every_damaged_document_ends_well() -> None:
    done = list(outcomes(mutations(SEED, COUNT)))
    assert sorted(one.mutation.name for one in done) == sorted(one.name for one in mutations(SEED, COUNT))
    assert {one.mutation.name: found for one in done if (found := faults(one.minutes))} == {}
    assert [one.minutes.problems for one in done if one.died] == []
    statuses = Counter(one.minutes.document.status for one in done)
    assert statuses["ok"] > COUNT / 4 and statuses["failed"] > COUNT / 20  # the damage is neither idle nor total


def test_mutations_are_the_same_for_the_same_seed_and_leave_no_document_as_it_was(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = list(mutations(SEED, 60))
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)  # whatever the clock says
    assert first == list(mutations(SEED, 60)) and first[:20] == list(mutations(SEED, 20))
    assert not {one.data for one in first} & {one.data for one in mutations(SEED + 1, 60)}
    originals = {path.read_bytes() for path in samples.iterdir()}
    assert not {one.data for one in first} & originals
    assert {Path(one.name).suffix for one in first} == {".docx", ".html", ".md", ".pdf", ".txt"}


def test_a_page_without_two_equal_line_distances_is_read() -> None:
    tops = [0.0, 12.0, 25.0, 39.0, 54.0, 70.0, 87.0, 105.0, 124.0]
    lines = [Line(f"Rivi {n}.", x0=60.0, top=top, x1=100.0, bottom=top + 10.0, size=10.0) for n, top in enumerate(tops)]
    assert [row.text for row in rows(lines)] == [line.text for line in lines]


def test_words_a_mile_apart_make_no_mile_of_spaces() -> None:
    row = [Word("Asia", 0, 4, 10, 0.01, False, True), Word("Vastuu", 90_000, 90_004, 10, 0.01, False, True)]
    text = line(row, 1, POINTS).text
    assert text.split() == ["Asia", "Vastuu"] and len(text) < 300


def _moved(minutes: Minutes) -> Minutes:
    item: Item = minutes.items[0]
    return replace(minutes, items=(replace(item, start=item.start + 1), *minutes.items[1:]))


def _failed(minutes: Minutes, message: str) -> Minutes:
    document = replace(minutes.document, status="failed")
    return replace(minutes, document=document, problems=(Problem("reading", "error", message),))


@pytest.mark.parametrize(
    ("minutes", "word"),
    [
        (_moved(example()), "offsets"),
        (_failed(example(), ""), "no sentence"),
        (_failed(example(), "The program stumbled over this document: KeyError."), "stumbled"),
    ],
)
def test_a_fault_is_noticed(minutes: Minutes, word: str) -> None:
    assert faults(example()) == []
    assert word in faults(minutes)[0]


def test_the_command_prints_its_figures(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from tests import fuzz

    monkeypatch.setattr(
        fuzz, "outcomes", lambda documents: iter([fuzz.Outcome(Mutation("0-a.txt", b""), example(), False, 0.5)])
    )
    assert main(["1"]) == 0
    assert "faults          0" in capsys.readouterr().out
    assert main(["2"]) == 1, "a document without a status is a fault"

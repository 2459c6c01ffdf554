"""A guard against a run that becomes twice as dear, by ratio: both sides are measured here and now."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.archive import document, make
from tests.bench import bare, stages

DOUBLE = 2 * 40.0
"""Twice what the stages cost against bare extraction on these few pages, start left out; real ones take less."""


def _cpu(what: Callable[[], object]) -> float:
    began = time.process_time()
    what()
    return time.process_time() - began


def test_a_document_costs_no_more_than_twice_what_it_did(samples: Path) -> None:
    paths = sorted(samples.glob("*.pdf"))
    bare(paths)  # loads the library
    floor = min(_cpu(lambda: bare(paths)) for _ in range(3))
    spent = [stages(paths) for _ in range(3)]
    best = min(sum(seconds for name, seconds in one.items() if not name.startswith("start")) for one in spent)
    assert best / floor < DOUBLE


def test_an_archive_can_be_made_again(tmp_path: Path) -> None:
    assert document(7) == document(7)
    assert document(7) != document(8) != document(8, seed=2)
    make(tmp_path, range(40))
    found = sorted(path.suffix for path in tmp_path.rglob("*.*"))
    assert len(found) == 40
    assert set(found) == {".pdf", ".txt"}

from dataclasses import replace
from typing import Any

import pytest

from pipeline import process as stages
from pipeline.config import Settings
from pipeline.errors import DocumentError
from pipeline.process import label, process, versions
from pipeline.records import Minutes, Problem, document_id
from tests.examples import example
from tests.fake_stages import FakeLemmatiser, FakeRules

RULES: Any = FakeRules()
LEMMATISER: Any = FakeLemmatiser()
DATA = b"kokous"


@pytest.fixture(autouse=True)
def _stages(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = example()
    bare = replace(whole, labels=(), actions=(), problems=())
    monkeypatch.setattr(stages, "read", _give(None))
    monkeypatch.setattr(stages, "parse", _give(bare))
    monkeypatch.setattr(stages, "label_minutes", _give(replace(whole, problems=())))


def _process() -> Minutes:
    return process(DATA, "a/kokous.txt", Settings(), RULES, LEMMATISER)


def _give(value: Any) -> Any:
    return lambda *_, **__: value


def _raise(error: BaseException) -> Any:
    def stage(*_: Any, **__: Any) -> Any:
        raise error

    return stage


def test_a_whole_document_is_ok_and_says_what_made_it() -> None:
    minutes = _process()
    assert (minutes.document.status, minutes.labels) == ("ok", example().labels)
    assert (minutes.document.rules_version, minutes.document.lemmatiser) == ("rules 1", "fake 1")


def test_a_document_that_cannot_be_read_is_failed_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "read", _raise(DocumentError("kokous.txt is empty.")))
    minutes = _process()
    assert (minutes.document.document_id, minutes.document.status) == (document_id(DATA), "failed")
    assert minutes.problems == (Problem("reading", "error", "kokous.txt is empty."),)


@pytest.mark.parametrize("stage", ["read", "parse"])
def test_an_error_that_nobody_foresaw_fails_the_document_and_says_where(
    monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(stages, stage, _raise(ZeroDivisionError("division by zero")))
    minutes = _process()
    assert minutes.document.status == "failed"
    assert "ZeroDivisionError in test_process.py, line" in minutes.problems[0].message


def test_a_document_whose_labelling_stumbles_keeps_its_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "label_minutes", _raise(KeyError("lemma")))
    minutes = _process()
    assert (minutes.document.status, len(minutes.items), minutes.labels) == ("partial", 2, ())
    assert minutes.problems[0].stage == "labelling"


def test_a_document_with_an_error_among_its_problems_is_partial(monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = replace(example(), problems=(Problem("reading", "error", "Sivu 2 on vioittunut.", 2),))
    monkeypatch.setattr(stages, "label_minutes", _give(damaged))
    assert _process().document.status == "partial"


def test_rows_that_do_not_fit_together_fail_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = example()
    broken = replace(bare, items=tuple(replace(item, start=item.start + 1) for item in bare.items))
    monkeypatch.setattr(stages, "label_minutes", _give(broken))
    minutes = _process()
    assert (minutes.document.status, minutes.items) == ("failed", ())
    assert "Table items, row 1" in minutes.problems[0].message


def test_want_of_memory_is_left_to_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    for stage in ("read", "label_minutes"):
        with monkeypatch.context() as patch, pytest.raises(MemoryError):
            patch.setattr(stages, stage, _raise(MemoryError()))
            _process()


def test_labelling_anew_drops_the_labels_and_problems_of_the_time_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "label_minutes", lambda minutes, *_: minutes)
    before = replace(
        example(), problems=(Problem("reading", "warning", "Sivu 1."), Problem("labelling", "error", "Vanha."))
    )
    again = label(before, RULES, LEMMATISER, versions(Settings(), RULES, LEMMATISER))
    assert (again.labels, again.actions, again.items[0].lemmas) == ((), (), ())
    assert [problem.message for problem in again.problems] == ["Sivu 1."]
    assert again.document.status == "ok"


def test_versions_tell_rereading_from_relabelling() -> None:
    usual = versions(Settings(), RULES, LEMMATISER)
    other_rules: Any = FakeRules("rules 2")
    relabelled = versions(Settings(), other_rules, LEMMATISER)
    assert (relabelled.reading == usual.reading, relabelled.labels == usual.labels) == (True, False)
    reread = versions(Settings(ocr=False), RULES, LEMMATISER)
    assert (reread.reading == usual.reading, reread.labels == usual.labels) == (False, True)

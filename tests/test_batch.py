import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline import batch
from pipeline.batch import Outcome, Step, run
from pipeline.batch.local import run_local
from pipeline.batch.worker import Job
from pipeline.config import Limits, Settings
from pipeline.errors import MuistioError, UsageError
from pipeline.process import versions
from pipeline.store import open_store, read_columns
from pipeline.tables import check
from tests import fake_stages
from tests.fake_stages import FakeRules, fake_serve, fake_tools

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "run_local", partial(run_local, target=fake_serve))
    monkeypatch.setattr(batch, "load_tools", fake_tools)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(name)
    return folder


def _settings(tmp_path: Path, **more: object) -> Settings:
    return Settings(out=tmp_path / "out", workers=2, **more)  # type: ignore[arg-type]


def _statuses(tmp_path: Path) -> dict[str, str]:
    frame = pd.read_parquet(tmp_path / "out" / "tables" / "documents.parquet")
    return {Path(path).stem: status for path, status in zip(frame.path, frame.status, strict=True)}


def _counts(outcome: Outcome) -> tuple[dict[str, int], int]:
    return dict(outcome.done), outcome.unchanged


def test_a_run_does_what_is_new_and_skips_what_is_unchanged(tmp_path: Path, raw: Path) -> None:
    settings = _settings(tmp_path)
    assert _counts(run([raw], settings)) == ({"ok": 3}, 0)
    assert _counts(run([raw], settings)) == ({}, 3)
    (raw / "d.txt").write_text("d")
    (raw / "a.txt").write_text("a changed")
    assert _counts(run([raw], settings)) == ({"ok": 2}, 2)
    assert _statuses(tmp_path) == dict.fromkeys("abcd", "ok")


def test_an_unchanged_file_is_not_even_opened(tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run([raw], _settings(tmp_path))
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read"))
    assert _counts(run([raw], _settings(tmp_path))) == ({}, 3)


def test_nothing_is_published_when_nothing_has_changed(tmp_path: Path, raw: Path) -> None:
    run([raw], _settings(tmp_path))
    before = (tmp_path / "out" / "current").readlink()
    run([raw], _settings(tmp_path))
    assert (tmp_path / "out" / "current").readlink() == before


def test_another_form_of_the_tables_is_published_without_reading(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([raw], _settings(tmp_path))
    before = (tmp_path / "out" / "current").readlink()
    monkeypatch.setattr("pipeline.corrections.FORM", "another")
    assert _counts(run([raw], _settings(tmp_path))) == ({}, 3)
    assert (tmp_path / "out" / "current").readlink() != before


def test_moved_copied_and_removed_files_are_understood(tmp_path: Path, raw: Path) -> None:
    settings = _settings(tmp_path)
    run([raw], settings)
    (raw / "a.txt").rename(raw / "z.txt")
    (raw / "copy.txt").write_text("b")
    (raw / "c.txt").unlink()
    assert _counts(run([raw], settings)) == ({}, 2)
    files = pd.read_parquet(tmp_path / "out" / "tables" / "files.parquet")
    present = {Path(path).stem: bool(there) for path, there in zip(files.path, files.present, strict=True)}
    assert present == {"a": False, "b": True, "c": False, "copy": True, "z": True}
    assert _statuses(tmp_path) == {"b": "ok", "c": "ok", "z": "ok"}


def test_files_outside_the_paths_of_a_run_are_left_alone(tmp_path: Path, raw: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text("x")
    run([raw], _settings(tmp_path))
    run([other], _settings(tmp_path))
    files = pd.read_parquet(tmp_path / "out" / "tables" / "files.parquet")
    assert len(files) == 4
    assert files.present.all()


def test_a_changed_rule_labels_anew_without_reading(tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run([raw], _settings(tmp_path))
    _change_rules(monkeypatch)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read"))
    assert _counts(run([raw], _settings(tmp_path))) == ({"ok": 3}, 0)
    assert _counts(run([raw], _settings(tmp_path))) == ({}, 3)


def test_a_changed_rule_does_not_mend_a_document_that_failed(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (raw / "b.txt").write_text("BROKEN")
    run([raw], _settings(tmp_path))
    _change_rules(monkeypatch)
    assert _counts(run([raw], _settings(tmp_path))) == ({"ok": 2, "failed": 1}, 0)
    assert _counts(run([raw], _settings(tmp_path))) == ({}, 3)


def _change_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    changed: Any = FakeRules("rules 2")
    monkeypatch.setattr(batch, "load_tools", lambda settings: replace(fake_tools(settings), rules=changed))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("SLEEP", "longer than the 0.5 seconds a document may take; give more with --timeout"),
        ("EXIT", "Its reader crashed (exit code 3)"),
        ("CRASH", "Its reader crashed (SIGSEGV)"),
        ("EAT", "more than the 300 MB of memory a document may take; give more with --memory"),
    ],
)
def test_a_worker_that_dies_takes_one_document_with_it(tmp_path: Path, raw: Path, content: str, words: str) -> None:
    (raw / "b.txt").write_text(content)
    settings = _settings(tmp_path, limits=Limits(seconds=0.5, megabytes=300))
    outcome = run([raw], settings)
    assert _counts(outcome) == ({"ok": 2, "failed": 1}, 0)
    assert words in outcome.troubles[0].problem
    assert _statuses(tmp_path) == {"a": "ok", "b": "failed", "c": "ok"}


def test_one_worker_has_the_same_limits_as_many(tmp_path: Path, raw: Path) -> None:
    (raw / "b.txt").write_text("EXIT")
    outcome = run([raw], Settings(out=tmp_path / "out", workers=1))
    assert _counts(outcome) == ({"ok": 2, "failed": 1}, 0)


def test_a_deadly_document_is_tried_once_more_and_stays_failed(tmp_path: Path, raw: Path) -> None:
    (raw / "b.txt").write_text("EXIT")
    settings = _settings(tmp_path)
    run([raw], settings)
    assert _counts(run([raw], settings)) == ({"failed": 1}, 2)
    third = run([raw], settings)
    assert _counts(third) == ({}, 3)
    assert [(trouble.status, trouble.earlier) for trouble in third.troubles] == [("failed", True)]
    more = _settings(tmp_path, limits=Limits(seconds=500))
    assert _counts(run([raw], more)) == ({"failed": 1}, 2)


@pytest.mark.parametrize("content", ["EXIT", "BROKEN"])
def test_who_asks_for_it_has_failed_documents_tried_again(tmp_path: Path, raw: Path, content: str) -> None:
    (raw / "b.txt").write_text(content)
    for _ in range(2):
        run([raw], _settings(tmp_path))
    assert _counts(run([raw], _settings(tmp_path))) == ({}, 3)
    for _ in range(2):
        assert _counts(run([raw], _settings(tmp_path, retry=True))) == ({"failed": 1}, 2)
    assert _counts(run([raw], _settings(tmp_path))) == ({}, 3), "a try that was asked for earns no more"


def test_a_broken_document_is_not_tried_again_unless_there_is_a_password(tmp_path: Path, raw: Path) -> None:
    (raw / "b.txt").write_text("BROKEN")
    run([raw], _settings(tmp_path))
    assert _counts(run([raw], _settings(tmp_path))) == ({}, 3)
    assert _counts(run([raw], _settings(tmp_path, password="salasana"))) == ({"failed": 1}, 2)


def test_many_deaths_leave_every_other_document_whole(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for number in range(30):
        (raw / f"{number:02}.txt").write_text(f"{number} {'EXIT' if number % 5 == 2 else ''}")
    outcome = run([raw], _settings(tmp_path))
    assert _counts(outcome) == ({"ok": 24, "failed": 6}, 0)
    assert [Path(trouble.path).stem for trouble in outcome.troubles] == ["02", "07", "12", "17", "22", "27"]


def test_the_number_of_workers_does_not_show_in_the_tables(tmp_path: Path, raw: Path) -> None:
    for number in range(20):
        (raw / f"{number}.txt").write_text(str(number))
    for workers in (1, 3):
        run([raw], Settings(out=tmp_path / str(workers), workers=workers))
    for path in (tmp_path / "1" / "tables").iterdir():
        assert path.read_bytes() == (tmp_path / "3" / "tables" / path.name).read_bytes()


def test_a_stopped_run_keeps_what_was_done_and_ends_its_workers(tmp_path: Path, raw: Path) -> None:
    for name in "ab":
        (raw / f"{name}.txt").write_text(f"{name} is larger, so it comes first")
    (raw / "c.txt").write_text("SLEEP")

    def stop(step: Step) -> None:
        if step.path.endswith("b.txt"):
            raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run([raw], Settings(out=tmp_path / "out", workers=1), stop)
    assert time.monotonic() - started < 5
    (raw / "c.txt").write_text("c")
    assert _counts(run([raw], _settings(tmp_path))) == ({"ok": 1}, 2)


def test_a_worker_killed_while_idle_costs_no_document() -> None:
    def jobs() -> Iterator[Job]:
        yield Job("a", "a.txt", b"a")
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        yield Job("b", "b.txt", b"b")

    settings = Settings(workers=1)
    tools = fake_tools(settings)
    known = versions(settings, tools.rules, tools.lemmatiser)
    done = [(job.path, result.status) for job, result in run_local(jobs(), settings, known, target=fake_serve)]
    assert done == [("a.txt", "ok"), ("b.txt", "ok")]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are found by /proc")
def test_workers_end_with_a_run_that_is_killed() -> None:
    code = (
        "import sys, time; from pipeline.batch.local import run_local; from pipeline.batch.worker import Job\n"
        "from pipeline.config import Settings; from pipeline.process import versions\n"
        "from tests.fake_stages import fake_serve, fake_tools\n"
        "settings = Settings(workers=2); tools = fake_tools(settings)\n"
        "known = versions(settings, tools.rules, tools.lemmatiser)\n"
        "jobs = iter([Job(name, name, name.encode()) for name in 'ab'])\n"
        "results = run_local(jobs, settings, known, tools, target=fake_serve)\n"
        "next(results); print('done', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
    assert workers
    until = time.monotonic() + 20
    while left := [worker for worker in workers if Path(f"/proc/{worker}").exists()]:
        assert time.monotonic() < until, left
        time.sleep(0.05)


def test_workers_that_cannot_start_are_told(tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "run_local", partial(run_local, target=fake_stages.no_start))
    with pytest.raises(MuistioError, match="A worker process cannot start"):
        run([raw], _settings(tmp_path))


def test_a_file_that_cannot_be_opened_fails_alone_and_is_tried_every_time(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    outcome = run([raw], _settings(tmp_path))
    assert outcome.troubles[0].problem == "It cannot be opened: Permission denied."
    assert _counts(run([raw], _settings(tmp_path))) == ({"failed": 1}, 2)
    monkeypatch.undo()
    monkeypatch.setattr(batch, "run_local", partial(run_local, target=fake_serve))
    monkeypatch.setattr(batch, "load_tools", fake_tools)
    assert _counts(run([raw], _settings(tmp_path))) == ({"ok": 1}, 2)
    assert _statuses(tmp_path) == {"a": "ok", "b": "ok", "c": "ok"}


def test_a_file_larger_than_the_memory_of_a_document_is_not_read(tmp_path: Path, raw: Path) -> None:
    with (raw / "b.txt").open("wb") as file:
        os.truncate(file.fileno(), 400 * 2**20)
    outcome = run([raw], _settings(tmp_path, limits=Limits(megabytes=300)))
    assert "larger than the 300 MB" in outcome.troubles[0].problem


def test_published_rows_are_sound(tmp_path: Path, raw: Path) -> None:
    (raw / "b.txt").write_text("EXIT")
    run([raw], _settings(tmp_path))
    tables = {path.stem: pd.read_parquet(path) for path in (tmp_path / "out" / "tables").iterdir()}
    assert len(tables["files"]) == 3
    with open_store(tmp_path / "out") as connection:
        assert check(read_columns(connection)) == []


def test_what_a_library_tells_of_a_document_reaches_no_log(
    tmp_path: Path, raw: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (raw / "b.txt").write_text("TALK Maija Meikäläinen")
    assert _counts(run([raw], _settings(tmp_path))) == ({"ok": 3}, 0)
    assert "Maija" not in capfd.readouterr().err


def test_hidden_files_lock_files_and_the_output_folder_are_left_out(raw: Path) -> None:
    (raw / ".hidden.txt").write_text("hidden")
    (raw / "~$a.docx").write_text("lock")
    (raw / "picture.svg").write_text("<svg/>")
    (raw / ".git").mkdir()
    (raw / ".git" / "x.txt").write_text("x")
    settings = Settings(out=raw / "out", workers=1)
    assert _counts(run([raw], settings)) == ({"ok": 3}, 0)
    (raw / "out" / "report.html").write_text("<p>raportti</p>")
    outcome = run([raw], settings)
    assert (_counts(outcome), outcome.other) == (({}, 3), 1)


def test_a_file_that_is_named_is_tried_whatever_its_type(tmp_path: Path, raw: Path) -> None:
    (raw / "minutes.xyz").write_text("x")
    assert _counts(run([raw / "minutes.xyz"], _settings(tmp_path))) == ({"ok": 1}, 0)
    run([raw], _settings(tmp_path))
    files = pd.read_parquet(tmp_path / "out" / "tables" / "files.parquet")
    assert files.present.all()


def test_a_missing_path_an_empty_folder_and_a_bad_output_folder_stop_before_reading(tmp_path: Path, raw: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UsageError, match=r"There is no .*nowhere; check the path"):
        run([raw, tmp_path / "nowhere"], _settings(tmp_path))
    with pytest.raises(UsageError, match=r"There are no minutes under .*empty; put files there that end in"):
        run([empty], _settings(tmp_path))
    with pytest.raises(UsageError, match="Cannot write to the output folder"):
        run([raw], Settings(out=raw / "a.txt" / "out"))
    assert run([raw, empty], _settings(tmp_path)).empty == (empty,)

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import batch
from pipeline.batch.local import run_local
from pipeline.cli.run import command
from pipeline.cli.terminal import say
from pipeline.errors import UsageError
from tests.conftest import ROOT
from tests.fake_stages import fake_serve, fake_tools


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(batch, "run_local", partial(run_local, target=fake_serve))
    monkeypatch.setattr(batch, "load_tools", fake_tools)
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    (folder / "b.txt").write_text("b")
    return folder


def _run(raw: Path, *more: str) -> Result:
    return CliRunner().invoke(command, [str(raw), "--out", str(raw.parent / "out"), *more], standalone_mode=False)


def test_the_summary_has_a_line_a_status_and_says_where_the_tables_are(raw: Path) -> None:
    first = _run(raw)
    assert first.return_value == 0
    assert first.stdout.splitlines()[0].split() == ["ok", "2"]
    assert f"Tables:    {raw.parent / 'out' / 'tables'}" in first.stdout
    assert "muistio report --store" in first.stdout
    assert _run(raw).stdout.splitlines()[0].split() == ["unchanged", "2"]


def test_a_failed_document_is_named_with_its_reason_on_this_run_and_the_next(raw: Path) -> None:
    (raw / "c.txt").write_text("BROKEN")
    first = _run(raw)
    assert first.return_value == 1
    assert f"failed   {raw / 'c.txt'}\n         It is broken.\n" in first.stdout
    second = _run(raw)
    assert second.return_value == 1
    assert "unchanged      3  of these 1 failed" in second.stdout
    assert CliRunner().invoke(command, [str(raw / "a.txt"), "--out", str(raw.parent / "out")],
                              standalone_mode=False).return_value == 0  # fmt: skip


def test_of_many_failed_documents_the_first_are_named(raw: Path) -> None:
    for number in range(25):
        (raw / f"x{number:02}.txt").write_text(f"BROKEN {number}")
    result = _run(raw)
    assert result.stdout.count("It is broken.") == 20
    assert "… and 5 documents more: muistio query" in result.stdout


def test_files_of_other_types_and_empty_folders_are_told(raw: Path) -> None:
    (raw / "kuva.svg").write_text("<svg/>")
    empty = raw.parent / "empty"
    empty.mkdir()
    result = _run(raw, str(empty))
    assert result.return_value == 0
    assert "Left out for their type: 1 file.\n" in result.stderr
    assert f"There are no minutes in {empty}." in result.stderr


def test_counts_are_written_for_a_monitoring_system(raw: Path) -> None:
    (raw / "c.txt").write_text("BROKEN")
    counts = raw.parent / "muistio.prom"
    _run(raw, "--metrics", str(counts))
    rows = dict(line.rsplit(" ", 1) for line in counts.read_text().splitlines())
    assert rows['muistio_documents_done{status="ok"}'] == "2"
    assert rows['muistio_documents_done{status="failed"}'] == "1"
    assert rows["muistio_pages_done"] == "2"
    assert int(rows["muistio_main_process_peak_bytes"]) > 10**6
    _run(raw, "--metrics", str(counts))
    rows = dict(line.rsplit(" ", 1) for line in counts.read_text().splitlines())
    assert rows["muistio_documents_unchanged"] == "3"
    assert rows['muistio_documents_not_whole{status="failed"}'] == "1"
    with pytest.raises(UsageError, match=r"Cannot write the counts to .*; choose another --metrics"):
        raise _run(raw, "--metrics", str(raw.parent / "nowhere" / "x.prom")).exception or AssertionError


def test_the_log_for_machines_names_documents_by_id_alone(raw: Path) -> None:
    (raw / "maija.txt").write_text("BROKEN")
    result = _run(raw, "--log-json")
    entries = [json.loads(line) for line in result.stderr.splitlines()]
    assert [entry["event"] for entry in entries] == ["document"] * 3 + ["end"]
    assert all(entry.keys() == {"event", "document_id", "status", "pages"} for entry in entries[:3])
    assert {entry["status"] for entry in entries[:3]} == {"ok", "failed"}
    assert entries[-1] == {"event": "end", "ok": 2, "failed": 1, "unchanged": 0}
    assert result.return_value == 1
    assert "maija" not in result.stderr + result.stdout


def test_on_a_narrow_terminal_no_word_and_no_path_is_torn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    path = "/somewhere/in-a-folder/whose-name-is-wider-than-that"
    message = f"Stopped. What was done is kept in {path}; the same command goes on from there."
    say(message)
    lines = capsys.readouterr().err.splitlines()
    assert " ".join(lines) == message
    assert f"{path};" in lines
    assert all(len(line) <= 40 for line in lines if path not in line)


def test_a_file_name_cannot_steer_the_terminal(raw: Path) -> None:
    (raw / "\x1b[31mred.txt").write_text("BROKEN")
    assert "\x1b" not in _run(raw).stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--workers", "0"], "--workers is 0; give a number of at least 1"),
        (["--themes", "nowhere.yaml"], "The theme file nowhere.yaml does not exist"),
        (["--executor", "dask"], "--executor dask needs --scheduler"),
        (["--timeout", "0"], "The limit 'seconds' is 0"),
        (["--memory", "-1"], "The limit 'megabytes' is -1"),
    ],
)
def test_wrong_settings_stop_before_anything_is_read(raw: Path, options: list[str], words: str) -> None:
    result = _run(raw, *options)
    assert isinstance(result.exception, UsageError)
    assert words in str(result.exception)
    assert not (raw.parent / "out").exists()


SLOW = """
import signal
from functools import partial
from pipeline import batch
from pipeline.batch.local import run_local
from pipeline.cli import main
from tests.fake_stages import fake_serve, fake_tools

if __name__ == "__main__":
    batch.run_local = partial(run_local, target=fake_serve)
    batch.load_tools = fake_tools
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background does not hear it
    main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_kill_end_a_run_at_once_with_the_state_kept(raw: Path, number: signal.Signals) -> None:
    started = raw.parent / "started"
    for path in raw.iterdir():
        path.write_text(f"{path.name} is larger, so it comes first. " * 9)
    (raw / "z.txt").write_text(f"SLEEP {started}")
    script = raw.parent / "slow.py"
    script.write_text(SLOW)
    process = subprocess.Popen(
        [sys.executable, script, "run", raw, "--out", raw.parent / "out", "--workers", "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    sent = time.monotonic()
    os.killpg(process.pid, number)  # as a terminal does: all that was started hears it
    _, messages = process.communicate(timeout=10)
    assert time.monotonic() - sent < 3
    assert process.returncode == 130
    assert messages.strip().startswith("Stopped. What was done is kept in")
    assert "Traceback" not in messages
    (raw / "z.txt").write_text("z")
    assert _run(raw).stdout.splitlines()[:2] == ["ok             1", "unchanged      2"]

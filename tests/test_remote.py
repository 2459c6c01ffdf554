"""Documents that lie elsewhere are read like those on the disk."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline import batch
from pipeline.batch import remote, run
from pipeline.batch.local import run_local
from pipeline.batch.remote import address, listed
from pipeline.config import Settings
from pipeline.errors import MissingDependency, UsageError
from tests.fake_stages import fake_serve, fake_tools

memory = pytest.importorskip("fsspec").filesystem("memory")


@pytest.fixture(autouse=True)
def _place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(batch, "run_local", partial(run_local, target=fake_serve))
    monkeypatch.setattr(batch, "load_tools", fake_tools)
    for name in ("a.txt", "deep/b.txt", "c.zip", ".hidden.txt", "~$lock.txt"):
        memory.pipe(f"/minutes/{name}", name.encode())
    yield
    memory.rm("/minutes", recursive=True)


def _run(tmp_path: Path, root: str = "memory://minutes") -> Any:
    return run([root], Settings(out=tmp_path / "out", workers=1))


def _files(tmp_path: Path) -> dict[str, bool]:
    frame = pd.read_parquet(tmp_path / "out" / "tables" / "files.parquet")
    return dict(zip(frame.path, frame.present, strict=True))


def test_a_folder_elsewhere_is_read_and_what_is_unchanged_is_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _run(tmp_path)
    assert (dict(first.done), first.other) == ({"ok": 2}, 1)
    assert _files(tmp_path) == {"memory://minutes/a.txt": True, "memory://minutes/deep/b.txt": True}
    memory.pipe("/minutes/a.txt", b"another")
    memory.rm("/minutes/deep/b.txt")
    fetched: list[str] = []
    fetch = remote.Remote.read_bytes
    monkeypatch.setattr(remote.Remote, "read_bytes", lambda one: fetched.append(one.as_posix()) or fetch(one))
    assert dict(_run(tmp_path).done) == {"ok": 1}
    assert _run(tmp_path).unchanged == 1
    assert fetched == ["memory://minutes/a.txt"]
    assert _files(tmp_path) == {"memory://minutes/a.txt": True, "memory://minutes/deep/b.txt": False}


def test_one_file_may_be_named_whatever_its_type(tmp_path: Path) -> None:
    assert dict(_run(tmp_path, "memory://minutes/c.zip").done) == {"ok": 1}
    (tmp_path / "d.txt").write_text("d")
    assert dict(_run(tmp_path, (tmp_path / "d.txt").as_uri()).done) == {"ok": 1}


def test_a_file_that_cannot_be_fetched_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = type(memory).cat_file

    def broken(system: Any, path: str, **more: Any) -> Any:
        if path.endswith("b.txt"):
            raise RuntimeError("connection reset")
        return fetch(system, path, **more)

    monkeypatch.setattr(type(memory), "cat_file", broken)
    outcome = _run(tmp_path)
    assert dict(outcome.done) == {"ok": 1, "failed": 1}
    assert outcome.troubles[0].problem == "It cannot be fetched: connection reset."


@pytest.mark.parametrize(
    ("root", "error", "words"),
    [
        ("memory://nowhere", UsageError, "There is no memory://nowhere; check the address."),
        ("nosuch://x/y", UsageError, "Cannot look into nosuch://x/y"),
    ],
)
def test_an_address_that_leads_nowhere_is_said(root: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        listed(root)


def test_without_fsspec_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(MissingDependency, match=r"s3://b/x is an address.*pip install 'muistio\[remote\]'"):
        listed("s3://b/x")


def test_a_system_that_lacks_its_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(MissingDependency, match=r"s3://b/x needs a library that is not installed .Install s3fs"):
        listed("s3://b/x")


def test_a_password_is_written_nowhere() -> None:
    assert address("sftp://anna:salasana@host/minutes/") == "sftp://anna@host/minutes"

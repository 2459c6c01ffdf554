"""What a Dask cluster may do to a run: have no workers, lose them, end, be of another version."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipeline import batch
from pipeline.batch import Outcome, Step, dask, run
from pipeline.batch.dask import run_dask
from pipeline.batch.local import run_local
from pipeline.batch.worker import Tools
from pipeline.config import Settings
from pipeline.errors import MissingDependency, MuistioError, RuleError, UsageError
from tests.conftest import missing
from tests.fake_stages import FakeLemmatiser, FakeRules, fake_serve, fake_tools, fake_work

_KEPT = "What was done is kept; run again to go on from there"


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stages that need no document, on the cluster too; two seconds without workers is too long."""
    if find_spec("distributed") is None:
        missing("Dask")
    monkeypatch.setattr(batch, "run_local", partial(run_local, target=fake_serve))
    monkeypatch.setattr(batch, "load_tools", fake_tools)
    monkeypatch.setattr(dask, "load_tools", fake_tools)
    monkeypatch.setattr(dask, "work", fake_work)
    monkeypatch.setattr(dask, "run_dask", partial(run_dask, patience=2.0))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.txt").write_text(str(number))
    return folder


@contextmanager
def _cluster(workers: int = 1) -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        yield cluster


def _run(tmp_path: Path, address: str, watch: Callable[[Step], None] = batch.unwatched) -> Outcome:
    settings = Settings(out=tmp_path / "out", executor="dask", scheduler=address)
    return run([tmp_path / "raw"], settings, watch)


def test_a_cluster_gives_the_same_tables(tmp_path: Path, raw: Path) -> None:
    (raw / "3.txt").write_text("BROKEN")
    with _cluster() as cluster:
        assert dict(_run(tmp_path, cluster.scheduler_address).done) == {"ok": 7, "failed": 1}
        assert _run(tmp_path, cluster.scheduler_address).unchanged == 8
    run([raw], Settings(out=tmp_path / "local", workers=2))
    for path in (tmp_path / "out" / "tables").iterdir():
        assert path.read_bytes() == (tmp_path / "local" / "tables" / path.name).read_bytes()


def test_a_cluster_without_workers_ends_the_run(tmp_path: Path, raw: Path) -> None:
    with _cluster(workers=0) as cluster:
        address = cluster.scheduler_address
        words = f"scheduler at {address} has had no workers for 2 seconds; start some with `dask worker {address}`"
        with pytest.raises(MuistioError, match=f"{words}. {_KEPT}"):
            _run(tmp_path, address)
        cluster.scale(1)
        cluster.wait_for_workers(1)
        assert dict(_run(tmp_path, address).done) == {"ok": 8}


def test_workers_lost_in_the_middle_end_the_run_and_what_was_done_is_kept(tmp_path: Path, raw: Path) -> None:
    with _cluster() as cluster:
        (worker,) = cluster.workers.values()

        def lose(_: Step) -> None:
            cluster.sync(worker.close)

        with pytest.raises(MuistioError, match=f"has had no workers for .* {_KEPT}"):
            _run(tmp_path, cluster.scheduler_address, lose)
    outcome = run([raw], Settings(out=tmp_path / "out", workers=2))
    assert 0 < outcome.unchanged < 8
    assert outcome.unchanged + outcome.done["ok"] == 8


def test_a_scheduler_that_ends_in_the_middle_is_told(tmp_path: Path, raw: Path) -> None:
    with _cluster() as cluster:
        address = cluster.scheduler_address
        with pytest.raises(MuistioError, match=f"scheduler at {address} does not answer any more; .*{_KEPT}"):
            _run(tmp_path, address, lambda _: cluster.close())
    assert run([raw], Settings(out=tmp_path / "out", workers=2)).unchanged > 0


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1", "tcp://127.0.0.1:1"])
def test_an_address_where_nobody_answers_is_told(tmp_path: Path, raw: Path, address: str) -> None:
    with pytest.raises(UsageError, match=f"No Dask scheduler answers at '{address}'"):
        _run(tmp_path, address)


def test_a_server_that_is_no_scheduler_is_told(tmp_path: Path, raw: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(UsageError, match=f"No Dask scheduler answers at '{address}'"):
            _run(tmp_path, address)


def test_a_scheduler_of_another_version_is_told(tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "1.2.3")
    words = r"is of version 2.*, Dask here of 1\.2\.3; .*pip install distributed==2"
    with _cluster(workers=0) as cluster, pytest.raises(UsageError, match=words):
        _run(tmp_path, cluster.scheduler_address)


def _other_rules(settings: Settings) -> Tools:
    return Tools(settings, FakeRules("rules 2"), FakeLemmatiser())  # type: ignore[arg-type]


def _no_rules(settings: Settings) -> Tools:
    raise RuleError("The theme file own.yaml does not exist.")


@pytest.mark.parametrize(
    ("load", "words"),
    [(_other_rules, "it has rules rules 2 where this machine has rules 1"), (_no_rules, "own.yaml does not exist")],
)
def test_a_worker_that_would_do_otherwise_is_told(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch, load: Callable[[Settings], Tools], words: str
) -> None:
    monkeypatch.setattr(dask, "load_tools", load)
    with _cluster() as cluster:
        address = cluster.scheduler_address
        with pytest.raises(MuistioError, match=f"cluster at {address} cannot do .*: .*{words}. .*{_KEPT}"):
            _run(tmp_path, address)


def test_dask_that_is_missing_is_told(tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDependency, match=r"pip install 'muistio\[dask\]'"):
        _run(tmp_path, "tcp://127.0.0.1:1")

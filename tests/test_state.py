import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.encoding import decode, encode
from pipeline.errors import MuistioError, UsageError
from pipeline.state import SCHEMA_VERSION, Known, State, open_state
from pipeline.tables import File
from tests.examples import example


def _keep(state: State, path: str, data: bytes, *, present: bool = True) -> str:
    minutes = example(path, data=data)
    owner = minutes.document.document_id
    with state.change():
        state.see(File(path, owner, len(data), "2025-01-16T08:00:00Z", True), 1)
        state.keep(Known(owner, "r", "l", "ok", "", 1, 0, "120 s"), encode(minutes))
        if not present:
            state.miss(path)
    return owner


def test_minutes_come_back_from_the_state_as_they_went_in() -> None:
    minutes = example(title="Ääkköset \U0001f600 \x00 \u200b")
    assert decode(encode(minutes)) == minutes


def test_what_is_kept_is_there_after_opening_again(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.sqlite") as state:
        owner = _keep(state, "a.txt", b"a")
    with open_state(tmp_path / "state.sqlite") as state:
        assert state.known(owner) == Known(owner, "r", "l", "ok", "", 1, 0, "120 s")
        assert state.file("a.txt") == (owner, 1, 1)
        assert [minutes.document.path for minutes in state.minutes(state.marks())] == ["a.txt"]


def test_documents_come_by_path_whatever_the_order_they_were_done_in(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.sqlite") as state:
        for path in ("c.txt", "a.txt", "b.txt"):
            _keep(state, path, path.encode())
        assert [minutes.document.path for minutes in state.minutes(state.marks())] == ["a.txt", "b.txt", "c.txt"]


def test_a_moved_document_goes_by_its_new_path(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.sqlite") as state:
        _keep(state, "a.txt", b"same", present=False)
        _keep(state, "z.txt", b"same")
        assert [minutes.document.path for minutes in state.minutes(state.marks())] == ["z.txt"]
        assert [(file.path, file.present) for file in state.files()] == [("a.txt", False), ("z.txt", True)]


def test_the_earlier_content_of_a_changed_file_is_dropped_and_that_of_a_removed_one_stays(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.sqlite") as state:
        old = _keep(state, "a.txt", b"old")
        removed = _keep(state, "b.txt", b"removed", present=False)
        new = _keep(state, "a.txt", b"new")
        with state.change():
            state.forget_replaced()
        assert state.known(old) is None
        assert [minutes.document.document_id for minutes in state.minutes(state.marks())] == [new, removed]


def test_a_change_has_to_be_published_again(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.sqlite") as state:
        state.set_published("1.0")
        assert state.published() == "1.0"
        _keep(state, "a.txt", b"a")
        assert state.published() == ""


def test_half_a_change_is_no_change(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.sqlite") as state:
        with pytest.raises(RuntimeError), state.change():
            state.see(File("a.txt", "d", 1, "", True), 1)
            raise RuntimeError
        assert state.file("a.txt") is None


def test_the_state_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.sqlite"):
        assert stat.S_IMODE((tmp_path / "state.sqlite").stat().st_mode) == 0o600


def test_a_second_run_at_once_is_told_to_wait(tmp_path: Path) -> None:
    with (
        open_state(tmp_path / "state.sqlite"),
        pytest.raises(UsageError, match=r"Another run is writing to .*; wait until it ends"),
    ):
        open_state(tmp_path / "state.sqlite", wait=0.1)
    with open_state(tmp_path / "state.sqlite", wait=0.1):
        pass


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(UsageError, match="written by a later version of muistio"):
        open_state(path)


def test_a_state_of_the_first_format_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with open_state(path) as state:
        _keep(state, "a.txt", b"a")
        marks = state.marks()
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE results DROP COLUMN mark")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with open_state(path) as state:
        assert state.marks() == marks
        assert [minutes.document.path for minutes in state.minutes(marks)] == ["a.txt"]


def test_a_mark_changes_with_the_rows_and_with_the_path(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.sqlite") as state:
        owner = _keep(state, "b.txt", b"same")
        first = state.marks()
        _keep(state, "b.txt", b"same")
        assert state.marks() == first
        _keep(state, "a.txt", b"same")
        moved = state.marks()
        with state.change():
            state.keep(
                Known(owner, "r", "l", "ok", "", 1, 0, ""), encode(example("a.txt", data=b"same", title="Toinen"))
            )
        assert len({first[owner], moved[owner], state.marks()[owner]}) == 3


@pytest.mark.parametrize("damage", ["garbage", "truncated"])
def test_a_damaged_state_is_told_with_the_way_out(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "state.sqlite"
    with open_state(path) as state:
        for number in range(40):
            _keep(state, f"{number}.txt", str(number).encode())
    data = path.read_bytes()
    path.write_bytes(b"garbage" * 1000 if damage == "garbage" else data[: len(data) // 2])
    with pytest.raises(UsageError, match=r"damaged .*Move it away and run again"):
        open_state(path)


def test_a_change_that_does_not_fit_on_the_disk_is_told(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.sqlite") as state:
        _keep(state, "a.txt", b"a")
        state._connection.execute("PRAGMA max_page_count = 10")
        big = replace(example("b.txt", data=b"b"), text="".join(map(chr, range(300, 50_000))))
        with pytest.raises(MuistioError, match=r"cannot be written: .*full"), state.change():
            state.keep(Known("b", "r", "l", "ok", "", 1, 0, ""), encode(big))
        assert state.known("b") is None

import os
import random
import shutil
import stat
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipeline.errors import MuistioError, UsageError
from pipeline.export import export
from pipeline.publish import DATABASE, Archive, is_published, parts, prepare, publish, publish_archive
from pipeline.publish.database import make_database
from pipeline.records import Minutes, digest, document_id
from pipeline.schema import TABLES, VIEWS
from pipeline.store import open_store, read_columns
from pipeline.tables import Columns, File
from tests.examples import example


def _publish(out: Path, *names: str) -> None:
    minutes = [example(name, data=name.encode()) for name in names]
    files = [File(one.document.path, one.document.document_id, 1, "2025-01-16T08:00:00Z", True) for one in minutes]
    prepare(out)
    publish(out, minutes, files)


def test_database_and_parquet_hold_the_same_tables(tmp_path: Path) -> None:
    _publish(tmp_path / "out", "a.txt", "b.txt")
    with open_store(tmp_path / "out" / "muistio.duckdb") as connection:
        for name in TABLES:
            frame = pd.read_parquet(tmp_path / "out" / "tables" / f"{name}.parquet")
            assert len(frame) == len(connection.execute(f"SELECT * FROM {name}").fetchall()) > 0
        assert connection.execute("SELECT path FROM documents").fetchall() == [("a.txt",), ("b.txt",)]


def test_tables_views_and_columns_are_described_in_the_database(tmp_path: Path) -> None:
    _publish(tmp_path / "out", "a.txt")
    with open_store(tmp_path / "out") as connection:
        comments = connection.execute("SELECT table_name, column_name, comment FROM duckdb_columns()").fetchall()
        described = {(table, column): comment for table, column, comment in comments}
        for name, table in TABLES.items():
            assert all(described[name, column.name] == column.description for column in table.columns)
        views = connection.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
        assert dict(views) == {name: view.description for name, view in VIEWS.items()}


def test_views_answer(tmp_path: Path) -> None:
    _publish(tmp_path / "out", "a.txt")
    with open_store(tmp_path / "out") as connection:
        assert connection.execute("SELECT owner, meeting FROM open_actions").fetchall() == [
            ("Kuraattori", "2025-01-15")
        ]
        assert connection.execute("SELECT themes, types FROM labelled_items").fetchall() == [
            (["pupil_welfare"], ["challenge"]),
            ([], []),
        ]
        assert connection.execute("FROM theme_counts").fetchall() == [("pupil_welfare", "challenge", 1, 1)]
        assert connection.execute("FROM theme_by_year").fetchall() == [("pupil_welfare", "2025", 1)]


def test_publishing_the_same_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        _publish(tmp_path / name, "a.txt", "b.txt")
    for path in (tmp_path / "one" / "tables").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / "tables" / path.name).read_bytes()


def _archive(names: list[str], asked: list[str], changed: Collection[str] = ()) -> Archive:
    """Documents `a.txt` and so on, each as long as its name; what is asked for is noted.

    Args:
        changed: documents that are labelled otherwise than they were.
    """
    minutes = {document_id(name.encode()): example(name, data=name.encode(), title=name * 3) for name in names}
    for identity, one in minutes.items():
        if one.document.path in changed:
            minutes[identity] = replace(one, labels=(), actions=one.actions * 2)

    def load(wanted: Sequence[str]) -> list[Minutes]:
        asked.extend(wanted)
        return [minutes[identity] for identity in wanted]

    marks = {identity: digest(repr(one)) for identity, one in minutes.items()}
    return Archive(marks, load, lambda: [File(name, document_id(name.encode()), 1, "", True) for name in names])


def _bytes(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "tables").iterdir()}


def _rows(out: Path) -> dict[str, Columns]:
    with open_store(out) as connection:
        return read_columns(connection)


def test_whatever_the_history_equal_archives_give_equal_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_LEAST", 2)
    monkeypatch.setattr(parts, "_ONE_IN", 4)
    dice = random.Random(7)
    names = [f"{number:03}.txt" for number in range(60)]
    for out in ("grown", "updated"):
        prepare(tmp_path / out)
    for _ in range(6):
        some = sorted(dice.sample(names, dice.randint(0, 60)))
        archive = _archive(some, [], changed=dice.sample(names, 10))
        prepare(tmp_path / "fresh")
        for out in ("grown", "fresh"):
            publish_archive(tmp_path / out, archive)
        with monkeypatch.context() as always:
            _update_always(always)
            publish_archive(tmp_path / "updated", archive)
        for out in ("grown", "updated"):
            assert _bytes(tmp_path / out) == _bytes(tmp_path / "fresh")
            assert _rows(tmp_path / out) == _rows(tmp_path / "fresh")
        with open_store(tmp_path / "grown") as connection:
            assert connection.execute("SELECT path FROM documents").fetchall() == [(name,) for name in some]
            assert connection.execute("SELECT count(*) FROM items").fetchone() == (2 * len(some),)
        shutil.rmtree(tmp_path / "fresh")


def _update_always(patch: pytest.MonkeyPatch) -> None:
    """Every database counts as large, and is updated however much has changed."""
    patch.setattr("pipeline.publish._LARGE", 0)
    patch.setattr("pipeline.publish._MOST_REPLACED", 1000)
    patch.setattr("pipeline.publish._make_apart", make_database)


def test_a_large_database_is_updated_until_too_much_of_it_was_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def note(tables: Path, database: Path) -> None:
        made.append(database)
        make_database(tables, database)

    monkeypatch.setattr("pipeline.publish._LARGE", 0)
    monkeypatch.setattr("pipeline.publish._make_apart", note)
    names = [f"{number:02}.txt" for number in range(40)]
    prepare(tmp_path)
    for changed in range(8):
        publish_archive(tmp_path, _archive(names, [], names[:changed]))
        assert len(made) == 1
    publish_archive(tmp_path, _archive(names, [], names[20:]))
    assert len(made) == 2
    with open_store(tmp_path) as connection:  # whole again, and the rows as they lie in their order
        assert connection.execute("SELECT path FROM documents").fetchall() == [(name,) for name in names]
        assert connection.execute("SELECT count(*) FROM labels").fetchone() == (40,)


def test_exports_do_not_tell_the_history_of_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _update_always(monkeypatch)
    names = ["a.txt", "b.txt", "c.txt"]
    for out in ("grown", "fresh"):
        prepare(tmp_path / out)
    publish_archive(tmp_path / "grown", _archive(names, [], ["a.txt"]))
    for out in ("grown", "fresh"):
        publish_archive(tmp_path / out, _archive(names, []))
        with open_store(tmp_path / out) as connection:
            export(connection, tmp_path / f"{out}.csv", "csv")
    with open_store(tmp_path / "grown") as connection:
        assert connection.execute("SELECT path FROM documents").fetchall() != [(name,) for name in names]
    for path in (tmp_path / "grown.csv").iterdir():
        assert path.read_bytes() == (tmp_path / "fresh.csv" / path.name).read_bytes()


def test_a_run_that_ends_within_an_update_leaves_the_earlier_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _update_always(monkeypatch)
    names = ["a.txt", "b.txt"]
    prepare(tmp_path)
    publish_archive(tmp_path, _archive(names, []))
    before = _bytes(tmp_path), _rows(tmp_path)

    def stop(_: Path, database: Path, *__: object) -> None:
        database.write_bytes(database.read_bytes()[:9000])
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped, pytest.raises(KeyboardInterrupt):
        stopped.setattr("pipeline.publish.update_database", stop)
        publish_archive(tmp_path, _archive(names, [], ["b.txt"]))
    assert (_bytes(tmp_path), _rows(tmp_path)) == before
    publish_archive(tmp_path, _archive(names, [], ["b.txt"]))
    assert len(_rows(tmp_path)["labels"]["item_id"]) == 2
    assert len(list((tmp_path / ".snapshots").iterdir())) == 2


@pytest.mark.parametrize("lost", ["all", "a byte", "its form", "a table beside it"])
def test_an_earlier_database_that_cannot_be_updated_is_made_anew(
    lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _update_always(monkeypatch)
    names = ["a.txt", "b.txt"]
    for out in ("one", "two"):
        prepare(tmp_path / out)
        publish_archive(tmp_path / out, _archive(names, []))
    path = (tmp_path / "one" / DATABASE).resolve()
    if lost == "all":
        path.unlink()
    elif lost == "a byte":
        data = bytearray(path.read_bytes())
        data[-5000] ^= 1
        path.write_bytes(data)
    elif lost == "a table beside it":
        (path.parent / "tables" / "items.parquet").unlink()
    else:

        def refuse(*_: object) -> None:
            raise OSError("it was written by a later version")

        monkeypatch.setattr("pipeline.publish.update_database", refuse)
    for out in ("one", "two"):
        publish_archive(tmp_path / out, _archive(names, [], ["a.txt"]))
    assert _rows(tmp_path / "one") == _rows(tmp_path / "two")
    with open_store(tmp_path / "one") as connection:
        assert connection.execute("SELECT path FROM documents").fetchall() == [("a.txt",), ("b.txt",)]


def test_of_one_more_document_nothing_else_is_asked_for(tmp_path: Path) -> None:
    names = [f"{number:04}.txt" for number in range(1500)]
    asked: list[str] = []
    prepare(tmp_path)
    publish_archive(tmp_path, _archive(names, asked))
    assert len(asked) == 1500
    asked.clear()
    publish_archive(tmp_path, _archive([*names, "0700x.txt"], asked))
    assert asked == [document_id(b"0700x.txt")]


def test_a_large_database_is_made_apart_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.publish._LARGE", 0)
    _publish(tmp_path / "out", "a.txt", "b.txt")
    with open_store(tmp_path / "out") as connection:
        assert connection.execute("SELECT count(*) FROM items").fetchone() == (4,)
        assert len(connection.execute("FROM theme_counts").fetchall()) == 1
    monkeypatch.setattr("pipeline.publish.DATABASE", "no/such/folder/muistio.duckdb")
    with pytest.raises(MuistioError, match="The tables cannot be written"):
        _publish(tmp_path / "out", "a.txt")


@pytest.mark.parametrize("lost", ["parts.json", "tables/items.parquet"])
def test_an_earlier_snapshot_that_is_damaged_is_not_taken_over(tmp_path: Path, lost: str) -> None:
    names = ["a.txt", "b.txt"]
    for out in ("one", "two"):
        prepare(tmp_path / out)
        publish_archive(tmp_path / out, _archive(names, []))
    path = tmp_path / "one" / "current" / lost
    path.write_bytes(path.read_bytes()[:-20])
    publish_archive(tmp_path / "one", _archive(names, []))
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")


def test_a_damaged_page_of_an_earlier_snapshot_is_made_anew(tmp_path: Path) -> None:
    names = ["a.txt", "b.txt"]
    for out in ("one", "two"):
        prepare(tmp_path / out)
        publish_archive(tmp_path / out, _archive(names, []))
    path = tmp_path / "one" / "current" / "tables" / "items.parquet"
    data = path.read_bytes()
    path.write_bytes(data[:40] + bytes(400) + data[440:])
    publish_archive(tmp_path / "one", _archive(names, []))
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")


def test_a_reader_keeps_the_snapshot_that_it_opened(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _publish(out, "a.txt")
    with open_store(out) as connection:
        _publish(out, "a.txt", "b.txt")
        _publish(out, "a.txt", "b.txt", "c.txt")
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    with open_store(out) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (3,)
    assert len(list((out / ".snapshots").iterdir())) == 2


def test_a_publication_that_fails_leaves_the_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    _publish(out, "a.txt")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MuistioError, match=r"No space left on device.*The earlier ones stand"):
        _publish(out, "a.txt", "b.txt")
    monkeypatch.undo()
    with open_store(out) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    assert len(list((out / ".snapshots").iterdir())) == 1


def test_an_empty_store_can_be_published(tmp_path: Path) -> None:
    prepare(tmp_path / "out")
    no_minutes: list[Minutes] = []
    publish(tmp_path / "out", no_minutes, [])
    assert len(pd.read_parquet(tmp_path / "out" / "tables" / "items.parquet")) == 0


def test_without_links_the_files_are_moved_into_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    out = tmp_path / "out"
    _publish(out, "a.txt")
    _publish(out, "a.txt", "b.txt")
    assert is_published(out)
    assert not (out / "tables").is_symlink()
    assert list(pd.read_parquet(out / "tables" / "documents.parquet").path) == ["a.txt", "b.txt"]
    with open_store(out) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (2,)


def test_what_is_published_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _publish(out, "a.txt")
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert stat.S_IMODE((out / "muistio.duckdb").stat().st_mode) == 0o600
    assert stat.S_IMODE((out / "tables" / "items.parquet").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match=r"Cannot write to the output folder .*--out"):
        prepare(tmp_path / "file" / "out")


def test_files_of_somebody_else_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "budget.xlsx").write_text("mine")
    with pytest.raises(UsageError, match="holds files that are not ours"):
        prepare(tmp_path)
    assert (tmp_path / "tables" / "budget.xlsx").read_text() == "mine"


def test_a_folder_name_with_wildcards_is_only_a_name(tmp_path: Path) -> None:
    _publish(tmp_path / "pöytä [1]*", "a.txt")
    with open_store(tmp_path / "pöytä [1]*") as connection:
        assert connection.execute("SELECT count(*) FROM items").fetchone() == (2,)


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no store at .*; `muistio run PATH` makes one"):
        open_store(tmp_path / "muistio.duckdb")


def test_a_store_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "muistio.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(UsageError, match=r"cannot be opened .*`muistio run PATH` makes it anew"):
        open_store(tmp_path / "muistio.duckdb")


def test_a_database_that_is_no_store_or_an_old_one_is_told(tmp_path: Path) -> None:
    _publish(tmp_path / "out", "a.txt")
    with duckdb.connect(tmp_path / "out" / "muistio.duckdb") as connection:
        connection.execute("ALTER TABLE items DROP COLUMN speaker")
    with pytest.raises(UsageError, match=r"no store of this version of muistio \(it lacks items\.speaker\)"):
        open_store(tmp_path / "out")


def test_a_store_is_read_only_by_force(tmp_path: Path) -> None:
    _publish(tmp_path / "out", "a.txt")
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    statements = [
        "DROP TABLE items",
        "INSERT INTO texts VALUES ('a', 'b')",
        f"COPY items TO '{tmp_path}/stolen.csv'",
        f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",
        f"ATTACH '{tmp_path}/other.duckdb'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
    ]
    with open_store(tmp_path / "out") as connection:
        for statement in statements:
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    assert {path.name for path in tmp_path.iterdir()} == {"out", "secret.csv"}

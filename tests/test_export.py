import csv
import json
import sqlite3
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from pipeline.cli.export import command
from pipeline.errors import UsageError
from pipeline.publish import prepare, publish
from pipeline.schema import TABLES
from pipeline.store import open_store
from tests.examples import example
from tests.stores import Said, make_store, meeting

TITLE = '=HYPERLINK("http://example.invalid")'


@pytest.fixture
def store(tmp_path: Path) -> Path:
    prepare(tmp_path / "out")
    publish(tmp_path / "out", [example("a.txt", data=b"a", title=TITLE), example("b.txt", data=b"b")], [])
    return tmp_path / "out"


def _export(store: Path, form: str, *more: str) -> tuple[Path, Result]:
    folder = store.parent / form
    arguments = [str(folder), "--format", form, "--store", str(store), *more]
    return folder, CliRunner().invoke(command, arguments, standalone_mode=False)


def test_csv_has_a_file_a_table_and_calculates_nothing(store: Path) -> None:
    folder, result = _export(store, "csv")
    assert result.stdout.splitlines() == [
        *(str(folder / f"{name}.csv") for name in TABLES), str(folder / "datapackage.json"),
    ]  # fmt: skip
    with (folder / "documents.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows] == [f"'{TITLE}", "Neuvottelu"]
    with (folder / "items.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["lemmas"] == "tuki; olla"


def test_csv_for_excel_has_a_byte_order_mark_semicolons_and_decimal_commas(store: Path) -> None:
    folder, _ = _export(store, "csv", "--excel")
    data = (folder / "labels.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfitem_id;axis;label;score;")
    assert b";0,9;" in data


@pytest.mark.parametrize("text", ["=1+1", "+358 40 123", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "-cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(text: str) -> None:
    from pipeline.safe import csv_row

    assert csv_row([text])[0].startswith("'")
    assert csv_row([f"Kohta {text}"])[0].startswith("Kohta")
    assert csv_row([-1, None, 0.5, ["a", "b"]]) == [-1, None, 0.5, "a; b"]


def test_json_lines_hold_every_row_as_it_is(store: Path) -> None:
    folder, _ = _export(store, "jsonl")
    rows = [json.loads(line) for line in (folder / "documents.jsonl").read_text("utf-8").splitlines()]
    assert [row["title"] for row in rows] == [TITLE, "Neuvottelu"]
    assert list(rows[0]) == [column.name for column in TABLES["documents"].columns]


def test_parquet_is_what_is_published(store: Path) -> None:
    folder, _ = _export(store, "parquet")
    for name in TABLES:
        pd.testing.assert_frame_equal(
            pd.read_parquet(folder / f"{name}.parquet"), pd.read_parquet(store / "tables" / f"{name}.parquet")
        )


def test_the_workbook_is_ready_to_use(store: Path) -> None:
    folder, _ = _export(store, "xlsx")
    book = openpyxl.load_workbook(folder / "muistio.xlsx")
    assert book.sheetnames == [*TABLES, "columns"]
    sheet = book["documents"]
    names = [cell.value for cell in sheet[1]]
    title, day = sheet.cell(2, names.index("title") + 1), sheet.cell(2, names.index("date") + 1)
    assert (title.value, title.data_type) == (TITLE, "s")
    assert (day.value, day.is_date) == (datetime(2025, 1, 15), True)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:U3"
    explained = {(row[0], row[1]): row[2] for row in book["columns"].iter_rows(min_row=2, values_only=True)}
    assert explained["items", "text"] == "the item's text, texts.text[start:end] exactly"


def test_ids_of_the_workbook_link_to_their_rows(store: Path) -> None:
    folder, _ = _export(store, "xlsx")
    book = openpyxl.load_workbook(folder / "muistio.xlsx")
    for sheet, target in (("labels", "items"), ("items", "documents")):
        names = [cell.value for cell in book[sheet][1]]
        cell = book[sheet].cell(3, names.index(f"{target[:-1]}_id") + 1)
        place = cell.hyperlink.location
        assert book[target][place.split("!")[1]].value == cell.value


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_data_package_describes_every_file_and_column(store: Path, form: str) -> None:
    folder, _ = _export(store, form, "--licence", "CC-BY-4.0")
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]
    assert [one["path"] for one in package["resources"]] == [f"{name}.{form}" for name in TABLES]
    for one, (name, table) in zip(package["resources"], TABLES.items(), strict=True):
        assert (folder / one["path"]).is_file()
        fields = one["schema"]["fields"]
        assert [field["name"] for field in fields] == [column.name for column in table.columns], name
        assert all(field["description"] for field in fields)


def test_the_package_says_how_its_csv_is_written(store: Path) -> None:
    folder, _ = _export(store, "csv", "--excel")
    labels = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"][list(TABLES).index("labels")]
    frame = pd.read_csv(folder / labels["path"], sep=labels["dialect"]["delimiter"], encoding="utf-8-sig", decimal=",")
    assert list(frame.columns) == [field["name"] for field in labels["schema"]["fields"]]
    assert frame["score"].dtype == float
    assert next(field for field in labels["schema"]["fields"] if field["name"] == "score")["decimalChar"] == ","


def test_sqlite_holds_the_rows_their_ties_and_a_search_by_base_form(store: Path) -> None:
    folder, result = _export(store, "sqlite")
    assert result.stdout.splitlines() == [str(folder / "muistio.sqlite"), str(folder / "datasette.json")]
    with sqlite3.connect(folder / "muistio.sqlite") as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert [row[2] for row in database.execute("PRAGMA foreign_key_list(labels)")] == ["items"]
        assert database.execute("SELECT title FROM documents ORDER BY path").fetchall() == [(TITLE,), ("Neuvottelu",)]
        found = database.execute("SELECT count(*) FROM items_fts WHERE items_fts MATCH 'lemmas:tuki'").fetchone()
        assert found == (2,)
        with open_store(store) as connection:
            for name in TABLES:
                counts = [one.execute(f"SELECT count(*) FROM {name}").fetchone() for one in (database, connection)]
                assert counts[0] == counts[1]
    tables = json.loads((folder / "datasette.json").read_text("utf-8"))["databases"]["muistio"]["tables"]
    assert tables["items"]["columns"]["text"] == "the item's text, texts.text[start:end] exactly"
    assert _export(store, "sqlite")[1].exception is None, "a second export replaces the first"


def test_a_text_longer_than_a_cell_is_cut_in_the_workbook_alone(tmp_path: Path) -> None:
    prepare(tmp_path)
    publish(tmp_path, [example(title="pitkä " * 10_000)], [])
    folder, result = _export(tmp_path / ".", "xlsx")
    assert result.exception is None
    sheet = openpyxl.load_workbook(folder / "muistio.xlsx")["texts"]
    assert len(sheet["B2"].value) == 32_767
    assert sheet["B2"].value.endswith("…")
    assert sheet.row_dimensions[2].height == 8 * 15, "a long text makes no sheet of one row"


def test_the_workbook_opens_on_the_items_and_prints_every_column(store: Path) -> None:
    folder, _ = _export(store, "xlsx")
    book = openpyxl.load_workbook(folder / "muistio.xlsx")
    assert book.active.title == "items"
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
        assert sheet.page_setup.fitToHeight == 0, "as many pages down as it takes"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_columns_are_as_wide_as_what_they_hold_and_rows_as_high(tmp_path: Path) -> None:
    said = Said("Lyhyt."), Said("Tilat ovat ahtaat ja kylmät, ja siitä puhuttiin pitkään. " * 3)
    make_store(tmp_path, [meeting("a-1.txt", *said, date="2025-01-10")])
    sheet = openpyxl.load_workbook(_export(tmp_path / "muistio.duckdb", "xlsx")[0] / "muistio.xlsx")["items"]
    widths = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]}
    assert widths["text"] > 60 > 24 > widths["kind"] > len("bullet")
    assert [sheet.row_dimensions[row].height for row in (2, 3)] == [None, 45], "one line is the usual height"


def test_a_workbook_that_would_be_too_long_is_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.export.workbook._MOST_ROWS", 1)
    assert "has more rows than a sheet of Excel holds" in str(_export(store, "xlsx")[1].exception)


def test_wrong_use_is_told(store: Path) -> None:
    assert "--excel is for --format csv only" in str(_export(store, "xlsx", "--excel")[1].exception)
    (store.parent / "jsonl").write_text("in the way")
    assert isinstance(_export(store, "jsonl")[1].exception, UsageError)


def test_an_export_does_not_change_the_store(store: Path) -> None:
    before = (store / "muistio.duckdb").read_bytes()
    _export(store, "csv")
    assert (store / "muistio.duckdb").read_bytes() == before
    with open_store(store) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (2,)

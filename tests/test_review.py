"""`muistio review`: verdicts of people are checked, kept, published, and survive what happens later."""

import csv
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from pipeline.cli.review import command
from pipeline.cli.run import command as run_command
from pipeline.corrections import FILE, Correction, apply, load, text_id
from pipeline.errors import UsageError
from pipeline.review import Proportion, precision, spoken_against
from pipeline.store import open_store
from tests.stores import MEETINGS

LABEL = "uusi tai arvioitava merkintä"


def run(source: Path, out: Path) -> None:
    done = CliRunner().invoke(run_command, [str(source), "--out", str(out)], standalone_mode=False)
    assert done.exception is None, done.exception


@pytest.fixture(scope="module")
def first(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first") / "out"
    run(samples / "tervaniemi-turvallisuustyoryhma-2025-05-14.txt", folder)
    return folder


@pytest.fixture
def out(first: Path, tmp_path: Path) -> Path:
    shutil.copytree(first, tmp_path / "out", symlinks=True)
    return tmp_path / "out"


def review(out: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--store", str(out)], standalone_mode=False)


def sheet(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def write(path: Path, rows: list[dict[str, Any]], encoding: str = "utf-8", delimiter: str = ";") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def ask(out: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with open_store(out) as connection:
        return list(connection.execute(sql, list(values)).fetchall())


def test_the_least_certain_labels_come_first(out: Path, tmp_path: Path) -> None:
    assert review(out, "export", str(tmp_path / "a.csv"), "--least", "7").exception is None
    scores = [float(row["varmuus"]) for row in sheet(tmp_path / "a.csv")]
    assert scores == [score for (score,) in ask(out, "SELECT score FROM labels ORDER BY score LIMIT 7")]
    assert {row["otanta"] for row in sheet(tmp_path / "a.csv")} == {"epävarmin"}


def test_a_random_sample_is_the_same_for_the_same_seed(out: Path, tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        review(out, "export", str(tmp_path / f"{name}.csv"), "--sample", "8", "--seed", seed)
    assert sheet(tmp_path / "a.csv") == sheet(tmp_path / "b.csv") != sheet(tmp_path / "c.csv")


def test_verdicts_are_published_and_survive_a_rerun(out: Path, samples: Path, tmp_path: Path) -> None:
    review(out, "export", str(tmp_path / "a.csv"), "--sample", "6")
    rows = sheet(tmp_path / "a.csv")
    associations = {row["kohta"] for row in rows if row[LABEL] == "ngos"}
    kept, removed = [row for row in rows if row["kohta"] not in associations][:2]
    kept["arvio"], removed["arvio"] = "pidä", "Poista "
    added = kept | {"arvio": "lisää", "akseli": "theme", LABEL: "ngos"}
    write(tmp_path / "b.csv", [*rows[::-1], added], "cp1252")
    done = review(out, "import", str(tmp_path / "b.csv"))
    assert done.return_value == 0, done.stderr
    assert "3 verdicts stored" in done.stdout
    assert "4 rows not judged" in done.stdout
    assert f"all labels       {Proportion(1, 2)}" in done.stdout
    assert removed["sääntö"] in done.stdout

    def check() -> None:
        one = "SELECT method, score FROM labels WHERE item_id = ? AND axis = ? AND label = ?"
        assert ask(out, one, kept["kohta"], kept["akseli"], kept[LABEL]) == [("human", 1.0)]
        assert ask(out, one, removed["kohta"], removed["akseli"], removed[LABEL]) == []
        assert ask(out, one, kept["kohta"], "theme", "ngos") == [("human", 1.0)]

    check()
    run(samples / "tervaniemi-turvallisuustyoryhma-2025-08-20.docx", out)
    check()
    (out / "state.sqlite").unlink()
    run(samples / "tervaniemi-turvallisuustyoryhma-2025-05-14.txt", out)
    check()


def test_a_verdict_can_be_taken_back(out: Path, tmp_path: Path) -> None:
    review(out, "export", str(tmp_path / "a.csv"), "--sample", "1")
    (row,) = sheet(tmp_path / "a.csv")
    for word, left in (("poista", 0), ("pidä", 1)):
        write(tmp_path / "b.csv", [row | {"arvio": word}], delimiter=",")
        assert review(out, "import", str(tmp_path / "b.csv")).return_value == 0
        found = ask(out, "SELECT 1 FROM labels WHERE item_id = ? AND label = ?", row["kohta"], row[LABEL])
        assert len(found) == left
    assert [one.rule for one in load(out)] == [row["sääntö"]]


def test_a_workbook_goes_out_and_comes_back(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    review(out, "export", str(path), "--sample", "5")
    book = openpyxl.load_workbook(path)
    work = book["tarkistus"]
    assert (work.freeze_panes, work.auto_filter.ref) == ("C2", "A1:N6")
    assert "pidä" in work.data_validations.dataValidation[0].formula1
    work["A3"] = "poista"
    book.save(path)
    assert "1 verdicts stored" in review(out, "import", str(path)).stdout


def test_a_wrong_row_is_told_with_its_number_and_the_others_are_stored(out: Path, tmp_path: Path) -> None:
    review(out, "export", str(tmp_path / "a.csv"), "--sample", "3")
    good = sheet(tmp_path / "a.csv")[0] | {"arvio": "pidä"}
    faults = [
        ({"arvio": "ehkä"}, "the verdict 'ehkä' is none of"),
        ({"kohta": "puuttuu"}, "there is no item 'puuttuu'"),
        ({"akseli": "väri"}, "the axis 'väri'"),
        ({LABEL: ""}, "it names no label"),
        ({LABEL: "kulttuuri", "akseli": "theme"}, "no label 'kulttuuri' to keep or remove"),
        ({LABEL: "kulttuuri", "akseli": "type", "arvio": "lisää"}, "there is no type 'kulttuuri'"),
        ({"arvio": "poista"}, "but row 2 says otherwise"),
    ]
    write(tmp_path / "b.csv", [good, *(good | change for change, _ in faults)])
    done = review(out, "import", str(tmp_path / "b.csv"))
    assert done.return_value == 1
    assert "1 verdicts stored" in done.stdout
    for number, (line, (_, words)) in enumerate(zip(done.stderr.splitlines(), faults, strict=True), start=3):
        assert line.startswith(f"Row {number}: ")
        assert words in line


def test_what_is_no_sheet_is_told(out: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("yksi;kaksi\n1;2\n")
    assert "lacks the column arvio" in str(review(out, "import", str(tmp_path / "a.csv")).exception)
    (tmp_path / "a.xlsx").write_text("no workbook")
    assert isinstance(review(out, "import", str(tmp_path / "a.xlsx")).exception, UsageError)
    (out / FILE).write_text("document_id,axis\nx,y\n")
    with pytest.raises(UsageError, match="row 2 is no correction"):
        load(out)


def test_a_removed_agreed_action_is_no_action() -> None:
    minutes = MEETINGS[0]
    item = minutes.items[1]
    owner = minutes.document.document_id
    said = Correction(owner, text_id(item.text), "type", "agreed_action", "remove", "random")
    changed = apply(minutes, [said])
    assert [action.item_id for action in changed.actions] == ["vuori-3"]
    assert apply(minutes, []).labels == minutes.labels


def test_the_interval_is_wilsons() -> None:
    low, high = Proportion(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert Proportion(0, 0).interval == (0.0, 1.0)
    assert Proportion(10, 10).interval[1] == pytest.approx(1.0)


def test_only_random_labels_measure_and_added_ones_do_not() -> None:
    def one(text: str, verdict: Any, chosen: Any, rule: str = "r:1") -> Correction:
        return Correction("d", text, "theme", "premises", verdict, chosen, rule)

    said = [one("a", "keep", "random"), one("b", "remove", "random"), one("c", "remove", "uncertain", "r:2")]
    said.append(one("d", "add", "random", ""))
    assert precision(said) == {"": Proportion(1, 2), "premises": Proportion(1, 2)}
    assert spoken_against(said) == [("r:1", Proportion(1, 2)), ("r:2", Proportion(0, 1))]

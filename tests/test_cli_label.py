"""`muistio label`: rows in, the same rows with their labels out."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.cli.label import command
from pipeline.errors import UsageError


def label(text: str, *arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, input=text, standalone_mode=False, catch_exceptions=True)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def rows(*given: dict[str, Any]) -> list[dict[str, Any]]:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in given)
    return [json.loads(line) for line in label(text).splitlines()]


def test_rows_come_back_with_labels() -> None:
    given = {"id": "a1", "text": "Kuraattoria ei ole saatu.", "own": [1, {"x": None}]}
    (row,) = rows(given)
    assert {key: row[key] for key in given} == given
    assert (row["themes"], row["types"], row["actions"]) == (["pupil_welfare"], ["challenge"], [])
    for found in row["labels"]:
        assert set(found) >= {"label", "score", "method", "rule", "evidence"}
        assert given["text"][found["evidence_start"] : found["evidence_end"]] == found["evidence"]


def test_rows_of_a_document_are_one_anothers_context() -> None:
    task = {"text": "Runko: sihteeri, ensi kokoukseen.", "section_title": "Sovitut asiat", "date": "2025-01-22"}
    meeting = {"text": "Seuraava kokous on 12.3.2025.", "section_title": "Seuraava kokous", "date": "2025-01-22"}
    together = rows(
        {"id": 1, "doc": "d", **task}, {"id": 2, "doc": "e", "text": "Muuta."}, {"id": 3, "doc": "d", **meeting}
    )
    alone = rows({"id": 1, **task}, {"id": 3, **meeting})
    assert [row["id"] for row in together] == [1, 2, 3]
    assert together[0]["actions"][0]["deadline"] == "2025-03-12"
    assert alone[0]["actions"][0]["deadline"] is None
    assert alone[0]["actions"][0]["owner"] == "sihteeri"


@pytest.mark.parametrize("part", ["decision", "Päätös", "PÄÄTÖS:", "Lautakunnan päätös"])
def test_part_is_a_value_or_a_printed_heading(part: str) -> None:
    (row,) = rows({"id": 1, "text": "Hyväksyttiin.", "section_title": "Koulun peruskorjaus", "part": part})
    assert (row["themes"], row["types"]) == (["premises"], ["agreed_action"])


@pytest.mark.parametrize(("part", "types"), [("Päätösehdotus", []), ("Selostus", []), ("Liite 3", ["agreed_action"])])
def test_parts_that_make_no_decision(part: str, types: list[str]) -> None:
    (row,) = rows({"id": 1, "text": "Päätettiin hankkia koneet.", "part": part})
    assert row["types"] == types


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id;text;note\n1;Koulun tilat ja yhdistykset.;a;b\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2: the row has more cells"):
        label("", str(path))
    path.write_text('﻿id;text\n1;"Koulun tilat\nja yhdistykset."\n2;\n', encoding="utf-8")
    done = list(csv.DictReader(io.StringIO(label("", str(path)))))
    assert done[0]["text"] == "Koulun tilat\nja yhdistykset."
    assert (done[0]["themes"], done[0]["types"]) == ("ngos; premises", "")
    assert json.loads(done[0]["labels"])[0]["label"] == "ngos"
    assert [row["themes"] for row in done[1:]] == [""]


def test_output_file_and_own_theme(tmp_path: Path) -> None:
    theme, out = tmp_path / "own.yaml", tmp_path / "out.jsonl"
    theme.write_text("theme: sport\nrules: [{id: a, any: [jäähalli]}]\n", encoding="utf-8")
    assert label('{"text": "Jäähalli suljettiin."}', "-", "--output", str(out), "--themes", str(theme)) == ""
    assert "sport" in json.loads(out.read_text(encoding="utf-8"))["themes"]
    assert {path.name for path in tmp_path.iterdir()} == {"own.yaml", "out.jsonl"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"text": "a"}\n{"text": \n', "standard input, line 2: this is not JSON"),
        ("[1]\n", "line 1: this is no JSON object"),
        ('\n{"id": 1}\n', "line 2: the row has no 'text'"),
        ('{"text": 3}\n', "line 1: the row has no 'text'"),
        ('{"text": "a", "doc": ["b"]}\n', "line 1: 'doc' is no string"),
        ('{"text": "a", "date": "1.2.2025"}\n', "line 1: the date '1.2.2025' is none"),
    ],
)
def test_bad_rows_are_named(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        label(text)


def test_bad_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Cannot read"):
        label("", str(tmp_path / "missing.jsonl"))
    (tmp_path / "latin.jsonl").write_bytes('{"text": "sää"}'.encode("latin-1"))
    with pytest.raises(UsageError, match="not UTF-8"):
        label("", str(tmp_path / "latin.jsonl"))
    with pytest.raises(UsageError, match="Cannot write"):
        label('{"text": "a"}', "-", "--output", str(tmp_path / "no" / "out.jsonl"))


def test_nothing_in_nothing_out() -> None:
    assert label("") == ""


def test_in_a_pipe() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "label"],
        input=b'{"text": "Tilat ovat ahtaat."}\nno json\n',
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"line 2" in done.stderr and b"Traceback" not in done.stderr

"""`muistio rules`: check, show, diff."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.rules import command
from pipeline.config import rules_dir
from pipeline.errors import RuleError, UsageError
from tests.stores import MEETINGS, make_store

GOOD = "theme: sport\nrules:\n  - id: halls\n    any: [jäähalli]\n"


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_check_of_the_shipped_rules_finds_no_fault() -> None:
    result = call("check")
    assert result.return_value == 0
    assert "fault" not in result.stdout
    assert "The shipped rules" in result.stderr


def test_check_of_own_files(own: Path) -> None:
    assert call("check", str(own)).return_value == 0
    own.write_text(GOOD + "    examples: {yes: [Uimahalli avattiin.]}\n", encoding="utf-8")
    result = CliRunner().invoke(command, ["check", str(own)], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert "own.yaml, line 3, rule 'own:halls'" in result.stdout
    own.write_text(GOOD + "    anny: [talo]\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"own\.yaml, line 5, key 'anny'.*did you mean 'any'"):
        call("check", str(own))


def test_check_hints_at_unknown_words(own: Path) -> None:
    own.write_text(GOOD.replace("jäähalli", "jäähalli, brzgl"), encoding="utf-8")
    assert "has no base form 'brzgl'" in call("check", str(own)).stdout


def test_show_lists_and_shows(tmp_path: Path) -> None:
    listed = call("show").stdout
    assert "premises:lease" in listed and "challenge:failed" in listed
    shown = call("show", "premises:lease", "--store", str(tmp_path / "none.duckdb"))
    assert "vuokrasopimus-" in shown.stdout
    assert "There is no store" in shown.stderr
    assert all("premises" in line for line in call("show", "premises").stdout.splitlines())
    with pytest.raises(UsageError, match="no rule or label 'premisses'"):
        call("show", "premisses")


def test_show_tells_what_matched_in_the_store(tmp_path: Path) -> None:
    store = make_store(tmp_path, MEETINGS)
    assert "labels in the store: 0" in call("show", "premises:lease", "--store", str(store)).stdout


def test_diff_on_rows(tmp_path: Path, own: Path) -> None:
    old, rows = tmp_path / "old", tmp_path / "rows.jsonl"
    shutil.copytree(rules_dir(), old)
    texts = ["Jäähalli suljettiin.", "Kuraattoria ei ole."]
    rows.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    result = call("diff", str(old), str(own), "--on", str(rows))
    assert result.stdout == "+sport: Jäähalli suljettiin.\n"
    assert "2 items compared; +sport 1." in result.stderr
    assert "no label moves" in call("diff", str(old), str(old), "--on", str(rows)).stderr


def test_diff_on_the_store(tmp_path: Path, own: Path) -> None:
    own.write_text("theme: school\nrules: [{id: a, any: [koulu]}]\n", encoding="utf-8")
    store = make_store(tmp_path / "store", MEETINGS)
    result = call("diff", str(rules_dir()), str(own), "--store", str(store))
    assert "+school: Oppilashuollon jonot ovat kasvaneet" in result.stdout

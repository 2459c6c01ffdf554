"""Rule files: what loads, and what a person reads when one does not."""

import re
from pathlib import Path

import pytest

from pipeline.config import rules_dir
from pipeline.errors import RuleError
from pipeline.labelling import Passage, label_passages, load_rules
from pipeline.labelling.checking import check_rules
from pipeline.language import load_lemmatiser

GOOD = "theme: sport\ntitle: Liikunta\nrules:\n  - id: halls\n    any: [jäähalli, liikunta-]\n"


def themes(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_rules_load_and_keep_their_examples() -> None:
    rules = load_rules()
    assert {theme.label for theme in rules.themes} == {"employment", "pupil_welfare", "security", "premises", "ngos"}
    assert set(rules.types) == {"challenge", "success", "agreed_action"}
    assert [str(finding) for finding in check_rules(rules, load_lemmatiser()) if finding.serious] == []


def test_own_theme_is_added(tmp_path: Path) -> None:
    rules = load_rules(themes(tmp_path, GOOD))
    text = "Jäähallin vuorot jaettiin yhdistyksille."
    (labelled,) = label_passages([Passage(text=text, tokens=load_lemmatiser().analyse(text))], rules)
    assert {label.label for label in labelled.labels} >= {"sport", "ngos"}
    assert rules.themes[-1].title == "Liikunta"


def test_several_themes_in_one_file(tmp_path: Path) -> None:
    text = "themes:\n  - theme: a\n    rules: [{id: x, any: talo}]\n  - theme: b\n    rules: [{id: y, any: [auto]}]\n"
    assert [theme.label for theme in load_rules(themes(tmp_path, text)).themes][-2:] == ["a", "b"]


def test_version_follows_the_content(tmp_path: Path) -> None:
    before = load_rules(themes(tmp_path, GOOD)).version
    assert before == load_rules(themes(tmp_path, GOOD)).version != load_rules().version
    assert before != load_rules(themes(tmp_path, GOOD + "    weight: 0.4\n")).version


def test_no_is_a_word(tmp_path: Path) -> None:
    rules = load_rules(themes(tmp_path, "theme: no\nrules:\n  - id: yes\n    any: [no, on, 12]\n"))
    assert rules.themes[-1].label == "no"
    assert rules.rules[-1].any.texts == ("no", "on", "12")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (GOOD + "    wieght: 0.4\n", 6, "did you mean 'weight'"),
        (GOOD + "    weight: heavy\n", 6, "no number"),
        (GOOD + "    weight: 2\n", 6, "above 0 and at most 1"),
        (GOOD + "    scope: paragraph\n", 6, "no possible value"),
        (GOOD + "    parts: [decisions]\n", 6, "did you mean 'decision'"),
        (GOOD + "    becomes: chalenge\n", 6, "no label 'chalenge'"),
        (GOOD + "    any: [talo]\n", 6, "stands twice"),
        (GOOD + "  - id: halls\n    any: [talo]\n", 6, "used already on line 4"),
        (GOOD + "  - id: empty\n    any: []\n", 7, "the list is empty"),
        (GOOD + "  - id: nothing\n", 6, "has no patterns"),
        (GOOD + "  - any: [talo]\n", 6, "has no id"),
        (GOOD + '  - id: open\n    any: ["(talo|"]\n', 7, "left open"),
        (GOOD + '  - id: class\n    any: ["@pulmaa"]\n', 7, "no word class '@pulmaa'"),
        ("theme: sport\n", 1, "has no rules"),
        ("rules: []\n", 1, "there is no theme"),
        ("themes: []\n", 1, "no theme in the file"),
        ("- theme\n", 1, "keys with values"),
        ("theme: [sport]\nrules: [{id: a, any: b}]\n", 1, "one value"),
        ("theme: sport\nrules: [{id: a, any: [b}]\n", 2, "not YAML"),
        ("", 1, "empty"),
        ("# only a comment\n", 1, "empty"),
    ],
)
def test_fault_names_file_line_and_fix(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(RuleError) as error:
        load_rules(themes(tmp_path, text))
    assert f"own.yaml, line {line}" in str(error.value)
    assert message in str(error.value)


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="Cannot read"):
        load_rules(tmp_path / "missing.yaml")
    (tmp_path / "latin.yaml").write_bytes("theme: sää\n".encode("latin-1"))
    with pytest.raises(RuleError, match="not UTF-8"):
        load_rules(tmp_path / "latin.yaml")
    with pytest.raises(RuleError, match="no folder of rules"):
        load_rules(folder=tmp_path)


def test_check_finds_contradictions_and_failed_examples(tmp_path: Path) -> None:
    text = GOOD + "    not: [jäähalli]\n    examples: {yes: ['Uimahalli avattiin.'], no: ['Liikuntaa lisätään.']}\n"
    messages = [str(finding) for finding in check_rules(load_rules(themes(tmp_path, text)), load_lemmatiser())]
    assert sum("own.yaml" in message for message in messages) >= 3
    assert any("both under 'any'" in message for message in messages)
    assert any("gets no label 'sport'" in message for message in messages)
    assert any("gets 'sport' but should not" in message for message in messages)


def test_ten_lines_of_the_documentation(tmp_path: Path) -> None:
    text = (rules_dir().parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")
    block = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert block is not None
    assert len(block[1].strip().splitlines()) <= 10
    path = themes(tmp_path, block[1])
    assert not [finding for finding in check_rules(load_rules(path), load_lemmatiser()) if finding.rule.file == path]

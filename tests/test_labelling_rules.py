"""Rule files: what loads, and what a person reads when one does not."""

import re
import shutil
from pathlib import Path

import pytest

from pipeline.config import rules_dir
from pipeline.errors import RuleError
from pipeline.labelling import Passage, label_passages, load_rules
from pipeline.labelling.checking import Finding, check_rules
from pipeline.language import load_lemmatiser

GOOD = "theme: sport\ntitle: Liikunta\nrules:\n  - id: halls\n    any: [jäähalli, liikunta-]\n"


def themes(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def own_findings(tmp_path: Path, text: str) -> list[Finding]:
    """What the check says of a user's own file."""
    path = themes(tmp_path, text)
    return check_rules(load_rules(path, model=False), load_lemmatiser(), path)


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
    messages = [str(finding) for finding in own_findings(tmp_path, text)]
    assert len(messages) >= 3
    assert any("both under 'any'" in message for message in messages)
    assert any("gets no label 'sport'" in message for message in messages)
    assert any("gets 'sport' but should not" in message for message in messages)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("classes: {ice: [jää, yleinen tarve]}\n" + GOOD, "'yleinen tarve' is more than one word"),
        ("classes: {ice: [jää, (a b|c)]}\n" + GOOD, "'(a b|c)' is more than one word"),
        ("classes: {ice: [^ jää]}\n" + GOOD, "'^ jää' is more than one word"),
        (GOOD + "  - {id: form, any: ['pelata[passive past]']}\n", "finds nothing; did you mean 'pass'?"),
        (GOOD + "  - {id: deny, any: [peli], becomes: challenge}\n", "'becomes' has no effect while denied"),
        ("theme: sport\nrules: [{id: a, any: [peli], weight: 0.4}]\n", "the rules of 'sport' reach 0.40 together"),
    ],
)
def test_check_refuses_what_never_takes_effect(tmp_path: Path, text: str, message: str) -> None:
    assert [str(one) for one in own_findings(tmp_path, text) if one.serious and message in str(one)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("classes: {ice: [jää, brzgl]}\n" + GOOD, "word class 'ice': the lemmatiser has no base form 'brzgl'"),
        (GOOD + "    not: [teollisuushalli]\n", "no word in common with 'teollisuushalli' under 'not'"),
        (GOOD + "    with: [jäähalli]\n", "its own company"),
        ("theme: sport\nrules: [{id: a, any: [peli, peli]}]\n", "'peli' stands twice"),
        (
            GOOD + "  - {id: play, any: [peli], examples: {yes: [Jäähalli avattiin.]}}\n",
            "'Jäähalli avattiin.' gets its label from 'own:halls'",
        ),
    ],
)
def test_check_hints_at_what_takes_no_effect(tmp_path: Path, text: str, message: str) -> None:
    assert [str(one) for one in own_findings(tmp_path, text) if not one.serious and message in str(one)]


def test_check_is_silent_on_what_takes_effect(tmp_path: Path) -> None:
    text = (
        "classes: {ice: [jää, -jää-, (peli|=ottelu), 'liikkua[done]', '[propn]', '*']}\n"
        "theme: sport\nrules:\n"
        "  - {id: faint, any: ['@ice', rata-], not: [ratapölkky, avojää], weight: 0.4}\n"
        "  - {id: half, any: ['pelata[pass partform=past]'], weight: 0.4, negated: block, becomes: challenge}\n"
    )
    assert [str(one) for one in own_findings(tmp_path, text)] == []


def test_a_masks_look_alikes_are_read_too(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_dir(), folder)
    context = folder / "context.yaml"
    with context.open(encoding="utf-8") as file:
        text = file.read()
    assert "not: [TE-asiantuntija, " in text
    context.write_text(text.replace("not: [TE-asiantuntija, ", "not: [TE-asiantuntija, brzgl, "), encoding="utf-8")
    findings = check_rules(load_rules(folder=folder), load_lemmatiser(), context)
    assert any("cue 'context:post': the lemmatiser has no base form 'brzgl'" in str(one) for one in findings)


def test_a_theme_is_not_called_like_a_type(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="line 1, key 'theme': 'success' is a type"):
        load_rules(themes(tmp_path, GOOD.replace("theme: sport", "theme: success")))


def test_an_id_of_another_file_of_the_same_name_is_told_with_its_path(tmp_path: Path) -> None:
    own = tmp_path / "premises.yaml"
    own.write_text(GOOD.replace("halls", "lease"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"'premises:lease' is used already on line \d+ of .*themes.premises\.yaml"):
        load_rules(own)


def test_ten_lines_of_the_documentation(tmp_path: Path) -> None:
    text = (rules_dir().parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")
    block = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert block is not None
    assert len(block[1].strip().splitlines()) <= 10
    path = themes(tmp_path, block[1])
    assert not check_rules(load_rules(path), load_lemmatiser(), path)

"""Evaluation beyond counts: intervals over documents, why labels are wrong, baselines, and what a person reads."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.evaluate import Counts, intervals, score_rows, total, without_each
from pipeline.evaluate.baselines import keyword_search, tfidf_svm
from pipeline.evaluate.causes import ALARMS, MISSES, causes
from pipeline.labelling import Rules, load_rules
from pipeline.labelling.learned import Judge
from pipeline.language import load_lemmatiser

LEMMATISER = load_lemmatiser()

SPORT = """
theme: sport
rules:
  - {id: halls, any: [jäähalli, latu], not: [latu ... aita], unless: [museo]}
  - {id: faint, any: [hiki], weight: 0.3}
  - {id: races, any: [kilpailu], negated: block, hoped: block, with: [hiihto]}
  - {id: games, any: [kilpailu], negated: block, hoped: block}
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    path = tmp_path_factory.mktemp("rules") / "sport.yaml"
    path.write_text(SPORT, encoding="utf-8")
    return load_rules(path, model=False)


def row(text: str, *labels: str, title: str = "", doc: str = "") -> dict[str, object]:
    types = [label for label in labels if label in ("challenge", "success", "agreed_action")]
    themes = [label for label in labels if label not in types]
    return {"text": text, "themes": themes, "types": types, "section_title": title, "doc": doc}


def found(rules: Rules, *rows: dict[str, object]) -> list[tuple[str, bool, str]]:
    scored = score_rows(rows, rules, LEMMATISER)
    return [cause for one in scored for item in one.items for cause in causes(item, rules)]


def test_an_interval_spans_what_the_documents_differ_in() -> None:
    good, bad = {"themes": Counts(tp=10)}, {"themes": Counts(fp=10)}
    assert intervals([good, bad], ["themes"])["themes"]["precision"] == (0.0, 1.0)
    low, high = intervals([good] * 30 + [bad] * 10, ["themes"])["themes"]["precision"]
    assert 0.55 < low < 0.68 and 0.82 < high < 0.92  # 30 of 40 by the normal approximation: .62 to .88
    alike = intervals([{"themes": Counts(3, 1, 1)}] * 5, ["themes", "types"])
    assert alike["themes"]["f1"] == pytest.approx((0.75, 0.75))
    assert alike["types"]["f1"] == (1.0, 1.0)  # nothing given, nothing to be given


def test_one_document_has_no_interval_and_the_same_draws_come_again() -> None:
    assert intervals([{"themes": Counts(1, 1, 1)}], ["themes"]) == {}
    parts = [{"themes": Counts(n, 1, 2)} for n in range(9)]
    assert intervals(parts, ["themes"]) == intervals(parts, ["themes"])


def test_leaving_one_document_out() -> None:
    parts = [{"themes": Counts(tp=4)}, {"themes": Counts(tp=2, fp=2, fn=2)}, {}]
    assert without_each(parts, "themes") == pytest.approx(np.array([0.5, 1.0, 12 / 16]))


def test_causes_of_misses(rules: Rules) -> None:
    rows = [
        (row("Jäähallin museo avattiin.", "sport"), "blocked by a word beside, or for want of one"),
        (row("Latu kulkee aidan vieressä.", "sport"), "blocked by a look-alike"),
        (row("Hiki virtasi.", "sport"), "words known, but too weak or out of place"),
        (row("Keilarata on auki.", "sport"), "no word known"),
        (row("Kuraattori opettaa keilausta.", "sport", "pupil_welfare"), "no word known, another theme given"),
        (row("Kilpailua ei pidetty.", "sport"), "blocked by a negation"),
        (row("Toivotaan, että kilpailu pidetään.", "sport"), "blocked by a wish or proposal"),
    ]
    for one, cause in rows:
        missing = [(label, why) for label, gone, why in found(rules, one) if gone]
        assert missing == [("sport", cause)], one["text"]
        assert cause in MISSES


def test_causes_of_alarms(rules: Rules) -> None:
    rows = [
        (row("Latu pesee paremmin."), "words of a rule, nothing meant"),
        (row("Latu vie koululle.", "premises"), "words of a rule, another theme meant"),
        (row("Lapset tykkäsivät.", title="Jäähalli"), "taken from the heading or an item above"),
    ]
    for one, cause in rows:
        assert ("sport", False, cause) in found(rules, one), one["text"]
        assert cause in ALARMS


def test_a_disputed_axis_has_no_cause(rules: Rules) -> None:
    assert found(rules, {**row("Keilarata on auki.", "sport"), "disputed": ["themes"]}) == []


class Contrary:
    """A learned part that drops sport where a rule gave it, and adds it where none did."""

    judges = (Judge("theme", ("sport",), np.zeros(1, np.float32), 0.0, 0.5, 0.5),)

    def judge(self, passages, given, formal):  # type: ignore[no-untyped-def]
        for one in given:
            yield {"sport": 0.1 if any(label.label == "sport" for label in one.labels) else 0.9}

    def strongest(self, passage, label):  # type: ignore[no-untyped-def]
        return None


def test_the_learned_part_is_named(rules: Rules) -> None:
    both = replace(rules, model=Contrary())  # type: ignore[arg-type]
    rows = row("Latu on auki.", "sport", title="Asiat", doc="a"), row("Kahvia oli.", title="Asiat", doc="a")
    assert found(both, *rows) == [
        ("sport", True, "dropped by the learned part"),
        ("sport", False, "added by the learned part"),
    ]


def test_keyword_search_finds_stems_and_the_title_of_a_theme_of_ones_own(rules: Rules) -> None:
    named = replace(rules, themes=tuple(replace(t, title="Keilaus") if t.label == "sport" else t for t in rules.themes))
    rows = [
        row("Keilaajat harjoittelevat.", "sport"),
        row("Tilojen vuokraa nostetaan.", "premises"),
        row("Katto vuotaa.", "premises"),
        row("Kuka tekee?", title="Järjestöt"),
    ]
    scores = total(keyword_search(score_rows(rows, rules, LEMMATISER), named))
    assert (scores["themes"].tp, scores["themes"].fp, scores["themes"].fn) == (2, 1, 1)
    assert "actions" not in scores


def test_the_classifier_never_learns_from_the_document_that_it_labels(rules: Rules) -> None:
    rows = []
    for doc in "abcd":
        rows += [row("Kirjaston katto vuotaa pahasti.", "premises", doc=doc), row("Kahvia juotiin.", doc=doc)]
    rows += [row("Marttojen leivonnaisia maisteltiin.", "ngos", doc="a")] * 3
    scores = total(tfidf_svm(score_rows(rows, rules, LEMMATISER)))
    assert (scores["theme premises"].tp, scores["theme premises"].fn) == (4, 0)
    assert scores["theme ngos"].tp == 0  # it stands in one document alone


def test_what_a_person_reads(tmp_path: Path) -> None:
    rows, errors = tmp_path / "rows.jsonl", tmp_path / "errors.txt"
    lines = [
        row("Latu pesee koululla.", "sport", doc="a"),
        row("Kuraattoria ei ole.", "pupil_welfare", doc="a-name-that-goes-on-and-on"),
    ]
    rows.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    call = ["evaluate", str(rows), "--no-model", "--baselines"]
    result = CliRunner().invoke(cli, [*call, "--errors", str(errors)])
    assert result.exception is None, result.exception
    assert max(map(len, result.stdout.splitlines())) <= 80
    for words in (
        "Missing, because",
        "no word known",
        "95 % of F1",
        "keyword search",
        "TF-IDF",
        "without one document",
    ):
        assert words in result.stdout
    told = errors.read_text(encoding="utf-8")
    assert "labels of 2 rows of rows.jsonl: a: -sport: Latu pesee koululla." in told
    assert "    -sport: no word known" in told
    assert "Kuraattoria" not in told or "+challenge" in told

    plain = json.loads(CliRunner().invoke(cli, [*call, "--json"]).stdout)
    first, keywords, _ = plain.values()
    assert first["theme sport"]["fn"] == 1 and len(first["themes"]["interval"]["f1"]) == 2
    assert {"error": "missing", "cause": "no word known", "labels": 1} in first["confusions"]["themes"]
    assert keywords["theme pupil_welfare"]["recall"] == 1.0


def test_errors_that_cannot_be_written_are_said_in_a_sentence(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps(row("Latu.", "sport")) + "\n", encoding="utf-8")
    result = CliRunner().invoke(
        cli, ["evaluate", str(rows), "--errors", str(tmp_path / "no" / "e")], standalone_mode=False
    )
    assert "name a file in a folder that exists" in str(result.exception)

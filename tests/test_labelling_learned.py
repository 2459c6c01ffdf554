"""The learned part: it adds and drops labels, says why, learns from a corpus, and can be switched off."""

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import models_dir
from pipeline.errors import UsageError
from pipeline.evaluate.corpus import examples, first_run
from pipeline.evaluate.learn import main
from pipeline.labelling import Passage, heading, label_passages, load_rules
from pipeline.labelling.features import joined, passage_features
from pipeline.labelling.learned import Model, load_model, sections_of
from pipeline.language import load_lemmatiser

LEMMATISER = load_lemmatiser()


def passage(text: str, title: str = "", **more: object) -> Passage:
    headings = (heading(title, LEMMATISER),) if title else ()
    return Passage(text=text, tokens=LEMMATISER.analyse(text), headings=headings, **more)  # type: ignore[arg-type]


def document(name: str, batch: str, lines: list[tuple[str, list[str]]]) -> dict[str, object]:
    blocks = [{"kind": "bullet", "level": 1, "text": text, "item": True, "themes": themes, "types": [], "actions": []}
              for text, themes in lines]  # fmt: skip
    return {"doc": name, "batch": batch, "title": None, "body": None, "counterpart": None, "date": "2025-01-22",
            "place": None, "start": None, "end": None, "preamble": [], "readers": 1,
            "sections": [{"number": "1", "title": "Asiat", "blocks": blocks}]}  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy corpus in which the rink, which no rule knows, is always about premises."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "fiction").mkdir()
    for number in range(10):
        lines = [
            ("Kaukalo on kiireinen.", ["premises"]),
            ("Kaukalo jäädytetään aamulla.", ["premises"]),
            ("Kahvi juotiin seisten.", []),
            ("Kokous kesti tunnin.", []),
        ]
        path = folder / "fiction" / f"T{number}.json"
        path.write_text(json.dumps(document(f"T{number}", "t1", lines), ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def toy(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Model:
    out = tmp_path_factory.mktemp("weights")
    main([str(corpus), str(out), "--first-run", "t1"])
    main([str(corpus), str(out)])
    assert json.loads((out / "scores.json").read_text())["all fiction"]["both"]["theme"] == 1.0
    return load_model(out)


def test_a_first_run_is_kept_once(corpus: Path, toy: Model) -> None:
    rules = load_rules(model=False)
    assert first_run(corpus, ["t1"], rules, LEMMATISER, None) == 0
    read = examples(corpus, None, rules, LEMMATISER)
    assert len(read) == 10 and all(one.first is not None and len(one.first) == 4 for one in read)


def test_it_learns_a_word_that_no_rule_knows(toy: Model) -> None:
    place = toy.labels.index("premises")
    rink, coffee = toy.text_scores([passage("Kaukalossa pelataan."), passage("Kahvia oli.")], False)[:, place]
    assert rink > 0 > coffee


def test_the_evidence_is_the_word_that_speaks_most(toy: Model) -> None:
    item = passage("Aamulla nähtiin, että kaukalo oli tyhjä.", "Asiat")
    start, end = toy.strongest(item, "premises") or (0, 0)
    assert item.text[start:end] == "kaukalo"


def test_proper_nouns_are_not_learned_by_name() -> None:
    features = joined(passage_features(passage("Virtanen kävi Lahdessa."), False))
    assert not [name for name in features if "virta" in name or "laht" in name]


def test_sections_are_items_under_the_same_heading() -> None:
    items = [passage("A", "Tilat"), passage("B", "Tilat"), passage("C", "Muut"), passage("D", "Tilat")]
    assert sections_of(items) == [[0, 1], [2], [3]]


@pytest.fixture(scope="module")
def minutes() -> list[Passage]:
    return [
        passage("Kuraattorin virka on ollut täyttämättä syksystä asti.", "Oppilashuolto"),
        passage("Psykologin luo pääsee nyt kahdessa viikossa, mistä kiitos.", "Oppilashuolto"),
        passage("Rehtori selvittää asian 31.3. mennessä.", "Oppilashuolto"),
        passage("Kahvit tarjosi kunta.", "Muut asiat"),
    ]


def test_scores_are_probabilities_and_evidence_stands_in_the_text(minutes: list[Passage]) -> None:
    labelled = label_passages(minutes, load_rules())
    for item, one in zip(minutes, labelled, strict=True):
        assert set(one.likely) == set(load_model(models_dir() / "labels").labels)
        for label in one.labels:
            assert label.score == pytest.approx(one.likely[label.label], abs=0.001)
            if label.evidence_start is not None:
                assert item.text[label.evidence_start : label.evidence_end] == label.evidence
    assert {label.label for label in labelled[0].labels} >= {"pupil_welfare", "challenge"}
    assert not labelled[3].labels


def test_without_the_model_the_rules_alone_label(minutes: list[Passage]) -> None:
    labelled = label_passages(minutes, load_rules(model=False))
    assert all(label.method in ("rule", "heading") for one in labelled for label in one.labels)
    assert not any(one.likely for one in labelled)


def test_a_proposal_gets_no_type_and_its_grounds_agree_on_nothing() -> None:
    text = "Rakennuttaja tekee selvityksen 31.3. mennessä."
    for part, barred in (("proposal", {"agreed_action", "challenge", "success"}), ("background", {"agreed_action"})):
        (one,) = label_passages([passage(text, "Koulun katto", part=part)], load_rules())
        assert not barred & {label.label for label in one.labels if label.method == "model"}


def test_rules_and_model_have_a_version_together() -> None:
    assert load_rules().version != load_rules(model=False).version


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    (tmp_path / "weights.npz").write_bytes(b"no weights")
    with pytest.raises(UsageError, match=r"weights\.npz cannot be used .*make models"):
        load_model(tmp_path)
    np.savez(tmp_path / "weights.npz", labels=np.array(["premises"]))
    with pytest.raises(UsageError, match=r"weights\.npz cannot be used"):
        load_model(tmp_path)


def test_a_denied_trouble_is_none_whatever_the_model_thinks() -> None:
    lines = [
        passage("Lääkäreistä ei ole pulaa.", "Terveysasema"),
        passage("Hakemuksissa ei ole ollut viiveitä.", "Terveysasema"),
    ]
    for one in label_passages(lines, load_rules()):
        assert "challenge" not in {label.label for label in one.labels}


def test_a_line_alone_gets_what_its_words_allow() -> None:
    (one,) = label_passages([passage("Jonot ovat pidentyneet.")], load_rules())
    assert [(label.label, label.method) for label in one.labels] == [("challenge", "rule")]
    assert not one.likely

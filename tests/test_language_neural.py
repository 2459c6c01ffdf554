"""spaCy and Stanza behind the same door as Voikko."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from pipeline.errors import MissingDependency
from pipeline.language import Lemmatiser, load_lemmatiser
from pipeline.language.stanza_fi import stanza_lemmatiser
from tests.conftest import missing

MEMO = "TE-palvelujen edustajat kertoivat työllisyysalueen tilanteesta. Sovittiin 3 100 euron avustuksesta."


@pytest.fixture(scope="module")
def spacy() -> Lemmatiser:
    try:
        return load_lemmatiser("spacy")
    except MissingDependency:
        missing("spaCy")
        raise


def test_spacy_gives_the_same_records(spacy: Lemmatiser) -> None:
    tokens = spacy.analyse(MEMO)
    assert all(MEMO[token.start : token.end] == token.form for token in tokens)
    lemmas = {token.form: token for token in tokens}
    assert lemmas["kertoivat"].lemma == "kertoa" and lemmas["kertoivat"].pos == "VERB"
    assert {"Tense=Past", "Number=Plur"} <= lemmas["kertoivat"].features
    assert lemmas["työllisyysalueen"].parts == ("työllisyys", "alue")
    assert lemmas["TE-palvelujen"].lemma == "TE-palvelu"
    assert tokens[-1].sentence == 1 and len(tokens[0].candidates) == 1
    assert spacy.name == "spacy" and "experimental_web_md" in spacy.version


def test_spacy_cuts_the_same_tokens_as_voikko(spacy: Lemmatiser) -> None:
    cut = [[(token.form, token.sentence) for token in system.analyse(MEMO)] for system in (spacy, load_lemmatiser())]
    assert cut[0] == cut[1]


@pytest.fixture(scope="module")
def stanza_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a Stanza lemmatiser trained on one sentence: too small to be good, whole enough to load."""
    if find_spec("stanza") is None:
        missing("Stanza")
    folder = tmp_path_factory.mktemp("stanza")
    pairs = [("Kokous", "kokous"), ("Kokoukseen", "kokous"), ("tilat", "tila"), ("kertoivat", "kertoa"), (".", ".")]
    rows = [
        f"{place}\t{form}\t{lemma}\tX\t_\t_\t{int(place > 1)}\t{'dep' if place > 1 else 'root'}\t_\t_\n"
        for place, (form, lemma) in enumerate(pairs, start=1)
    ]
    (folder / "train.conllu").write_text(("".join(rows) + "\n") * 20, encoding="utf-8")
    models = folder / "fi" / "lemma"
    models.mkdir(parents=True)
    options = "--mode train --shorthand fi_tiny --num_epoch 1 --hidden_dim 8 --emb_dim 8 --no_pos --cpu"
    data = str(folder / "train.conllu")
    places = ["--save_dir", str(models), "--save_name", "tiny.pt", "--train_file", data, "--eval_file", data]
    command = [sys.executable, "-m", "stanza.models.lemmatizer", *options.split(), *places]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    resources = {"fi": {"lang_name": "Finnish", "default_processors": {"lemma": "tiny"}, "lemma": {"tiny": {}}}}
    (folder / "resources.json").write_text(json.dumps(resources), encoding="utf-8")
    return folder


def test_stanza_loads_from_a_folder_and_gives_the_same_records(stanza_models: Path) -> None:
    system = stanza_lemmatiser(stanza_models)
    tokens = system.analyse("Kokous. Kokoukseen 3 100 kertoivat tilat.")
    assert [token.form for token in tokens] == ["Kokous", ".", "Kokoukseen", "3 100", "kertoivat", "tilat", "."]
    known = {token.form: token.lemma for token in tokens}
    assert (known["Kokoukseen"], known["kertoivat"], known["tilat"]) == ("kokous", "kertoa", "tila")
    assert [token.sentence for token in tokens] == [0, 0, 1, 1, 1, 1, 1]
    assert system.name == "stanza" and system.version.endswith("lemma tiny")


def test_stanza_without_models_says_where_they_go(tmp_path: Path) -> None:
    if find_spec("stanza") is None:
        missing("Stanza")
    with pytest.raises(MissingDependency, match=r"MUISTIO_STANZA") as caught:
        stanza_lemmatiser(tmp_path / "nothing")
    assert str(tmp_path / "nothing") in str(caught.value)


@pytest.mark.parametrize(("name", "module"), [("spacy", "spacy"), ("stanza", "stanza"), ("voikko", "pyvoikko")])
def test_what_is_not_installed_says_how_to_get_it(name: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "libvoikko", None)
    with pytest.raises(MissingDependency, match=r"make s|pip install"):
        load_lemmatiser(name)

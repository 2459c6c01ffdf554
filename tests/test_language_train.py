"""Training the ranker, and its files."""

from itertools import islice
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.language.conllu import read_blocks, read_file
from pipeline.language.evaluate import score
from pipeline.language.model import Model, read_function_words, read_model, write_model
from pipeline.language.train import cross_validate, learn_endings, main, train
from pipeline.language.voikko import VoikkoLemmatiser


def test_training_beats_the_dictionary_order_and_survives_the_file(shared: Path, tmp_path: Path) -> None:
    blocks = list(islice(read_file(shared / "ud" / "fi_tdt-ud-dev.conllu"), 110))
    seen, unseen = blocks[:80], blocks[80:]
    model = train(seen, {})
    write_model(model, {}, tmp_path)
    trained = score(VoikkoLemmatiser(model=read_model(tmp_path)), unseen)
    untrained = score(VoikkoLemmatiser(model=Model()), unseen)
    assert trained.lemmas > untrained.lemmas
    assert trained == score(VoikkoLemmatiser(model=model), unseen)


def test_training_twice_gives_the_same_file(shared: Path, tmp_path: Path) -> None:
    blocks = list(islice(read_file(shared / "ud" / "fi_tdt-ud-dev.conllu"), 20))
    files = [write_model(train(blocks, {}), {}, tmp_path / name).read_bytes() for name in ("a", "b")]
    assert files[0] == files[1]


def test_cross_validation_counts_every_word_once(shared: Path) -> None:
    blocks = list(islice(read_file(shared / "ud" / "fi_tdt-ud-dev.conllu"), 0, 1300, 20))
    result = cross_validate(blocks, {}, folds=2)
    assert result.words == sum(row[3] != "PUNCT" for block in blocks for row in block.words)
    assert result.lemmas <= result.possible <= result.words


def test_endings_are_learnt_from_inflected_words() -> None:
    pairs = [("blogissa", "blogi"), ("bingossa", "bingo"), ("kohdussa", "kohtu"), ("taxissa", "taxi")]
    lines = [f"{place}\t{form}\t{lemma}\tNOUN\t_\tCase=Ine\t_\t_\t_\t_" for place, (form, lemma) in enumerate(pairs, 1)]
    endings = learn_endings(list(read_blocks(lines, "x")))
    assert (3, "", "NOUN", frozenset({"Case=Ine"})) in endings["ssa"]


def test_the_shipped_files_are_whole_and_small() -> None:
    model = read_model()
    assert model.weights and model.tables.endings
    assert any(reading.pos == "ADP" for reading in model.tables.words["jälkeen"])


def test_function_words_may_be_compounds(tmp_path: Path) -> None:
    words = tmp_path / "function_words.tsv"
    words.write_text("# a comment\nviikonloppuisin\tviikon#loppuisin\tADV\n", encoding="utf-8")
    (reading,) = read_function_words(words)["viikonloppuisin"]
    assert (reading.lemma, reading.parts) == ("viikonloppuisin", ("viikon", "loppuisin"))


def test_a_missing_folder_leaves_the_model_empty(tmp_path: Path) -> None:
    model = read_model(tmp_path / "nothing")
    assert not model.weights and not model.tables.words


def test_broken_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text('{"words": {', encoding="utf-8")
    with pytest.raises(UsageError, match=r"weights\.json is no model"):
        read_model(tmp_path)
    words = tmp_path / "function_words.tsv"
    words.write_text("# form, base form, part of speech\njälkeen\tADP\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"function_words\.tsv, line 2"):
        read_function_words(words)


def test_missing_treebanks_and_arguments_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"fi_tdt-ud-dev\.conllu"):
        main([str(tmp_path), str(tmp_path)])
    with pytest.raises(UsageError, match="UD_DIR OUT"):
        main([])

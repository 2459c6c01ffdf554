"""The table of seen forms: the same readings as the dictionary's, and never those of another dictionary."""

from pathlib import Path

import pytest

from pipeline.errors import MissingDependency
from pipeline.language.candidates import Analyser, Tables
from pipeline.language.dictionary import Dictionary, open_dictionary
from pipeline.language.seen import SeenForms, build, table_path
from pipeline.language.voikko import VoikkoLemmatiser
from tests.conftest import missing


@pytest.fixture(scope="module", params=["native", "pyvoikko"])
def dictionary(request: pytest.FixtureRequest) -> Dictionary:
    try:
        return open_dictionary(request.param)
    except MissingDependency:
        missing(f"Voikko ({request.param})")
        raise


def test_the_shipped_table_says_what_the_dictionary_says(dictionary: Dictionary) -> None:
    seen = SeenForms(dictionary.edition)
    if not len(seen):
        pytest.skip("the shipped table was made with another edition of the dictionary; `make words` makes it anew")
    known = Analyser(dictionary.lookup, Tables()).known
    forms = [line.partition("\t")[0] for line in table_path().read_text("utf-8").partition("\n\n")[2].splitlines()]
    assert [form for form in forms[::40] if seen(form) != known(form)] == []


def test_text_reads_the_same_with_and_without_the_table(monkeypatch: pytest.MonkeyPatch, samples: Path) -> None:
    text = (samples / "tervaniemi-turvallisuustyoryhma-2025-05-14.txt").read_text("utf-8")
    with_table = VoikkoLemmatiser().analyse(text)
    monkeypatch.setattr("pipeline.language.voikko.SeenForms", lambda edition: SeenForms(""))
    assert VoikkoLemmatiser().analyse(text) == with_table


def test_a_table_of_another_edition_is_left_alone(dictionary: Dictionary, tmp_path: Path) -> None:
    table = tmp_path / "forms.tsv"
    table.write_text(f"{dictionary.edition}\nNOUN Case=Nom\n\nkissa\t0 koira\n", encoding="utf-8")
    right, other = SeenForms(dictionary.edition, table), SeenForms("00000000", table)
    assert right("kissa") is not None and right("kissa")[0].lemma == "koira"
    assert other("kissa") is None and SeenForms("", table)("kissa") is None


def test_compounds_and_names_survive_the_file(tmp_path: Path) -> None:
    try:
        dictionaries = [open_dictionary(reader) for reader in ("native", "pyvoikko")]
    except MissingDependency:
        missing("Voikko (both readers)")
        raise
    forms = ["Työnantajien", "helsingissä", "YouTubesta", "päätetty", "xqzw", "TE-palvelun"]
    assert build(forms, tmp_path / "forms.tsv") >= 3
    known = Analyser(dictionaries[0].lookup, Tables()).known
    seen = SeenForms(dictionaries[0].edition, tmp_path / "forms.tsv")
    assert seen("työnantajien") == known("työnantajien") and seen("päätetty") == known("päätetty")
    assert seen("xqzw") is None and seen("te-palvelun") is None


def test_no_table_is_no_error(tmp_path: Path) -> None:
    assert SeenForms("e88fe42b", tmp_path / "none.tsv")("kissa") is None

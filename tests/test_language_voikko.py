"""Readings of Finnish words: lemmas, features, compound parts, and their order."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import MissingDependency, UsageError
from pipeline.language import Lemmatiser, load_lemmatiser
from pipeline.language.conllu import read_file
from pipeline.language.evaluate import same_lemma, score
from pipeline.language.model import Model
from pipeline.language.voikko import VoikkoLemmatiser
from pipeline.records import Candidate, Token
from tests.conftest import missing


@pytest.fixture(scope="module", params=["native", "pyvoikko"])
def voikko(request: pytest.FixtureRequest) -> VoikkoLemmatiser:
    try:
        return VoikkoLemmatiser(request.param)
    except MissingDependency:
        missing(f"Voikko ({request.param})")
        raise


Word = Callable[[str], Token]


@pytest.fixture
def word(voikko: VoikkoLemmatiser) -> Word:
    def analyse(form: str) -> Token:
        return next(voikko.analyse_tokens([[form]]))[0]

    return analyse


@pytest.mark.parametrize(
    ("form", "lemma", "parts", "bases"),
    [
        ("uudenvuodenyönä", "uudenvuodenyö", ("uuden", "vuoden", "yö"), ("uuden", "vuoden", "yö")),
        ("puolivälierät", "puolivälierä", ("puoli", "väli", "erä"), ("puoli", "väli", "erä")),
        ("työnantajien", "työnantaja", ("työn", "antaja"), ("työ", "antaja")),
        ("paloasemaverkkoon", "paloasemaverkko", ("palo", "asema", "verkko"), ("palo", "asema", "verkko")),
        ("oppilashuoltoryhmä", "oppilashuoltoryhmä", ("oppilas", "huolto", "ryhmä"), ("oppilas", "huolto", "ryhmä")),
        ("työllisyysalueen", "työllisyysalue", ("työllisyys", "alue"), ("työllisyys", "alue")),
        ("hyvinvointialueella", "hyvinvointialue", ("hyvin", "vointi", "alue"), ("hyvin", "vointi", "alue")),
        ("TE-palvelujen", "TE-palvelu", ("TE", "palvelu"), ("TE", "palvelu")),
        ("Koha‑tukea", "Koha-tuki", ("Koha", "tuki"), ("Koha", "tuki")),
        ("EU-rahoituksesta", "EU-rahoitus", ("EU", "rahoitus"), ("EU", "rahoitus")),
        ("isonveljen", "isoveli", ("iso", "veli"), ("iso", "veli")),
        ("18-vuotiaille", "18-vuotias", ("18", "vuotias"), ("18", "vuotias")),
        ("koti-", "koti", ("koti",), ("koti",)),
        ("KVTES:n", "KVTES", ("KVTES",), ("KVTES",)),
        ("koira", "koira", ("koira",), ("koira",)),
        ("kahdessatoista", "kaksitoista", ("kaksi", "toista"), ("kaksi", "toista")),
        ("kahdennentoista", "kahdestoista", ("kahdes", "toista"), ("kahdes", "toista")),
        ("kolmesataa", "kolmesata", ("kolme", "sata"), ("kolme", "sata")),
        ("kahdenkymmenenkolmen", "kaksikymmenenkolme", ("kaksi", "kymmenen", "kolme"), ("kaksi", "kymmenen", "kolme")),
        ("kaksitoistavuotiaat", "kaksitoistavuotias", ("kaksi", "toista", "vuotias"), ("kaksi", "toista", "vuotias")),
        ("hiilidioksidia", "hiilidioksidi", ("hiili", "dioksidi"), ("hiili", "dioksidi")),
        ("keskimäärin", "keskimäärin", ("keski", "määrin"), ("keski", "määrin")),
    ],
)
def test_lemma_and_compound_parts(
    word: Word, form: str, lemma: str, parts: tuple[str, ...], bases: tuple[str, ...]
) -> None:
    assert (lemma, parts, bases) in [(c.lemma, c.parts, c.bases) for c in word(form).candidates]


@pytest.mark.parametrize(
    ("form", "lemma", "pos", "features"),
    [
        ("päätettiin", "päättää", "VERB", {"Mood=Ind", "Tense=Past", "Voice=Pass", "VerbForm=Fin"}),
        ("toteutettaisiin", "toteuttaa", "VERB", {"Mood=Cnd", "Voice=Pass"}),
        ("lisätään", "lisätä", "VERB", {"Mood=Ind", "Tense=Pres", "Voice=Pass"}),
        ("selvitämme", "selvittää", "VERB", {"Tense=Pres", "Voice=Act", "Person=1", "Number=Plur"}),
        ("päätetty", "päättää", "VERB", {"VerbForm=Part", "PartForm=Past", "Voice=Pass"}),
        ("käynnistyneestä", "käynnistyä", "VERB", {"VerbForm=Part", "PartForm=Past", "Voice=Act", "Case=Ela"}),
        ("selvitettävä", "selvittää", "VERB", {"VerbForm=Part", "PartForm=Pres", "Voice=Pass"}),
        ("tehtyään", "tehdä", "VERB", {"VerbForm=Part", "Case=Par", "Person[psor]=3"}),
        ("tekemällä", "tehdä", "VERB", {"VerbForm=Inf", "InfForm=3", "Case=Ade"}),
        ("ei", "ei", "AUX", {"Polarity=Neg", "Person=3"}),
        ("ole", "olla", "AUX", {"Connegative=Yes", "Mood=Ind"}),
        ("olisi", "olla", "AUX", {"Connegative=Yes", "Mood=Cnd"}),
        ("käynnistyminen", "käynnistyminen", "NOUN", {"Case=Nom", "Derivation=Minen"}),
        ("käynnistymisen", "käynnistyä", "VERB", {"Case=Gen"}),
        ("kaupungeille", "kaupunki", "NOUN", {"Case=All", "Number=Plur"}),
        ("laajempi", "laaja", "ADJ", {"Degree=Cmp"}),
        ("parhaat", "hyvä", "ADJ", {"Degree=Sup"}),
        ("nopeasti", "nopeasti", "ADV", set()),
        ("nopeammin", "nopeasti", "ADV", {"Degree=Cmp"}),
        ("heidän", "hän", "PRON", {"Case=Gen", "Number=Plur"}),
        ("mitään", "mikään", "PRON", {"Case=Par"}),
        ("ensimmäisen", "ensimmäinen", "ADJ", {"NumType=Ord"}),
        ("Helsingissä", "Helsinki", "PROPN", {"Case=Ine"}),
        ("jälkeen", "jälkeen", "ADP", set()),
        ("kotonakin", "kotona", "ADV", {"Clitic=Kin"}),
        ("KVTES:n", "KVTES", "PROPN", {"Case=Gen"}),
        ("§:n", "§", "SYM", {"Case=Gen"}),
        ("%", "%", "SYM", set()),
        (",", ",", "PUNCT", set()),
        ("15.1.2025", "15.1.2025", "NUM", set()),
    ],
)
def test_reading_is_among_the_candidates(word: Word, form: str, lemma: str, pos: str, features: set[str]) -> None:
    assert any(
        (reading.lemma, reading.pos) == (lemma, pos) and features <= reading.features
        for reading in word(form).candidates
    ), word(form).candidates


@pytest.mark.parametrize(
    ("text", "form", "lemma", "pos"),
    [
        ("Lautakunta haluaa oppia uutta.", "oppia", "oppia", "VERB"),
        ("Kokouksen jälkeen keskusteltiin.", "jälkeen", "jälkeen", "ADP"),
        ("Esimerkiksi liikuntatilat puuttuvat.", "Esimerkiksi", "esimerkiksi", "ADV"),
        ("Kaupungin uusi koulu valmistuu.", "uusi", "uusi", "ADJ"),
        ("Hankkeesta ei ole päätetty.", "ole", "olla", "AUX"),
        ("Työryhmä on tehnyt esityksen.", "tehnyt", "tehdä", "VERB"),
        ("He kuulivat nuorisovaltuustoa.", "He", "hän", "PRON"),
        ("SOVITUT ASIAT", "ASIAT", "asia", "NOUN"),
    ],
)
def test_context_puts_the_right_reading_first(
    voikko: VoikkoLemmatiser, text: str, form: str, lemma: str, pos: str
) -> None:
    token = next(token for token in voikko.analyse(text) if token.form == form)
    assert (token.lemma, token.pos) == (lemma, pos)


def test_scores_sum_to_one_and_fall(voikko: VoikkoLemmatiser) -> None:
    for token in voikko.analyse("Lautakunta kuuli asukkaita ja päätti tilaa koskevasta asiasta uudelleen."):
        scores = [reading.score for reading in token.candidates]
        assert sum(scores) == pytest.approx(1, abs=0.01)
        assert scores == sorted(scores, reverse=True)


def test_offsets_and_sentences(voikko: VoikkoLemmatiser) -> None:
    text = "Kokous avattiin.  Läsnä oli 3 jäsentä."
    tokens = voikko.analyse(text)
    assert all(text[token.start : token.end] == token.form for token in tokens)
    assert [token.form for token in tokens if token.sentence == 1] == ["Läsnä", "oli", "3", "jäsentä", "."]


def test_unknown_words_keep_their_form_or_lose_an_ending(word: Word) -> None:
    lemmas = {reading.lemma for reading in word("Zqwårblaan").candidates}
    assert "Zqwårblaan" in lemmas
    assert {"blogaus", "blogauksessa"} & {reading.lemma for reading in word("blogauksessa").candidates}


@pytest.mark.parametrize(
    "form", ["a\x00b", "\x00", "a" * 10_000_000, "ä-" * 1_000_000, "-" * 300, "Привет", "漢字", "\ud800"]
)
def test_odd_forms_are_answered_in_little_time(voikko: VoikkoLemmatiser, form: str) -> None:
    started = time.process_time()
    (token,) = next(voikko.analyse_tokens([[form]]))
    assert token.form == form and token.lemma
    assert time.process_time() - started < 5


def test_nothing_in_nothing_out(voikko: VoikkoLemmatiser) -> None:
    assert voikko.analyse("") == voikko.analyse(" \n\n ") == ()
    assert list(voikko.analyse_tokens([])) == []


def _lemmas_in_child(text: str) -> list[str]:
    assert _SHARED is not None
    return [token.lemma for token in _SHARED.analyse(text)]


_SHARED: VoikkoLemmatiser | None = None


def test_a_forked_process_opens_its_own_handle() -> None:
    global _SHARED
    _SHARED = VoikkoLemmatiser()
    expected = [token.lemma for token in _SHARED.analyse("Koulun tilat ovat ahtaat.")]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        texts = ["Koulun tilat ovat ahtaat."] * 4
        assert pool.map(_lemmas_in_child, texts) == [expected] * 4


def test_threads_do_not_share_a_handle(voikko: VoikkoLemmatiser) -> None:
    texts = [f"Lautakunta käsitteli {number} koulun sisäilma-asiat ja {number} päiväkodin." for number in range(60)]
    alone = VoikkoLemmatiser()
    expected = [[token.lemma for token in alone.analyse(text)] for text in texts]
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda text: [token.lemma for token in voikko.analyse(text)], texts)
        assert list(answers) == expected


def test_without_weights_the_dictionary_order_stays() -> None:
    token = next(VoikkoLemmatiser(model=Model()).analyse_tokens([["työnantajan"]]))[0]
    assert token.lemma == "työnantaja"


def test_version_names_system_and_reader(voikko: VoikkoLemmatiser) -> None:
    assert voikko.name == "voikko"
    assert voikko.version.startswith(("libvoikko ", "pyvoikko "))


def test_the_door_in_three_lines() -> None:
    lemmatiser: Lemmatiser = load_lemmatiser()
    assert [token.lemma for token in lemmatiser.analyse("Kokoukset päätettiin.")] == ["kokous", "päättää", "."]


def test_unknown_system_is_named() -> None:
    with pytest.raises(UsageError, match="snowball"):
        load_lemmatiser("snowball")


def test_both_readers_give_the_same_candidates(shared: Path) -> None:
    try:
        native = VoikkoLemmatiser("native")
    except MissingDependency:
        missing("Voikko (native)")
        raise
    pure = VoikkoLemmatiser("pyvoikko")
    sentences = [[row[1] for row in block.words] for block in read_file(shared / "ud" / "fi_tdt-ud-dev.conllu")][::4]
    pairs = [
        (left.candidates, right.candidates)
        for tokens in zip(native.analyse_tokens(sentences), pure.analyse_tokens(sentences), strict=True)
        for left, right in zip(*tokens, strict=True)
    ]
    assert sum(left == right for left, right in pairs) / len(pairs) >= 0.99


def test_lemma_accuracy_on_a_treebank_never_trained_on(shared: Path) -> None:
    result = score(VoikkoLemmatiser(), read_file(shared / "ud" / "fi_pud-ud-test.conllu"))
    assert result.lemmas / result.words > 0.955
    assert result.possible / result.words > 0.98
    assert result.splits / result.compounds > 0.90


def test_treebank_lemmas_are_compared_without_seams() -> None:
    assert same_lemma("Työnantaja", "työn#antaja")
    assert same_lemma("1980-luku", "1980#luku")
    assert not same_lemma("työ", "työn#antaja")
    assert Candidate("työ").score == 1.0


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("kaupungihallitus", "kaupunginhallitus"),
        ("lautakunnnan", "lautakunta"),
        ("pöytäkirajn", "pöytäkirja"),
        ("päätöslauselmasta", "päätöslauselma"),
        ("työryhrnän", "työryhmä"),
        ("päätoksestä", "päätös"),
    ],
)
def test_slips_at_distance_one_are_guessed_and_marked(word: Word, form: str, lemma: str) -> None:
    found = [reading for reading in word(form).candidates if reading.lemma == lemma]
    assert found
    assert all(("Typo=Yes" in reading.features) == (form != "päätöslauselmasta") for reading in found)


@pytest.mark.parametrize("form", ["Virtasensen", "kokous", "klaffituolia"])
def test_known_words_names_and_compounds_are_not_taken_for_slips_alone(word: Word, form: str) -> None:
    assert any("Typo=Yes" not in reading.features for reading in word(form).candidates)


def test_earlier_parts_of_hyphenated_words_are_cut_too(word: Word) -> None:
    readings = word("elinsiirto-osaston").candidates
    assert ("elinsiirto-osasto", ("elin", "siirto", "osasto")) in {
        (reading.lemma, reading.parts) for reading in readings
    }

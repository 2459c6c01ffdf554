"""The pattern language, on the tokens that the lemmatiser gives."""

import pytest

from pipeline.labelling.matching import Index
from pipeline.labelling.patterns import PatternError, parse_pattern, parse_word
from pipeline.labelling.wordforms import word_forms
from pipeline.language import Lemmatiser, load_lemmatiser


@pytest.fixture(scope="module")
def lemmatiser() -> Lemmatiser:
    return load_lemmatiser()


def found(lemmatiser: Lemmatiser, pattern: str, text: str, **classes: list[str]) -> list[str]:
    """The printed words of every place where the pattern stands."""
    index = Index(
        parse_pattern(pattern), {name: [parse_word(word) for word in words] for name, words in classes.items()}
    )
    tokens = lemmatiser.analyse(text)
    places = {place for places in index.find(tokens, word_forms(tokens)).values() for place in places}
    return sorted({text[tokens[first].start : tokens[last].end] for first, last in places})


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ("työtön", "Työttömien määrä kasvoi.", ["Työttömien"]),
        ("=sovittiin", "Sovittiin ja sovitaan.", ["Sovittiin"]),
        ("työllisyys-", "Työllisyysalueen työllisyyttä hoidetaan.", ["Työllisyysalueen", "työllisyyttä"]),
        ("-huolto", "Oppilashuollon ja huollon huoltaja.", ["Oppilashuollon", "huollon"]),
        ("oppilashuolto-", "Oppilashuoltoryhmä kokoontuu.", ["Oppilashuoltoryhmä"]),
        ("-järjestö-", "Eläkeläisjärjestöjen järjestelmä järjestettiin.", ["Eläkeläisjärjestöjen"]),
        ("tila-", "Tilanne tilastossa on tilapäinen.", []),
        ("kolmas sektori", "Kolmannen sektorin kolmas kokous.", ["Kolmannen sektorin"]),
        ("saada ... =kuntoon", "Asia saatiin yhdessä lopulta kuntoon.", ["saatiin yhdessä lopulta kuntoon"]),
        ("saada ... =kuntoon", "Saatiin yksi kaksi kolme neljä viisi kuusi kuntoon.", []),
        ("saada ... =kuntoon", "Rahaa saatiin. Talo kuntoon.", []),
        ("(kunta|kaupunki) päättää", "Kunta päättää, kaupunki päättää.", ["Kunta päättää", "kaupunki päättää"]),
        ("hyvä (uusi|) talo", "Hyvä talo ja hyvä uusi talo.", ["Hyvä talo", "hyvä uusi talo"]),
        ("sopia[pass past]", "Sovittiin, kunta sopi, sovitaan.", ["Sovittiin"]),
        ("(sopia|päättää)[pass past]", "Päätettiin, sovitaan.", ["Päätettiin"]),
        ("[neg] ... toimia[connegative]", "Se ei enää toimi.", ["ei enää toimi"]),
        ("^ kunta", "Kunta maksaa. Kunta päättää, että kunta tulee.", ["Kunta"]),
        ("asia $", "Asia on muu asia.", ["asia"]),
        ("iso * talo", "Iso, vanha talo. Iso vanha talo.", ["Iso vanha talo"]),
        ("TE-palvelu-", "TE-palvelujen siirto.", ["TE-palvelujen"]),
    ],
)
def test_found(lemmatiser: Lemmatiser, pattern: str, text: str, words: list[str]) -> None:
    assert found(lemmatiser, pattern, text) == words


def test_word_class(lemmatiser: Lemmatiser) -> None:
    text = "Henkilöstöpula ja puute jatkuvat."
    assert found(lemmatiser, "@pulma", text, pulma=["-pula", "puute"]) == ["Henkilöstöpula", "puute"]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "asks for no word"),
        ("(a|b", "left open"),
        ("a) b", "outside a group"),
        ("sopia[]", "empty"),
        ("(a b|c)[past]", "single words"),
        (" ".join(["(a b|c d)"] * 9), "readings"),
    ],
)
def test_bad_pattern(pattern: str, reason: str) -> None:
    with pytest.raises(PatternError, match=reason):
        parse_pattern(pattern)


def test_linear_on_a_text_that_matches_everywhere(lemmatiser: Lemmatiser) -> None:
    words = found(lemmatiser, "talo ... talo ... talo ... talo", "talo " * 3000)
    assert words

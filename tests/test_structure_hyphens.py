"""Hyphens at the ends of lines: dropped, kept, or kept with a space."""

import pytest

from pipeline.structure.hyphens import Hyphenation, hyphenation_of, join

AUTOMATIC = Hyphenation(automatic=True)


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("Kirja-", "Suomen verkko", "Kirja-Suomen verkko"),
        ("kaikki TE-", "alueet", "kaikki TE-alueet"),
        ("linja-", "autojen", "linja-autojen"),
        ("kulttuuri-", "ja liikuntatoimi", "kulttuuri- ja liikuntatoimi"),
        ("oppilas-", "sekä opiskeluhuolto", "oppilas- sekä opiskeluhuolto"),
        ("tilin\u00ad", "päätöksen", "tilinpäätöksen"),
        ("tilin-", "päätöksen", "tilinpäätöksen"),
        ("vuosina 2025–", "2027", "vuosina 2025–2027"),
        ("sote-", "keskus", "sote-keskus"),
        ("lainan", "ottaminen", "lainan ottaminen"),
        ("Länsi-", "rannikko", "Länsi-rannikko"),
    ],
)
def test_the_spelling_rules_decide_the_clear_cases(first, second, whole):
    assert join([first, second], AUTOMATIC) == whole


def test_the_rest_of_the_document_decides_the_others():
    seen = hyphenation_of(["Nuoriso-ohjaaja kertoi ala-koulusta.", "Uusi ala-", "koulu avataan."])
    assert not seen.automatic
    assert join(["Uusi ala-", "koulu avataan."], seen) == "Uusi ala-koulu avataan."


def test_a_document_that_cuts_its_words_is_told_from_one_that_does_not():
    cut = hyphenation_of(["hyvinvoin-", "tialueen talous ja henki-", "löstön määrä", "kasvaa"])
    assert cut.automatic
    assert join(["palvelu-", "verkko"], cut) == "palveluverkko"
    assert join(["palvelu-", "verkko"], hyphenation_of(["palvelu", "verkko"])) == "palvelu-verkko"

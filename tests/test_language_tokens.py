"""Finnish tokens and sentences."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.tokens import sentences, spans_of, tokenise


def forms(text: str) -> list[list[str]]:
    return [[span.form for span in sentence] for sentence in sentences(text)]


@pytest.mark.parametrize(
    "token",
    [
        "TE-palvelujen", "15.1.2025", "31.3.", "§:n", "9-10", "9.00–11.45", "esim.", "ym.", "mm.", "KVTES:n", "e-lasku",
        "koti-", "1 840", "3 100", "12,5", "%", "->", "Koha‑Suomi", "18-vuotiaana", "6/2025", "H&M:n", "16:30", "%:iin",
        "etunimi.sukunimi@kunta.example", "https://kunta.example/asiat?id=4", "vaa'an", "vaa’an", "-listalla", "A4",
    ],
)  # fmt: skip
def test_is_one_token_in_running_text(token: str) -> None:
    assert token in [span.form for span in tokenise(f"Asiasta {token} ja muusta puhuttiin.")]


def test_hyphens_of_coordinated_compounds_are_kept() -> None:
    assert forms("koti- ja ulkomaan asiat") == [["koti-", "ja", "ulkomaan", "asiat"]]


@pytest.mark.parametrize(
    "text",
    [
        "Mukana oli mm. Tampereen kaupunki.",
        "Ks. liite 2. osan lopussa.",
        "Kokous pidetään 31.3. mennessä.",
        "K. Virtanen esitteli asian.",
        "Luokka 2. luokalla aloitti 15.1.2025 klo 9.00.",
        "Käsiteltiin 39 §:n mukainen asia n. kello 12.",
        "Hinta on 12,5 % ja 3 100 euroa.",
    ],
)
def test_is_one_sentence(text: str) -> None:
    assert len(forms(text)) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Kokous avattiin. Läsnä oli kuusi jäsentä.", 2),
        ("Onko rahaa? On! Hyvä.", 3),
        ("Puhuttiin tiloista, kuluista ym. Seuraava kokous on keväällä.", 2),
        ("Kokous on 3.4. Paikka ilmoitetaan myöhemmin.", 2),
        ("Hän sanoi: ”Hyvä.” Sitten lähdettiin.", 2),
        ("Tilat ovat ahtaat\n\nUusi asia", 2),
        ("Sovittiin\n- lisätä ohjausta\n- palkata opettaja", 3),
        ("Vuonna 2025. Uusi vuosi.", 2),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, count: int) -> None:
    assert len(forms(text)) == count


def test_full_stop_at_the_end_is_a_token_of_its_own() -> None:
    assert forms("Avustus vuonna 2025.")[0][-2:] == ["2025", "."]


@given(st.text(alphabet=st.sampled_from("aäB1 .,-–:§%/\n@()\u00ad\u200b\u0301'’\x00")))
def test_tokens_are_the_text_in_order_with_nothing_visible_lost(text: str) -> None:
    spans = list(tokenise(text))
    assert all(text[span.start : span.end] == span.form for span in spans)
    assert all(left.end <= right.start for left, right in itertools.pairwise(spans))
    covered = {place for span in spans for place in range(span.start, span.end)}
    lost = {character for place, character in enumerate(text) if place not in covered}
    assert not any(map(str.isalnum, lost))
    assert all(b.sentence - a.sentence in (0, 1) for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "unit", ["a", "a-", "1.", "100 ", "a.", "x@", "http://", "a:b", "a\u0308", "1-", ".", "_", "\n"]
)
def test_time_is_linear_in_ten_megabytes_of_anything(unit: str) -> None:
    text = unit * (2_000_000 // len(unit))
    started = time.process_time()
    for _ in tokenise(text):
        pass
    assert time.process_time() - started < 15


def test_given_tokens_count_as_joined_by_spaces() -> None:
    assert [(span.start, span.end) for span in spans_of(["ei", "ole", "."], 3)] == [(0, 2), (3, 6), (7, 8)]


def test_control_characters_part_words_and_are_no_tokens() -> None:
    assert forms("kokous\x00päätti\x07 \x7fasian\x00\x00") == [["kokous", "päätti", "asian"]]

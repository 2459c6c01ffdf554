"""Figures that a text holds against others."""

import pytest

from pipeline.labelling.figures import with_figures
from pipeline.language import load_lemmatiser

WORDS = load_lemmatiser()


def held(text: str) -> dict[str, str]:
    """The figures of a text that are held against others, with what is said of them."""
    kinds = ("Figure=", "Against=", "Unit=")
    found = {}
    for token in with_figures(WORDS.analyse(text)):
        said = {kind: feature for feature in token.features for kind in kinds if feature.startswith(kind)}
        if said:
            found[token.form] = " ".join(said[kind].removeprefix(kind) for kind in kinds)
    return found


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Vastausaika on 48 sekuntia, sopimuksen raja 90.", {"48": "Under Limit Time"}),
        ("Odotus on 9 viikkoa, luvattiin kolme.", {"9": "Over Goal Time"}),
        ("Katko kesti 40 min, tavoiteaika 4 h.", {"40": "Under Goal Time"}),
        ("Kävijöitä 9 600, tavoite 7 000.", {"9 600": "Over Goal Count"}),
        ("Kosteus 74 %, tavoite alle 55.", {"74": "Over Limit Share"}),
        ("Tulos on −14,2 milj. euroa, talousarviossa −6.", {"14,2": "Under Budget Money"}),
        ("Asukkaita on 5 914, vuotta aiemmin 5 955.", {"5 914": "Under Earlier Count"}),
        ("Asiakkaita on 63. Suositus on 40.", {"63": "Over Limit Count"}),
        ("Vuoden 2024 tavoite on 40 käyntiä.", {}),  # nothing is held against it
        ("Kokous on 12.3. klo 9, tavoite on tunti.", {}),
        ("Käyntejä oli 37, raja 4 tuntia.", {}),  # another unit
        ("Kuluja on talousarvioon verrattuna 3 % enemmän, tuloja 2 %.", {}),  # differences
        ("Asetuksessa vuosia on 3+1, raja 5.", {}),
        ("Tavoite 40, toteuma 40.", {}),
    ],
)
def test_what_figures_are_held_against(text: str, figures: dict[str, str]) -> None:
    assert held(text) == figures


def test_other_tokens_stay_as_they_are() -> None:
    tokens = WORDS.analyse("Kävijöitä 9 600, tavoite 7 000.")
    assert [after for before, after in zip(tokens, with_figures(tokens), strict=True) if before == after] == [
        token for token in tokens if token.form != "9 600"
    ]
    plain = WORDS.analyse("Kävijöitä oli 9 600.")
    assert with_figures(plain) is plain

"""The theme packs that ship beside the rules."""

from pathlib import Path

import pytest

from pipeline.config import models_dir
from pipeline.labelling import label_minutes, load_rules
from pipeline.labelling.checking import check_rules
from pipeline.language import load_lemmatiser
from pipeline.reading import read
from pipeline.structure import parse

PACKS = sorted((models_dir() / "packs").glob("*.yaml"))
MEMO = """Salmelan kunta
Vapaa-aikalautakunta
Muistio 1/2025
Aika: 5.2.2025 klo 17.00
Paikka: kirjasto

1 Ajankohtaista
- Lainausautomaatti on epäkunnossa.
- Pururadan valot sammuvat jo kahdeksalta.
- Kamarikuoro juhlii keväällä.
- Kotiseutumuseon katto vuotaa.
- Nuorisotalon vuokrasopimus päättyy.
- Työväenopiston syyslukukausi alkoi hyvin.
- Kunnan lainakanta on kasvanut.

2 Muuta
- Lautakunta kokoontuu kuukauden kuluttua.
"""
WANTED = [
    {"libraries"}, {"sport"}, {"culture"}, {"heritage"}, {"youth"}, {"adult_education"}, set(), set(),
]  # fmt: skip


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_a_pack_keeps_its_examples_and_names_concepts(path: Path) -> None:
    rules = load_rules(path, model=False)
    assert [str(one) for one in check_rules(rules, load_lemmatiser()) if one.serious and one.rule.file == path] == []
    assert all(theme.uri.startswith("http://www.yso.fi/onto/yso/p") for theme in rules.themes)


def test_a_document_gets_the_themes_of_a_pack_by_rules_alone() -> None:
    (path,) = (one for one in PACKS if one.stem == "culture-and-sport")
    rules, own = load_rules(path), {theme.label for theme in load_rules(path).themes[5:]}
    assert rules.model is not None and own.isdisjoint(rules.model.labels)
    done = label_minutes(
        parse(read(MEMO.encode(), "memo.txt"), document_id="m", path="memo.txt"), rules, load_lemmatiser()
    )
    found = [
        {one.label for one in done.labels if one.item_id == item.item_id and one.label in own} for item in done.items
    ]
    assert found == WANTED
    assert {one.method for one in done.labels if one.label in own} <= {"rule", "heading"}
    assert any(one.label == "premises" for one in done.labels)  # the shipped themes are there as before

"""Participants of the fictional gold documents against a truth that a person read out of them.

`participants.json` holds who was present or absent, in which role and for which side, by reading the documents: the
name in the order it is printed in; the post where the list gives a post and the chair in brackets; a role that only a
speaker line tells counts; where nothing tells a role or a side it is null. In a negotiation of two parties the order of
the list tells the side too. A post that only municipalities have (`sivistysjohtaja`) counts as naming its side.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from pipeline.reading import read
from pipeline.structure import parse
from pipeline.structure.people import people_in

TRUTH = json.loads((Path(__file__).parent / "participants.json").read_text(encoding="utf-8"))
FIELDS = ("name", "role", "side", "presence")


@pytest.mark.parametrize("suffix", [".txt", ".pdf"])
def test_participants_are_those_that_a_reader_finds(suffix, shared):
    right: Counter[str] = Counter()
    compared = 0
    wrong = []
    for name, people in TRUTH.items():
        path = shared / "gold" / "dev" / f"{name}{suffix}"
        minutes = parse(read(path.read_bytes(), path.name), document_id=name, path=path.name)
        found = {p.name: {field: getattr(p, field) for field in FIELDS} for p in minutes.participants}
        assert len(found) == len(minutes.participants), f"{path.name}: a person twice"
        truth = {person["name"]: person for person in people}
        # A missing or an extra person counts as four fields wrong.
        for person in truth.keys() | found.keys():
            compared += len(FIELDS)
            for field in FIELDS:
                expected, got = (side.get(person, {}).get(field, "nobody") for side in (truth, found))
                right[field] += expected == got
                if expected != got:
                    wrong.append(f"{path.name}: {person}: {field} is {got}, not {expected}")
    assert right.total() / compared >= 0.95, "\n".join(sorted(wrong))


def people(lines: str) -> list[tuple[str, str | None, str | None]]:
    text = f"Muistio 1/2025\n\nAika: 3.3.2025 klo 9\n\n{lines}\n\n1. Avaus\n\nAvattiin.\n\n2. Loppu\n\nOhi.\n"
    return [
        (p.name, p.role, p.side)
        for p in parse(read(text.encode(), "m.txt"), document_id="m", path="m.txt").participants
    ]


def test_a_label_for_members_is_their_role():
    assert people("Jäsenet    Anna Virta, puheenjohtaja\n           Kalle Koski\nSIHTEERI   Maija Lahti") == [
        ("Anna Virta", "puheenjohtaja", None),
        ("Kalle Koski", "jäsen", None),
        ("Maija Lahti", "sihteeri", None),
    ]


def test_a_capacity_or_a_post_before_a_name_opens_a_person():
    assert people("Läsnä: puheenjohtaja Anna Virta, sihteeri Maija Lahti, vieraana poliisimestari Olli Mäki") == [
        ("Anna Virta", "puheenjohtaja", None),
        ("Maija Lahti", "sihteeri", None),
        ("Olli Mäki", "poliisimestari", "other"),
    ]
    assert people("Läsnä: Anna Virta, Kalle Koski, sihteerinä Maija Lahti; kutsuttuina Olli Mäki") == [
        ("Anna Virta", None, None),
        ("Kalle Koski", None, None),
        ("Maija Lahti", "sihteeri", None),
        ("Olli Mäki", None, None),
    ]


def test_posts_in_capitals_and_ordinals_are_roles_and_comings_and_goings_are_none():
    lines = "Anna Virta, 1. varapuheenjohtaja|Kalle Koski, poistui 17:42|Olli Mäki, Hallintosihteeri, sihteeri|"
    lines += "Maija Lahti, Sivistys- ja hyvinvointijohtaja § 24, saapui 16:33"
    assert people("Saapuvilla olleet jäsenet\n" + lines.replace("|", "\n")) == [
        ("Anna Virta", "1. varapuheenjohtaja", None),
        ("Kalle Koski", "jäsen", None),
        ("Olli Mäki", "hallintosihteeri, sihteeri", None),
        ("Maija Lahti", "sivistys- ja hyvinvointijohtaja", None),
    ]


def test_a_side_in_brackets_is_for_all_and_a_side_in_a_post_for_one():
    assert people("Läsnä: Anna Virta, Kalle Koski (kaupunki); Maija Lahti, jäsen, Olli Mäki, kunnanjohtaja") == [
        ("Anna Virta", None, "municipality"),
        ("Kalle Koski", None, "municipality"),
        ("Maija Lahti", "jäsen", None),
        ("Olli Mäki", "kunnanjohtaja", "municipality"),
    ]


def test_a_role_is_the_post_without_the_words_of_the_sentence():
    line = "Kunnan puheenvuoron käyttivät kunnanjohtaja Anna Virta ja sivistys- ja hyvinvointijohtaja Olli Mäki."
    assert [p.role for p in people_in(line)] == ["kunnanjohtaja", "sivistys- ja hyvinvointijohtaja"]
    line = "Puheenvuorot käyttivät aluehallituksen II varapuheenjohtaja Anna Virta ja vs. tekninen johtaja Olli Mäki."
    assert [p.role for p in people_in(line)] == ["aluehallituksen II varapuheenjohtaja", "vs. tekninen johtaja"]


def test_where_a_person_comes_from_tells_the_side():
    line = "Päällikkö Anna Virta Ylä-Pohjolan hyvinvointialueelta ja rehtori Olli Mäki Koivulan kunnasta kertoivat."
    assert [p.side for p in people_in(line)] == ["county", "municipality"]

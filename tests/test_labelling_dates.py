"""Deadlines in words, seen from a meeting on Wednesday 22 January 2025."""

from datetime import date

import pytest

from pipeline.labelling import Passage, label_passages, load_rules
from pipeline.labelling.dates import find_deadlines
from pipeline.language import load_lemmatiser
from pipeline.records import Part

MEETING = date(2025, 1, 22)

RESOLVED = {
    "31.3. mennessä": "2025-03-31",
    "31.3.2026 mennessä": "2026-03-31",
    "10.1. mennessä": "2026-01-10",
    "viimeistään 5.2.2025": "2025-02-05",
    "15.2. asti": "2025-02-15",
    "28.4.2025 pidettävään kokoukseen": "2025-04-28",
    "maaliskuun loppuun mennessä": "2025-03-31",
    "helmikuun 2028 loppuun mennessä": "2028-02-29",
    "DL kesäkuun loppu": "2025-06-30",
    "maaliskuun puoliväliin mennessä": "2025-03-15",
    "toukokuun 15. päivään mennessä": "2025-05-15",
    "15. maaliskuuta mennessä": "2025-03-15",
    "tammikuussa": "2025-01-31",
    "maalis-huhtikuussa": "2025-04-30",
    "marraskuun aikana": "2025-11-30",
    "huhtikuun kokoukseen": "2025-04-30",
    "viikolla 7": "2025-02-16",
    "viikolla 2": "2026-01-11",
    "viikon 12 loppuun mennessä": "2025-03-23",
    "vko 15": "2025-04-13",
    "vko 9/2026": "2026-03-01",
    "viikoilla 8-9": "2025-03-02",
    "ensi viikolla": "2025-02-02",
    "tämän viikon aikana": "2025-01-26",
    "viikon loppuun mennessä": "2025-01-26",
    "perjantaihin mennessä": "2025-01-24",
    "ensi kuussa": "2025-02-28",
    "kuun loppuun mennessä": "2025-01-31",
    "kevään aikana": "2025-05-31",
    "keväällä 2026": "2026-05-31",
    "kesällä": "2025-08-31",
    "syksyllä": "2025-11-30",
    "ensi syksyn aikana": "2026-11-30",
    "ennen kesää": "2025-05-31",
    "ennen kesälomia": "2025-05-31",
    "syksyyn mennessä": "2025-08-31",
    "vuoden 2025 aikana": "2025-12-31",
    "vuoden loppuun mennessä": "2025-12-31",
    "ensi vuoden loppuun mennessä": "2026-12-31",
    "vuodenvaihteeseen mennessä": "2025-12-31",
    "ennen joulua": "2025-12-23",
    "Q3": "2025-09-30",
    "Q1/2026": "2026-03-31",
    "toisen neljänneksen aikana": "2025-06-30",
    "ensimmäisen vuosipuoliskon aikana": "2025-06-30",
    "kahden viikon kuluessa": "2025-02-05",
    "10 päivän kuluessa": "2025-02-01",
    "kuukauden kuluessa": "2025-02-22",
    "kahden viikon aikana": "2025-02-05",
    "kahdessa viikossa": "2025-02-05",
    "maaliskuun puoleenväliin mennessä": "2025-03-15",
    "viim. vko 9": "2025-03-02",
    "perjantaina": "2025-01-24",
    "keskiviikkona": "2025-01-29",
    "tänään": "2025-01-22",
    "huomenna": "2025-01-23",
    "huhtikuuksi": "2025-04-30",
    "vappuun mennessä": "2025-05-01",
    "ennen vappua": "2025-04-30",
    "juhannukseen mennessä": "2025-06-21",
    "ennen itsenäisyyspäivää": "2025-12-05",
    "ennen loppiaista": "2026-01-05",
    "ennen pääsiäistä": "2025-04-19",
    "ensi vuonna": "2026-12-31",
    "kevätlukukauden aikana": "2025-05-31",
}


@pytest.mark.parametrize(("words", "day"), RESOLVED.items())
def test_day(words: str, day: str) -> None:
    text = f"Kunta hoitaa asian {words} yhdessä muiden kanssa."
    (deadline,) = find_deadlines(text, MEETING)
    assert (deadline.words, str(deadline.day)) == (words, day)
    assert text[deadline.start : deadline.end] == words


@pytest.mark.parametrize("words", ["heti", "heti kun mahdollista", "viipymättä", "mahdollisimman pian", "asap"])
def test_words_without_a_day(words: str) -> None:
    (deadline,) = find_deadlines(f"Kunta hoitaa asian {words}.", MEETING)
    assert (deadline.words, deadline.day) == (words, None)


@pytest.mark.parametrize(
    "text",
    [
        "Toimeen valittiin Aino Aho 1.8. alkaen.",
        "Virka täytetään 1.8.2025 lukien.",
        "Asia ratkaistiin 3.5.2024.",
        "Dnro 12.3/2025 ja 39 §:n 2 momentti.",
        "Versio 1.2.3 ja 4,5 prosenttia.",
    ],
)
def test_no_deadline(text: str) -> None:
    assert find_deadlines(text, MEETING) == []


def test_next_meeting_resolves_what_is_relative() -> None:
    (deadline,) = find_deadlines("Sihteeri tuo esityksen ensi kokoukseen.", MEETING, next_meeting=date(2025, 3, 4))
    assert (deadline.words, deadline.day) == ("ensi kokoukseen", date(2025, 3, 4))


def test_without_the_meeting_only_whole_dates_are_resolved() -> None:
    first, second = find_deadlines("Luonnos 31.3. mennessä ja lausunto 30.4.2026 mennessä.", None)
    assert (first.day, second.day) == (None, date(2026, 4, 30))


def test_linear_on_long_text() -> None:
    assert len(find_deadlines("viikolla 7 ja 1.2. ja syksyllä " * 2000, MEETING)) == 6000


def test_words_at_the_end_and_the_month_of_the_next_meeting() -> None:
    def days(text: str, after: date | None = None) -> list[str]:
        return [str(deadline.day) for deadline in find_deadlines(text, MEETING, next_meeting=after)]

    assert days("Jere vaihtaa kortin pe") == ["2025-01-24"]
    assert days("Kerho kokoontuu pe 7.2.") == ["2025-02-07"]
    assert days("vastuu: päällikkö, 2 vk") == ["2025-02-05"]
    assert days("päivitys, kaikki, maaliskuu") == ["2025-03-31"]
    assert days("Säädetään ensi viikolla 22 sekuntiin.") == ["2025-02-02"]
    assert days("Hyväksyttiin, voimaan 1.3.2025.") == []
    assert days("Tuodaan maaliskuun kokoukseen.", date(2025, 3, 12)) == ["2025-03-12"]
    assert days("Kysytään ennen seuraavaa kokousta.", date(2025, 3, 12)) == ["2025-03-12"]


def actions(text: str, part: Part | None = "decision") -> list[tuple[str | None, str | None]]:
    """Owner and deadline of each action in a passage."""
    passage = Passage(text=text, tokens=load_lemmatiser().analyse(text), part=part, date="2025-01-22")
    (labelled,) = label_passages([passage], load_rules(model=False))
    return [(action.owner, action.deadline) for action in labelled.actions]


def test_owners_beside_listed_ones() -> None:
    assert actions("Sovittiin, että Pulska ja Kärki tekevät rungon viikolla 9.", None) == [
        ("Pulska ja Kärki", "2025-03-02")
    ]
    assert actions("Päätös: Valtuutti rehtorin allekirjoittamaan sopimuksen 1.3. mennessä.") == [
        ("rehtori", "2025-03-01")
    ]
    assert actions("Käsittelyä lykättiin seuraavaan kokoukseen, jotta lautakunta pääsee maastoon.", None) == [
        (None, None)
    ]


def test_one_proposal_makes_no_memo_formal() -> None:
    words = load_lemmatiser()
    texts = ["Ehdotus: yhteinen työpaja.", "Päivi selvittää hinnan.", *["Keskusteltiin."] * 40]
    passages = [Passage(text=text, tokens=words.analyse(text), date="2025-01-22") for text in texts]
    found = [{label.label for label in one.labels} for one in label_passages(passages, load_rules(model=False))]
    assert found[:3] == [set(), {"agreed_action"}, set()]


def test_decision_after_its_proposal() -> None:
    assert actions("Päätösehdotus: Valitaan Ylämaa Oy. Päätös: Hyväksyttiin.", "proposal")
    assert not actions("Päätösehdotus: Valitaan Ylämaa Oy.", "proposal")

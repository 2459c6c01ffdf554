"""What an item takes from around it, and who does what by when."""

import pytest

from pipeline.labelling import Passage, heading, label_minutes, label_passages, load_rules
from pipeline.language import load_lemmatiser
from pipeline.records import Action, Document, Item, Minutes, Part, Section

RULES = load_rules(model=False)
WORDS = load_lemmatiser()


def passage(text: str, title: str = "", part: Part | None = None, level: int = 1, columns: str = "") -> Passage:
    return Passage(
        text=text,
        tokens=WORDS.analyse(text),
        headings=(heading(title, WORDS),) if title else (),
        part=part,
        level=level,
        date="2025-01-22",
        kind="table_row" if " | " in text else "paragraph",
        columns=tuple(columns.split(" | ")) if columns else (),
    )


def labels(*passages: Passage) -> list[set[str]]:
    return [{label.label for label in labelled.labels} for labelled in label_passages(passages, RULES)]


def actions(*passages: Passage) -> list[tuple[str | None, str | None]]:
    (*_, last) = label_passages(passages, RULES)
    return [(action.owner, action.deadline) for action in last.actions]


def test_bare_outcome_takes_the_heading() -> None:
    title = "Pääkirjaston peruskorjaus"
    found = labels(
        passage("Hyväksyttiin.", title, "decision"),
        passage("Asia jätettiin pöydälle.", title, "decision"),
        passage("Merkittiin tiedoksi.", title, "decision"),
    )
    assert found == [{"premises", "agreed_action"}, {"premises"}, {"premises"}]


def test_heading_evidence_has_no_offsets() -> None:
    (labelled,) = label_passages([passage("Hyväksyttiin.", "Kuraattorin virka")], RULES)
    label = next(label for label in labelled.labels if label.axis == "theme")
    assert (label.method, label.evidence, label.evidence_start) == ("heading", "Kuraattorin virka", None)


def test_proposal_has_no_type_and_decision_has() -> None:
    proposal, decision = labels(
        passage("Lautakunta päättää vuokrata tilat.", "Tilojen vuokraus", "proposal"),
        passage("Ehdotuksen mukaan.", "Tilojen vuokraus", "decision"),
    )
    assert proposal == {"premises"}
    assert decision == {"premises", "agreed_action"}


def test_run_in_part() -> None:
    proposal, decision = labels(
        passage("Päätösehdotus: Lautakunta hyväksyy avustukset yhdistyksille."),
        passage("Päätös: Hyväksyttiin.", "Avustukset yhdistyksille"),
    )
    assert proposal == {"ngos"}
    assert decision == {"ngos", "agreed_action"}


@pytest.mark.parametrize("title", ["Sovitut asiat", "SOVITUT ASIAT JA JATKOTOIMET", "Toimenpiteet", "5. Jatkotoimet"])
def test_everything_under_agreed_matters(title: str) -> None:
    action, denial, meeting = labels(
        passage("Opaskyltit uusitaan.", title),
        passage("Muista asioista ei sovittu.", title),
        passage("Seuraava kokous on 3.4.2025.", title),
    )
    assert "agreed_action" in action
    assert "agreed_action" not in denial | meeting


def test_decision_part_holds_procedure_too() -> None:
    found = labels(
        passage("Pöytäkirjanmerkintä: rehtori oli paikalla asian esittelyn ajan.", part="decision"),
        passage("Rehtori esitteli asiaa.", part="decision"),
        passage("Lautakunta kuuli rehtoria ja hyväksyi ehdotuksen.", part="decision"),
    )
    assert ["agreed_action" in one for one in found] == [False, False, True]


def test_titles_and_names_are_masked() -> None:
    found = labels(
        passage("Työllisyysjohtaja Antti Aalto kertoi kuulumiset."),
        passage("Kiinteistöpäällikkö jää eläkkeelle."),
        passage("Pihlajan Kyläyhdistys ry:n edustaja kertoi bussivuoroista."),
    )
    assert found == [set(), set(), set()]


def test_nested_bullet_takes_its_parents_theme() -> None:
    parent, child, sibling = labels(
        passage("Pelastuslaitos esittäytyi."),
        passage("Kalusto on vuodelta 2009.", level=2),
        passage("Kahvit nautittiin."),
    )
    assert (parent, child, sibling) == ({"security"}, {"security"}, set())


def test_action_list_takes_the_theme_of_the_thing_named_before() -> None:
    _, entry = labels(
        passage("Tulosteiden Kotilampi-kohde on vartioitu.", "Tilanne"),
        passage("Kotilampi-kohde kuvataan.", "Toimenpiteet"),
    )
    assert entry == {"security", "agreed_action"}


def test_a_month_is_no_thing_named_before() -> None:
    _, entry = labels(
        passage("Järjestöjen haku alkaa toukokuussa.", "Tilanne"),
        passage("Muistio viedään tiedoksi toukokuussa.", "Toimenpiteet"),
    )
    assert "ngos" not in entry


def test_legal_prose_has_no_type() -> None:
    (found,) = labels(passage("Jätelain 129 §:n mukaan uhkasakon uhalla voidaan torjua haittaa ja vaaraa."))
    assert not found & {"challenge", "success"}


OWNERS = {
    "Hyvinvointialue nimeää edustajan 15.5.2025 mennessä.": [("hyvinvointialue", "2025-05-15")],
    "Palvelupäällikkö Satu Lehto selvittää asian viikolla 7.": [("palvelupäällikkö Satu Lehto", "2025-02-16")],
    "Kunta tekee luonnoksen 31.3. mennessä ja hyvinvointialue kommentoi sitä huhtikuun loppuun mennessä.": [
        ("kunta", "2025-03-31"),
        ("hyvinvointialue", "2025-04-30"),
    ],
    "Ohje päivitetään kevään aikana. Vastuu: Pia Nygren.": [("Pia Nygren", "2025-05-31")],
    "Vastuut kirjataan. Vastuu: työllisyysalue ja hva yhdessä.": [("työllisyysalue ja hva", None)],
    "Tilaselvitys, kaupungin tilapalvelut, Q3.": [("kaupungin tilapalvelut", "2025-09-30")],
    "Raportin runko: sihteeri, 28.2. mennessä.": [("sihteeri", "2025-02-28")],
    "Kyltit uusitaan heti.": [(None, None)],
    "Luonnoksen laatii Maija Virtanen ensi viikolla.": [("Maija Virtanen", "2025-02-02")],
    "Asia jää sihteerin selvitettäväksi.": [(None, None)],
}


@pytest.mark.parametrize(("text", "wanted"), OWNERS.items())
def test_owner_and_deadline(text: str, wanted: list[tuple[str | None, str | None]]) -> None:
    assert actions(passage(text, "Sovitut asiat")) == wanted


def test_table_row_by_its_header() -> None:
    row = passage("kevät 2025 | Opas verkkoon | viestintä", "Toimenpiteet", columns="Aikataulu | Tehtävä | Vastuu")
    assert actions(row) == [("viestintä", "2025-05-31")]
    bare = passage("Opas verkkoon | – | joulukuu", "Toimenpiteet")
    assert actions(bare) == [(None, "2025-12-31")]


def test_approval_before_a_task_is_an_action_of_its_own() -> None:
    text = "Hyväksyttiin. Sihteeri ilmoittaa päätöksestä hakijoille 11.4. mennessä."
    assert actions(passage(text, part="decision")) == [(None, None), ("sihteeri", "2025-04-11")]


def test_next_meeting_is_a_deadline() -> None:
    task = passage("Runko: sihteeri, ensi kokoukseen.", "Toimenpiteet")
    meeting = passage("Seuraava kokous on 12.3.2025 klo 9.", "Seuraava kokous")
    first, _ = label_passages([task, meeting], RULES)
    assert [action.deadline for action in first.actions] == ["2025-03-12"]


def test_evidence_stands_in_the_text() -> None:
    texts = ["Kuraattoria ei ole saatu, mutta väistötilat löytyivät.", "Sovittiin, että VPK hoitaa harjoituksen."]
    for text, labelled in zip(texts, label_passages([passage(text) for text in texts], RULES), strict=True):
        assert labelled.labels
        for label in labelled.labels:
            assert text[label.evidence_start : label.evidence_end] == label.evidence


def test_blocked_rules_say_why() -> None:
    (labelled,) = label_passages([passage("Haasteita ei ole ollut.")], RULES)
    assert any(one.label == "challenge" and "denied by 'ei'" in one.reason for one in labelled.blocked)


def test_minutes_are_filled_in() -> None:
    text = "Sovitut asiat\nKunta korjaa koulun ilmanvaihdon 31.3. mennessä.\n"
    section = Section("s", "d", 1, None, "Sovitut asiat", start=0, end=13)
    item = Item("i", "d", "s", 1, "bullet", text[14:-1], start=14, end=len(text) - 1)
    minutes = Minutes(Document("d", "a.txt", date="2025-01-22"), text, sections=(section,), items=(item,))
    done = label_minutes(minutes, RULES, WORDS)
    assert done.items[0].lemmas[:4] == ("kunta", "korjata", "koulu", "ilmanvaihto")
    assert {label.label for label in done.labels} == {"premises", "agreed_action"}
    (action,) = done.actions
    assert isinstance(action, Action)
    assert (action.owner, action.deadline, action.deadline_text) == ("kunta", "2025-03-31", "31.3. mennessä")
    assert done.actions == label_minutes(minutes, RULES, WORDS).actions


def test_an_item_of_a_megabyte_is_labelled() -> None:
    (found,) = labels(passage("Kuraattorista on pulaa ja jonot kasvavat. " * 2_000))
    assert found == {"pupil_welfare", "challenge"}


def test_a_heading_of_procedure_ends_with_its_decision() -> None:
    title = "Pöytäkirjan tarkastus"
    found = labels(
        passage("Pöytäkirjan tarkastaa hallintojohtaja.", title, "proposal"),
        passage("Lautakunta valitsi tarkastajiksi Maija Mäen ja Ville Laineen.", title, "decision"),
        passage("Kunnanhallitus on 3.2.2025 pyytänyt lausuntoa jätehuollon maksuista.", title, "background"),
        passage("Lautakunta antoi ehdotuksen mukaisen lausunnon kunnanhallitukselle.", title, "decision"),
    )
    assert found == [set(), set(), set(), {"agreed_action"}]

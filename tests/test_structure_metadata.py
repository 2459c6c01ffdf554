"""Metadata and people: what the head of the minutes says, who spoke and for which side."""

from pipeline.structure.people import is_speaker_line, people_in
from tests.documents import minutes

NEGOTIATION = """\
Pohjolan hyvinvointialueen ja Koivulan kunnan neuvottelu
MUISTIO

Aika: tiistai 4.3.2025 klo 9.00–10.30
Paikka: Koivulan kunnantalo

Läsnä:
Anna Virta, aluehallituksen puheenjohtaja (pj)
Kalle Koski, kunnanjohtaja
Maija Lahti, sihteeri

1. Avaus

Puheenjohtaja Anna Virta avasi neuvottelun.

2. Kunnan puheenvuorot

Kunnanjohtaja Kalle Koski käytti puheenvuoron kunnan puolesta.

• Tiet ovat huonossa kunnossa.
• Väki vanhenee.

3. Hyvinvointialueen puheenvuorot

(Aluehallituksen puheenjohtaja Anna Virta)

• Jonot lyhenevät.

4. Päätös

Neuvottelu päättyi klo 10.35.
"""


def test_the_head_of_a_negotiation():
    document = minutes(NEGOTIATION).document
    assert document.kind == "memo"
    assert document.title == "Pohjolan hyvinvointialueen ja Koivulan kunnan neuvottelu"
    assert (document.body, document.counterpart) == ("Pohjolan hyvinvointialue", "Koivulan kunta")
    assert (document.date, document.start_time, document.end_time) == ("2025-03-04", "09:00", "10:30")
    assert document.place == "Koivulan kunnantalo"
    assert document.language == "fi"


def test_the_head_of_board_minutes_with_its_running_header():
    page = "Koivulan kunta            PÖYTÄKIRJA      4/2025       {}\n\nKunnanhallitus            24.3.2025\n\n{}\n"
    first = (
        "Aika                 maanantai 24.3.2025 klo 16.00\nPaikka               Koivulan kunnantalo\n\n"
        "Läsnä                Virta Anna, puheenjohtaja\n                     Koski Kalle, Lahti Maija, jäseniä\n"
        "Poissa               Mäki Olli, jäsen\n\n§ 45 Avaus\n\nPäätös\n\n        Avattiin.\n"
    )
    result = minutes(page.format(1, first) + "\f" + page.format(2, "§ 46 Loppu\n\n        Kokous päättyi klo 18.42.\n"))
    document = result.document
    assert document.kind == "minutes"
    assert document.body == "Koivulan kunta, kunnanhallitus"
    assert document.title == "Koivulan kunta, kunnanhallitus, pöytäkirja 4/2025"
    assert (document.start_time, document.end_time) == ("16:00", "18:42")
    assert {(p.name, p.presence) for p in result.participants} >= {("Virta Anna", "present"), ("Mäki Olli", "absent")}


def test_items_know_who_spoke_and_for_which_side():
    items = {item.text: item for item in minutes(NEGOTIATION).items}
    roads, queues = items["Tiet ovat huonossa kunnossa."], items["Jonot lyhenevät."]
    assert (roads.speaker, roads.speaker_role, roads.speaker_side) == ("Kalle Koski", "kunnanjohtaja", "municipality")
    assert (queues.speaker, queues.speaker_side) == ("Anna Virta", "county")
    assert items["Neuvottelu päättyi klo 10.35."].speaker is None


def test_participants_have_roles_and_sides():
    people = {p.name: p for p in minutes(NEGOTIATION).participants}
    assert people["Anna Virta"].role == "aluehallituksen puheenjohtaja"
    assert (people["Anna Virta"].side, people["Kalle Koski"].side) == ("county", "municipality")
    assert people["Maija Lahti"].role == "sihteeri"


def test_speaker_lines_and_sentences_that_are_none():
    assert is_speaker_line("Kunnanjohtaja Kalle Koski:")
    assert is_speaker_line("(Vs. kunnanjohtaja Kalle Koski)")
    assert is_speaker_line("Puheenvuorot käyttivät valtuuston puheenjohtaja Anna Virta ja kunnanjohtaja Kalle Koski.")
    assert not is_speaker_line("Kunnanjohtaja Kalle Koski selvittää asiaa.")
    assert not is_speaker_line("Keskustelussa todettiin:")
    assert not is_speaker_line(
        "Kunnanjohtaja Kalle Koski totesi, että puheenvuoroja on pyydetty paljon. Lisäaikaa annettiin."
    )


def test_names_end_before_the_organisation_that_follows():
    people = people_in("Palvelupäällikkö Anna Virta Ylä-Pohjolan hyvinvointialueelta kertoi asiasta.")
    assert [(p.name, p.role) for p in people] == [("Anna Virta", "palvelupäällikkö")]


def test_a_document_without_a_date_says_so():
    result = minutes("1. Alku\n\n• Asia.\n\n2. Loppu\n\nOhi.\n")
    assert result.document.date is None
    assert any("date" in p.message for p in result.problems)


def attendance(lines: str) -> dict[str, tuple[str | None, str | None, str]]:
    result = minutes(
        f"Muistio 1/2025\n\nAika: 3.3.2025 klo 9\n\n{lines}\n\n1. Avaus\n\nAvattiin.\n\n2. Loppu\n\nOhi.\n"
    )
    return {p.name: (p.role, p.side, p.presence) for p in result.participants}


def test_attendance_in_the_forms_that_secretaries_use():
    assert attendance("Läsnä: Anna Virta (pj), Kalle Koski, Maija El-\nHariri (siht.)\nPoissa: Olli Lahti") == {
        "Anna Virta": ("puheenjohtaja", None, "present"),
        "Kalle Koski": (None, None, "present"),
        "Maija El-Hariri": ("sihteeri", None, "present"),
        "Olli Lahti": (None, None, "absent"),
    }
    assert attendance("Paikalla: Anna Virta, Kalle Koski (kaupunki); Maija Lahti (hva); muistio: Kalle Koski") == {
        "Anna Virta": (None, "municipality", "present"),
        "Kalle Koski": (None, "municipality", "present"),
        "Maija Lahti": (None, "county", "present"),
    }
    assert attendance(
        "Läsnä     Virta Anna, puheenjohtaja\n          Koski Kalle, Lahti Maija,\n          Mäki Olli, jäseniä"
    ) == {
        "Virta Anna": ("puheenjohtaja", None, "present"),
        "Koski Kalle": ("jäsen", None, "present"),
        "Lahti Maija": ("jäsen", None, "present"),
        "Mäki Olli": ("jäsen", None, "present"),
    }
    assert attendance("JÄSENET Anna Virta (pj), Kalle Koski\nSIHTEERI toimistosihteeri Maija Lahti")["Maija Lahti"] == (
        "toimistosihteeri",
        None,
        "present",
    )

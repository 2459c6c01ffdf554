"""Sections: the Finnish forms of numbers, what only looks like one, levels, the contents table as a ledger."""

import pytest

from pipeline.structure.numbering import parse_number
from tests.documents import minutes, texts


@pytest.mark.parametrize(
    ("line", "printed", "path", "title"),
    [
        ("1. Kokouksen avaus", "1.", (1,), "Kokouksen avaus"),
        ("2.1 Nuorisotyö", "2.1", (2, 1), "Nuorisotyö"),
        ("3) Muut asiat", "3)", (3,), "Muut asiat"),
        ("4 TALOUS", "4", (4,), "TALOUS"),
        ("§ 138 Lainan ottaminen", "§ 138", (138,), "Lainan ottaminen"),
        ("138 § Lainan ottaminen", "138 §", (138,), "Lainan ottaminen"),
        ("§ 138", "§ 138", (138,), ""),
        ("§12. Lainat", "§12", (12,), "Lainat"),
    ],
)
def test_a_section_number_is_read_in_every_finnish_form(line, printed, path, title):
    number = parse_number(line)
    assert number is not None
    assert (number.printed, number.path, number.title) == (printed, path, title)


@pytest.mark.parametrize(
    "line",
    [
        "4.6.2019 klo 16.00 mennessä",
        "11.00 alkaen",
        "39 §:n mukaan",
        "Kaupunginhallitus 20.3.2017 § 10",
        "12 prosenttia asukkaista",
        "3 100 asukasta",
        "7. luokan oppilaat",
        "2024 Tilinpäätös",
        "1.8. alkaen",
        "15.10.–20.10. Syysloma",
    ],
)
def test_what_only_looks_like_a_section_number_is_none(line):
    assert parse_number(line) is None


MEMO = """\
Kylätoimikunnan muistio

Aika: 3.2.2025 klo 18
Paikka: kylätalo

1. Avaus

Puheenjohtaja avasi kokouksen.

2. Kesän työt

• Laiturin korjaus on kesken.
• Kaksi talkoopäivää:
1. Maalaus toukokuussa
2. Siivous kesäkuussa
3. Niitto heinäkuussa

3. Loppu

Kokous päättyi klo 19.
"""


def test_an_ordered_list_inside_a_section_is_no_section():
    result = minutes(MEMO)
    assert [(s.number, s.title) for s in result.sections] == [("1.", "Avaus"), ("2.", "Kesän työt"), ("3.", "Loppu")]
    assert "Niitto heinäkuussa" in texts(result)


def test_subsections_know_their_parent():
    result = minutes(
        "1 Alku\n\nSanoja.\n\n2 Työt\n\n2.1 Sisällä\n\n• Maalattu.\n\n2.2 Ulkona\n\n• Niitetty.\n\n3 Loppu\n\nOhi.\n"
    )
    by_number = {s.number: s for s in result.sections}
    assert [s.level for s in result.sections] == [1, 1, 2, 2, 1]
    assert by_number["2.1"].parent_id == by_number["2.2"].parent_id == by_number["2"].section_id
    assert by_number["3"].parent_id is None


LEDGER = """\
Kunnanhallitus                     Pöytäkirja 1/2025

Aika     13.1.2025 klo 17.00–18.00
Paikka   kunnantalo

Käsitellyt asiat

§ 1      Kokouksen avaus
§ 2      Lainan ottaminen ja siihen liittyvien vakuuksien
         järjestäminen
§ 3      Kokouksen päättäminen
\f
§ 1
Kokouksen avaus

Päätös
Kokous avattiin.
\f
§ 2
Lainan ottaminen ja siihen liittyvien vakuuksien
järjestäminen

KUNTA/12/2025

Selostus
Kunta tarvitsee lainaa koulun korjaamiseen.

Ehdotus
Kunnanhallitus ottaa lainan.

Päätös
Hyväksyttiin.
{third}"""
THIRD = "\f\n§ 3\nKokouksen päättäminen\n\nPuheenjohtaja päätti kokouksen klo 18.00.\n"


def test_the_contents_table_is_a_ledger():
    result = minutes(LEDGER.format(third=THIRD))
    assert [s.number for s in result.sections] == ["§ 1", "§ 2", "§ 3"]
    assert result.sections[1].title == "Lainan ottaminen ja siihen liittyvien vakuuksien järjestäminen"
    assert result.sections[1].case_number == "KUNTA/12/2025"
    assert all(s.listed for s in result.sections)
    assert (result.document.sections_listed, result.document.sections_found) == (3, 3)
    assert not [p for p in result.problems if p.severity == "error"]


def test_a_listed_section_that_is_missing_is_a_problem():
    result = minutes(LEDGER.format(third=""))
    assert (result.document.sections_listed, result.document.sections_found) == (3, 2)
    assert any("§ 3" in p.message and p.severity == "error" for p in result.problems)


def test_a_gap_in_the_numbering_is_a_warning():
    result = minutes("1. Alku\n\nSanoja.\n\n2. Työt\n\nSanoja.\n\n4. Loppu\n\nOhi.\n")
    assert any("from 2. to 4." in p.message for p in result.problems)


def test_headings_without_numbers_are_found_by_the_space_around_them():
    result = minutes(
        "Neuvottelu\n\nAika: 3.3.2025 klo 9\n\nPaikka: kirjasto\n\n\n"
        "Kunnan terveiset\n\nTalous on kunnossa, ja väki on tyytyväistä.\n\n"
        "\nYhteinen keskustelu\n\nKirjaston tilat ovat ahtaat.\n"
    )
    assert [(s.number, s.title) for s in result.sections] == [(None, "Kunnan terveiset"), (None, "Yhteinen keskustelu")]


def test_parts_of_a_matter_follow_their_labels():
    result = minutes(LEDGER.format(third=THIRD))
    assert [(i.text, i.part) for i in result.items if i.part] == [
        ("Kokous avattiin.", "decision"),
        ("Kunta tarvitsee lainaa koulun korjaamiseen.", "background"),
        ("Kunnanhallitus ottaa lainan.", "proposal"),
        ("Hyväksyttiin.", "decision"),
    ]


def test_a_label_at_the_start_of_its_paragraph_tells_the_part_and_stays_in_the_text():
    result = minutes(
        "4 § Avustus\n\nSeura on hakenut avustusta.\n\nPäätösehdotus: Lautakunta myöntää avustuksen.\n\n"
        "Päätös: Hyväksyttiin.\n\n5 § Loppu\n\nKokous päättyi.\n"
    )
    assert [(i.part, i.text.split()[0]) for i in result.items] == [
        ("background", "Seura"),
        ("proposal", "Päätösehdotus:"),
        ("decision", "Päätös:"),
        (None, "Kokous"),
    ]


HANDLED_TWICE = """\
§ 7
Kirjaston aukioloajat

Valmistelija: Kalle Koski, rehtori, kalle.koski@esimerkki.example

Sivistyslautakunta, 3.2.2025, § 4

Aino Lahti, kirjastonjohtaja, aino.lahti@esimerkki.example

Liitteet
1 Aukioloajat.pdf
2 Laskelma.xlsx

Kirjasto on auki iltaisin.

Kirjastonjohtajan ehdotus:
Aukioloa jatketaan.

Päätös
Hyväksyttiin.

Esteellisyys
Jäsen Mäki poistui.

Kunnanhallitus, 10.3.2025, § 7

Lautakunnan esitys on saapunut.

Päätös
Hyväksyttiin esitys.

§ 8
Loppu

Kokous päättyi klo 18.
\f
Muutoksenhakuohje

Päätökseen saa hakea muutosta valittamalla.
"""


def test_each_handling_of_a_matter_starts_its_parts_anew():
    result = minutes(HANDLED_TWICE)
    assert [(i.text, i.part) for i in result.items] == [
        ("Kirjasto on auki iltaisin.", "background"),
        ("Aukioloa jatketaan.", "proposal"),
        ("Hyväksyttiin.", "decision"),
        ("Jäsen Mäki poistui.", None),
        ("Lautakunnan esitys on saapunut.", "background"),
        ("Hyväksyttiin esitys.", "decision"),
        ("Kokous päättyi klo 18.", None),
        ("Päätökseen saa hakea muutosta valittamalla.", None),
    ]


def test_contacts_and_attachments_are_no_items_but_stay_in_the_text():
    result = minutes(HANDLED_TWICE)
    assert "Aukioloajat.pdf" in result.text
    assert "aino.lahti@esimerkki.example" in result.text
    assert not [t for t in texts(result) if "@" in t or t.endswith((".pdf", ".xlsx"))]


def test_instructions_for_appeal_are_a_section_of_their_own():
    result = minutes(HANDLED_TWICE)
    assert [(s.number, s.title) for s in result.sections][2:] == [(None, "Muutoksenhakuohje")]
    assert result.document.sections_found == 2


def test_a_law_quoted_at_the_start_of_a_line_is_no_section():
    result = minutes(
        "§ 118\nAvaus\n\nKokous avattiin.\n\n119 §\nKokouskutsu\n\nNäin sanoo hallintosääntö.\n\n"
        "§ 119\nTalous\n\nRahaa on.\n\n§ 120\nLoppu\n\nOhi.\n"
    )
    titles = {s.number: s.title for s in result.sections}
    assert titles == {"§ 118": "Avaus", "§ 119": "Talous", "§ 120": "Loppu"}

"""What the face and the place of lines tell on a printed page: sub-headings, lists, contacts, tables."""

import pytest

from pipeline.records import Line, Minutes, Reading
from pipeline.structure import parse
from pipeline.structure.blocks import Block
from pipeline.structure.table_headers import is_header_row
from tests.documents import minutes, texts

LEADING = 14.0


class Page:
    """Sets lines one below the other, 11 points high, and makes minutes of them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.top = 100.0
        self.page = 1
        self.tables = 0

    def line(self, text: str, *, x0: float = 120, bold: bool = False, gap: float = 0.0) -> "Page":
        self.top += LEADING * (1 + gap)
        box = (x0, self.top, x0 + 5.5 * len(text), self.top + 11)
        self.lines.append(Line(text, self.page, *box, size=11.0, bold=bold))
        return self

    def text(self, *lines: str, x0: float = 120) -> "Page":
        """A paragraph: its first line stands apart."""
        for place, text in enumerate(lines):
            self.line(text, x0=x0, gap=0.0 if place else 0.6)
        return self

    def bold(self, text: str) -> "Page":
        return self.line(text, bold=True, gap=0.6)

    def table(self, *rows: tuple[str, ...], first_bold: bool = False) -> "Page":
        self.tables += 1
        for place, cells in enumerate(rows):
            self.top += LEADING
            box = (120.0, self.top, 500.0, self.top + 11)
            bold = first_bold and place == 0
            self.lines.append(
                Line(" | ".join(cells), self.page, *box, size=11.0, bold=bold, cells=cells, table=self.tables)
            )
        return self

    def turn(self) -> "Page":
        self.page, self.top, self.tables = self.page + 1, 100.0, 0
        return self

    def minutes(self) -> Minutes:
        result = parse(
            Reading("application/pdf", "test", self.page, tuple(self.lines)), document_id="0" * 16, path="t.pdf"
        )
        assert all(result.text[item.start : item.end] == item.text for item in result.items)
        assert all(result.text[s.start : s.end].endswith(s.title) for s in result.sections)
        return result


def matter() -> Page:
    """A page with two numbered headings; what is added stands under the second."""
    full = "Kokous avattiin ja todettiin lailliseksi ja päätösvaltaiseksi, minkä jälkeen väki sai kahvia"
    return Page().bold("§ 7 Avaus").text(full, full, full, "ja pullaa.").bold("§ 8 Talousarvio")


def titles(result: Minutes) -> list[tuple[str, str]]:
    """(title of its section, text) of each item under the second heading."""
    names = {section.section_id: section.title for section in result.sections}
    return [(names[item.section_id or ""], item.text) for item in result.items[1:]]


def test_a_bold_line_above_plain_text_is_a_heading_below_its_section() -> None:
    page = matter().text("Menot kasvavat ensi vuonna.").bold("Investoinnit").text("Koulu saa uuden katon.")
    result = page.bold("Päätös").text("Hyväksyttiin.").minutes()
    assert titles(result) == [
        ("Talousarvio", "Menot kasvavat ensi vuonna."),
        ("Investoinnit", "Koulu saa uuden katon."),
        ("Talousarvio", "Hyväksyttiin."),
    ]
    assert [item.part for item in result.items[1:]] == ["background", "background", "decision"]
    section = result.sections[-1]
    assert (section.number, section.level, section.parent_id) == (None, 2, result.sections[-2].section_id)
    assert result.document.sections_found == 2


def test_a_bold_line_is_no_heading_when_it_is_a_sentence_a_label_or_half_a_paragraph() -> None:
    page = matter().bold("Päätös: Hyväksyttiin").bold("Lautakunta hyväksyttiin")
    page.text("Sitten keskusteltiin koulun katosta ja sen alla olevasta väestä pitkään, ja todettiin, että")
    page.line("uusi katto kannattaa", bold=True).line("tehdä heti keväällä.").bold("Osoite: Kirkkotie 1").text("Ohi.")
    result = page.minutes()
    assert [section.title for section in result.sections] == ["Avaus", "Talousarvio"]
    assert "Päätös: Hyväksyttiin" in texts(result)
    assert any("uusi katto kannattaa tehdä heti keväällä." in text for text in texts(result))


def test_a_caption_is_the_heading_of_its_table() -> None:
    page = matter().bold("kirjastotoimi:").table(("", "2024", "2025"), ("Tulot", "5", "6"))
    assert titles(page.minutes()) == [("kirjastotoimi:", "Tulot | 5 | 6")]


def test_each_list_tells_where_its_items_end() -> None:
    page = matter().text("Kohteet:", x0=120)
    page.line("• Koulun katto uusitaan ja sen väriksi tulee", x0=140, gap=0.6).line("musta pelti", x0=150)
    page.line("• Uimahalli", x0=140).line("Lisäksi varaudutaan korjauksiin.")
    page.line("1) tiedot kohteesta ja sen aikataulusta sekä", gap=0.6).line("niiden perustelut;").line("2) kartta")
    assert texts(page.minutes())[1:] == [
        "Koulun katto uusitaan ja sen väriksi tulee musta pelti",
        "Uimahalli",
        "Lisäksi varaudutaan korjauksiin.",
        "tiedot kohteesta ja sen aikataulusta sekä niiden perustelut;",
        "kartta",
    ]


def test_a_paragraph_below_the_last_bullet_is_its_own() -> None:
    page = matter().line("• Kauhalan kunta: 2000 €", gap=0.6).line("• Kurkelan kunta: 1000 €")
    page.text("Vastuutahot:").line("Kaupunki toimii hankkeen omistajana.")
    assert texts(page.minutes())[1:3] == ["Kauhalan kunta: 2000 €", "Kurkelan kunta: 1000 €"]


def test_a_raised_figure_does_not_cut_a_paragraph() -> None:
    page = matter().text("Alueesta vuokrataan 6500 m2").line("suuruinen osa koirille.", gap=0.2)
    assert texts(page.minutes())[1:] == ["Alueesta vuokrataan 6500 m2 suuruinen osa koirille."]


def test_persons_to_ask_are_no_items() -> None:
    page = matter().text("Valmistelija / lisätiedot:", "Anna Virta", "anna.virta@kunta.example", "Talouspäällikkö")
    result = page.text("Menot kasvavat ensi vuonna.").minutes()
    assert texts(result)[1:] == ["Menot kasvavat ensi vuonna."]
    assert "anna.virta@kunta.example" in result.text
    result = matter().text("Olli Koski, vt. rehtori, olli.koski@kunta.example").text("Tilat ovat ahtaat.").minutes()
    assert texts(result)[1:] == ["Tilat ovat ahtaat."]


def table_block(cells: tuple[str, ...], *, bold: bool = False) -> Block:
    return Block("table_row", " | ".join(cells), 1, 0.0, cells=cells, table=(1, 1), bold=bold)


@pytest.mark.parametrize(
    ("first", "second", "bold", "heads"),
    [
        (("Toimenpide", "Vastuu"), ("Katon korjaus", "isännöitsijä"), False, True),
        (("", "TA 2025", "Tot-%"), ("Tulot", "131.300", "33,0"), False, True),
        (("Varsinainen jäsen", "Varajäsen"), ("Anna Virta", "Olli Koski"), True, True),
        (("Tarjoaja", "Hinta €"), ("Kattopelti Oy", "1 250,00 €"), False, True),
        (("Anna Virta", "Olli Koski"), ("Maija Lahti", "Esa Salo"), False, False),
        (("lauantai", "5.4.2025"), ("sunnuntai", "6.4.2025"), False, False),
        (("Käyttötalous", ""), ("Vaalit", "hallintopäällikkö"), True, False),
    ],
)
def test_a_header_row_is_told_by_its_words_or_by_the_rows_below(first, second, bold, heads) -> None:
    assert is_header_row([table_block(first, bold=bold), table_block(second)], 0) is heads


def test_columns_go_on_over_a_page_break_and_end_with_the_table() -> None:
    page = matter().table(("Hanke", "2025", "2026"), ("Koulu", "-10", "-20"), first_bold=True)
    page.turn().table(("Kirjasto", "-1", "-2")).text("Muuta ei ollut.").table(("Anna Virta", "Olli Koski", "Esa Salo"))
    rows = [(item.text, item.columns) for item in page.minutes().items if item.kind == "table_row"]
    header = ("Hanke", "2025", "2026")
    assert rows == [
        ("Koulu | -10 | -20", header),
        ("Kirjasto | -1 | -2", header),
        ("Anna Virta | Olli Koski | Esa Salo", ()),
    ]


def test_a_header_once_known_is_known_again() -> None:
    header = ("Alue", "Paikka")
    page = matter().table(header, ("Itä", "Koulu"), first_bold=True).text("Uudet paikat ovat nämä.")
    rows = [item for item in page.table(header, ("Länsi", "Kirjasto")).minutes().items if item.kind == "table_row"]
    assert [(item.text, item.columns) for item in rows] == [("Itä | Koulu", header), ("Länsi | Kirjasto", header)]


def test_what_a_memo_says_before_its_first_heading_are_items() -> None:
    head = "Kylätoimikunnan muistio 2/2025\n\nAika: 4.3.2025 klo 9–10\n\nLäsnä: Anna Virta, Olli Koski\n\n"
    told = (
        head
        + "Aluksi todettiin, että latu on jäässä ja vaarallinen.\n\n1. Tiet\n\n• Ura on syvä.\n\n2. Loppu\n\nOhi.\n"
    )
    result = minutes(told)
    assert texts(result)[0] == "Aluksi todettiin, että latu on jäässä ja vaarallinen."
    assert result.items[0].section_id is None
    assert texts(minutes(head + "1. Tiet\n\n• Ura on syvä.\n\n2. Loppu\n\nOhi.\n"))[0] == "Ura on syvä."


def test_numbers_that_the_format_counts_are_headings_when_bold_or_below_one() -> None:
    def line(text: str, marker: str = "", *, bold: bool = False) -> Line:
        return Line(text, size=11.0, bold=bold, marker=marker, level=1 if marker else 0, paragraph=True)

    lines = (
        line("Avaus", "1.", bold=True),
        line("Avattiin kokous."),
        line("Päätökset", "2.", bold=True),
        line("Rahoitus", "2.1"),
        line("Hyväksyttiin talousarvio."),
        line("ensin katto", "1."),
        line("sitten ovet", "2."),
    )
    result = parse(Reading("application/docx", "test", 1, lines), document_id="0" * 16, path="t.docx")
    assert [(s.number, s.level) for s in result.sections] == [("1.", 1), ("2.", 1), ("2.1", 2)]
    assert texts(result) == ["Avattiin kokous.", "Hyväksyttiin talousarvio.", "ensin katto", "sitten ovet"]


def test_a_title_that_the_running_header_cuts_is_whole_in_the_properties_of_the_file() -> None:
    def titled(header: str, file_title: str) -> str | None:
        lines = []
        for page in (1, 2, 3):
            lines.append(Line(f"{header}     {page} (3)", page, 57, 22, 400, 30, size=8.0))
            lines.append(Line(f"§ {page} Asia", page, 63, 200, 150, 211, size=12.0, bold=True))
            lines.append(Line("Hyväksyttiin.", page, 63, 220, 150, 231, size=11.0))
        reading = Reading("application/pdf", "test", 3, tuple(lines), title=file_title)
        return parse(reading, document_id="0" * 16, path="t.pdf").document.title

    whole = "Koivulan kunta, kunnanhallitus, pöytäkirja 4/2025"
    assert titled("Koivulan kunta, kunnanhallitus, pöytä", whole) == whole
    assert (
        titled("Koivulan kunta, kunnanhallitus", "Luonnos kokouksesta, pöytäkirja 9/2025")
        == "Koivulan kunta, kunnanhallitus"
    )

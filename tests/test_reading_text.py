"""Plain text: encodings, pages, columns."""

import pytest

from pipeline.config import Limits
from pipeline.errors import DocumentError
from pipeline.reading import read
from pipeline.reading.sniff import media_type

MINUTES = "Pöytäkirja 3/2025\r\n\r\n§ 12 Kokouksen avaus\r\nPuheenjohtaja Åke Öhman avasi kokouksen – klo 9.\r\n"


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("cp1252", "windows-1252"),
        ("mac_roman", "macintosh"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(codec: str, name: str) -> None:
    reading = read(MINUTES.encode(codec), "muistio.txt")
    assert [line.text for line in reading.lines] == [line for line in MINUTES.split("\r\n") if line]
    assert reading.reader == f"text ({name})"
    assert reading.problems == ()


def test_dos_letters_and_the_euro_of_latin_9() -> None:
    dos = read("Läsnä: Öljymäki, §:n yö".encode("cp850"), "a.txt")
    assert dos.lines[0].text == "Läsnä: Öljymäki, §:n yö"
    euro = read("Määräraha 5 000 € ylittyi".encode("iso8859-15"), "a.txt")
    assert euro.lines[0].text == "Määräraha 5 000 € ylittyi"


def test_a_few_damaged_bytes_do_not_change_the_encoding() -> None:
    data = ("Työllisyysalueen järjestämä yhteistyökäytäntö " * 4).encode() + b"\xff loppu"
    reading = read(data, "a.txt")
    assert reading.lines[0].text.startswith("Työllisyysalueen järjestämä")
    assert [one.severity for one in reading.problems] == ["warning"]


def test_blank_lines_are_gaps_and_indents_are_kept() -> None:
    first, second = read(b"Avaus\n\n\n   * kohta yksi\n", "a.txt").lines
    assert (first.x0, first.top, first.x1, first.bottom) == (0, 0, 5, 1)
    assert (second.x0, second.top, second.x1, second.text) == (3, 3, 15, "* kohta yksi")
    assert second.size == 0


def test_a_form_feed_starts_a_page_and_a_last_one_does_not() -> None:
    reading = read(b"yksi\n\fkaksi\n\f", "a.txt")
    assert reading.pages == 2
    assert [(line.page, line.top, line.text) for line in reading.lines] == [(1, 0, "yksi"), (2, 0, "kaksi")]


def test_tabs_and_spaces_between_a_label_and_its_value_are_kept() -> None:
    label, tabbed = read(b"Aika        1.2.2024\nPaikka\tTalo\n", "a.txt").lines
    assert label.text == "Aika        1.2.2024"
    assert tabbed.text == "Paikka  Talo"


def test_invisible_characters_go_and_private_bullets_become_bullets() -> None:
    text = "\uf0b7 yhteis\u00adtyö,\u200b \ufb01nanssi\x07\nkulttuuri\u00ad\n"
    first, second = read(text.encode(), "a.txt").lines
    assert first.text == "• yhteistyö, finanssi"
    assert second.text == "kulttuuri\u00ad"


def test_columns_that_line_up_are_a_table() -> None:
    text = (
        "Toimenpide                 Vastuu        Aikataulu\n\n"
        "Ohjeen laatiminen          viestintä     31.3.2025\n\n"
        "Tilojen kartoitus ja       kunta         huhtikuu\n"
        "vuokrien vertailu                        2025\n\n"
        "Seuraava kokous pidetään 3.4.2025.\n"
    )
    assert [line.text for line in read(text.encode(), "a.txt").lines] == [
        "Toimenpide | Vastuu | Aikataulu",
        "Ohjeen laatiminen | viestintä | 31.3.2025",
        "Tilojen kartoitus ja vuokrien vertailu | kunta | huhtikuu 2025",
        "Seuraava kokous pidetään 3.4.2025.",
    ]


def test_a_table_of_a_page_that_became_text_keeps_its_columns_only_about() -> None:
    text = (
        "Asia                 Päätös                          Vastuu         Aikataulu\n"
        "1. Avaus             Puheenjohtaja avasi kokouksen   Puheenjohtaja  –\n"
        "                     klo 9.\n"
        "2. Kysely            Hyväksyttiin uusi kyselylomake Hallintosihteeri  helmikuu\n"
    )
    assert [line.text for line in read(text.encode(), "a.txt").lines] == [
        "Asia | Päätös | Vastuu | Aikataulu",
        "1. Avaus | Puheenjohtaja avasi kokouksen klo 9. | Puheenjohtaja | –",
        "2. Kysely | Hyväksyttiin uusi kyselylomake | Hallintosihteeri | helmikuu",
    ]


def test_labels_and_names_in_two_columns_are_no_table() -> None:
    text = "Läsnä      Maija Virta, pj\n           Matti Koski\n           Liisa Salo\nPoissa     Ville Lahti\n"
    assert not any(line.cells for line in read(text.encode(), "a.txt").lines)


def test_what_is_beyond_the_limit_is_left_out_and_said_so() -> None:
    reading = read(b"yksi\nkaksi\n", "a.txt", limits=Limits(characters=5))
    assert [line.text for line in reading.lines] == ["yksi"]
    assert "first 5 of 11 characters" in reading.problems[0].message


def test_white_space_alone_is_an_error() -> None:
    with pytest.raises(DocumentError, match=r"a\.txt holds no text"):
        read(b" \n\t\n\f", "a.txt")


def test_the_bytes_decide_the_type_and_the_name_breaks_ties() -> None:
    assert media_type(b"\n\n%PDF-1.7\n", "a.txt") == "application/pdf"
    assert media_type(b"<!DOCTYPE html><p>x", "a.pdf") == "text/html"
    assert media_type(b"<p>Avaus</p>", "a.html") == "text/html"
    assert media_type(b"<p>Avaus</p>", "a.txt") == "text/plain"
    assert media_type(bytes(range(32)) * 50, "a.txt") == "application/octet-stream"


def test_a_wrong_name_is_noted() -> None:
    reading = read("Pöytäkirja".encode(), "muistio.pdf")
    assert reading.media_type == "text/plain"
    assert [one.severity for one in reading.problems] == ["info"]

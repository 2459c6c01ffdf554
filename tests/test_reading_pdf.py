"""PDF: words, lines, reading order, tables. The files are written here, operator by operator."""

import json
import re
from pathlib import Path

import pytest

from pipeline.config import Limits
from pipeline.errors import DocumentError
from pipeline.reading import read
from pipeline.reading.characters import clean
from pipeline.records import Line, Reading


def pdf(*pages: str, box: str = "0 0 595 842", rotate: int = 0) -> bytes:
    """A PDF whose pages have the given content streams; /F1 is Helvetica, /F2 its bold, /F3 Wingdings."""
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        font.format("Helvetica"),
        font.format("Helvetica-Bold"),
        font.format("Wingdings"),
    ]
    for index, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Rotate {rotate} /Contents {7 + 2 * index} 0 R"
            " /Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(out)
    size = len(objects) + 1
    trailer = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n"
    )
    return out + trailer.encode() + b"%%EOF"


def at(x: float, top: float, text: str, *, font: str = "F1", size: float = 11, matrix: str = "1 0 0 1") -> str:
    """Operators that write `text` with its baseline at `top` from the top of an A4 page."""
    escaped = re.sub(r"([()\\])", r"\\\1", text)
    return f"BT /{font} {size} Tf {matrix} {x} {842 - top} Tm ({escaped}) Tj ET\n"


def column(x: float, top: float, lines: list[str]) -> str:
    """Lines of text, 14 points apart."""
    return "".join(at(x, top + 14 * index, text) for index, text in enumerate(lines))


def rules(xs: list[float], tops: list[float]) -> str:
    """The ruling lines of a table."""
    level = "".join(f"{xs[0]} {842 - top} m {xs[-1]} {842 - top} l S\n" for top in tops)
    upright = "".join(f"{x} {842 - tops[0]} m {x} {842 - tops[-1]} l S\n" for x in xs)
    return level + upright


def lines_of(content: str, **how: object) -> tuple[Line, ...]:
    """Lines of a one-page PDF."""
    return read(pdf(content, **how), "muistio.pdf").lines  # type: ignore[arg-type]


def texts_of(content: str, **how: object) -> list[str]:
    return [line.text for line in lines_of(content, **how)]


def test_a_line_has_its_place_size_and_weight() -> None:
    first, second = lines_of(at(57, 100, "1. Kokouksen avaus", font="F2", size=14) + at(75, 130, "Avattiin klo 9."))
    assert (first.text, first.size, first.bold, first.page) == ("1. Kokouksen avaus", 14.0, True, 1)
    assert (second.x0, second.bold) == (75.0, False)
    assert first.top < 100 < first.bottom < second.top
    assert 57 < first.x1 < 250


def test_lines_come_from_top_to_bottom_whatever_the_order_of_the_stream() -> None:
    assert texts_of(at(57, 300, "kolmas") + at(57, 100, "eka") + at(57, 200, "toka")) == ["eka", "toka", "kolmas"]


def test_a_hyphen_at_the_end_of_a_line_stays_and_so_does_the_break() -> None:
    assert texts_of(column(57, 100, ["Hyväksyttiin esitys-", "lista muutoksitta."])) == [
        "Hyväksyttiin esitys-",
        "lista muutoksitta.",
    ]


def test_what_is_struck_twice_to_look_bold_is_read_once() -> None:
    assert texts_of(at(57, 100, "Päätös tehtiin") + at(57.4, 100, "Päätös tehtiin")) == ["Päätös tehtiin"]


def test_a_raised_figure_stays_with_its_unit() -> None:
    assert texts_of(at(57, 100, "Ala on 20 m") + at(111, 96, "2", size=7) + at(118, 100, "yhteensä")) == [
        "Ala on 20 m2 yhteensä"
    ]


def test_a_label_and_its_value_stand_apart() -> None:
    (line,) = lines_of(at(57, 100, "Aika") + at(160, 100, "13.11.2024 klo 14"))
    assert re.fullmatch(r"Aika {3,}13\.11\.2024 klo 14", line.text)


def test_one_space_follows_a_bullet_however_far_its_text_stands() -> None:
    assert texts_of(at(57, 100, "•") + at(90, 100, "Neuvola siirtyi")) == ["• Neuvola siirtyi"]


def test_a_bullet_that_is_drawn_is_read() -> None:
    dot = "59 743 m 62 743 l 62 740 l 59 740 l h f\n"
    assert texts_of(dot + at(75, 104, "Jonot lyhenivät")) == ["• Jonot lyhenivät"]


def test_a_sign_of_a_picture_font_is_no_section_sign() -> None:
    assert texts_of(at(57, 100, "§", font="F3") + at(75, 100, "Asuntola suljetaan")) == ["▪ Asuntola suljetaan"]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["Tila on ahdas ja vanha talo", "vaatii korjausta ensi vuonna", "ennen kuin koulu alkaa taas"]
    right = ["Toisella palstalla kerrotaan", "yhdistysten avustuksista ja", "niiden hausta keväällä 2025"]
    mixed = "".join(
        at(57, 100 + 14 * row, one) + at(320, 100 + 14 * row, other)
        for row, (one, other) in enumerate(zip(left, right, strict=True))
    )
    assert texts_of(mixed) == left + right


def test_the_right_column_may_start_higher_than_the_left() -> None:
    left = ["Tila on ahdas ja vanha talo", "vaatii korjausta ensi vuonna", "ennen kuin koulu alkaa taas"]
    right = [
        "Toisella palstalla kerrotaan",
        "yhdistysten avustuksista ja",
        "niiden hausta keväällä 2025",
        "ja sen jälkeen",
    ]
    assert texts_of(column(57, 114, left) + column(320, 100, right) + at(57, 220, "Lopuksi")) == [
        *left,
        *right,
        "Lopuksi",
    ]


def test_amounts_beside_their_names_are_no_columns_of_text() -> None:
    names = ["Liikuntatoimi ja nuorisotyö", "Kirjastojen hankinnat ja tilat", "Musiikkiopiston soittimet nyt"]
    content = column(57, 100, names) + column(320, 100, ["20 000 3 410 33", "15 000 13 090 87", "11 000 11 000 99"])
    assert next(re.sub(" +", " ", text) for text in texts_of(content)) == "Liikuntatoimi ja nuorisotyö 20 000 3 410 33"


def test_finnish_and_swedish_side_by_side_are_kept_apart_and_told() -> None:
    finnish = ["Kokous avattiin ja todettiin,", "että se on päätösvaltainen."]
    swedish = ["Mötet öppnades och det", "konstaterades att det är fört."]
    mixed = "".join(
        at(57, 100 + 14 * row, one) + at(320, 100 + 14 * row, other)
        for row, (one, other) in enumerate(zip(finnish, swedish, strict=True))
    )
    lines = lines_of(mixed)
    assert [(line.text, line.language) for line in lines] == [
        *((text, "fi") for text in finnish),
        *((text, "sv") for text in swedish),
    ]


def test_a_stamp_up_the_margin_comes_last_and_is_noted() -> None:
    stamp = at(30, 700, "Allekirjoitettu", matrix="0 1 -1 0")
    reading = read(pdf(stamp + at(57, 100, "Päätös hyväksyttiin")), "a.pdf")
    assert [line.text for line in reading.lines] == ["Päätös hyväksyttiin", "Allekirjoitettu"]
    assert [(one.severity, one.page) for one in reading.problems] == [("info", 1)]


def test_a_page_that_is_shown_turned_is_read_as_it_is_shown() -> None:
    # Written upwards, and the page shown a quarter turn clockwise: upright for its reader.
    first, second = lines_of(
        at(100, 700, "ensin", matrix="0 1 -1 0") + at(130, 700, "sitten", matrix="0 1 -1 0"), rotate=90
    )
    assert (first.text, second.text) == ("ensin", "sitten")
    assert first.x0 == 142.0 and first.top < 100 < first.bottom < second.top


def test_a_ruled_table_gives_a_line_a_row() -> None:
    content = (
        at(57, 80, "Ennen taulukkoa")
        + rules([57, 200, 300, 400], [90, 110, 140])
        + at(60, 104, "Tehtävä")
        + at(205, 104, "Vastuu")
        + at(305, 104, "Aikataulu")
        + column(60, 122, ["Laaditaan käyttö-", "suunnitelma"])
        + at(205, 122, "sihteeri")
        + at(305, 122, "31.3.2025")
        + at(57, 160, "Taulukon jälkeen")
    )
    lines = lines_of(content)
    assert [line.text for line in lines] == [
        "Ennen taulukkoa",
        "Tehtävä | Vastuu | Aikataulu",
        "Laaditaan käyttö-\u00adsuunnitelma | sihteeri | 31.3.2025",
        "Taulukon jälkeen",
    ]
    assert lines[2].cells == ("Laaditaan käyttö-\u00adsuunnitelma", "sihteeri", "31.3.2025")
    assert [line.table for line in lines] == [0, 1, 1, 0]


def test_an_empty_cell_keeps_its_place() -> None:
    content = (
        rules([57, 200, 300], [90, 110, 130]) + at(60, 104, "Asia") + at(205, 104, "Vastuu") + at(60, 124, "Avaus")
    )
    assert [line.cells for line in lines_of(content)] == [("Asia", "Vastuu"), ("Avaus", "")]


def test_a_frame_around_text_is_no_table() -> None:
    content = rules([50, 500], [80, 130]) + column(60, 100, ["Kehyksessä on tekstiä", "kaksi riviä"])
    assert [(line.text, line.cells) for line in lines_of(content)] == [
        ("Kehyksessä on tekstiä", ()),
        ("kaksi riviä", ()),
    ]


def test_a_table_that_goes_on_over_the_page_does_not_cut_the_header() -> None:
    clip = "q 50 700 400 50 re W n\n"  # what is above 92 points from the top is hidden
    content = (
        at(60, 60, "Esimerkkilän kunta")
        + at(205, 60, "Pöytäkirja")
        + clip
        + rules([57, 200, 300], [20, 110, 130])
        + "Q\n"
        + column(60, 104, ["rivin loppu", "Avaus"])
        + column(205, 104, ["sihteeri", "puheenjohtaja"])
    )
    assert [line.cells for line in lines_of(content)] == [(), ("rivin loppu", "sihteeri"), ("Avaus", "puheenjohtaja")]


def test_an_action_table_without_lines_is_told_by_its_header() -> None:
    content = (
        at(57, 100, "Toimenpide", font="F2")
        + at(260, 100, "Vastuu", font="F2")
        + at(57, 120, "Ohjeen kokoaminen")
        + at(260, 120, "viestintä")
        + at(57, 134, "verkkosivuille")
        + at(57, 154, "Kyselyn laadinta")
        + at(260, 154, "sihteeri")
        + at(57, 190, "9. Muut asiat", font="F2")
    )
    assert [line.text for line in lines_of(content)] == [
        "Toimenpide | Vastuu",
        "Ohjeen kokoaminen verkkosivuille | viestintä",
        "Kyselyn laadinta | sihteeri",
        "9. Muut asiat",
    ]


def test_the_number_in_the_middle_of_a_title_of_two_lines_comes_first() -> None:
    content = (
        at(57, 80, "§ 11")
        + at(120, 80, "Esityslistan hyväksyminen")
        + at(120, 110, "Kaupungin talouden")
        + at(57, 117.5, "§ 12")
        + at(120, 125, "toteuma syyskuussa")
        + at(57, 155, "§ 13")
        + at(120, 155, "Muut asiat")
    )
    assert [re.sub(" +", " ", text) for text in texts_of(content)] == [
        "§ 11 Esityslistan hyväksyminen",
        "§ 12 Kaupungin talouden",
        "toteuma syyskuussa",
        "§ 13 Muut asiat",
    ]


def test_a_box_that_does_not_start_at_zero_moves_nothing() -> None:
    (moved,) = lines_of(at(157, 800, "Avaus"), box="100 -200 695 642")
    (plain,) = lines_of(at(57, 600, "Avaus"))
    assert (moved.x0, moved.top) == (plain.x0, plain.top)


def test_pages_beyond_the_limit_are_left_out_and_said_so() -> None:
    reading = read(pdf(at(57, 100, "yksi"), at(57, 100, "kaksi")), "a.pdf", limits=Limits(pages=1))
    assert [line.text for line in reading.lines] == ["yksi"]
    assert reading.pages == 2
    assert "first 1 of 2 pages" in reading.problems[0].message


def test_pages_without_anything_on_them_are_an_error() -> None:
    with pytest.raises(DocumentError, match="holds no text"):
        read(pdf("", ""), "tyhjä.pdf")


# The truth files of the traps


def truth(shared: Path, name: str) -> dict[str, list[dict[str, object]]]:
    (path,) = (shared / "traps" / "layout").glob(f"{name}*.truth.json")
    found: dict[str, list[dict[str, object]]] = json.loads(path.read_text())
    return found


def trap(shared: Path, name: str) -> Reading:
    (path,) = (shared / "traps" / "layout").glob(f"{name}*.pdf")
    return read(path.read_bytes(), path.name)


def plain(text: object) -> str:
    """Text as it is compared: pdfium does not tell a soft hyphen at a line's end from a hyphen."""
    return re.sub(r"\s+", " ", clean(str(text)).replace("\u00ad", "-")).strip()


@pytest.mark.parametrize("name", ["a_muistio", "d_sisennys"])
def test_lines_are_as_in_truth(shared: Path, name: str) -> None:
    expected = truth(shared, name)["lines"]
    lines = trap(shared, name).lines
    assert [plain(line.text) for line in lines] == [plain(one["text"]) for one in expected]
    assert [(line.page, line.bold, line.size) for line in lines] == [
        (one["page"], one["bold"], one["size"]) for one in expected
    ]
    assert all(abs(line.x0 - float(str(one["x0"]))) < 1 for line, one in zip(lines, expected, strict=True))


def test_lines_of_long_minutes_are_as_in_truth(shared: Path) -> None:
    expected = truth(shared, "b_pykalat")["lines"]
    found = [(line.page, plain(line.text)) for line in trap(shared, "b_pykalat").lines]
    edges = {(one["page"], plain(one["text"])) for one in expected if one["kind"] in ("header", "footer")}
    body = [(one["page"], plain(one["text"])) for one in expected if one["kind"] not in ("header", "footer")]
    assert [line for line in found if line not in edges] == body
    assert edges <= set(found)


def test_both_languages_are_read_column_by_column(shared: Path) -> None:
    columns = [one for one in truth(shared, "e_kaksikielinen")["blocks"] if one["kind"] == "column"]
    expected = [(one["page"], one["lang"], text) for one in columns for text in str(one["text"]).split("\n")]
    lines = trap(shared, "e_kaksikielinen").lines
    assert [(line.page, line.language, plain(line.text)) for line in lines] == expected


def test_tables_above_one_another_keep_their_own_columns() -> None:
    page = ""
    for place in range(3):  # each table a little wider than the one above
        xs, top = [60.0, 150.0 + 2.5 * place, 250.0 + 2.5 * place, 300.0], 100.0 + 80 * place
        page += rules(xs, [top, top + 20, top + 40])
        for row, (name, amount, share) in enumerate((("Tulot", "94.485", "45,5"), ("Menot", "71.650", "63,8"))):
            base = top + 15 + 20 * row
            page += at(64, base, name) + at(xs[1] + 1, base, amount) + at(xs[2] + 1, base, share)
    found = [line.cells for line in read(pdf(page), "a.pdf").lines]
    assert found == [("Tulot", "94.485", "45,5"), ("Menot", "71.650", "63,8")] * 3


def test_a_ruled_column_lists_a_thing_a_row_and_a_frame_around_text_does_not() -> None:
    names = ["Anna Virta", "Olli Koski", "Maija Lahti"]
    page = rules([60, 300], [100, 120, 140, 160])
    page += "".join(at(64, 115 + 20 * row, name) for row, name in enumerate(names))
    assert [line.cells for line in read(pdf(page), "a.pdf").lines] == [(name,) for name in names]
    framed = rules([60, 300], [100, 200]) + column(64, 115, ["Kokous alkoi yhdeksältä", "ja loppui kymmeneltä."])
    assert not any(line.cells for line in read(pdf(framed), "a.pdf").lines)


def test_table_rows_are_as_in_truth_ruled_and_not(shared: Path) -> None:
    rows = [one["cells"] for one in truth(shared, "c_taulukko")["blocks"] if one["kind"] == "row"]
    lines = [line for line in trap(shared, "c_taulukko").lines if line.cells]
    # Every hyphen at the end of a cell's line is a word processor's in this document.
    assert [[cell.replace("-\u00ad", "") for cell in line.cells] for line in lines] == rows
    assert [line.table for line in lines] == [1] * 6 + [2] * 6


def test_gold_tables_are_the_same_in_pdf_and_text(shared: Path) -> None:
    folder = shared / "gold" / "dev"
    from_pdf, from_text = (
        [line.text for line in read((folder / name).read_bytes(), name).lines if line.cells]
        for name in ("A7.pdf", "A7.txt")
    )
    assert len(from_pdf) == 9
    assert from_pdf == from_text

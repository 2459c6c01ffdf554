"""HTML as case-management systems export it."""

import pytest

from pipeline.errors import DocumentError
from pipeline.reading import read

PAGE = """<html><head><meta charset="{charset}"><title>Pöytäkirja 3/2025</title><style>p {{ color: red }}</style></head>
<body><nav>Etusivu</nav><script>alert("ei")</script>
<h1>Sivistyslautakunta</h1>
<h2>§ 12 Työllisyysalue</h2>
<p>Lautakunta keskusteli   asiasta.<br>Toinen rivi.<br><br>Uusi <b>kappale</b>.</p>
</body></html>"""


def lines_of(body: str) -> list[tuple[str, str, int]]:
    return [(line.marker, line.text, line.level) for line in read(f"<html>{body}</html>".encode(), "a.html").lines]


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "iso-8859-1", "iso-8859-15"])
def test_the_declared_charset_is_respected(charset: str) -> None:
    reading = read(PAGE.format(charset=charset).encode(charset), "a.html")
    assert [(line.text, line.heading, line.paragraph) for line in reading.lines] == [
        ("Sivistyslautakunta", 1, True),
        ("§ 12 Työllisyysalue", 2, True),
        ("Lautakunta keskusteli asiasta.", 0, True),
        ("Toinen rivi.", 0, False),
        ("Uusi kappale.", 0, True),
    ]
    assert reading.title == "Pöytäkirja 3/2025"
    assert charset in reading.reader


def test_a_wrong_charset_is_noticed() -> None:
    reading = read(PAGE.format(charset="utf-8").encode("cp1252"), "a.html")
    assert reading.lines[1].text == "§ 12 Työllisyysalue"
    assert "utf-8, which it is not" in reading.problems[0].message


def test_nested_lists_have_markers_and_levels() -> None:
    body = "<ul><li>yksi<ul><li>sisällä</li></ul></li><li><p>kaksi</p></li></ul><ol start='4' type='a'><li>d<li>e</ol>"
    assert lines_of(body) == [
        ("•", "yksi", 1),
        ("•", "sisällä", 2),
        ("•", "kaksi", 1),
        ("d.", "d", 1),
        ("e.", "e", 1),
    ]


def test_tables_give_rows_with_every_cell_in_its_place() -> None:
    page = (
        "<html><table><tr><th>Tehtävä</th><th>Vastuu</th><th>Aikataulu</th></tr>"
        "<tr><td rowspan=2>Kysely</td><td>sihteeri</td><td>maaliskuu</td></tr>"
        "<tr><td colspan=2>kaikki</td></tr><tr><td colspan=3>Muuta</td></tr></table><p>Loppu</p></html>"
    )
    lines = read(page.encode(), "a.html").lines
    assert [line.cells for line in lines] == [
        ("Tehtävä", "Vastuu", "Aikataulu"),
        ("Kysely", "sihteeri", "maaliskuu"),
        ("", "kaikki", ""),
        (),
        (),
    ]
    assert [line.bold for line in lines][:2] == [True, False]
    assert [line.text for line in lines][3:] == ["Muuta", "Loppu"]


def test_a_table_that_only_lays_out_the_page_is_read_as_text() -> None:
    body = "<table><tr><td>valikko</td><td><h2>§ 3 Avaus</h2><p>Avattiin.</p></td></tr></table>"
    assert [text for _, text, _ in lines_of(body)] == ["valikko", "§ 3 Avaus", "Avattiin."]


def test_a_term_and_its_value_stand_on_one_line() -> None:
    assert [text for _, text, _ in lines_of("<dl><dt>Aika</dt><dd>1.2.2024</dd></dl>")] == ["Aika    1.2.2024"]


def test_nothing_outside_the_file_is_read() -> None:
    page = b'<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><p>Avaus &e;</p></html>'
    assert "root:" not in read(page, "a.html").lines[0].text


def test_a_page_without_text_is_an_error() -> None:
    with pytest.raises(DocumentError, match="without text"):
        read(b"<html><body><script>1</script></body></html>", "a.html")


def test_deeply_nested_mark_up_ends_well() -> None:
    page = "<html>" + "<div>" * 5000 + "Avaus" + "</div>" * 5000
    try:
        lines = read(page.encode(), "a.html").lines
    except DocumentError:
        return
    assert all(line.text == "Avaus" for line in lines)

"""Items: bullets, paragraphs and rows whole, in their place, with offsets that hold."""

import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import Line, Reading
from pipeline.structure import parse
from tests.documents import minutes, texts


def test_a_bullet_that_a_blank_line_cuts_is_one_item():
    flush = (
        "1. Asiat\n\n• Kirjaston lainaus on kasvanut, ja\n\nlisää väkeä tarvitaan.\n\n"
        "• Uimahalli suljetaan kesäksi. Vesi\n"
        "vaihdetaan.\n\n2. Loppu\n\nOhi.\n"
    )
    assert texts(minutes(flush))[:2] == [
        "Kirjaston lainaus on kasvanut, ja lisää väkeä tarvitaan.",
        "Uimahalli suljetaan kesäksi. Vesi vaihdetaan.",
    ]
    hanging = (
        "1. Asiat\n\n– Kirjaston lainaus\n  on kasvanut.\n\n  Lisää väkeä tarvitaan.\n\n"
        "– Uimahalli suljetaan.\n\nTaukoa pidettiin.\n\n2. Loppu\n\nOhi.\n"
    )
    assert texts(minutes(hanging))[:3] == [
        "Kirjaston lainaus on kasvanut. Lisää väkeä tarvitaan.",
        "Uimahalli suljetaan.",
        "Taukoa pidettiin.",
    ]


def test_a_bullet_over_a_page_break_is_one_item_and_keeps_its_first_page():
    result = minutes(
        "Kunta   Muistio   1 (2)\n\n1. Asiat\n\n• Kirjaston lainaus on\n"
        "\fKunta   Muistio   2 (2)\n\n  kasvanut.\n• Toinen.\n\n2. Loppu\n\nOhi.\n"
    )
    assert texts(result) == ["Kirjaston lainaus on kasvanut.", "Toinen.", "Ohi."]
    assert [item.page for item in result.items] == [1, 2, 2]
    assert "Muistio" not in result.text


def test_pages_of_text_without_page_breaks_are_told_by_their_counter():
    page = "Kyläyhdistys   Muistio   {} (3)\n\n{}\n\n\n"
    result = minutes(
        page.format(1, "1. Alku\n\n- Ensimmäinen asia jatkuu")
        + page.format(2, "  seuraavalle sivulle.\n- Toinen.")
        + page.format(3, "2. Loppu\n\n- Kolmas.")
    )
    assert texts(result) == ["Ensimmäinen asia jatkuu seuraavalle sivulle.", "Toinen.", "Kolmas."]
    assert [item.page for item in result.items] == [1, 2, 3]
    assert result.document.pages == 1


def test_nested_bullets_know_their_level_and_parent():
    result = minutes(
        "1. Asiat\n\n• Koulu\n   – ruokala\n   – sali\n• Kirjasto\n   a) lehdet\n   b) levyt\n\n2. Loppu\n\nOhi.\n"
    )
    by_text = {item.text: item for item in result.items}
    assert [by_text[t].level for t in ("Koulu", "ruokala", "sali", "Kirjasto", "lehdet")] == [1, 2, 2, 1, 2]
    assert by_text["sali"].parent_id == by_text["Koulu"].item_id
    assert by_text["levyt"].parent_id == by_text["Kirjasto"].item_id


def test_a_lead_in_is_no_item_and_no_tail_of_the_bullet_above():
    result = minutes("1. Asiat\n\n• Eka.\n\nLisäksi todettiin:\n\n• Toka.\n\n2. Loppu\n\nOhi.\n")
    assert texts(result) == ["Eka.", "Toka.", "Ohi."]
    assert "Lisäksi todettiin:" in result.text


def test_the_same_text_twice_has_two_ids_that_a_change_elsewhere_does_not_touch():
    first = minutes("1. A\n\n• Hyväksyttiin.\n• Muuta.\n• Hyväksyttiin.\n\n2. B\n\nOhi.\n")
    changed = minutes("1. A\n\n• Uutta.\n• Hyväksyttiin.\n• Muuta ihan.\n• Hyväksyttiin.\n\n2. B\n\nOhi.\n")
    ids = [i.item_id for i in first.items if i.text == "Hyväksyttiin."]
    assert len(set(ids)) == 2
    assert ids == [i.item_id for i in changed.items if i.text == "Hyväksyttiin."]


def test_table_rows_are_items_and_know_their_header():
    header = ("Tehtävä", "Vastuu", "Aikataulu")
    rows = [header, ("Katon korjaus", "isännöitsijä", "30.4. mennessä"), header, ("Pihan siivous", "kaikki", "–")]
    lines = [Line("1. Tehtävät", top=0, bottom=1, x1=11)]
    lines += [
        Line(" | ".join(cells), top=2 + k, bottom=3 + k, x1=60, cells=cells, table=1) for k, cells in enumerate(rows)
    ]
    lines.append(Line("2. Loppu", top=9, bottom=10, x1=8))
    result = parse(Reading("application/pdf", "test", 1, tuple(lines)), document_id="d", path="t.pdf")
    assert texts(result) == ["Katon korjaus | isännöitsijä | 30.4. mennessä", "Pihan siivous | kaikki | –"]
    assert {item.columns for item in result.items} == {header}
    assert {item.kind for item in result.items} == {"table_row"}


def test_automatic_numbers_of_a_word_file_are_section_numbers():
    lines = [
        Line("Kokouksen avaus", marker="1.", heading=1, paragraph=True),
        Line("Avattiin.", paragraph=True, top=1),
        Line("Talous", marker="2.", heading=1, paragraph=True, top=2),
        Line("Menot", marker="2.1", heading=2, paragraph=True, top=3),
        Line("Sähkö on kallista.", marker="•", level=1, paragraph=True, top=4),
        Line("Varsinkin talvella.", marker="o", level=2, paragraph=True, top=5),
    ]
    result = parse(Reading("application/docx", "python-docx", 1, tuple(lines)), document_id="d", path="t.docx")
    assert [(s.number, s.title, s.level) for s in result.sections] == [
        ("1.", "Kokouksen avaus", 1),
        ("2.", "Talous", 1),
        ("2.1", "Menot", 2),
    ]
    assert [(i.text, i.level) for i in result.items][1:] == [("Sähkö on kallista.", 1), ("Varsinkin talvella.", 2)]


WORDS = st.sampled_from(
    "koulu|kirjasto|katto,|maksaa|paljon.|Kunta|Päätös:|•|–|a)|1.|§|12|2.1|mennessä|3.4.2025|klo|9".split("|")  # noqa: SIM905
)
LINES = st.lists(st.lists(WORDS, min_size=0, max_size=9).map(" ".join), min_size=1, max_size=30)


@given(LINES)
@settings(max_examples=200, deadline=None)
def test_offsets_hold_order_is_kept_and_nothing_is_lost(lines):
    text = "\n".join(lines)
    result = minutes(text)
    assert all(result.text[i.start : i.end] == i.text for i in result.items)
    assert all(result.text[s.start : s.end].endswith(s.title) for s in result.sections)
    assert [i.start for i in result.items] == sorted(i.start for i in result.items)
    squeezed = lambda s: "".join(s.split()).replace("-", "")  # noqa: E731
    assert squeezed(result.text) == squeezed(text)
    assert minutes(text) == result


def test_a_paragraph_of_thousands_of_lines_takes_time_linear_in_them():
    def seconds(lines: int) -> float:
        text = "1. Alku\n\n" + "Tässä on rivi, joka jatkuu.\n" * lines + "\n2. Loppu\n\nOhi.\n"
        begin = time.process_time()
        minutes(text)
        return time.process_time() - begin

    seconds(500)
    assert seconds(8000) < 40 * max(seconds(1000), 0.02)  # quadratic would be 64 times


def test_an_empty_reading_is_recorded_and_no_error():
    result = parse(Reading("text/plain", "text", 1, ()), document_id="d", path="t.txt")
    assert result.items == ()
    assert any("No items" in p.message for p in result.problems)


def test_the_seed_memo_gives_its_sections_and_bullets_whole(shared):
    from pipeline.evaluate import load_documents, score_structure
    from pipeline.reading import read

    gold = load_documents(shared / "gold" / "seed")[0]
    assert {path.suffix for path in gold.files} == {".txt", ".pdf"}
    for path in gold.files:
        result = parse(read(path.read_bytes(), path.name), document_id="d", path=path.name)
        assert len(result.sections) == 6
        assert sum(item.kind == "bullet" for item in result.items) == 23
        scores = {}
        score_structure(gold, result, scores)
        for key in ("items", "items in their section", "sections"):
            assert (scores[key].fp, scores[key].fn) == (0, 0), (path.name, key)


def test_gold_documents_keep_their_structure(shared):
    from pipeline.evaluate import load_documents, score_structure
    from pipeline.reading import read

    for suffix in (".txt", ".pdf"):
        scores = {}
        for gold in load_documents(shared / "gold" / "dev"):
            path = next(f for f in gold.files if f.suffix == suffix)
            result = parse(read(path.read_bytes(), path.name), document_id="d", path=path.name)
            score_structure(gold, replace(result), scores)
        assert scores["items"].f1 >= 0.985, suffix
        assert scores["items in their section"].f1 >= 0.98, suffix
        assert scores["sections"].f1 >= 0.985, suffix
        assert scores["levels of nested bullets"].f1 >= 0.985, suffix

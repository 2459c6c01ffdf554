"""Markdown as note-taking programs keep it."""

import pytest

from pipeline.config import Limits
from pipeline.errors import DocumentError
from pipeline.reading import read
from pipeline.records import Line, Minutes
from pipeline.structure import parse

MINUTES = """\
---
title: Kirjastokimpan johtoryhmän kokous
date: 2025-03-04
---

Aika: 4.3.2025 klo 9.00–10.30
Paikka: Teams

Läsnä:

- Aino Ranta (puheenjohtaja)
- Veikko Salo, sihteeri

## 1. Talousarvio

- Esitys oli *hyvä*, **lähes** `valmis`.
  - Määräraha kasvaa [laskelman](https://esimerkki.invalid) mukaan.
    1. Ensin aineisto.
- Keskustelu jatkuu pitkällä rivillä, jonka ohjelma on katkaissut
  kahdeksi.

## 2. Tehtävät

| Tehtävä              | Vastuu       | Aikataulu |
|:---------------------|--------------|----------:|
| Kysely **kunnille**  | Aino Ranta   | 31.3.2025 |
| Kutsu                | sihteeri     | huhtikuu  |

## 3. Muut asiat

• Ensimmäinen kohta.
• Toinen kohta.
"""


def lines_of(text: str) -> tuple[Line, ...]:
    return read(text.encode(), "a.md").lines


def minutes_of(text: str) -> Minutes:
    return parse(read(text.encode(), "a.md"), document_id="d", path="a.md")


def test_minutes_come_out_whole() -> None:
    minutes = minutes_of(MINUTES)
    sections = {section.section_id: section.number for section in minutes.sections}
    assert [(sections[i.section_id or ""], i.kind, i.level, i.text) for i in minutes.items] == [
        ("1.", "bullet", 1, "Esitys oli hyvä, lähes valmis."),
        ("1.", "bullet", 2, "Määräraha kasvaa laskelman mukaan."),
        ("1.", "bullet", 3, "Ensin aineisto."),
        ("1.", "bullet", 1, "Keskustelu jatkuu pitkällä rivillä, jonka ohjelma on katkaissut kahdeksi."),
        ("2.", "table_row", 1, "Kysely kunnille | Aino Ranta | 31.3.2025"),
        ("2.", "table_row", 1, "Kutsu | sihteeri | huhtikuu"),
        ("3.", "bullet", 1, "Ensimmäinen kohta."),
        ("3.", "bullet", 1, "Toinen kohta."),
    ]
    assert minutes.items[4].columns == ("Tehtävä", "Vastuu", "Aikataulu")
    assert all(minutes.text[item.start : item.end] == item.text for item in minutes.items)
    document = minutes.document
    assert (document.media_type, document.reader) == ("text/markdown", "markdown-it-py (utf-8)")
    assert (document.date, document.start_time, document.end_time) == ("2025-03-04", "09:00", "10:30")
    assert document.title == "Kirjastokimpan johtoryhmän kokous"
    assert [(one.name, one.role) for one in minutes.participants] == [
        ("Aino Ranta", "puheenjohtaja"),
        ("Veikko Salo", "sihteeri"),
    ]


@pytest.mark.parametrize(
    "heading", ["## {0}. {1}", "{0}. {1}", "**{0}. {1}**", "## {0} § {1}", "{0}\\. {1}\n----", "### § {0} {1}"]
)
def test_headings_are_told_however_they_are_written(heading: str) -> None:
    titles = ("Avaus", "Talous", "Muut asiat")
    body = "\n\n".join(
        f"{heading.format(n, title)}\n\nKokouksessa käytiin asia läpi." for n, title in enumerate(titles, 1)
    )
    minutes = minutes_of("# Johtoryhmän muistio\n\n" + body)
    assert [section.title for section in minutes.sections] == list(titles)
    assert [section.number for section in minutes.sections] == [
        heading.split("{1}")[0].format(n).strip("#* ").replace("\\", "") for n in (1, 2, 3)
    ]
    assert [item.text for item in minutes.items] == ["Kokouksessa käytiin asia läpi."] * 3


def test_what_stands_under_a_number_that_is_a_heading_moves_out() -> None:
    text = "# Muistio\n\n1. Avaus\n\n   Avattiin kokous.\n2. Talous\n   - yksi\n     - sisällä\n   - kaksi\n"
    assert [(line.heading, line.marker, line.level, line.text) for line in lines_of(text)[1:]] == [
        (2, "1.", 0, "Avaus"),
        (0, "", 0, "Avattiin kokous."),
        (2, "2.", 0, "Talous"),
        (0, "•", 1, "yksi"),
        (0, "•", 2, "sisällä"),
        (0, "•", 1, "kaksi"),
    ]


def test_a_numbered_list_under_headings_stays_a_list() -> None:
    lines = lines_of("## Avaus\n\n1. Ensin\n2. Sitten\n\n## Talous\n\n3. Vielä\n")
    assert [(line.marker, line.level) for line in lines if not line.heading] == [("1.", 1), ("2.", 1), ("3.", 1)]


def test_numbered_sentences_are_no_headings() -> None:
    assert not any(line.heading for line in lines_of("1. Päätettiin hyväksyä esitys.\n2. Kokous päättyi.\n"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends(encoding: str, newline: str) -> None:
    reading = read(MINUTES.replace("\n", newline).encode(encoding), "a.md")
    assert [line.text for line in reading.lines] == [line.text for line in lines_of(MINUTES)]
    assert reading.problems == ()


def test_a_rule_at_the_top_is_not_taken_for_properties() -> None:
    assert [line.text for line in lines_of("---\n\nAvaus\n\n---\n\nLoppu\n")] == ["Avaus", "Loppu"]


def test_text_that_calls_itself_markdown_loses_no_line() -> None:
    text = "Muistio\n\n   § 1  Avaus\n\n    Avattiin.\n\n– yksi\n– kaksi\n\n3) kolme\n\\* ei luetteloa\na < b & c\n"
    joined = " ".join(f"{line.marker} {line.text}" for line in lines_of(text))
    assert joined.split() == text.replace("3)", "3.").replace("\\", "").split()


def test_scripts_and_outside_files_stay_out() -> None:
    text = '<script>alert("ei")</script>\n\n![kaavio](https://esimerkki.invalid/a.png)\n\nAvaus\n'
    assert [line.text for line in lines_of(text)] == ["Avaus"]


def test_empty_and_long_files_are_told() -> None:
    with pytest.raises(DocumentError, match=r"a\.md holds no text"):
        read(b" \n\n", "a.md")
    reading = read(b"Avaus " * 100, "a.md", limits=Limits(characters=50))
    assert "Only the first 50 of 600 characters" in reading.problems[0].message

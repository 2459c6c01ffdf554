"""DOCX: numbering, tables, changes, text boxes; office formats that LibreOffice reads."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pipeline.config import Limits
from pipeline.errors import DocumentError
from pipeline.reading import office, read
from pipeline.reading.numerals import printed

BOX = """<w:p {ns} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml">
<w:r><w:t>Kappale</w:t></w:r><w:r><mc:AlternateContent>
<mc:Choice Requires="wps"><wps:txbx><w:txbxContent><w:p><w:r><w:t>Laatikko</w:t></w:r></w:p></w:txbxContent></wps:txbx>
</mc:Choice>
<mc:Fallback><v:textbox><w:txbxContent><w:p><w:r><w:t>Laatikko</w:t></w:r></w:p></w:txbxContent></v:textbox></mc:Fallback>
</mc:AlternateContent></w:r></w:p>"""


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def lines_of(document: Any) -> list[Any]:
    return list(read(saved(document), "muistio.docx").lines)


def add(document: Any, xml: str) -> None:
    document.element.body.insert(len(document.element.body) - 1, parse_xml(xml.replace("{ns}", nsdecls("w"))))


def test_headings_paragraphs_and_lists() -> None:
    document = docx.Document()
    document.add_heading("Kokouksen avaus", level=2)
    document.add_paragraph("Avattiin klo 9.")
    document.add_paragraph("ensimmäinen", style="List Number")
    document.add_paragraph("toinen", style="List Number")
    document.add_paragraph("luettelo", style="List Bullet")
    heading, paragraph, *listed = lines_of(document)
    assert (heading.text, heading.heading, heading.bold) == ("Kokouksen avaus", 2, True)
    assert (paragraph.heading, paragraph.paragraph, paragraph.marker) == (0, True, "")
    assert [(line.marker, line.level) for line in listed] == [("1.", 1), ("2.", 1), ("•", 1)]


def test_tables_stand_in_their_place_and_inner_tables_follow() -> None:
    document = docx.Document()
    document.add_paragraph("Ennen")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Asia", "Vastuu", "Avaus", ""], strict=True):
        cell.text = text
    inner = table.cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "a", "b"
    document.add_paragraph("Jälkeen")
    lines = lines_of(document)
    assert [line.text for line in lines] == ["Ennen", "Asia | Vastuu", "Avaus | ", "a | b", "Jälkeen"]
    assert [line.table for line in lines] == [0, 1, 1, 2, 0]
    assert [line.top for line in lines] == [0, 1, 2, 3, 4]


def test_accepted_text_of_tracked_changes() -> None:
    document = docx.Document()
    add(
        document,
        '<w:p {ns}><w:r><w:t xml:space="preserve">Päätettiin </w:t></w:r>'
        '<w:del w:id="1"><w:r><w:delText>hylätä</w:delText></w:r></w:del>'
        '<w:ins w:id="2"><w:r><w:t>hyväksyä</w:t></w:r></w:ins></w:p>',
    )
    add(document, '<w:p {ns}><w:moveFrom w:id="3"><w:r><w:t>siirretty pois</w:t></w:r></w:moveFrom></w:p>')
    assert [line.text for line in lines_of(document)] == ["Päätettiin hyväksyä"]


def test_text_boxes_are_read_once_and_hidden_text_not() -> None:
    document = docx.Document()
    add(document, BOX)
    add(
        document, "<w:p {ns}><w:r><w:rPr><w:vanish/></w:rPr><w:t>piilossa</w:t></w:r><w:r><w:t>esillä</w:t></w:r></w:p>"
    )
    assert [line.text for line in lines_of(document)] == ["Kappale", "Laatikko", "esillä"]


def test_soft_breaks_tabs_and_fields() -> None:
    document = docx.Document()
    add(
        document,
        '<w:p {ns}><w:r><w:t>Aika</w:t><w:tab/><w:t>1.2.2024</w:t><w:br/><w:t xml:space="preserve">Sivuja </w:t></w:r>'
        '<w:fldSimple w:instr="NUMPAGES"><w:r><w:t>4</w:t></w:r></w:fldSimple></w:p>',
    )
    first, second = lines_of(document)
    assert (first.text, first.paragraph) == ("Aika    1.2.2024", True)
    assert (second.text, second.paragraph) == ("Sivuja 4", False)


def test_headers_and_footers_are_left_out() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Pöytäkirja 3/2025"
    document.add_paragraph("Avaus")
    assert [line.text for line in lines_of(document)] == ["Avaus"]


def test_numbers_as_word_prints_them() -> None:
    assert [printed(3, form) for form in ("decimal", "lowerLetter", "upperRoman", "decimalZero", "odd")] == [
        "3", "c", "III", "03", "3",
    ]  # fmt: skip
    assert (printed(28, "upperLetter"), printed(49, "lowerRoman")) == ("BB", "xlix")


def test_automatic_numbers_are_as_in_truth(shared: Path) -> None:
    folder = shared / "traps" / "layout"
    blocks = json.loads((folder / "g_numerot.truth.json").read_text())["blocks"]
    lines = read((folder / "g_numerot.docx").read_bytes(), "g_numerot.docx").lines
    assert [[line.marker, line.text] for line in lines] == [block[1:] for block in blocks]
    bullets = [(f"bullet {line.level}", line.marker) for line in lines if line.marker in ("•", "o", "▪")]
    assert bullets == [(kind, marker) for kind, marker, _ in blocks if kind.startswith("bullet")]
    assert [line.heading for line in lines if line.heading] == [1]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    with pytest.raises(DocumentError, match="zip bomb"):
        read(data.getvalue(), "pommi.docx")


def test_entities_are_not_expanded() -> None:
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document {nsdecls("w")}>'
        "<w:body><w:p><w:r><w:t>Avaus &e; loppu</w:t></w:r></w:p></w:body></w:document>"
    )
    document = saved(docx.Document())
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "word/document.xml" else old.read(name))
    try:
        text = " ".join(line.text for line in read(data.getvalue(), "a.docx").lines)
    except DocumentError:
        return
    assert "root:" not in text


def test_a_damaged_file_says_what_to_do() -> None:
    data = saved(docx.Document())
    with pytest.raises(DocumentError, match=r"a\.docx is a damaged"):
        read(data[: len(data) // 2], "a.docx")


def test_the_limit_of_characters() -> None:
    document = docx.Document()
    document.add_paragraph("yksi")
    document.add_paragraph("kaksi")
    reading = read(saved(document), "a.docx", limits=Limits(characters=5))
    assert [line.text for line in reading.lines] == ["yksi"]
    assert [one.severity for one in reading.problems] == ["warning"]


def test_old_word_files_ask_for_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.shutil, "which", lambda _: None)
    with pytest.raises(DocumentError, match="LibreOffice"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "muistio.doc")


def test_libreoffice_turns_old_files_into_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Vanha muistio")
    (tmp_path / "made.docx").write_bytes(saved(document))
    program = tmp_path / "soffice"
    program.write_text(
        f'#!/bin/sh\nwhile [ "$1" != --outdir ]; do shift; done\ncp {tmp_path}/made.docx "$2/document.docx"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(office.shutil, "which", lambda _: str(program))
    reading = read(b"{\\rtf1 Vanha muistio}", "muistio.rtf")
    assert [line.text for line in reading.lines] == ["Vanha muistio"]
    assert (reading.media_type, reading.reader) == ("application/rtf", "libreoffice+python-docx")

"""Scans: OCR, and what is said where it is missing."""

import builtins
import difflib
import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import DocumentError
from pipeline.reading import ocr, read
from pipeline.reading.layout import Word
from pipeline.reading.ocr import ink_height, mend_bullets
from pipeline.records import Line
from tests.conftest import missing
from tests.test_reading_pdf import plain, truth

SCAN = "f_skannattu.pdf"


@pytest.fixture
def tesseract() -> None:
    pytest.importorskip("pytesseract")
    if shutil.which("tesseract") is None:
        missing("Tesseract")


def scan(shared: Path) -> bytes:
    return (shared / "traps" / "layout" / SCAN).read_bytes()


@pytest.mark.usefixtures("tesseract")
def test_a_scan_is_read_nearly_as_well_as_the_text_it_shows(shared: Path) -> None:
    reading = read(scan(shared), SCAN)
    found = "\n".join(plain(line.text) for line in reading.lines)
    expected = "\n".join(plain(one["text"]) for one in truth(shared, "a_muistio")["lines"])
    matcher = difflib.SequenceMatcher(None, expected, found, autojunk=False)
    right = sum(block.size for block in matcher.get_matching_blocks())
    assert right / max(len(expected), len(found)) >= 0.98
    assert reading.reader == "pypdfium2+tesseract"
    assert sum(line.text.startswith("• ") for line in reading.lines) == 3
    body = next(line for line in reading.lines if line.text.startswith("lista."))
    assert 10 <= body.size <= 12 and abs(body.x0 - 57) < 4 and abs(body.top - 210) < 6


@pytest.mark.usefixtures("tesseract")
def test_an_image_file_is_read(shared: Path) -> None:
    import pypdfium2

    page = pypdfium2.PdfDocument(scan(shared))[0].render(scale=3).to_pil()
    buffer = io.BytesIO()
    page.crop((0, 0, page.width, page.height // 4)).save(buffer, "PNG")
    reading = read(buffer.getvalue(), "muistio.png")
    assert reading.reader == "tesseract"
    assert reading.lines[0].text == "MUISTIO"


def test_without_ocr_a_scan_says_how_to_get_it(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pytesseract":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DocumentError, match=r"make system.*muistio\[ocr\]"):
        read(scan(shared), SCAN)


def test_with_ocr_off_a_scan_says_so(shared: Path) -> None:
    with pytest.raises(DocumentError, match="OCR is switched off"):
        read(scan(shared), SCAN, ocr=False)


class Unsure:
    """Reads every image as one word, and is not sure of it."""

    def words(self, image: str, points: float) -> tuple[list[Word], float]:
        return [Word(image, 57, 57 + 40 * points, 100, 11, False, True)], 40.0


def test_pages_keep_their_numbers_and_low_confidence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "Recogniser", Unsure)
    pages, problems = ocr.recognise([(number, f"sivu{number}", 1.0) for number in range(1, 10)], seconds=60)
    assert [(number, [line.text for line in lines]) for number, lines in pages.items()] == [
        (number, [f"sivu{number}"]) for number in range(1, 10)
    ]
    assert [(one.severity, one.page) for one in problems] == [("warning", number) for number in range(1, 10)]


def test_pages_that_the_time_does_not_reach_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "Recogniser", Unsure)
    pages, problems = ocr.recognise([(1, "sivu", 1.0)], seconds=-1)
    assert pages == {}
    assert [(one.severity, one.page) for one in problems] == [("error", 1)]


def test_bullets_come_back_where_several_lines_start_alike() -> None:
    texts = ["* — Neuvola siirtyi", "+ Koulu kasvaa", "e Kirjasto muuttaa"]
    listed = [Line(text, x0=75 + index / 2) for index, text in enumerate(texts)]
    alone = Line("* vain yksi", x0=200)
    assert [line.text for line in mend_bullets([*listed, alone])] == [
        "• Neuvola siirtyi",
        "• Koulu kasvaa",
        "• Kirjasto muuttaa",
        "* vain yksi",
    ]


def test_the_height_of_ink_tells_the_size_whatever_the_letters() -> None:
    assert ink_height("mono") < ink_height("Talo") < ink_height("Kylpy")


def test_a_damaged_image_is_an_error() -> None:
    with pytest.raises(DocumentError, match="damaged image"):
        read(b"\x89PNG\r\n\x1a\nrikki", "muistio.png")

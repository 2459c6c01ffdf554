"""Whatever the bytes are, the end is a reading or one sentence about the document."""

import importlib
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DocumentError
from pipeline.reading import FORMATS, SUFFIXES, read
from tests.conftest import ROOT
from tests.test_reading_pdf import at, pdf, rules

READABLE = {"chars1e5.pdf", "cycle_pages.pdf", "deep_array.pdf", "docx_as.pdf", "enc_owner_noextract.pdf",
            "enc_rc4_owner.pdf", "html_as.pdf", "text.pdf"}  # fmt: skip
HOSTILE = ("bitrot.pdf", "deep_content.pdf", "deep_pages.pdf", "empty.pdf", "enc_user.pdf", "garbage.pdf",
           "hdr_garbage.pdf", "trunc50.pdf", "trunc95.pdf", "zero.pdf", "zipbomb.pdf", *sorted(READABLE))  # fmt: skip
CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
from pathlib import Path
from pipeline.errors import DocumentError
from pipeline.reading import read
path = Path(sys.argv[1])
try:
    read(path.read_bytes(), path.name)
except DocumentError as error:
    print(error)
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_as_a_reading_or_a_sentence(shared: Path, name: str) -> None:
    data = (shared / "traps" / "hostile" / name).read_bytes()
    if name in READABLE:
        assert read(data, name).lines
        return
    with pytest.raises(DocumentError) as caught:
        read(data, name)
    message = str(caught.value)
    assert name in message and message.endswith(".") and "\n" not in message


def test_every_hostile_file_is_in_the_test(shared: Path) -> None:
    found = {path.name for path in (shared / "traps" / "hostile").iterdir()}
    assert found == {*HOSTILE, "recursive_form.pdf"}


def test_a_password_opens_and_a_wrong_one_is_told(shared: Path) -> None:
    data = (shared / "traps" / "hostile" / "enc_user.pdf").read_bytes()
    assert read(data, "enc_user.pdf", password="salasana").pages == 17
    with pytest.raises(DocumentError, match=r"is needed.*--password"):
        read(data, "enc_user.pdf")
    with pytest.raises(DocumentError, match=r"does not open it.*--password"):
        read(data, "enc_user.pdf", password="väärä")


def test_the_form_that_contains_itself_takes_no_more_than_it_may(shared: Path) -> None:
    path = shared / "traps" / "hostile" / "recursive_form.pdf"
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    # pdfium aborts when memory ends: the batch stage sees its child die and says so.
    assert child.returncode in (0, 1, -6, -9, -11, 134, 137)


@settings(deadline=None)  # the first example loads the libraries
@given(st.binary(max_size=300), st.sampled_from(SUFFIXES))
def test_any_bytes_end_as_a_reading_or_a_sentence(data: bytes, suffix: str) -> None:
    try:
        reading = read(data, f"muistio{suffix}", ocr=False)
    except DocumentError as error:
        assert str(error).endswith(".")
    else:
        assert all(line.text == line.text.strip() and line.text and "\n" not in line.text for line in reading.lines)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co"]), min_size=1))
def test_no_letter_of_a_text_is_lost(text: str) -> None:
    data = text.encode()
    try:
        lines = read(data, "a.txt").lines
    except DocumentError:
        assert not re.sub(r"\s", "", text)
        return
    assert read(data, "a.txt").lines == lines
    joined = "".join(line.text for line in lines if not line.cells)
    if not any(line.cells for line in lines):
        assert len(re.sub(r"\s", "", joined)) <= 4 * len(re.sub(r"\s", "", text))
        assert set(re.findall("[a-zäö0-9]", text)) <= set(joined)


def test_every_format_has_a_reader_and_an_ending_of_its_own() -> None:
    assert all(callable(importlib.import_module(one.module).read) for one in FORMATS)
    assert len({one.media_type for one in FORMATS}) == len(FORMATS)
    assert len(SUFFIXES) == sum(len(one.suffixes) for one in FORMATS)


def test_no_library_is_loaded_before_a_document_needs_it() -> None:
    command = "import sys, pipeline.reading; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert not {"pypdfium2", "docx", "lxml", "PIL", "pytesseract"} & set(loaded.split())


def test_mutated_documents_end_as_a_reading_or_a_sentence() -> None:
    content = rules([57, 200, 300], [90, 110, 130]) + at(60, 104, "Asia") + at(205, 104, "Vastuu") + at(57, 200, "§ 1")
    originals = {"a.pdf": pdf(content, content), "a.html": b"<html><table><tr><td>a<td>b</table><ol><li>x</ol></html>"}
    chance = random.Random(7)
    for name, original in originals.items():
        for _ in range(100):
            data = bytearray(original)
            for _ in range(chance.randint(1, 8)):
                place = chance.randrange(len(data))
                data[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
            try:
                read(bytes(data), name, ocr=False)
            except DocumentError as error:
                assert str(error).endswith(".")

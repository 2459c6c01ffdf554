"""Plain text: the encoding is told from the bytes, the layout from columns and blank lines."""

import codecs
import re

from pipeline.errors import DocumentError
from pipeline.reading.characters import clean
from pipeline.reading.layout import ASCENT, CHARACTERS, Word
from pipeline.reading.page import page_lines
from pipeline.reading.source import Source, problem, within_limit
from pipeline.records import Line, Problem, Reading

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
# Eight-bit encodings of Finnish archives, the likeliest first: Windows, Unix, old Macintosh, DOS.
EIGHT_BIT = (("cp1252", "windows-1252"), ("iso8859-15", "iso-8859-15"), ("mac_roman", "macintosh"), ("cp850", "cp850"))
EXPECTED = frozenset("äöåÄÖÅéÉüÜšŠžŽ§–—’‘”“»«•·…€°½²³´×±\xa0\xad")
BREAK = re.compile("\r\n|\r|\n")
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
WORD = re.compile(r"\S+")
TAB = 8


def read(source: Source) -> Reading:
    """Lines of the text; a form feed starts a page.

    Raises:
        DocumentError: there is no text in it.
    """
    text, encoding, problems = decode(source.data)
    text = within_limit(text, source, problems)
    if CONTROL.search(text):
        problems.append(problem("info", "Control characters, which no text should hold, were left out."))
    pages = text.removesuffix("\f").split("\f")
    if len(pages) > source.limits.pages:
        problems.append(problem("warning", f"Only the first {source.limits.pages} of {len(pages)} pages were read."))
    found = [line for number, page in enumerate(pages[: source.limits.pages], start=1) for line in _lines(page, number)]
    if not found:
        raise DocumentError(f"{source.name} holds no text, only white space; fetch the file again.")
    return Reading(source.media_type, f"text ({encoding})", len(pages), tuple(found), tuple(problems))


def _lines(page: str, number: int) -> list[Line]:
    """The lines of one page that are not blank, one character wide and one line high a point."""
    rows = []
    for top, raw in enumerate(BREAK.split(page)):
        words = [
            Word(match.group(), *match.span(), base=top + ASCENT, size=1.0, bold=False, spaced=True)
            for match in WORD.finditer(clean(raw.expandtabs(TAB)))
        ]
        if words:
            rows.append(words)
    return page_lines(rows, number, CHARACTERS)


def decode(data: bytes) -> tuple[str, str, list[Problem]]:
    """The text, the name of its encoding, and what could not be decoded."""
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            return data.decode(codec, "replace"), name, []
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken:
        return text, "utf-8", []
    beyond_ascii = sum(1 for letter in text if letter > "\x7f") - broken
    if beyond_ascii > 10 * broken:
        return text, "utf-8", [problem("warning", f"{broken} characters are damaged and stand as \ufffd.")]
    codec, name = max(EIGHT_BIT, key=lambda one: _plausibility(data, one[0]))
    return data.decode(codec, "replace"), name, []


def _plausibility(data: bytes, codec: str) -> int:
    """How many more of the characters beyond ASCII are expected in Finnish text than are not."""
    odd_bytes = bytes(byte for byte in data if byte > 0x7F)
    return sum(1 if letter in EXPECTED else -1 for letter in odd_bytes.decode(codec, "replace"))

"""The words of a PDF page, from pdfium's characters.

pdfium tells where words end; the boxes of a word's first and last character place it. Only words whose box looks odd
are taken apart character by character, which keeps the pass close to the speed of bare text extraction.
"""

import ctypes
import math
import re
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from pipeline.reading.characters import JOINED
from pipeline.reading.layout import Word
from pipeline.reading.pdf_frame import Frame

TOKEN = re.compile(rf"[^\s{JOINED}]+{JOINED}?|{JOINED}")
BOLD_NAME = re.compile(r"bold|black|heavy|demi|lihav", re.IGNORECASE)
BOLD_WEIGHT = 600
PICTURE_NAME = re.compile(r"wingdings|webdings|dingbats", re.IGNORECASE)
PRIVATE_USE = 0xF000  # where Word puts the signs of such fonts
NAME_BYTES = 200
HYPHEN = 2  # the code pdfium gives a hyphen at the end of a line
FILL_AND_STROKE = 2  # text render mode: Word's bold of a font that has none


class Style(NamedTuple):
    """What all characters of one text object share.

    Attributes:
        turn: quarter turns anticlockwise.
        pictures: its letters stand for other signs, as in Wingdings, whose § is a square bullet.
    """

    size: float
    bold: bool
    turn: int
    pictures: bool


class Turned(NamedTuple):
    """A word and the quarter turns anticlockwise of its writing, before the page is turned for showing."""

    word: Word
    turn: int


def page_words(text_page: Any, frame: Frame) -> list[Turned]:
    """Words in the order of the content stream, each placed on the page turned so that its writing is upright."""
    return _Page(text_page, frame).words()


def as_picture(text: str) -> str:
    """The signs that letters of a picture font stand for, as private-use characters."""
    return "".join(chr(PRIVATE_USE + ord(letter)) if "!" <= letter <= "ÿ" else letter for letter in text)


class _Page:
    """One page being read: keeps the C buffers that every call fills."""

    def __init__(self, text_page: Any, frame: Frame) -> None:
        self.handle = text_page.raw
        self.frame = frame
        self.styles: dict[int, Style] = {}
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.box = pdfium.FS_RECTF()
        self.matrix = pdfium.FS_MATRIX()
        self.name = ctypes.create_string_buffer(NAME_BYTES)
        self.text = self._text(text_page)

    def _text(self, text_page: Any) -> str:
        """The page's text, one code point for each of pdfium's characters."""
        count = pdfium.FPDFText_CountChars(self.handle)
        if count <= 0:
            return ""
        text: str = text_page.get_text_range()
        if len(text) == count:
            return text
        codes = (pdfium.FPDFText_GetUnicode(self.handle, index) for index in range(count))
        return "".join(JOINED if code == HYPHEN else chr(min(code, 0x10FFFF)) for code in codes)

    def words(self) -> list[Turned]:
        """All words; what is done for every word stands here in one loop, for speed."""
        found: list[Turned] = []
        handle, box, x, y = self.handle, self.box, self.x, self.y
        left, high = self.frame.left, self.frame.high
        text_object, address = pdfium.FPDFText_GetTextObject, ctypes.addressof
        char_origin, loose_box = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetLooseCharBox
        end = 0
        for match in TOKEN.finditer(self.text):
            start, stop = match.span()
            # A line break in the text says nothing of a space: a raised figure gives one too.
            spaced = start > end and "\n" not in self.text[end:start]
            end = stop
            written = text_object(handle, start)
            style = self.styles.get(address(written.contents)) if written else None
            if style is None:
                style = self._look_up(start, written)
            size, bold, turn, pictures = style
            text = as_picture(match.group()) if pictures else match.group()
            char_origin(handle, start, x, y)
            loose_box(handle, stop - 1, box)
            if turn == 0:
                x0, base = x.value - left, high - y.value
                x1, top, bottom = box.right - left, high - box.top, high - box.bottom
            else:
                x0, base = self.frame.place(x.value, y.value, turn)
                x1, top, bottom = self._end(stop - 1, turn)
            length = stop - start
            if length == 1 or (
                0.15 * size * length < x1 - x0 < size * length + 1 and top - size < base < bottom + 0.2 * size
            ):
                found.append(Turned(Word(text, x0, x1 if x1 > x0 else x0, base, size, bold, spaced), turn))
            else:
                self._take_apart(found, text, start, spaced, style)
        return found

    def _take_apart(self, found: list[Turned], text: str, first: int, spaced: bool, style: Style) -> None:
        """Cut a word where its characters jump: to another line, far ahead, or back over what was written."""
        far = 0.6 * style.size
        piece = ""
        x0 = x1 = base = 0.0
        for offset, letter in enumerate(text):
            left, low = self._origin(first + offset, style.turn)
            right, _, _ = self._end(first + offset, style.turn)
            if piece and (abs(low - base) > far or left - x1 > far or left < x1 - far):
                found.append(Turned(Word(piece, x0, x1, base, style.size, style.bold, spaced), style.turn))
                piece, spaced = "", True
            if not piece:
                x0, x1, base = left, right, low
            piece += letter
            x1 = max(x1, right)
        found.append(Turned(Word(piece, x0, x1, base, style.size, style.bold, spaced), style.turn))

    def _origin(self, index: int, turn: int) -> tuple[float, float]:
        """Where a character starts on its baseline: along the writing and down the page."""
        pdfium.FPDFText_GetCharOrigin(self.handle, index, self.x, self.y)
        return self.frame.place(self.x.value, self.y.value, turn)

    def _end(self, index: int, turn: int) -> tuple[float, float, float]:
        """Where a character ends along the writing, and its upper and lower edge down the page."""
        pdfium.FPDFText_GetLooseCharBox(self.handle, index, self.box)
        box = self.box
        one = self.frame.place(box.left, box.bottom, turn)
        other = self.frame.place(box.right, box.top, turn)
        return max(one[0], other[0]), min(one[1], other[1]), max(one[1], other[1])

    def _look_up(self, index: int, text_object: Any) -> Style:
        """Size, weight and direction of a character: the same for all of its text object."""
        matrix = self.matrix
        pdfium.FPDFText_GetMatrix(self.handle, index, matrix)
        size = pdfium.FPDFText_GetFontSize(self.handle, index) * math.hypot(matrix.c, matrix.d)
        pdfium.FPDFText_GetLooseCharBox(self.handle, index, self.box)
        height = max(abs(self.box.top - self.box.bottom), abs(self.box.right - self.box.left))
        # Type 3 fonts count in units of their own: trust the box where the two are far apart.
        if not 0.3 * height < size < 3 * height and height > 0:
            size = height
        length = pdfium.FPDFText_GetFontInfo(self.handle, index, self.name, NAME_BYTES, None)
        name = self.name.value.decode("latin-1") if 0 < length <= NAME_BYTES else ""
        struck = bool(text_object) and pdfium.FPDFTextObj_GetTextRenderMode(text_object) == FILL_AND_STROKE
        bold = struck or BOLD_NAME.search(name) or pdfium.FPDFText_GetFontWeight(self.handle, index) >= BOLD_WEIGHT
        turn = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 90) % 4
        style = Style(max(size, 1.0), bool(bold), turn, bool(PICTURE_NAME.search(name)))
        if text_object:
            self.styles[ctypes.addressof(text_object.contents)] = style
        return style

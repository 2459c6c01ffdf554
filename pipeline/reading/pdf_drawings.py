"""What a PDF page draws besides text: ruling lines of tables, bullets drawn as shapes, images."""

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from pipeline.reading.layout import Word
from pipeline.reading.pdf_frame import Frame

# Some scanners wrap the image of a page in a form.
PICTURES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
THIN = 3.0  # a shape thinner than this is a line
BULLET = (1.5, 8.0)  # least and greatest width of a drawn bullet
FARTHEST = 40.0  # how far a bullet stands before its line
MOST_OBJECTS = 20_000
MOST_SEGMENTS = 2_000


class Box(NamedTuple):
    """A rectangle from the top left corner of the page."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class Drawings:
    """The drawings of one page; lines are boxes without height (`across`) or width (`down`)."""

    across: list[Box] = field(default_factory=list)
    down: list[Box] = field(default_factory=list)
    bullets: list[Box] = field(default_factory=list)
    images: float = 0.0  # share of the page's area


def drawings(page: Any, frame: Frame, turn: int) -> Drawings:
    """Looks once at every object of the page; those inside of forms are not looked at."""
    found = Drawings()
    left, low, right, high = (ctypes.c_float() for _ in range(4))
    for index in range(min(pdfium.FPDFPage_CountObjects(page.raw), MOST_OBJECTS)):
        shape = pdfium.FPDFPage_GetObject(page.raw, index)
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind not in (pdfium.FPDF_PAGEOBJ_PATH, *PICTURES):
            continue
        pdfium.FPDFPageObj_GetBounds(shape, left, low, right, high)
        box = _visible(shape, _box(frame, turn, left.value, low.value, right.value, high.value), frame, turn)
        width, height = box.x1 - box.x0, box.bottom - box.top
        if kind in PICTURES:
            found.images += width * height / max(frame.area, 1.0)
        elif height < THIN < width:
            middle = (box.top + box.bottom) / 2
            found.across.append(Box(box.x0, middle, box.x1, middle))
        elif width < THIN < height:
            middle = (box.x0 + box.x1) / 2
            found.down.append(Box(middle, box.top, middle, box.bottom))
        elif BULLET[0] <= width <= BULLET[1] and 0.7 < width / max(height, 0.1) < 1.4:
            found.bullets.append(box)
        elif height >= THIN and width >= THIN:
            for side in _sides(shape, frame, turn):
                (found.across if side.top == side.bottom else found.down).append(side)
    return found


def with_bullets(words: list[Word], drawn: Drawings) -> list[Word]:
    """The words, and a bullet before each line that has one drawn as a shape instead of written."""
    if not drawn.bullets:
        return words
    by_base = sorted(words, key=lambda word: word.base)
    bullets = []
    for box in drawn.bullets:
        middle = (box.top + box.bottom) / 2
        start = bisect_left(by_base, middle - 1, key=lambda word: word.base)
        stop = bisect_right(by_base, middle + FARTHEST, key=lambda word: word.base)
        after = [
            word for word in by_base[start:stop] if word.top < middle < word.base and 0 <= word.x0 - box.x1 < FARTHEST
        ]
        first = min(after, key=lambda word: word.x0, default=None)
        if first is not None:
            bullets.append(first._replace(text="•", x0=box.x0, x1=box.x1, spaced=True))
    return words + bullets


def _box(frame: Frame, turn: int, left: float, low: float, right: float, high: float) -> Box:
    x0, top = frame.place(left, low, turn)
    x1, bottom = frame.place(right, high, turn)
    return Box(min(x0, x1), min(top, bottom), max(x0, x1), max(top, bottom))


def _visible(shape: Any, box: Box, frame: Frame, turn: int) -> Box:
    """A shape's box within what is shown: a table that goes on over the page is drawn beyond the edge.

    What lies outside is pushed to the edge, where it closes the cells that the edge cuts.
    """
    clip = pdfium.FPDFPageObj_GetClipPath(shape)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(0, pdfium.FPDFClipPath_CountPaths(clip))):
        points = []
        for index in range(min(pdfium.FPDFClipPath_CountPathSegments(clip, path), MOST_SEGMENTS)):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, index), x, y)
            points.append(frame.place(x.value, y.value, turn))
        if points:
            x0, x1 = min(across for across, _ in points), max(across for across, _ in points)
            top, bottom = min(down for _, down in points), max(down for _, down in points)
            box = Box(
                min(max(box.x0, x0), x1),
                min(max(box.top, top), bottom),
                max(min(box.x1, x1), x0),
                max(min(box.bottom, bottom), top),
            )
    return box


def _sides(shape: Any, frame: Frame, turn: int) -> Iterator[Box]:
    """The level and upright lines of a larger shape, for instance the four sides of a rectangle."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(shape, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    last: tuple[float, float] | None = None
    for index in range(min(pdfium.FPDFPath_CountSegments(shape), MOST_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(shape, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = frame.place(
            matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f, turn
        )
        if last and pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_LINETO:
            (x0, top), (x1, bottom) = last, point
            if abs(top - bottom) < 1 < abs(x1 - x0):
                yield Box(min(x0, x1), top, max(x0, x1), top)
            elif abs(x1 - x0) < 1 < abs(top - bottom):
                yield Box(x0, min(top, bottom), x0, max(top, bottom))
        last = point

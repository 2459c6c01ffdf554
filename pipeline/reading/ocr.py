"""Scans: Tesseract (Finnish and Swedish) reads what is only an image."""

import io
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from statistics import median
from typing import Any

from pipeline.errors import DocumentError, MissingDependency
from pipeline.reading import layout
from pipeline.reading.layout import Word
from pipeline.reading.page import page_lines
from pipeline.reading.source import Source, problem
from pipeline.records import Line, Problem, Reading

DPI = 300
LOW_CONFIDENCE = 70.0  # of 100, mean over the characters of a page
TIME_SHARE = 0.7  # of the time that a document may take
# What Tesseract makes of a bullet's dot, sometimes with a dash after it.
MISREAD_BULLET = re.compile(r"[*+«»€¢©°¤®=~oe] +(?:[—–-] +)?(?=\S)")
RANGE = re.compile(r"(?<=\d)—(?=\d)")  # Finnish has no dash so long
DESCENDING = frozenset("gjpqyQ,;()")
RISING = frozenset("bdfhijkltäöå()§")
DESCENT = 0.21
SAME_SIZE = 0.15  # sizes that differ less are one size, measured with some error
HOW_TO_GET = "install Tesseract with `make system` and its Python door with `pip install 'muistio[ocr]'`"


class Recogniser:
    """Tesseract, checked to be there.

    Raises:
        MissingDependency: Tesseract, pytesseract or the Finnish model is not installed.
    """

    def __init__(self) -> None:
        try:
            import pytesseract
        except ImportError as error:
            raise MissingDependency(f"OCR is not installed: {HOW_TO_GET}.") from error
        try:
            installed = set(pytesseract.get_languages(config=""))
        except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError) as error:
            raise MissingDependency(f"OCR is not installed: {HOW_TO_GET}.") from error
        if "fin" not in installed:
            raise MissingDependency(f"Tesseract lacks its Finnish model: {HOW_TO_GET}.")
        self.languages = "+".join(language for language in ("fin", "swe") if language in installed)
        self._tesseract = pytesseract
        # One thread a page is faster than four that share one.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")

    def words(self, image: Any, points: float) -> tuple[list[Word], float]:
        """Words of a page image and their mean confidence, 0 to 100.

        Args:
            image: a Pillow image.
            points: points a pixel.
        """
        data = self._tesseract.image_to_data(
            image, lang=self.languages, output_type=self._tesseract.Output.DICT, config=f"--dpi {DPI}"
        )
        keys = zip(data["block_num"], data["par_num"], data["line_num"], strict=True)
        lines: dict[tuple[int, int, int], list[int]] = {}
        for index, key in enumerate(keys):
            if data["text"][index].strip():
                lines.setdefault(key, []).append(index)
        heights = {
            index: data["height"][index] * points / ink_height(data["text"][index])
            for line in lines.values()
            for index in line
        }
        usual = median(heights.values()) if heights else 0.0
        found: list[Word] = []
        for line in lines.values():
            size = median(heights[index] for index in line)
            if abs(size - usual) < SAME_SIZE * usual:
                size = usual
            base = median(
                (data["top"][index] + data["height"][index]) * points
                - DESCENT * size * (not DESCENDING.isdisjoint(data["text"][index]))
                for index in line
            )
            for index in line:
                x0 = data["left"][index] * points
                x1 = x0 + data["width"][index] * points
                text = RANGE.sub("–", data["text"][index].strip())
                found.append(Word(text, x0, x1, base, round(size, 1), False, True))
        letters = [(len(data["text"][index]), float(data["conf"][index])) for index in heights]
        total = sum(count for count, _ in letters)
        return found, sum(count * sure for count, sure in letters) / total if total else 0.0


def ink_height(text: str) -> float:
    """Height of a word's ink in font sizes, by which letters rise above and hang below the others."""
    rises = any(letter.isupper() or letter.isdigit() or letter in RISING for letter in text)
    hangs = not DESCENDING.isdisjoint(text)
    return 0.52 + 0.22 * rises + DESCENT * hangs


def recognise(
    images: Iterable[tuple[int, Any, float]], *, seconds: float
) -> tuple[dict[int, list[Line]], list[Problem]]:
    """Lines of page images, several pages at a time.

    Args:
        images: page number, Pillow image and points a pixel; drawn only as they are needed.
        seconds: what is not done by then is left out and said so.

    Raises:
        MissingDependency: OCR is not installed.
    """
    recogniser = Recogniser()
    deadline = time.monotonic() + seconds
    found: dict[int, list[Line]] = {}
    problems: list[Problem] = []
    workers = min(4, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        for batch in _batches(images, workers):
            if time.monotonic() > deadline:
                problems += [
                    problem("error", f"Page {number} is an image; the time for OCR ran out before it.", number)
                    for number, _, _ in batch
                ]
                continue
            done = pool.map(lambda one: recogniser.words(one[1], one[2]), batch)
            for (number, _, _), (words, confidence) in zip(batch, done, strict=True):
                found[number] = mend_bullets(page_lines(layout.rows(words), number, layout.POINTS))
                if words and confidence < LOW_CONFIDENCE:
                    message = f"OCR of page {number} is unsure of what it reads ({confidence:.0f} of 100)."
                    problems.append(problem("warning", message, number))
    return found, problems


def _batches(images: Iterable[tuple[int, Any, float]], size: int) -> Iterator[list[tuple[int, Any, float]]]:
    iterator = iter(images)
    while batch := list(islice(iterator, size)):
        yield batch


def mend_bullets(lines: Sequence[Line]) -> list[Line]:
    """Bullets again, where several lines of a page start alike in one column with what OCR makes of a dot."""
    suspects = [line.x0 for line in lines if MISREAD_BULLET.match(line.text)]
    return [
        replace(line, text=MISREAD_BULLET.sub("• ", line.text, count=1))
        if sum(abs(line.x0 - x0) < 4 for x0 in suspects) >= 2
        else line
        for line in lines
    ]


def read(source: Source) -> Reading:
    """Lines of a scanned image; a TIFF may hold several pages.

    Raises:
        DocumentError: it cannot be opened, OCR is missing or off, or nothing was found in it.
    """
    from PIL import Image, ImageSequence

    if not source.ocr:
        raise DocumentError(f"{source.name} is an image and OCR is switched off; run again with OCR.")
    try:
        with Image.open(io.BytesIO(source.data)) as image:
            frames = [frame.convert("L") for frame in islice(ImageSequence.Iterator(image), source.limits.pages)]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DocumentError(f"{source.name} is a damaged image; scan or fetch it again.") from error
    try:
        # A scan is taken for a page of A4.
        images = ((number, frame, 595 / frame.width) for number, frame in enumerate(frames, start=1))
        pages, problems = recognise(images, seconds=TIME_SHARE * source.limits.seconds)
    except MissingDependency as error:
        raise DocumentError(f"{source.name} is an image. {error}") from error
    lines = [line for page in pages.values() for line in page]
    if not lines:
        raise DocumentError(f"{source.name} is an image in which OCR found no text; scan it again, upright and sharp.")
    return Reading(source.media_type, "tesseract", len(frames), tuple(lines), tuple(problems))

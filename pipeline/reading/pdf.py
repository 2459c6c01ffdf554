"""PDF: one pass over pdfium's characters; ruled tables by their lines; scanned pages by OCR."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2

from pipeline.errors import DocumentError, MissingDependency
from pipeline.reading import layout
from pipeline.reading.characters import clean
from pipeline.reading.page import page_lines
from pipeline.reading.pdf_drawings import drawings, with_bullets
from pipeline.reading.pdf_frame import Frame
from pipeline.reading.pdf_words import page_words
from pipeline.reading.ruled import ruled_cells, ruled_tables
from pipeline.reading.source import Source, problem
from pipeline.records import Line, Problem, Reading

PASSWORD = 4  # pdfium's error code
SCAN_CHARACTERS = 60  # a page with fewer, and an image over half of it, is a scan
MOST_PIXELS = 5000  # along the longer side of a page drawn for OCR


class Page(NamedTuple):
    """What one page gave."""

    lines: list[Line]
    problems: list[Problem]
    scanned: bool = False


def read(source: Source) -> Reading:
    """Lines of every page, in reading order.

    Raises:
        DocumentError: the file cannot be opened, or no page of it gave any text.
    """
    document = _open(source)
    try:
        return _read(source, document)
    finally:
        document.close()


def _open(source: Source) -> Any:
    try:
        return pypdfium2.PdfDocument(source.data, password=source.password)
    except pypdfium2.PdfiumError as error:
        if error.err_code != PASSWORD:
            raise DocumentError(
                f"{source.name} is a damaged or incomplete PDF that cannot be opened; fetch the file again."
            ) from error
        said = "does not open it" if source.password else "is needed"
        raise DocumentError(
            f"{source.name} is encrypted and the password {said}; give the right one with --password."
        ) from error


def _read(source: Source, document: Any) -> Reading:
    count = len(document)
    pages: dict[int, Page] = {}
    problems: list[Problem] = []
    characters = 0
    for number in range(1, count + 1):
        if number > source.limits.pages or characters > source.limits.characters:
            message = f"Only the first {number - 1} of {count} pages were read; the limit for one document is reached."
            problems.append(problem("warning", message, number))
            break
        pages[number] = page = _page(document, number)
        characters += sum(len(line.text) for line in page.lines)
    recognised, more = _recognised(source, document, [number for number, page in pages.items() if page.scanned])
    lines = [line for number, page in pages.items() for line in (recognised.get(number) or page.lines)]
    problems = [*(one for page in pages.values() for one in page.problems), *more, *problems]
    if not lines:
        raise DocumentError(_nothing(source, problems))
    return Reading(
        media_type=source.media_type,
        reader="pypdfium2+tesseract" if recognised else "pypdfium2",
        pages=count,
        lines=tuple(lines),
        problems=tuple(problems),
        title=clean(document.get_metadata_value("Title")).strip(),
    )


def _nothing(source: Source, problems: Sequence[Problem]) -> str:
    """Why a document without a line cannot be read."""
    reasons = [one.message for one in problems if one.severity == "error"]
    if reasons:
        return f"Nothing of {source.name} could be read. {reasons[0]}"
    return f"{source.name} holds no text, only blank pages or drawings; fetch the file again."


def _page(document: Any, number: int) -> Page:
    try:
        page = document[number - 1]
        text_page = page.get_textpage()
        frame = Frame.of(page)
        words = page_words(text_page, frame)
        turn = Counter(word.turn for word in words).most_common(1)[0][0] if words else frame.rotation
        drawn = drawings(page, frame, turn)
        text_page.close()
        page.close()
    except (pypdfium2.PdfiumError, AssertionError):  # pypdfium2 asserts what pdfium promises
        return Page([], [problem("error", f"Page {number} is damaged and could not be read; fetch it again.", number)])
    upright = with_bullets([word.word for word in words if word.turn == turn], drawn)
    ruled: list[list[Line]] = []
    found = ruled_cells(drawn)
    if found:
        ruled, upright = ruled_tables(found, upright, number, layout.POINTS)
    lines = page_lines(layout.rows(upright), number, layout.POINTS, ruled)
    # Stamps of electronic signatures run up the margin.
    sideways = [
        layout.line(row, number, layout.POINTS)
        for other in sorted({word.turn for word in words} - {turn})
        for row in layout.rows(word.word for word in words if word.turn == other)
    ]
    problems = []
    if sideways:
        message = f"Text that runs in another direction was put after the other text of page {number}."
        problems.append(problem("info", message, number))
    scanned = drawn.images > 0.5 and sum(len(word.word.text) for word in words) < SCAN_CHARACTERS
    return Page(lines + sideways, problems, scanned)


def _recognised(source: Source, document: Any, numbers: Sequence[int]) -> tuple[dict[int, list[Line]], list[Problem]]:
    """Lines of the scanned pages, by page number."""
    if not numbers:
        return {}, []
    if not source.ocr:
        return {}, [
            problem("error", f"Page {number} is an image and OCR is switched off.", number) for number in numbers
        ]
    from pipeline.reading import ocr

    try:
        return ocr.recognise(_images(document, numbers), seconds=ocr.TIME_SHARE * source.limits.seconds)
    except MissingDependency as error:
        return {}, [problem("error", f"Page {number} is an image. {error}", number) for number in numbers]


def _images(document: Any, numbers: Sequence[int]) -> Iterator[tuple[int, Any, float]]:
    """The pages drawn for OCR: number, Pillow image, points a pixel."""
    from pipeline.reading import ocr

    for number in numbers:
        page = document[number - 1]
        scale = min(ocr.DPI / 72, MOST_PIXELS / max(page.get_size()))
        yield number, page.render(scale=scale, grayscale=True).to_pil(), 1 / scale
        page.close()

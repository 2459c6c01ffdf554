"""Reading: the bytes of one file become lines with page, position, size and weight.

A new format is one module with a function `read(source)` and one line in `FORMATS`.
"""

import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

from pipeline.config import Limits
from pipeline.errors import DocumentError
from pipeline.reading import sniff
from pipeline.reading.source import Source, problem
from pipeline.records import Reading


class Format(NamedTuple):
    """A media type, the module that reads it, and how the names of such files end.

    Modules are imported late: no format's library is loaded before a document needs it.
    """

    media_type: str
    module: str
    suffixes: tuple[str, ...]


FORMATS = (
    Format(sniff.PDF, "pipeline.reading.pdf", (".pdf",)),
    Format(sniff.DOCX, "pipeline.reading.docx", (".docx",)),
    Format(sniff.TEXT, "pipeline.reading.text", (".txt", ".text")),
    Format("text/markdown", "pipeline.reading.markdown", (".md",)),
    Format(sniff.HTML, "pipeline.reading.html", (".html", ".htm", ".xhtml")),
    Format(sniff.ODT, "pipeline.reading.office", (".odt",)),
    Format(sniff.DOC, "pipeline.reading.office", (".doc",)),
    Format(sniff.RTF, "pipeline.reading.office", (".rtf",)),
    Format("image/png", "pipeline.reading.ocr", (".png",)),
    Format("image/jpeg", "pipeline.reading.ocr", (".jpg", ".jpeg")),
    Format("image/tiff", "pipeline.reading.ocr", (".tif", ".tiff")),
)
READERS = {one.media_type: one.module for one in FORMATS}
TYPES = {suffix: one.media_type for one in FORMATS for suffix in one.suffixes}
SUFFIXES = tuple(TYPES)  # of the files that are picked up from a folder
USUAL = Limits()


def read(data: bytes, name: str, *, password: str | None = None, ocr: bool = True, limits: Limits = USUAL) -> Reading:
    """Read one file.

    Args:
        data: its bytes.
        name: its name: breaks ties between formats and stands in messages.
        password: opens an encrypted file.
        ocr: recognise pages that are images.

    Raises:
        DocumentError: nothing of it can be read.
    """
    if not data:
        raise DocumentError(f"{name} is empty (0 bytes); fetch the file again.")
    media_type = sniff.media_type(data, name)
    expected = TYPES.get(PurePath(name).suffix.lower(), media_type)
    if media_type == sniff.TEXT and expected.startswith("text/") and expected != sniff.HTML:
        media_type = expected  # text in a mark-up that its name alone tells
    module = READERS.get(media_type)
    if module is None:
        raise DocumentError(
            f"{name} is of a type that cannot be read ({media_type}); "
            "give PDF, DOCX, HTML, Markdown, text or a scanned image."
        )
    reader: Callable[[Source], Reading] = importlib.import_module(module).read
    try:
        reading = reader(Source(data, name, media_type, password, ocr, limits))
    except (MemoryError, RecursionError) as error:
        raise DocumentError(
            f"{name} asks for more memory than one document may use; the file may be damaged, or split it in parts."
        ) from error
    if expected == media_type:
        return reading
    note = problem("info", f"The name of {name} promises {expected}, but it holds {media_type}; it was read as that.")
    return replace(reading, problems=(note, *reading.problems))

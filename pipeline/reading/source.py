"""What every reader is given, and how it tells what it could not do."""

from dataclasses import dataclass

from pipeline.config import Limits
from pipeline.records import Problem, Severity


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one file and what a reader may do with them.

    Attributes:
        name: the file's name, for messages only.
        password: tried where the file is encrypted.
        ocr: whether pages without text may be recognised.
    """

    data: bytes
    name: str
    media_type: str
    password: str | None
    ocr: bool
    limits: Limits


def problem(severity: Severity, message: str, page: int | None = None) -> Problem:
    """A problem of the reading stage."""
    return Problem("reading", severity, message, page)


def within_limit(text: str, source: Source, problems: list[Problem]) -> str:
    """The characters of a text that may be read; what is left out is told in `problems`."""
    limit = source.limits.characters
    if len(text) > limit:
        problems.append(problem("warning", f"Only the first {limit:,} of {len(text):,} characters were read."))
    return text[:limit]

"""Small documents for tests: plain text to a `Reading`, without a file."""

from pipeline.records import Line, Minutes, Reading
from pipeline.structure import parse


def reading(text: str) -> Reading:
    """A reading of plain text as the text reader gives it: one character is one point wide, one line one point high."""
    lines = []
    pages = text.split("\f")
    for number, page in enumerate(pages, 1):
        for top, raw in enumerate(page.split("\n")):
            if raw.strip():
                indent = len(raw) - len(raw.lstrip())
                lines.append(Line(raw.strip(), number, indent, top, len(raw.rstrip()), top + 1))
    return Reading("text/plain", "text (utf-8)", len(pages), tuple(lines))


def minutes(text: str) -> Minutes:
    """The structure of plain text."""
    return parse(reading(text), document_id="0" * 16, path="esimerkki.txt")


def texts(result: Minutes) -> list[str]:
    """Texts of the items, in order."""
    return [item.text for item in result.items]

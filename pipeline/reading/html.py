"""HTML: headings, paragraphs, lists and tables as the mark-up tells them. Nothing outside the file is fetched."""

import codecs
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipeline.errors import DocumentError
from pipeline.reading import text as plain
from pipeline.reading.characters import clean
from pipeline.reading.numerals import printed
from pipeline.reading.source import Source, problem, within_limit
from pipeline.records import Line, Problem, Reading

CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# Browsers read what calls itself Latin-1 as Windows-1252.
LATIN = frozenset(("iso8859-1", "ascii"))
LEFT_OUT = frozenset(
    ("script", "style", "nav", "head", "noscript", "template", "svg", "iframe", "object", "button", "select", "input",
     "textarea", "link", "meta")
)  # fmt: skip
BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
     "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main",
     "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul")
)  # fmt: skip
BOLD = frozenset(("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"))
FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
SPACE = re.compile(r"[ \t\r\n\f]+")
TAB = "    "
INDENT = 18.0  # points a list level
MOST_COLUMNS = 100


def read(source: Source) -> Reading:
    """One line a paragraph, list item or table row.

    Raises:
        DocumentError: it holds no text.
    """
    text, encoding, problems = decode(source.data)
    text = within_limit(text, source, problems)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise DocumentError(f"{source.name} is no HTML that can be read; save the page again.") from error
    lines = tuple(_Page().lines(root)) if root is not None else ()
    if not lines:
        raise DocumentError(f"{source.name} is an HTML page without text; save the page with its content.")
    title = SPACE.sub(" ", clean(root.findtext(".//title") or "")).strip()
    return Reading(source.media_type, f"lxml ({encoding})", 1, lines, tuple(problems), title)


def decode(data: bytes) -> tuple[str, str, list[Problem]]:
    """The text in the declared character set; told from the bytes where none, or a wrong one, is declared."""
    match = CHARSET.search(data[:4096])
    if match and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        declared = match.group(1).decode("ascii")
        try:
            name = codecs.lookup(declared).name
            name = "cp1252" if name in LATIN else name
            return data.decode(name), declared.lower(), []
        except (LookupError, UnicodeError):
            text, told, problems = plain.decode(data)
            message = f"The page says that it is in {declared}, which it is not; it was read as {told}."
            return text, told, [problem("info", message), *problems]
    return plain.decode(data)


class _Page:
    """Walks one page and gathers the text of the block that is open."""

    def __init__(self) -> None:
        self.found: list[Line] = []
        self.text = ""
        self.bold = 0
        self.marker = ""
        self.level = 0
        self.heading = 0
        self.tables = 0

    def lines(self, root: Any) -> list[Line]:
        """All lines under an element."""
        self._walk(root, bold=False, kept=False)
        self._close()
        return self.found

    def _walk(self, element: Any, *, bold: bool, kept: bool) -> None:
        """One element; `kept` where white space counts, as in `pre`."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in LEFT_OUT or element.get("hidden") is not None:
            return
        if tag == "br":
            self.text += "\n"
        elif tag == "table":
            self._close()
            self._table(element, bold=bold)
        elif tag == "li":
            self._close()
            self.marker = _marker(element)
            self._content(element, bold=bold, kept=kept)
            self._close()
        elif tag in ("ul", "ol"):
            self._close()
            self.level += 1
            self._content(element, bold=bold, kept=kept)
            self._close()
            self.level -= 1
        elif tag == "dd" and self.text.endswith(TAB):  # stands on the line of its term
            self._content(element, bold=bold, kept=kept)
            self._close()
        elif tag in BLOCKS:
            self._close()
            self.heading = int(tag[1]) if re.fullmatch("h[1-6]", tag) else 0
            self._content(element, bold=bold or tag in BOLD, kept=kept or tag == "pre")
            if tag == "dt":
                self.text = self.text.rstrip() + TAB
            else:
                self._close()
            self.heading = 0
        else:
            self._content(element, bold=bold or tag in BOLD, kept=kept)

    def _content(self, element: Any, *, bold: bool, kept: bool) -> None:
        self._write(element.text, bold=bold, kept=kept)
        for child in element:
            self._walk(child, bold=bold, kept=kept)
            self._write(child.tail, bold=bold, kept=kept)

    def _write(self, text: str | None, *, bold: bool, kept: bool) -> None:
        if not text:
            return
        written = text if kept else SPACE.sub(" ", text)
        if not kept and (not self.text or self.text[-1] in " \n"):
            written = written.lstrip(" ")
        self.text += written
        self.bold += bold * len(written)

    def _close(self) -> None:
        """End the open block; a line break within it starts a line, an empty line a paragraph."""
        bold = 2 * self.bold > len(self.text.strip())
        new = True
        for part in self.text.split("\n"):
            printed_text = clean(part).strip()
            if not printed_text:
                new = True
                continue
            x0 = INDENT * max(0, self.level - 1)
            top = float(len(self.found))
            self.found.append(
                Line(
                    text=printed_text,
                    x0=x0,
                    top=top,
                    x1=x0 + len(printed_text),
                    bottom=top + 1,
                    bold=bold,
                    marker=self.marker,
                    level=self.level,
                    heading=self.heading,
                    paragraph=new,
                )
            )
            self.marker = ""
            new = False
        self.text = ""
        self.bold = 0

    def _table(self, element: Any, *, bold: bool) -> None:
        rows = [list(_cells(row)) for row in _rows(element)]
        for_layout = max((len(cells) for cells in rows), default=0) < 2 or any(
            inner.tag in ("table", "h1", "h2", "h3")
            for cells in rows
            for cell in cells
            for inner in cell.iterdescendants()
        )
        if for_layout:
            for cell in (cell for cells in rows for cell in cells):
                self._content(cell, bold=bold, kept=False)
                self._close()
            return
        self.tables += 1
        below: dict[int, int] = {}  # how many rows a cell of this column still reaches down
        for cells in rows:
            texts: list[str] = []
            strong = bool(cells)
            for cell in cells:
                while below.get(len(texts), 0) > 0:
                    below[len(texts)] -= 1
                    texts.append("")
                inner = _Page()
                inner.cell(cell)
                strong = strong and (cell.tag == "th" or all(line.bold for line in inner.found))
                reach = _span(cell, "rowspan") - 1
                for place in range(_span(cell, "colspan")):
                    below[len(texts)] = reach
                    texts.append("" if place else " ".join(f"{one.marker} {one.text}".strip() for one in inner.found))
            filled = [one for one in texts if one]
            if len(cells) == 1 and 1 < len(texts) == _span(cells[0], "colspan") and filled:  # a title across the table
                self.text = filled[0]
                self._close()
            elif filled:
                top = float(len(self.found))
                self.found.append(
                    Line(
                        text=" | ".join(texts),
                        top=top,
                        bottom=top + 1,
                        bold=strong,
                        cells=tuple(texts),
                        paragraph=True,
                        table=self.tables,
                    )
                )

    def cell(self, cell: Any) -> None:
        """Walk one table cell."""
        self._content(cell, bold=cell.tag == "th", kept=False)
        self._close()


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    return (child for child in row if child.tag in ("td", "th"))


def _span(cell: Any, name: str) -> int:
    text = cell.get(name, "1").strip()
    return max(1, min(int(text), MOST_COLUMNS)) if re.fullmatch(r"\d{1,4}", text) else 1


def _marker(item: Any) -> str:
    """The bullet or number of a list item."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "•"
    own = [child for child in parent if child.tag == "li"]
    start = parent.get("start", "1")
    number = (int(start) if re.fullmatch(r"\d{1,6}", start) else 1) + own.index(item)
    if re.fullmatch(r"\d{1,6}", item.get("value", "")):
        number = int(item.get("value"))
    return printed(number, FORMS.get(parent.get("type", ""), "decimal")) + "."

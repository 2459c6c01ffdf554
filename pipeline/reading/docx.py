"""DOCX: paragraphs and tables in the order of the document, numbers resolved, changes accepted."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from pipeline.errors import DocumentError
from pipeline.reading import packed
from pipeline.reading.characters import clean
from pipeline.reading.docx_numbering import Marker, Numbering, indent_of, value, whole
from pipeline.reading.source import Source, problem
from pipeline.records import Line, Reading

COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# What was deleted or moved away, field codes and comments are no text of the document.
LEFT_OUT = {qn(name) for name in ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:rPr", "w:pPr", "w:sdtPr")}
TAB = "    "
DEFAULT_SIZE = 22  # half points
TEXT_BOX = qn("w:txbxContent")


def read(source: Source) -> Reading:
    """One line a paragraph or table row.

    Raises:
        DocumentError: it is damaged, a zip bomb, or holds no text.
    """
    packed.check(source)
    try:
        document = docx.Document(io.BytesIO(source.data))
        body = _Body(document)
        title = clean(document.core_properties.title or "").strip()
    except Exception as error:  # python-docx raises whatever it stumbles on in a damaged archive or its XML
        raise DocumentError(
            f"{source.name} is a damaged DOCX; open it in a word processor, save it again, and give that copy."
        ) from error
    lines = list(body.blocks(document.element.body))
    problems = []
    total = 0
    for index, line in enumerate(lines):
        total += len(line.text)
        if total > source.limits.characters:
            lines = lines[:index]
            message = f"Only the first {source.limits.characters:,} characters were read; the rest was left out."
            problems.append(problem("warning", message))
            break
    if not lines:
        raise DocumentError(f"{source.name} holds no text; if it is scanned images, give it as PDF.")
    numbered = tuple(replace(line, top=float(top), bottom=top + 1.0) for top, line in enumerate(lines))
    return Reading(source.media_type, "python-docx", 1, numbered, tuple(problems), title)


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style hands down."""

    number: str = ""
    depth: int | None = None
    outline: int | None = None
    bold: bool = False
    size: int = DEFAULT_SIZE
    indent: float = 0.0


class _Body:
    """Walks one document; keeps the counts of its lists."""

    def __init__(self, document: Any) -> None:
        numbering = [rel for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING]
        roots = [rel.target_part.element for rel in numbering if not rel.is_external]
        self.numbering = Numbering(roots[0] if roots else None)
        self.style_elements = {
            style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))
        }
        self.default_style = next(
            (
                key
                for key, style in self.style_elements.items()
                if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true")
            ),
            "",
        )
        self.styles: dict[str, Style] = {}
        self.tables = 0

    def blocks(self, parent: Any) -> Iterator[Line]:
        """Lines of the paragraphs and tables directly under an element."""
        for child in parent.iterchildren():
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")):
                yield from self.blocks(child)

    def _paragraph(self, element: Any) -> Iterator[Line]:
        style = self._style(value(element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")) or self.default_style)
        text, bold, size = self._text(element, style)
        if text.strip():
            marker = self._marker(element, style)
            indent = element.find(f"{qn('w:pPr')}/{qn('w:ind')}")
            x0 = indent_of(indent) if indent is not None else marker.indent if marker else style.indent
            heading = self._heading(element, style)
            for number, part in enumerate(text.split("\n")):
                if not (printed := clean(part).strip()):
                    continue
                yield Line(
                    text=printed,
                    x0=x0,
                    x1=x0 + len(printed),
                    size=size / 2,
                    bold=bold,
                    marker=marker.text if marker and number == 0 else "",
                    level=marker.level if marker else 0,
                    heading=heading,
                    paragraph=number == 0,
                )
        for box in _text_boxes(element):
            yield from self.blocks(box)

    def _marker(self, element: Any, style: Style) -> Marker | None:
        own = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        number, depth = style.number, style.depth
        if own is not None:
            number = value(own.find(qn("w:numId"))) or number
            depth = whole(value(own.find(qn("w:ilvl"))), 0) if own.find(qn("w:ilvl")) is not None else depth
        return self.numbering.next(number, depth or 0) if number else None

    @staticmethod
    def _heading(element: Any, style: Style) -> int:
        own = value(element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}"))
        outline = whole(own, 9) if own else style.outline
        return outline + 1 if outline is not None and 0 <= outline < 9 else 0

    def _text(self, element: Any, style: Style) -> tuple[str, bool, int]:
        """Text with soft breaks as line feeds, whether it is mostly bold, and its usual size in half points."""
        text = ""
        bold = 0
        sizes: dict[int, int] = {}
        for run in _runs(element):
            properties = run.find(qn("w:rPr"))
            if properties is not None and properties.find(qn("w:vanish")) is not None:
                continue
            written = "".join(_characters(run))
            text += written
            bold += len(written) * _is_bold(properties, style.bold)
            size = value(properties.find(qn("w:sz"))) if properties is not None else ""
            half_points = whole(size, style.size) if size else style.size
            sizes[half_points] = sizes.get(half_points, 0) + len(written)
        return text, 2 * bold > len(text), max(sizes, key=sizes.__getitem__, default=style.size)

    def _table(self, element: Any) -> Iterator[Line]:
        grid = [list(_children(row, qn("w:tc"))) for row in _children(element, qn("w:tr")) if not _is_deleted(row)]
        width = max((len(cells) for cells in grid), default=0)
        if width > 1:
            self.tables += 1
        number = self.tables
        for cells in grid:
            if len(cells) == 1:  # a frame around text, or a title across the table
                yield from self.blocks(cells[0])
                continue
            inner = [list(self.blocks(cell)) for cell in cells]
            # A table within a cell follows the row as a table of its own.
            own = [[line for line in lines if not line.cells] for lines in inner]
            texts = tuple(" ".join(f"{line.marker} {line.text}".strip() for line in lines) for lines in own)
            first = next((line for lines in own for line in lines), None)
            if first is not None:
                bold = all(line.bold for lines in own for line in lines)
                yield Line(" | ".join(texts), size=first.size, bold=bold, cells=texts, paragraph=True, table=number)
            yield from (line for lines in inner for line in lines if line.cells)

    def _style(self, key: str, seen: tuple[str, ...] = ()) -> Style:
        """The style with what it inherits."""
        if key in self.styles:
            return self.styles[key]
        element = self.style_elements.get(key)
        if element is None or key in seen:
            return Style()
        parent = self._style(value(element.find(qn("w:basedOn"))), (*seen, key))
        properties = element.find(qn("w:pPr"))
        letters = element.find(qn("w:rPr"))
        size = value(letters.find(qn("w:sz"))) if letters is not None else ""
        found = replace(
            parent, bold=_is_bold(letters, parent.bold), size=whole(size, parent.size) if size else parent.size
        )
        if properties is not None:
            number = value(properties.find(f"{qn('w:numPr')}/{qn('w:numId')}"))
            if number:
                found = replace(found, number=number, depth=self.numbering.level_of_style(number, key))
            if depth := value(properties.find(f"{qn('w:numPr')}/{qn('w:ilvl')}")):
                found = replace(found, depth=whole(depth, 0))
            if outline := value(properties.find(qn("w:outlineLvl"))):
                found = replace(found, outline=whole(outline, 9))
            if (indent := properties.find(qn("w:ind"))) is not None:
                found = replace(found, indent=indent_of(indent))
        self.styles[key] = found
        return found


def _is_bold(properties: Any, inherited: bool) -> bool:
    element = properties.find(qn("w:b")) if properties is not None else None
    return inherited if element is None else value(element) not in ("0", "false", "off")


def _is_deleted(row: Any) -> bool:
    return row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Rows or cells, also those that a content control or a tracked insertion wraps."""
    for child in parent.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _children(child, tag)


def _runs(element: Any) -> Iterator[Any]:
    """The runs of a paragraph that are part of the accepted text; those of text boxes are not."""
    for child in element.iterchildren():
        if child.tag == qn("w:r"):
            yield child
        elif child.tag not in LEFT_OUT:
            yield from _runs(child)


def _characters(run: Any) -> Iterator[str]:
    for child in run.iterchildren():
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == qn("w:tab"):
            yield TAB
        elif child.tag in (qn("w:br"), qn("w:cr")):
            yield "\n"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag == qn("w:softHyphen"):
            yield "\u00ad"
        elif child.tag == qn("w:sym"):
            code = child.get(qn("w:char"), "")
            yield chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{4}", code) else ""


def _text_boxes(element: Any) -> Iterator[Any]:
    """Contents of the text boxes that hang on a paragraph; the copy for old programs is left out."""
    for child in element.iterchildren():
        if child.tag == TEXT_BOX:
            yield child
        elif child.tag == f"{COMPATIBLE}AlternateContent":
            yield from _text_boxes(next(child.iterchildren(), child))
        elif child.tag not in LEFT_OUT:
            yield from _text_boxes(child)

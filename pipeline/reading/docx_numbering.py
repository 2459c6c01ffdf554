"""The numbers and bullets that Word counts itself: they stand in no paragraph's text."""

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from pipeline.reading.characters import clean
from pipeline.reading.numerals import printed

PLACE = re.compile(r"%([1-9])")
TWIPS = 20  # in a point


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list as `numbering.xml` defines it."""

    form: str
    text: str
    start: int
    legal: bool
    indent: float  # of the marker, in points


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands before a paragraph."""

    text: str
    level: int
    indent: float


class Numbering:
    """Counts the lists of one document, in the order of its paragraphs."""

    def __init__(self, root: Any) -> None:
        """Take the root of `numbering.xml`; None where the document has none."""
        self._levels: dict[str, dict[int, Level]] = {}
        self._list_of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._style_level: dict[tuple[str, str], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if root is None:
            return
        abstract = {element.get(qn("w:abstractNumId")): element for element in root.findall(qn("w:abstractNum"))}
        linked = {
            link.get(qn("w:val")): key
            for key, element in abstract.items()
            if (link := element.find(qn("w:styleLink"))) is not None
        }
        for number in root.findall(qn("w:num")):
            key, list_id = number.get(qn("w:numId")), value(number.find(qn("w:abstractNumId")))
            element = abstract.get(list_id)
            if element is not None and (link := element.find(qn("w:numStyleLink"))) is not None:
                list_id = linked.get(link.get(qn("w:val")), list_id)
                element = abstract.get(list_id)
            if element is None:
                continue
            self._list_of[key] = list_id
            self._levels[key] = {
                whole(one.get(qn("w:ilvl"), ""), 0): _level(one) for one in element.findall(qn("w:lvl"))
            }
            for one in element.findall(qn("w:lvl")):
                if style := value(one.find(qn("w:pStyle"))):
                    self._style_level[key, style] = whole(one.get(qn("w:ilvl"), ""), 0)
            for override in number.findall(qn("w:lvlOverride")):
                depth = whole(override.get(qn("w:ilvl"), ""), 0)
                if (own := override.find(qn("w:lvl"))) is not None:
                    self._levels[key][depth] = _level(own)
                if start := value(override.find(qn("w:startOverride"))):
                    self._restarts.setdefault(key, {})[depth] = whole(start)

    def level_of_style(self, number: str, style: str) -> int:
        """The list level that a paragraph style stands for."""
        return self._style_level.get((number, style), 0)

    def next(self, number: str, depth: int) -> Marker | None:
        """The marker of the next paragraph of list `number` at `depth`, counted from 0."""
        levels = self._levels.get(number)
        if levels is None or depth not in levels:
            return None
        counts = self._counts.setdefault(self._list_of[number], {})
        for place, start in self._restarts.pop(number, {}).items():
            counts[place] = start - 1
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [place for place in counts if place > depth]:
            del counts[deeper]
        level = levels[depth]
        if level.form == "bullet":
            text = clean(level.text).strip() or "•"
        elif level.form == "none":
            text = PLACE.sub("", level.text).strip()
        else:
            text = PLACE.sub(
                lambda match: self._printed(levels, counts, int(match.group(1)) - 1, level.legal), level.text
            )
        return Marker(text.strip(), depth + 1, level.indent)

    @staticmethod
    def _printed(levels: dict[int, Level], counts: dict[int, int], place: int, legal: bool) -> str:
        level = levels.get(place)
        if level is None:
            return ""
        return printed(counts.setdefault(place, level.start), "decimal" if legal else level.form)


def value(element: Any) -> str:
    """The `w:val` of an element; empty where either is missing."""
    return "" if element is None else element.get(qn("w:val"), "")


def whole(text: str, default: int = 1) -> int:
    """A whole number; `default` where a damaged file has none."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else default


def _level(element: Any) -> Level:
    indent = element.find(f"{qn('w:pPr')}/{qn('w:ind')}")
    return Level(
        form=value(element.find(qn("w:numFmt"))) or "decimal",
        text=value(element.find(qn("w:lvlText"))),
        start=whole(value(element.find(qn("w:start")))),
        legal=element.find(qn("w:isLgl")) is not None,
        indent=indent_of(indent),
    )


def indent_of(element: Any) -> float:
    """Where the first line of a paragraph starts, in points from the margin; `element` is its `w:ind`."""
    if element is None:
        return 0.0
    left = whole(element.get(qn("w:left")) or element.get(qn("w:start")) or "0", 0)
    hanging = whole(element.get(qn("w:hanging")) or "0", 0)
    first = whole(element.get(qn("w:firstLine")) or "0", 0)
    return (left - hanging + first) / TWIPS

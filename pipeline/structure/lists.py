"""Bullets and numbers, and how the lines of each list go on below them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from pipeline.records import Line
from pipeline.structure.numbering import LETTER
from pipeline.structure.rows import SENTENCE_END, Row

Wrap = Literal["hanging", "level", "left"]

BULLET = re.compile(r"(?P<mark>[•▪●■□○◦‣⁃∙·➢➤►✓❖\ue000-\uf8ff]|[-–—*](?=\s)|o(?=\s+[A-ZÅÄÖa-zåäö]))\s*(?=\S)")
ENUMERATOR = re.compile(r"(?P<mark>\(?\d{1,2}[.)])\s+(?=\S)")


def split_marker(row: Row) -> tuple[str, str]:
    """(marker, rest) of a row; the marker is empty when the row has none."""
    if row.line.marker:
        return row.line.marker, row.text.strip()
    text = row.text.lstrip()
    for pattern in (BULLET, ENUMERATOR, LETTER):
        found = pattern.match(text)
        if found:
            return found.group("mark"), text[found.end() :].strip()
    return "", text.strip()


def shape(marker: str) -> str:
    """The kind of a marker: `1)` for `12)`, `a)` for `c)`."""
    return re.sub(r"\d+", "1", re.sub(r"[a-zåäö]", "a", marker))


def stands_left(line: Line, marked: Line) -> bool:
    """True for a line that starts to the left of a list's marker."""
    return line.x0 < marked.x0 - (1.5 if line.size else 0.5)


def stands_right(line: Line, marked: Line) -> bool:
    """True for a line that starts to the right of a list's marker, as under a hanging indent."""
    return line.x0 > marked.x0 + 0.5


def goes_on_in_words(above: str, text: str) -> bool:
    """True if the sentence of the line above is open and the next line starts in lower case."""
    return text[:1].islower() and not SENTENCE_END.search(above)


def wraps(rows: Sequence[Row], markers: Sequence[str], breaks: set[int]) -> dict[int, Wrap]:
    """For each row with a marker, where the lines of its list go on: right of the marker, under it, or left of it.

    The items of one list vote; where all are of one line, the lists of the whole document do.

    Args:
        breaks: rows at which every list ends, such as headings.
    """
    votes: dict[int, Counter[Wrap]] = {}
    own = dict(_lists(rows, markers, breaks))
    for index, number in own.items():
        votes.setdefault(number, Counter())
        if index + 1 < len(rows) and not markers[index + 1] and (vote := _vote(rows[index], rows[index + 1])):
            votes[number][vote] += 1
    everywhere = sum(votes.values(), Counter[Wrap]())
    usual: Wrap = "hanging" if everywhere["hanging"] > everywhere["level"] + everywhere["left"] else "level"
    return {
        index: max(votes[number], key=votes[number].__getitem__) if votes[number] else usual
        for index, number in own.items()
    }


def _lists(rows: Sequence[Row], markers: Sequence[str], breaks: set[int]) -> Iterator[tuple[int, int]]:
    """(row, number of its list): markers of one kind and indent are one list."""
    at_hand: dict[tuple[str, int], int] = {}
    count = 0
    for index, (row, marker) in enumerate(zip(rows, markers, strict=True)):
        if index in breaks or row.line.cells:
            at_hand = {}
        elif marker:
            key = (shape(marker), round(row.line.x0))
            if key not in at_hand:
                at_hand[key] = count = count + 1
            yield index, at_hand[key]


def _vote(marked: Row, below: Row) -> Wrap | None:
    """Where the line below goes on, if it is the second line of the item."""
    if below.blank_above or below.new_page or below.line.cells:
        return None
    if stands_right(below.line, marked.line):
        return "hanging"
    if SENTENCE_END.search(marked.text.strip()) and not below.text.strip()[:1].islower():
        return None
    if stands_left(below.line, marked.line):
        return "left" if goes_on_in_words(marked.text.strip(), below.text.strip()) else None
    return "level"

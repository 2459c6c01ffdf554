"""Running headers and footers off the pages, told by repetition and position and not by their words.

A line is furniture when its text, with the digits masked, stands at the same height on at least half of the pages
that can hold it. Text without page breaks (one long page) shows its pages by a counter that grows, `2 (4)` or
`Sivu 2/3`: such lines and what stands beside each of them are furniture, and the pages are rebuilt from them.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from pipeline.records import Line
from pipeline.structure.numbering import SIGN_FIRST, SIGN_LAST
from pipeline.structure.parts import PART_LABEL

ZONE = 7  # lines from the top or the bottom of a page that can be furniture
TOLERANCE = 4.0  # points by which the height of a running line may vary
COUNTER = re.compile(r"(?:^|\s)(?:[Ss]ivu|[Ss]ida|s\.)?\s*(\d{1,4})\s*(?:\((\d{1,4})\)|/\s*(\d{1,4}))$")
LONE_NUMBER = re.compile(r"[-–—]?\s*\d{1,4}\s*[-–—]?$")


def mask(text: str) -> str:
    """The text with digits and white space levelled, so that `1 (4)` and `2 (4)` are the same."""
    return re.sub(r"\d+", "#", re.sub(r"\s+", " ", text)).strip().casefold()


def split_furniture(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """(text, furniture): the lines without running headers, footers and page numbers, and those.

    Pages of page-less text are numbered by the counters found.
    """
    if lines and lines[-1].page > 1:
        return _by_position(lines)
    return _by_counter(lines)


def _by_position(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    # Height from the top of the page for headers, from its lowest line for footers, whose page may be a short one.
    seen: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for page, content in pages.items():
        by_height = sorted(content, key=lambda line: line.top)
        size = _zone(len(by_height))
        for edge, zone in (("top", by_height[:size]), ("bottom", by_height[-size:])):
            for line in zone:
                seen[edge, mask(line.text)].append((page, line.top))
    furniture: set[tuple[str, str, float | None]] = set()
    plain_text = all(line.size == 0 for line in lines)
    for (edge, key), places in seen.items():
        on_pages = {page for page, _ in places}
        if len(on_pages) < max(2, 0.5 * (len(pages) - 1)) or PART_LABEL.fullmatch(key):
            continue
        heights = sorted(top for _, top in places)
        middle = heights[len(heights) // 2]
        close = {page for page, top in places if abs(top - middle) <= TOLERANCE}
        counted = bool(COUNTER.search(key.replace("#", "1")) or LONE_NUMBER.fullmatch(key.replace("#", "1")))
        steady = len(close) >= max(2, 0.5 * len(on_pages))
        if steady:
            furniture.add((edge, key, middle))
        # In plain text, and on a short last page, a footer follows the last line of its page at any height. A
        # sentence that ends many pages (`Merkittiin tiedoksi.`) is none.
        frequent = len(on_pages) >= max(2, 0.8 * (len(pages) - 1)) and not key.endswith((".", "!", "?"))
        if counted or (edge == "bottom" and frequent and (steady or plain_text)):
            furniture.add((edge, key, None))
    kept: list[Line] = []
    dropped: list[Line] = []
    for page, content in pages.items():
        ranked = sorted(content, key=lambda line: line.top)
        size = _zone(len(ranked))

        def is_furniture(line: Line, last_lines: list[Line] = ranked[-3:], page: int = page) -> bool:
            key = mask(line.text)
            if SIGN_FIRST.match(line.text) or SIGN_LAST.match(line.text):
                return False
            return _counts(line.text, page) or any(
                k == key and (line in last_lines if height is None else abs(height - line.top) <= TOLERANCE)
                for _, k, height in furniture
            )

        # Furniture is outermost: what stands inside of the first other line belongs to the page.
        top = list(takewhile(is_furniture, ranked[:size]))
        bottom = list(takewhile(is_furniture, ranked[: len(top) - len(ranked) - 1 : -1][:size]))
        out = {id(line) for line in top + bottom}
        for line in content:
            (dropped if id(line) in out else kept).append(line)
    return tuple(kept), tuple(dropped)


def _zone(lines: int) -> int:
    """How many lines at either edge of a page of so many lines can be furniture."""
    return max(2, min(ZONE, lines // 3))


def _counts(text: str, page: int) -> bool:
    """True if the line is nothing but the number of its page."""
    number = re.sub(r"\D+", " ", text).split()
    return bool(LONE_NUMBER.fullmatch(text.strip()) or COUNTER.fullmatch(text.strip())) and number[:1] == [str(page)]


def _by_counter(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    counters: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, line in enumerate(lines):
        found = COUNTER.search(line.text)
        if found and len(line.text) < 120 and not line.cells:
            counters[mask(line.text)].append((index, int(found.group(1))))
    starts: dict[int, int] = {}
    for places in counters.values():
        numbers = [number for _, number in places]
        if len(numbers) >= 2 and all(b == a + 1 for a, b in pairwise(numbers)):
            starts.update(places)
    if not starts:
        return tuple(lines), ()
    dropped = set(starts)
    for offset in (-2, -1, 1, 2):
        near = [mask(lines[i + offset].text) for i in starts if 0 <= i + offset < len(lines)]
        for i in starts:
            if 0 <= i + offset < len(lines) and near.count(mask(lines[i + offset].text)) >= max(2, len(starts) - 1):
                dropped.add(i + offset)
    kept = []
    page = 1
    base = 0.0
    for index, line in enumerate(lines):
        if index in starts:
            page, base = starts[index], line.top
        if index not in dropped:
            kept.append(replace(line, page=page, top=line.top - base, bottom=line.bottom - base))
    return tuple(kept), tuple(lines[index] for index in sorted(dropped))

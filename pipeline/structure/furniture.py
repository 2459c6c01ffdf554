"""Running headers and footers off the pages, told by repetition and position and not by their words.

A line is furniture when its text, with the digits masked, stands at the same height on at least half of the pages
that can hold it. Text without page breaks (one long page) shows its pages by a counter that grows, `2 (4)` or
`Sivu 2/3`: such lines and what stands beside each of them are furniture, and the pages are rebuilt from them.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.records import Line
from pipeline.structure.numbering import is_bare_number_heading

ZONE = 7  # lines from the top or the bottom of a page that can be furniture
TOLERANCE = 4.0  # points by which the height of a running line may vary
COUNTER = re.compile(r"(?:^|\s)(?:[Ss]ivu|[Ss]ida|s\.)?\s*(\d{1,4})\s*(?:\((\d{1,4})\)|/\s*(\d{1,4}))$")
LONE_NUMBER = re.compile(r"[-–—]?\s*\d{1,4}\s*[-–—]?$")


def mask(text: str) -> str:
    """The text with digits and white space levelled, so that `1 (4)` and `2 (4)` are the same."""
    return re.sub(r"\d+", "#", re.sub(r"\s+", " ", text)).strip().casefold()


def without_furniture(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines without running headers, footers and page numbers; pages of page-less text are numbered."""
    if lines and lines[-1].page > 1:
        return _by_position(lines)
    return _by_counter(lines)


def _by_position(lines: Sequence[Line]) -> tuple[Line, ...]:
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    # Height from the top of the page for headers, from its lowest line for footers, whose page may be a short one.
    seen: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for page, content in pages.items():
        by_height = sorted(content, key=lambda line: line.top)
        for edge, zone in (("top", by_height[:ZONE]), ("bottom", by_height[-ZONE:])):
            for line in zone:
                seen[edge, mask(line.text)].append((page, line.top))
    text_pages = max(2, len(pages))
    furniture: set[tuple[str, float | None]] = set()
    for (edge, key), places in seen.items():
        on_pages = {page for page, _ in places}
        if len(on_pages) < max(2, 0.5 * (text_pages - 1)) or is_bare_number_heading(places and key):
            continue
        heights = sorted(top for _, top in places)
        middle = heights[len(heights) // 2]
        close = {page for page, top in places if abs(top - middle) <= TOLERANCE}
        counted = bool(COUNTER.search(key.replace("#", "1")) or LONE_NUMBER.fullmatch(key.replace("#", "1")))
        if len(close) >= max(2, 0.5 * len(on_pages)):
            furniture.add((key, middle))
        elif counted or edge == "bottom":
            # In plain text a footer follows the last line of its page, at any height.
            furniture.add((key, None))
    kept = []
    for page, content in pages.items():
        ranked = sorted(content, key=lambda line: line.top)
        edges = {id(line) for line in ranked[:ZONE] + ranked[-ZONE:]}
        for line in content:
            key = mask(line.text)
            at_edge = id(line) in edges
            if at_edge and any(k == key and (h is None or abs(h - line.top) <= TOLERANCE) for k, h in furniture):
                continue
            if at_edge and line in (ranked[0], ranked[-1]) and _counts(line.text, page):
                continue
            kept.append(line)
    return tuple(kept)


def _counts(text: str, page: int) -> bool:
    """True if the line is nothing but the number of its page."""
    number = re.sub(r"\D+", " ", text).split()
    return bool(LONE_NUMBER.fullmatch(text.strip()) or COUNTER.fullmatch(text.strip())) and number[:1] == [str(page)]


def _by_counter(lines: Sequence[Line]) -> tuple[Line, ...]:
    counters: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, line in enumerate(lines):
        found = COUNTER.search(line.text)
        if found and len(line.text) < 120 and not line.cells:
            counters[mask(line.text)].append((index, int(found.group(1))))
    starts: dict[int, int] = {}
    for places in counters.values():
        numbers = [number for _, number in places]
        if len(numbers) >= 2 and all(b == a + 1 for a, b in zip(numbers, numbers[1:], strict=False)):
            starts.update(places)
    if not starts:
        return tuple(lines)
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
    return tuple(kept)

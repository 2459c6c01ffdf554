"""Lines with what their neighbours tell: the blank space above, the right margin, a page break in between."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.records import Line

# A gap above the usual leading, in lines, that is a paragraph break. Typeset lines are regular to a tenth of a point,
# so that "2 pt after" shows; scans and mixed fonts are not.
PARAGRAPH_GAP = {True: 0.1, False: 0.3}
SENTENCE_END = re.compile(r"[.!?:][)”\"»]?$")


@dataclass(frozen=True, slots=True)
class Row:
    """A line in its place.

    Attributes:
        gap: empty space above, in lines; 0 for the next line of a paragraph, 1 for one blank line.
        blank_above: the gap is wide enough for a reader to see a paragraph break.
        new_page: the line before stands on an earlier page, whatever the gap.
        room: how many characters would still have fitted on this line, by the document's right margin.
    """

    line: Line
    gap: float
    blank_above: bool
    new_page: bool
    room: float

    @property
    def text(self) -> str:
        """Text of the line."""
        return self.line.text


def leading_by_size(lines: Sequence[Line]) -> tuple[dict[float, float], bool]:
    """Usual distance between the tops of two lines of one paragraph, in points, for each font size; is it regular?"""
    steps: dict[float, Counter[float]] = {}
    for above, line in pairwise(lines):
        step = round(2 * (line.top - above.top)) / 2
        if line.size and line.page == above.page and line.size == above.size and 0 < step <= max(3.0, 2.2 * line.size):
            steps.setdefault(line.size, Counter())[step] += 1
    # The smallest step that is common: paragraph gaps are larger, and can be more frequent in lists.
    # Where none is, as on a damaged page, the commonest ones count.
    leading = {
        size: min(step for step, n in counts.items() if n >= min(0.15 * counts.total(), max(counts.values())))
        for size, counts in steps.items()
    }
    usual = sum(n for size, counts in steps.items() for step, n in counts.items() if abs(step - leading[size]) <= 0.5)
    return leading, usual >= 0.4 * sum(counts.total() for counts in steps.values())


def right_margin(lines: Sequence[Line]) -> float:
    """Where full lines end, in points."""
    ends = sorted(line.x1 for line in lines if not line.cells)
    return ends[int(0.97 * (len(ends) - 1))] if ends else 0.0


def rows(lines: Sequence[Line]) -> list[Row]:
    """Adds to each line what its neighbours tell."""
    leading, regular = leading_by_size(lines)
    threshold = PARAGRAPH_GAP[regular]
    margin = right_margin(lines)
    result = []
    above: Line | None = None
    for line in lines:
        step = leading.get(line.size) or (1.25 * line.size if line.size else 1.0)
        new_page = above is not None and line.page != above.page
        if above is None or new_page:
            gap = 1.0
        elif line.paragraph:
            gap = 1.0 if not (line.marker or line.cells) else 0.0
        else:
            gap = max(0.0, (line.top - above.top) / step - 1.0)
            if line.top < above.top:  # the next column starts at the top
                gap = 0.0
        width = (line.x1 - line.x0) / len(line.text) if line.text and line.x1 > line.x0 else 1.0
        result.append(Row(line, gap, gap > threshold, new_page, (margin - line.x1) / width))
        above = line
    return result


def first_word_fits(above: Row, text: str) -> bool:
    """True if the first word of `text` would have fitted on the line above: its paragraph ended there.

    Plain text was often set in a proportional font before it became text, so that its right margin is ragged.
    """
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    slack = 2.0 if above.line.size else 0.2 * above.line.x1
    return above.room > len(word) + slack

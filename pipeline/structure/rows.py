"""Lines with what their neighbours tell: the blank space above, the right margin, a page break in between."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.records import Line

# A gap of this share of a line above the usual leading is a paragraph break: Word's "6 pt after" is about 0.4.
PARAGRAPH_GAP = 0.28


@dataclass(frozen=True, slots=True)
class Row:
    """A line in its place.

    Attributes:
        gap: empty space above, in lines; 0 for the next line of a paragraph, 1 for one blank line.
        new_page: the line before stands on an earlier page, whatever the gap.
        room: how many characters would still have fitted on this line, by the document's right margin.
    """

    line: Line
    gap: float
    new_page: bool
    room: float

    @property
    def text(self) -> str:
        """Text of the line."""
        return self.line.text

    @property
    def blank_above(self) -> bool:
        """True where a reader sees a paragraph break above."""
        return self.gap > PARAGRAPH_GAP


def leading_by_size(lines: Sequence[Line]) -> dict[float, float]:
    """Usual distance between the tops of two lines of one paragraph, in points, for each font size."""
    steps: dict[float, Counter[float]] = {}
    for above, line in zip(lines, lines[1:], strict=False):
        step = round(2 * (line.top - above.top)) / 2
        if line.page == above.page and line.size == above.size and 0 < step <= max(3.0, 2.2 * line.size):
            steps.setdefault(line.size, Counter())[step] += 1
    # The smallest step that is common: paragraph gaps are larger, and can be more frequent in lists.
    return {
        size: min(step for step, n in counts.items() if n >= 0.15 * counts.total())
        for size, counts in steps.items()
    }


def right_margin(lines: Sequence[Line]) -> float:
    """Where full lines end, in points."""
    ends = sorted(line.x1 for line in lines if not line.cells)
    return ends[int(0.97 * (len(ends) - 1))] if ends else 0.0


def rows(lines: Sequence[Line]) -> list[Row]:
    """Adds to each line what its neighbours tell."""
    leading = leading_by_size(lines)
    margin = right_margin(lines)
    usual = median(leading.values()) if leading else 0.0
    result = []
    above: Line | None = None
    for line in lines:
        step = leading.get(line.size) or (1.25 * line.size if line.size else usual or 1.0)
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
        result.append(Row(line, gap, new_page, (margin - line.x1) / width))
        above = line
    return result


def first_word_fits(above: Row, text: str) -> bool:
    """True if the first word of `text` would have fitted on the line above: its paragraph ended there."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    return above.room > len(word) + 1

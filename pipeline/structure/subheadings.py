"""Bold lines above plain text: headings without a number inside the sections that numbers or the format tell.

A document that numbers its sections sets the headings within them in bold. What is bold for stress, such as the words
of a decision, is a sentence, goes on in its own paragraph, or has no plain text below it.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.structure.formalities import CASE_NUMBER, is_note
from pipeline.structure.headings import MAX_TITLE, Heading, Headings
from pipeline.structure.lists import split_marker, stands_left
from pipeline.structure.parts import is_part_label, run_in_label
from pipeline.structure.people import is_speaker_line
from pipeline.structure.rows import SENTENCE_END, Row, first_word_fits

MAX_LINES = 2  # of one sub-heading
MAX_CHAIN = 2  # sub-headings with no text between them
# A sentence, or a label with its value: `Käyntiosoite: Kirkkotie 1`.
NO_TITLE = re.compile(r"[.,;!?]$|\w{2}ttiin$|\bpäätti\b|:\s+\S|\S {2,}\S")


def with_subheadings(rows: Sequence[Row], headings: Headings) -> Headings:
    """The headings and the sub-headings among them, each a level below the heading it stands under."""
    if not headings.found or all(h.number is None and not rows[h.index].line.heading for h in headings.found):
        return headings  # there every bold line that stands alone is a heading already
    found: list[Heading] = []
    for heading, following in zip(headings.found, [*headings.found[1:], None], strict=True):
        found.append(heading)
        stop = following.index if following else len(rows)
        found += _below(rows, _title_end(rows, heading), stop, heading.level + 1)
    return Headings(tuple(found), headings.listed)


def _title_end(rows: Sequence[Row], heading: Heading) -> int:
    """The first row after a heading that is not a line of its title."""
    index = heading.index + 1
    if not heading.title:
        index += 1
    while index < len(rows) and rows[index].line.bold and not rows[index].blank_above and not rows[index].new_page:
        index += 1
    return index


def _below(rows: Sequence[Row], start: int, stop: int, level: int) -> Iterator[Heading]:
    """The sub-headings of one section."""
    index = start
    while index < stop:
        end = _bold_run(rows, index, stop)
        if end > index and _is_heading(rows, index, end, stop):
            yield Heading(index, None, rows[index].text.strip(), level, below=True)
        index = max(end, index + 1)


def _bold_run(rows: Sequence[Row], start: int, stop: int) -> int:
    """The row after the bold lines that start at row `start` and follow one another without a gap."""
    end = start
    while end < stop and _may_be_title(rows[end]) and (end == start or not _is_apart(rows[end], rows[end - 1])):
        end += 1
    return end


def _is_apart(row: Row, above: Row) -> bool:
    return row.blank_above or row.new_page or row.line.size != above.line.size or row.line.paragraph


def _may_be_title(row: Row) -> bool:
    text = row.text.strip()
    return (
        row.line.bold
        and not row.line.cells
        and not split_marker(row)[0]
        and not (is_part_label(text) or run_in_label(text) or is_note(text) or CASE_NUMBER.fullmatch(text))
    )


def _is_heading(rows: Sequence[Row], start: int, end: int, stop: int, chain: int = 1) -> bool:
    """Do the bold rows from `start` to `end` stand above plain text like a title?"""
    text = " ".join(row.text.strip() for row in rows[start:end])
    if end - start > MAX_LINES or end >= stop or not 3 <= len(text) <= MAX_LINES * MAX_TITLE:
        return False
    above = rows[start - 1]
    ended = above.line.cells or SENTENCE_END.search(above.text.strip()) or first_word_fits(above, text)
    apart = _is_apart(rows[start], above) or stands_left(rows[start].line, above.line)
    if not (ended or apart) or NO_TITLE.search(text) or is_speaker_line(text):
        return False
    below = rows[end]
    if below.line.bold and not below.line.cells:
        last = _bold_run(rows, end, stop)
        return chain < MAX_CHAIN and last > end and _is_heading(rows, end, last, stop, chain + 1)
    return bool(below.line.cells) or _is_apart(below, rows[end - 1]) or first_word_fits(rows[end - 1], below.text)

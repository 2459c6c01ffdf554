"""What a person should look at: a contents table that disagrees, numbers that are missing, nothing found."""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.records import Document, Item, Problem
from pipeline.structure.headings import Headings


def doubts(headings: Headings, items: Sequence[Item], document: Document) -> list[Problem]:
    """Problems of the structure, worst first."""
    problems: list[Problem] = []
    found = [h.number for h in headings.found if h.number]
    if headings.listed is not None:
        paths = {n.path for n in found}
        for number in headings.listed:
            if number.path not in paths:
                message = f"The contents table lists {number.printed}, but no such section was found."
                problems.append(Problem("structure", "error", message))
    for above, below in pairwise(found):
        if (
            above.style == below.style
            and len(above.path) == len(below.path)
            and above.path[:-1] == below.path[:-1]
            and below.path[-1] > above.path[-1] + 1
        ):
            message = f"Section numbers jump from {above.printed} to {below.printed}: a heading may have been missed."
            if headings.listed is None:
                problems.append(Problem("structure", "warning", message))
    if not items:
        problems.append(Problem("structure", "warning", "No items were found: the document may hold no minutes."))
    if document.date is None:
        problems.append(Problem("structure", "info", "The date of the meeting was not found."))
    return problems

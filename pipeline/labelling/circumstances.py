"""What surrounds a hit: negation, wishes, recollections, solved problems and procedure, after ConText's idea.

Each cue of `context.yaml` puts the tokens that it reaches into its circumstance. A pattern that asks for a negation
itself (*ei saatu*) is not denied by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.labelling.clauses import clauses
from pipeline.labelling.matching import Hit, Spans
from pipeline.labelling.rulebook import CIRCUMSTANCES, Circumstance, Cue, Patterns, Reach, Rules
from pipeline.labelling.wordforms import WordForm
from pipeline.records import Token


@dataclass(frozen=True, slots=True)
class Reached:
    """A cue that puts tokens into its circumstance, and its words; `hit.pattern` is -1 where the heading is the cue."""

    cue: str
    hit: Hit


def hits_of(patterns: Patterns, spans: Spans) -> list[Hit]:
    """The hits of some patterns, in the order of the text."""
    found = patterns.numbers.intersection(spans) if patterns.numbers else ()
    if not found:
        return []
    hits = [Hit(number, first, last) for number in found for first, last in spans[number]]
    return sorted(hits, key=lambda hit: (hit.first, -hit.last, hit.pattern)) if len(hits) > 1 else hits


def words_at(hit: Hit, tokens: Sequence[Token], text: str) -> str:
    """The printed words of a hit."""
    return text[tokens[hit.first].start : tokens[hit.last].end]


def covered(hits: Iterable[Hit]) -> dict[int, Hit]:
    """For each token that a hit covers, the hit."""
    places: dict[int, Hit] = {}
    for hit in hits:
        for place in range(hit.first, hit.last + 1):
            places.setdefault(place, hit)
    return places


def overlapping(hit: Hit, places: Mapping[int, Hit]) -> Hit | None:
    """The hit among `places` (of `covered`) that shares a word with `hit`."""
    return next((places[place] for place in range(hit.first, hit.last + 1) if place in places), None)


class Layout:
    """The clauses and sentences of a passage, and where each begins and ends; worked out when first asked for."""

    def __init__(self, tokens: Sequence[Token], words: Sequence[WordForm]) -> None:
        self._tokens, self._words = tokens, words

    @cached_property
    def clauses(self) -> list[int]:
        """For each token the number of its clause."""
        return clauses(self._tokens, self._words)

    @cached_property
    def _clause_edges(self) -> tuple[list[int], list[int]]:
        return _edges(self.clauses)

    @cached_property
    def _sentence_edges(self) -> tuple[list[int], list[int]]:
        return _edges([token.sentence for token in self._tokens])

    def reach(self, hit: Hit, kind: Reach) -> tuple[int, int]:
        """First and last token that a cue at `hit` reaches."""
        match kind:
            case "self":
                return hit.first, hit.last
            case "clause":
                return self._clause_edges[0][hit.first], self._clause_edges[1][hit.last]
            case "after":
                return hit.first, self._clause_edges[1][hit.last]
            case "onwards":
                return self._clause_edges[0][hit.first], self._sentence_edges[1][hit.last]
            case "until":
                return self._sentence_edges[0][hit.first], self._clause_edges[1][hit.last]
            case "sentence":
                return self._sentence_edges[0][hit.first], self._sentence_edges[1][hit.last]
            case "item":
                return 0, len(self._tokens) - 1


def _edges(numbers: Sequence[int]) -> tuple[list[int], list[int]]:
    """For each place the first and the last place of its run of equal numbers."""
    lows, highs = list(range(len(numbers))), list(range(len(numbers)))
    for place in range(1, len(numbers)):
        if numbers[place] == numbers[place - 1]:
            lows[place] = lows[place - 1]
    for place in range(len(numbers) - 2, -1, -1):
        if numbers[place] == numbers[place + 1]:
            highs[place] = highs[place + 1]
    return lows, highs


def _cue_hits(cue: Cue, spans: Spans, headings: Sequence[Spans], tokens: Sequence[Token]) -> list[Hit]:
    if cue.section and not any(hits_of(cue.section, heading) for heading in headings):
        return []
    if not cue.any:
        return [Hit(-1, 0, len(tokens) - 1)] if tokens else []
    return _unlike(cue, spans)


def _unlike(cue: Cue, spans: Spans) -> list[Hit]:
    """The hits of a cue's words but for those that only look like them."""
    hits = hits_of(cue.any, spans)
    blockers = covered(hits_of(cue.look_alikes, spans)) if hits else {}
    return [hit for hit in hits if overlapping(hit, blockers) is None] if blockers else hits


def circumstances(
    rules: Rules, tokens: Sequence[Token], layout: Layout, spans: Spans, headings: Sequence[Spans]
) -> dict[Circumstance, list[Reached | None]]:
    """For each circumstance and each token what put the token into it, the cue that stands first in the file."""
    found: dict[Circumstance, list[Reached | None]] = {name: [None] * len(tokens) for name in CIRCUMSTANCES}
    free = {name: list(range(len(tokens) + 1)) for name in CIRCUMSTANCES}
    for cue in rules.candidate_cues(spans):
        for hit in _cue_hits(cue, spans, headings, tokens):
            if cue.reach == "clause" and layout.clauses[hit.first] != layout.clauses[hit.last]:
                continue
            name = cue.circumstance or "procedure"
            low, high = layout.reach(hit, cue.reach)
            _fill(found[name], free[name], low, high, Reached(cue.id, hit))
    return found


def _fill(places: list[Reached | None], free: list[int], low: int, high: int, reached: Reached) -> None:
    """Put `reached` into the empty places from `low` to `high`; `free` leads from each place to the next empty one."""

    def next_empty(place: int) -> int:
        while free[place] != place:
            free[place] = free[free[place]]
            place = free[place]
        return place

    place = next_empty(low)
    while place <= high:
        places[place] = reached
        free[place] = place + 1
        place = next_empty(place + 1)


def masked(rules: Rules, spans: Spans) -> dict[int, Hit]:
    """The tokens of titles and names, whose words say nothing of themes."""
    return covered(hit for mask in rules.masks for hit in _unlike(mask, spans))

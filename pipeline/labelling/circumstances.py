"""What surrounds a hit: negation, wishes, recollections, solved problems and procedure, after ConText's idea.

Each cue of `context.yaml` puts the tokens that it reaches into its circumstance. A pattern that asks for a negation
itself (*ei saatu*) is not denied by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.labelling.matching import Hit
from pipeline.labelling.rulebook import Circumstance, Cue, Patterns, Reach, Rules
from pipeline.records import Token

Spans = Mapping[int, Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Reached:
    """The tokens `low` to `high` that a cue at `hit` puts into a circumstance; inclusive."""

    circumstance: Circumstance
    cue: str
    words: str
    hit: Hit
    low: int
    high: int


def overlap(one: Hit, other: Hit) -> bool:
    """Whether two hits share a word."""
    return one.first <= other.last and other.first <= one.last


def hits_of(patterns: Patterns, spans: Spans) -> list[Hit]:
    """The hits of some patterns, in the order of the text."""
    if patterns.numbers.isdisjoint(spans):
        return []
    hits = [hit for number in patterns.numbers.intersection(spans) for hit in spans[number]]
    return sorted(hits, key=lambda hit: (hit.first, -hit.last, hit.pattern))


def words_at(hit: Hit, tokens: Sequence[Token], text: str) -> str:
    """The printed words of a hit."""
    return text[tokens[hit.first].start : tokens[hit.last].end]


def _stretch(hit: Hit, numbers: Sequence[int]) -> tuple[int, int]:
    """The tokens of the clauses (or sentences) that a hit stands in."""
    low, high = hit.first, hit.last
    while low > 0 and numbers[low - 1] == numbers[hit.first]:
        low -= 1
    while high < len(numbers) - 1 and numbers[high + 1] == numbers[hit.last]:
        high += 1
    return low, high


def reach(hit: Hit, kind: Reach, tokens: Sequence[Token], clause: Sequence[int]) -> tuple[int, int]:
    """First and last token that a cue at `hit` reaches; `clause` is the number of each token's clause."""
    if kind == "self":
        return hit.first, hit.last
    if kind == "item":
        return 0, len(tokens) - 1
    low, high = _stretch(hit, clause)
    if kind == "clause":
        return low, high
    if kind == "after":
        return hit.first, high
    first, last = _stretch(hit, [token.sentence for token in tokens])
    return {"onwards": (low, last), "until": (first, high), "sentence": (first, last)}[kind]


def _cue_hits(cue: Cue, spans: Spans, headings: Sequence[Spans], tokens: Sequence[Token]) -> list[Hit]:
    if cue.section and not any(hits_of(cue.section, heading) for heading in headings):
        return []
    if not cue.any:
        return [Hit(-1, 0, len(tokens) - 1)] if tokens else []
    blockers = hits_of(cue.look_alikes, spans)
    return [hit for hit in hits_of(cue.any, spans) if not any(overlap(hit, other) for other in blockers)]


def circumstances(
    rules: Rules, text: str, tokens: Sequence[Token], clause: Sequence[int], spans: Spans, headings: Sequence[Spans]
) -> list[Reached]:
    """Every circumstance in a passage."""
    found = []
    for cue in rules.candidate_cues(spans):
        for hit in _cue_hits(cue, spans, headings, tokens):
            if cue.reach == "clause" and clause[hit.first] != clause[hit.last]:
                continue
            low, high = reach(hit, cue.reach, tokens, clause)
            words = words_at(hit, tokens, text) if hit.pattern >= 0 else "the heading"
            found.append(Reached(cue.circumstance or "procedure", cue.id, words, hit, low, high))
    return found


def masked(rules: Rules, spans: Spans) -> list[Hit]:
    """Titles and names, whose words say nothing of themes."""
    found = []
    for mask in rules.masks:
        blockers = hits_of(mask.look_alikes, spans)
        found += [hit for hit in hits_of(mask.any, spans) if not any(overlap(hit, b) for b in blockers)]
    return found

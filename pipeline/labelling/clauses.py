"""Clauses of Finnish sentences: how far a negation or a wish reaches.

A sentence is cut at commas, colons, dashes and conjunctions. A piece without a finite verb of its own (a member of a
list, an apposition) belongs to its neighbour, so that *haasteita, viiveitä tai jonoja ei ole ollut* is one clause and
*jonoja ei ole, mutta rahat loppuvat* is two.
"""

from collections.abc import Sequence

from pipeline.records import Token

_MARKS = frozenset(",;:()–—")
_CONJUNCTIONS = frozenset(
    [
        "mutta",
        "vaan",
        "joskin",
        "vaikka",
        "sillä",
        "eikä",
        "eivätkä",
        "ettei",
        "etteivät",
        "ja",
        "sekä",
        "tai",
        "kun",
        "koska",
        "jos",
        "että",
        "jotta",
    ]
)
CERTAIN = 0.3


def is_finite(token: Token) -> bool:
    """Whether the token is likely a finite verb."""
    return any(
        candidate.pos in ("VERB", "AUX") and any(feature.startswith("Mood=") for feature in candidate.features)
        for candidate in token.candidates
        if candidate.score >= CERTAIN or candidate is token.candidates[0]
    )


def clauses(tokens: Sequence[Token]) -> list[int]:
    """For each token the number of its clause; numbers rise through the text and never span two sentences."""
    starts = [0]
    for position in range(1, len(tokens)):
        form, before = tokens[position].form.lower(), tokens[position - 1].form
        new_sentence = tokens[position].sentence != tokens[position - 1].sentence
        after_mark = before in _MARKS and form not in _MARKS
        if new_sentence or after_mark or (before not in _MARKS and form in _CONJUNCTIONS):
            starts.append(position)
    pieces = [(start, end) for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True) if start < end]
    merged: list[tuple[int, int, bool]] = []
    for start, end in pieces:
        verb = any(is_finite(tokens[position]) for position in range(start, end))
        if merged:
            first, last, had_verb = merged[-1]
            same = tokens[last - 1].sentence == tokens[start].sentence
            if same and not (verb and had_verb):
                merged[-1] = (first, end, verb or had_verb)
                continue
        merged.append((start, end, verb))
    numbers = [0] * len(tokens)
    for number, (start, end, _) in enumerate(merged):
        numbers[start:end] = [number] * (end - start)
    return numbers

"""Clauses of Finnish sentences: how far a negation or a wish reaches.

A sentence is cut at commas, colons, dashes and conjunctions. A piece without a finite verb of its own (a member of a
list, an apposition) belongs to its neighbour, so that *haasteita, viiveitä tai jonoja ei ole ollut* is one clause and
*jonoja ei ole, mutta rahat loppuvat* is two.
"""

from collections.abc import Sequence

from pipeline.labelling.wordforms import WordForm, word_form
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


def is_finite(token: Token) -> bool:
    """Whether the token is likely a finite verb."""
    return word_form(token.form, token.candidates).is_finite


def clauses(tokens: Sequence[Token], words: Sequence[WordForm]) -> list[int]:
    """For each token the number of its clause; numbers rise through the text and never span two sentences.

    Args:
        words: the word form of each token.
    """
    starts = [0]
    sentence, marked = tokens[0].sentence if tokens else 0, False
    for position, (token, word) in enumerate(zip(tokens, words, strict=True)):
        mark = word.form in _MARKS
        starts_here = not mark if marked else word.lower in _CONJUNCTIONS
        if position and (starts_here or token.sentence != sentence):
            starts.append(position)
        sentence, marked = token.sentence, mark
    pieces = [(start, end) for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True) if start < end]
    merged: list[tuple[int, int, bool]] = []
    for start, end in pieces:
        verb = any(word.is_finite for word in words[start:end])
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

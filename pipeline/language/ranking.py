"""The order of a word's readings: a log-linear model of the form, the reading and its neighbours.

A reading's score is a sum of weights. What depends on the word alone is summed once a form; what depends on the
neighbours (the reading chosen to the left, the likeliest one to the right, and the neighbours themselves if they are
among the commonest words) is remembered for each pair of neighbourhoods, since the same ones come again and again.
`pipeline.language.train` learns the weights. Without them the readings stay in the dictionary's order.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TypeVar

from pipeline.records import Candidate

Weights = Mapping[str, Mapping[str, float]]
"""By table, then by name: what all readings of a form share is in the table's name, so that it is looked up once."""
Table = TypeVar("Table")
Neighbourhood = tuple[str, str, str, str]
"""Signature and form of the word to the left, then of the one to the right."""

Memo = dict[Neighbourhood, tuple[tuple[Candidate, ...], str]]

_NONE: Mapping[str, float] = {}
_NO_MEMO: Memo = {}
_MEMO_LIMIT = 500
EDGE = "#"
_SHOWN = ("Case=", "Number=", "VerbForm=", "PartForm=", "InfForm=", "Mood=", "Connegative=", "Polarity=", "Voice=Pass")
_MARKS = {"PUNCT", "SYM"}


@dataclass(slots=True)
class Word:
    """A form with its readings and what the ranker knows of them before it sees the neighbours.

    Attributes:
        scores: one a reading, from the word alone.
        signatures: one a reading, what its neighbours see of it.
        likeliest: signature of the reading with the highest score.
        form: the lower-case form where it is among the commonest words, else an empty string.
        memo: ranked readings and the signature of the first, by neighbourhood; nothing where there is but one reading.
    """

    readings: tuple[Candidate, ...]
    scores: tuple[float, ...]
    signatures: tuple[str, ...]
    likeliest: str
    form: str
    memo: Memo = field(default_factory=dict)


def word_of(form: str, readings: tuple[Candidate, ...], weights: Weights) -> Word:
    """The form and its readings, prepared for ranking."""
    lower = form.lower()
    common = lower if lower in weights.get("common", _NONE) else ""
    signatures = tuple(map(signature, readings))
    if len(readings) == 1:
        return Word(readings, (0.0,), signatures, signatures[0], common, _NO_MEMO)
    own = own_features(form, readings, signatures, lambda table: weights.get(table, _NONE))
    scores = tuple(sum([table.get(name, 0.0) for table, name in features]) for features in own)
    return Word(readings, scores, signatures, signatures[scores.index(max(scores))], common)


def rank(words: Sequence[Word], weights: Weights) -> Iterator[tuple[Candidate, ...]]:
    """The readings of each word of a sentence, likeliest first."""
    signature = before = EDGE
    last = len(words) - 1
    for index, word in enumerate(words):
        readings = word.readings
        if len(readings) == 1:
            signature = word.signatures[0]
        else:
            after = words[index + 1] if index < last else _END
            neighbourhood = (signature, before, after.likeliest, after.form)
            known = word.memo.get(neighbourhood)
            if known is None:
                known = _ordered(word, neighbourhood, weights)
                if len(word.memo) < _MEMO_LIMIT:
                    word.memo[neighbourhood] = known
            readings, signature = known
        before = word.form
        yield readings


_END = Word((), (), (), EDGE, EDGE)


def _ordered(word: Word, neighbourhood: Neighbourhood, weights: Weights) -> tuple[tuple[Candidate, ...], str]:
    named = [f"{name} {value}" for name, value in zip(TEMPLATES, neighbourhood, strict=True)]
    tables = [weights[name] for name in named if name in weights]
    totals = [
        sum([table.get(signature, 0.0) for table in tables], score)
        for signature, score in zip(word.signatures, word.scores, strict=True)
    ]
    highest = max(totals)
    shares = [math.exp(total - highest) for total in totals]
    whole = sum(shares)
    order = sorted(range(len(totals)), key=totals.__getitem__, reverse=True)
    ordered = [Candidate(*word.readings[index][:-1], round(shares[index] / whole, 4)) for index in order]
    return tuple(ordered), word.signatures[order[0]]


TEMPLATES = ("left", "left word", "right", "right word")
"""Names of the tables for the four parts of a neighbourhood; each table's keys are signatures."""


def signature(candidate: Candidate) -> str:
    """What neighbours see of a reading: part of speech and the features that Finnish syntax turns on."""
    if candidate.pos in _MARKS:
        return candidate.lemma[:1]
    return _signature(candidate.pos, candidate.features, candidate.lemma == "olla")


@cache
def _signature(pos: str, features: frozenset[str], is_olla: bool) -> str:
    shown = sorted(feature for feature in features if feature.startswith(_SHOWN))
    return " ".join([pos, *(["olla"] if is_olla else []), *shown])


@cache
def _bundle(pos: str, features: frozenset[str]) -> str:
    return " ".join([pos, *sorted(features)])


def own_features(
    form: str, readings: Sequence[Candidate], signatures: Sequence[str], find: Callable[[str], Table]
) -> Iterator[list[tuple[Table, str]]]:
    """For each reading its features that depend on the word alone, each a table and a name in it.

    Args:
        find: gives the table of a name. Most names ask for a table that all readings of the form share.
    """
    lower = form.lower()
    shape = _shape(form)
    fewest = min(len(reading.parts) for reading in readings)
    of_form, of_shape = find(f"form {lower}"), find(f"shape {shape}")
    longer, shorter = find(f"end {lower[-3:]}"), find(f"end {lower[-2:]}")
    edits, after_ending, after_shape = find("edit"), find(f"edit {lower[-3:]}"), find(f"edit {shape}")
    bundles, classes, parts, places = find("bundle"), find("pos"), find("parts"), find("place")
    last = find("last")
    for index, (reading, signature) in enumerate(zip(readings, signatures, strict=True)):
        lemma, pos = reading.lemma.lower(), reading.pos
        bundle = _bundle(pos, reading.features)
        shared = _shared(lower, lemma)
        edit = f"{lower[shared:]}>{lemma[shared:]} {pos}"
        yield [
            (find(f"lemma {pos}"), lemma),
            (of_form, f"{lemma} {pos}"),
            (of_form, bundle),
            (find(f"base {pos}"), reading.bases[-1].lower()),
            (bundles, bundle),
            (classes, pos),
            (last, f"{lemma[-1:]} {signature}"),
            (longer, signature),
            (shorter, signature),
            (after_ending, edit),
            (edits, edit),
            (after_shape, edit),
            (find(f"stem {_pattern(lemma[-2:])}"), edit),
            (parts, str(len(reading.parts) - fewest)),
            (classes, f"{'compound' if len(reading.parts) > 1 else 'simplex'} {pos}"),
            (places, str(min(index, 4))),
            (of_shape, pos),
        ]


@lru_cache(maxsize=2000)
def _pattern(letters: str) -> str:
    """A lemma's last two letters as vowels and consonants: a base form seldom ends in two consonants."""
    return "".join("v" if letter in "aeiouyäöå" else "c" for letter in letters)


def _shared(left: str, right: str) -> int:
    """Length of the common beginning."""
    if right.startswith(left) or left.startswith(right):
        return min(len(left), len(right))
    shared = 0
    while left[shared] == right[shared]:
        shared += 1
    return shared


def _shape(form: str) -> str:
    if form.isupper():
        return "AA" if len(form) > 1 else "A"
    return "Aa" if form[:1].isupper() else "a"

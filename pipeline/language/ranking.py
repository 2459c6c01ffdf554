"""The order of a word's readings: a log-linear model of the form, the reading and its neighbours.

A reading's score is a sum of weights. What depends on the word alone is summed once a form; what depends on the
neighbours (the reading chosen to the left, the likeliest one to the right, and the neighbours themselves if they are
among the commonest words) is remembered for each pair of neighbourhoods, since the same ones come again and again.
`pipeline.language.train` learns the weights. Without them the readings stay in the dictionary's order.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pipeline.records import Candidate

Weights = Mapping[str, Mapping[str, float]]
Neighbourhood = tuple[str, str, str, str]
"""Signature and form of the word to the left, then of the one to the right."""

_NONE: Mapping[str, float] = {}
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
        memo: ranked readings and the signature of the first, by neighbourhood.
    """

    readings: tuple[Candidate, ...]
    scores: tuple[float, ...]
    signatures: tuple[str, ...]
    likeliest: str
    form: str
    memo: dict[Neighbourhood, tuple[tuple[Candidate, ...], str]] = field(default_factory=dict)


def word_of(form: str, readings: tuple[Candidate, ...], weights: Weights) -> Word:
    """The form and its readings, prepared for ranking."""
    lower = form.lower()
    common = lower if lower in weights.get("common", _NONE) else ""
    signatures = tuple(map(signature, readings))
    if len(readings) == 1:
        return Word(readings, (0.0,), signatures, signatures[0], common)
    own = weights.get("own", _NONE)
    scores = tuple(sum([own.get(name, 0.0) for name in names]) for names in own_features(form, readings, signatures))
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
    totals = list(word.scores)
    for name, value in zip(TEMPLATES, neighbourhood, strict=True):
        if table := weights.get(f"{name} {value}"):
            for index, signature in enumerate(word.signatures):
                totals[index] += table.get(signature, 0.0)
    highest = max(totals)
    shares = [math.exp(total - highest) for total in totals]
    whole = sum(shares)
    order = sorted(range(len(totals)), key=totals.__getitem__, reverse=True)
    return tuple(_scored(word.readings[index], shares[index] / whole) for index in order), word.signatures[order[0]]


def _scored(reading: Candidate, score: float) -> Candidate:
    # `dataclasses.replace` takes three times as long, and this runs for most words of a new text.
    return Candidate(reading.lemma, reading.pos, reading.features, reading.parts, reading.bases, round(score, 4))


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


def own_features(form: str, readings: Sequence[Candidate], signatures: Sequence[str]) -> Iterator[list[str]]:
    """For each reading the names of its features that depend on the word alone."""
    lower = form.lower()
    shape = _shape(form)
    fewest = min(len(reading.parts) for reading in readings)
    for index, (reading, signature) in enumerate(zip(readings, signatures, strict=True)):
        lemma, pos = reading.lemma.lower(), reading.pos
        bundle = _bundle(pos, reading.features)
        shared = _shared(lower, lemma)
        edit = f"{lower[shared:]}>{lemma[shared:]} {pos}"
        yield [
            f"lemma {lemma} {pos}",
            f"form {lower} {lemma} {pos}",
            f"form {lower} {bundle}",
            f"base {reading.bases[-1].lower()} {pos}",
            f"bundle {bundle}",
            f"pos {pos}",
            f"end {lower[-3:]} {signature}",
            f"end {lower[-2:]} {signature}",
            f"edit {lower[-3:]} {edit}",
            f"edit {edit}",
            f"edit {shape} {edit}",
            f"stem {_pattern(lemma[-2:])} {edit}",
            f"parts {len(reading.parts) - fewest}",
            f"place {min(index, 4)}",
            f"shape {shape} {pos}",
        ]


@lru_cache(maxsize=2000)
def _pattern(letters: str) -> str:
    """A lemma's last two letters as vowels and consonants: a base form seldom ends in two consonants."""
    return "".join("v" if letter in "aeiouyäöå" else "c" for letter in letters)


def _shared(left: str, right: str) -> int:
    """Length of the common beginning."""
    shared = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        shared += 1
    return shared


def _shape(form: str) -> str:
    if form.isupper():
        return "AA" if len(form) > 1 else "A"
    return "Aa" if form[:1].isupper() else "a"

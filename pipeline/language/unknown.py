"""Guesses at words that the dictionary lacks: compounds of what it knows, place names, the analogy of endings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pipeline.records import Candidate

LONGEST_ENDING = 7
_SHORTEST_HEAD = 3
_PLACES = {
    "tie", "katu", "kuja", "polku", "raitti", "silta", "vuori", "mäki", "kallio", "harju", "niemi", "lahti", "joki",
    "järvi", "oja", "koski", "saari", "ranta", "pelto", "niitty", "metsä", "korpi", "suo", "maa", "kylä", "talo",
    "koulu", "puisto", "kangas", "lampi", "salmi", "virta", "aro", "aho", "haka", "kulma", "perä", "pää", "tori",
    "lehto", "nummi",
}  # fmt: skip

Readings = Callable[[str], list[Candidate]]
Endings = Mapping[str, tuple[tuple[int, str, str, frozenset[str]], ...]]
"""For each ending: letters cut off, letters put in their place, part of speech, features; the most frequent first."""


def compounds(lower: str, known: Readings, first_parts: Readings) -> Iterator[Candidate]:
    """*arki* + *seksiä*: cut before the longest known end that stands after what begins compounds, or a known word."""
    for place in range(_SHORTEST_HEAD, len(lower) - 2):
        head, tail = lower[:place], lower[place:]
        tails = [reading for reading in known(tail) if reading.pos in ("NOUN", "ADJ")]
        heads = tails and (first_parts(head) or (known(head) if len(head) > 4 else []))
        if heads:
            for reading in tails:
                yield replace(
                    reading,
                    lemma=head + reading.lemma,
                    parts=(head, *reading.parts),
                    bases=(heads[0].lemma, *reading.bases),
                )
            return


def place_names(word: str, known: Readings) -> Iterator[Candidate]:
    """*Lankilan* + *tiellä*: a name whose end is a common word for a place."""
    for place in range(_SHORTEST_HEAD, len(word) - 2):
        for reading in known(word[place:].lower()):
            if reading.lemma in _PLACES and reading.pos == "NOUN":
                yield Candidate(
                    word[:place] + reading.lemma,
                    "PROPN",
                    reading.features,
                    (word[:place], reading.lemma),
                    (word[:place], reading.lemma),
                )


def by_ending(word: str, endings: Endings) -> Iterator[Candidate]:
    """What words with the same endings do, the longest ending first."""
    for length in range(min(LONGEST_ENDING, len(word) - 2), 0, -1):
        for cut, added, pos, features in endings.get(word[-length:].lower(), ()):
            stem = word[: len(word) - cut]
            if len(stem) > 1:
                lemma = stem + added
                yield Candidate(lemma, pos, features, (lemma,), (lemma,))

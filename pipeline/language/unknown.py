"""Guesses at words that the dictionary lacks: compounds of what it knows, place names, the analogy of endings."""

from collections.abc import Callable, Iterator, Mapping

from pipeline.records import Candidate

LONGEST_ENDING = 7
_SHORTEST_HEAD = 3
_SHORTEST_TYPO = 6
_LONGEST_TYPO = 30
_LOOK_ALIKE = {
    "a": "ä", "ä": "a", "o": "öä", "ö": "oä", "u": "y", "y": "u", "å": "ä", "l": "it", "i": "l", "t": "l", "e": "c",
    "c": "e", "0": "o", "1": "li", "5": "s", "6": "b", "8": "b",
}  # fmt: skip
_LOOK_ALIKE_PAIRS = {"rn": "m", "ii": "ä", "vv": "w", "cl": "d", "li": "h"}
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
                yield reading._replace(
                    lemma=head + reading.lemma,
                    parts=(head, *reading.parts),
                    bases=(heads[0].lemma, *reading.bases),
                )
            return


def slips(lower: str, known: Readings) -> list[Candidate]:
    """Readings of the known words that a common slip of the hand or of OCR turns into this one, marked `Typo=Yes`."""
    if not _SHORTEST_TYPO <= len(lower) <= _LONGEST_TYPO:
        return []
    found = [reading for word in dict.fromkeys(_meant(lower)) if word.isalpha() for reading in known(word)]
    return [reading._replace(features=reading.features | {"Typo=Yes"}) for reading in found]


def _meant(word: str) -> Iterator[str]:
    """What may have been meant: neighbours swapped, a letter too many, one for two, a lost *n*, look-alikes."""
    for place, letter in enumerate(word):
        before, after = word[:place], word[place + 1 :]
        if after and letter != after[0]:
            yield before + after[0] + letter + after[1:]
        yield before + after
        yield before + letter + letter + after
        yield before + "n" + letter + after
        for meant in _LOOK_ALIKE.get(letter, ()):
            yield before + meant + after
        for pair in _LOOK_ALIKE_PAIRS:
            if word.startswith(pair, place):
                yield before + _LOOK_ALIKE_PAIRS[pair] + word[place + len(pair) :]


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

"""What the learned part sees of a passage's text: named features with a strength between 0 and 1.

Base forms, compound parts, four- and five-letter pieces of base forms, verb forms, the heading's words and the place in
the document. Proper nouns count only as such: a model that knows people and places by name learns one town's affairs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.labelling.passages import Heading, Passage
from pipeline.labelling.wordforms import MOST, WordForm
from pipeline.records import Part

_VERB_FEATURES = ("Mood", "Tense", "Voice", "Person", "PartForm", "Connegative")
STRENGTHS = _PIECE, _PART, _WHOLE = 0.4, 0.7, 1.0  # of pieces, of parts, of the base form itself
_SHORTEST = 5  # letters of a base form that is cut into pieces
_STEP, _STEPS = 6, 6  # words that make a passage one step longer, and the longest step


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features of a word or a circumstance by name; the same object for the same word, so that it can be a key."""

    strengths: Mapping[str, float]


@lru_cache(maxsize=MOST)
def word_features(word: WordForm) -> Features:
    """The features of a word in the running text."""
    return _word_features(*_known(word))


@lru_cache(maxsize=MOST)
def heading_features(word: WordForm) -> Features:
    """The features of a word in the heading right above."""
    return _heading_features(*_known(word)[:2])


@lru_cache(maxsize=1000)
def _above(words: tuple[WordForm, ...]) -> Features:
    """The features of a whole heading, which stands above many passages."""
    return Features(joined(heading_features(word) for word in words if word.is_word))


def place_features(passage: Passage, formal: bool) -> Features:
    """The features of where and how long a passage is."""
    words = [word for word in passage.words if word.is_word]
    first = words[0].lemma.lower() if words and words[0].pos != "PROPN" else ""
    steps = min(_STEPS, len(words) // _STEP)
    return _place_features(passage.part, formal, passage.kind == "table_row", steps, first)


@lru_cache(maxsize=10_000)
def _place_features(part: Part | None, formal: bool, row: bool, steps: int, first: str) -> Features:
    names = [f"place:{part or 'none'}{'/formal' if formal else ''}", f"row:{row}"]
    names += [f"length:{steps}", f"first:{part}/{first}"]
    return Features(dict.fromkeys(names, _WHOLE))


def joined(features: Iterable[Features]) -> dict[str, float]:
    """Features of several words together; the strongest of one name counts."""
    found: dict[str, float] = {}
    for ones in features:
        for name, strength in ones.strengths.items():
            if strength > found.get(name, 0.0):
                found[name] = strength
    return found


def passage_features(passage: Passage, formal: bool) -> list[Features]:
    """Everything that the learned part sees of a passage, an entry for each word, for the heading and for its place."""
    return [
        *[word_features(word) for word in passage.words if word.is_word],
        *[_above(one.words) for one in passage.headings[-1:]],
        place_features(passage, formal),
    ]


def title_features(heading: Heading) -> list[Features]:
    """The features of a heading read as if it were an item, a word an entry."""
    return [word_features(word) for word in heading.words if word.is_word]


def _known(word: WordForm) -> tuple[str, tuple[str, ...], str]:
    """Base form, bases of its parts where it is a compound, and a short name of its form."""
    if not word.candidates:
        return word.lemma.lower(), (), "?"
    best = word.candidates[0]
    form = best.pos or "?"
    if any(character.isdigit() for character in word.form):
        held = sorted(feature for feature in best.features if feature.startswith(("Figure=", "Against=")))
        form = ".".join(["NUM", *held])
    elif best.pos in ("VERB", "AUX"):
        pairs = (feature.partition("=") for feature in sorted(best.features))
        form = "V:" + ".".join(value for name, _, value in pairs if name in _VERB_FEATURES)
    bases = tuple(base.lower() for base in best.bases) if len(best.parts) > 1 else ()
    return word.lemma.lower(), bases, form


@lru_cache(maxsize=MOST)
def _word_features(lemma: str, bases: tuple[str, ...], form: str) -> Features:
    found = {f"form:{form}": _WHOLE}
    if form == "PROPN":
        return Features(found)
    found[f"word:{lemma}"] = _WHOLE
    for base in bases:
        found.setdefault(f"word:{base}", _PART)
    if bases:
        found[f"begins:{bases[0]}"] = found[f"ends:{bases[-1]}"] = _WHOLE
    if form.startswith("V:"):
        found[f"verb:{lemma}/{form}"] = _WHOLE
    found.update(dict.fromkeys([f"piece:{piece}" for piece in _pieces(lemma, (4, 5))], _PIECE))
    return Features(found)


@lru_cache(maxsize=10_000)
def _heading_features(lemma: str, bases: tuple[str, ...]) -> Features:
    found = {f"heading:{lemma}": _WHOLE}
    for base in bases:
        found.setdefault(f"heading:{base}", _PART)
    found.update(dict.fromkeys([f"heading piece:{piece}" for piece in _pieces(lemma, (4,))], _PIECE))
    return Features(found)


def _pieces(lemma: str, lengths: tuple[int, ...]) -> list[str]:
    if len(lemma) < _SHORTEST:
        return []
    word = f"^{lemma}$"
    return [word[start : start + size] for size in lengths for start in range(len(word) - size + 1)]

"""What the learned part sees of a passage's text: named features with a strength between 0 and 1.

Base forms, compound parts, four- and five-letter pieces of base forms, verb forms, the heading's words and the place in
the document. Proper nouns count only as such: a model that knows people and places by name learns one town's affairs.
"""

from collections.abc import Iterable
from functools import lru_cache

from pipeline.labelling.passages import Passage
from pipeline.records import Token

Features = tuple[tuple[str, float], ...]

_VERB_FEATURES = ("Mood", "Tense", "Voice", "Person", "PartForm", "Connegative")
_PART, _PIECE = 0.7, 0.4  # strengths beside 1 for the base form itself
_SHORTEST = 5  # letters of a base form that is cut into pieces
_STEP, _STEPS = 6, 6  # words that make a passage one step longer, and the longest step


def is_word(token: Token) -> bool:
    """Whether a token is more than punctuation."""
    return any(character.isalnum() for character in token.form)


def word_features(token: Token) -> Features:
    """The features of a word in the running text."""
    return _word_features(*_known(token))


def heading_features(token: Token) -> Features:
    """The features of a word in the heading right above."""
    return _heading_features(*_known(token)[:2])


def place_features(passage: Passage, formal: bool) -> Features:
    """The features of where and how long a passage is."""
    words = [token for token in passage.tokens if is_word(token)]
    place = f"{passage.part or 'none'}{'/formal' if formal else ''}"
    first = words[0].lemma.lower() if words and words[0].pos != "PROPN" else ""
    return (
        (f"place:{place}", 1.0),
        (f"row:{passage.kind == 'table_row'}", 1.0),
        (f"length:{min(_STEPS, len(words) // _STEP)}", 1.0),
        (f"first:{passage.part}/{first}", 1.0),
    )


def joined(features: Iterable[Features]) -> dict[str, float]:
    """Features of several words together; the strongest of one name counts."""
    found: dict[str, float] = {}
    for ones in features:
        for name, strength in ones:
            if strength > found.get(name, 0.0):
                found[name] = strength
    return found


def passage_features(passage: Passage, formal: bool) -> list[Features]:
    """Everything that the learned part sees of a passage's text and heading, a word or a circumstance an entry."""
    return [
        *(word_features(token) for token in passage.tokens if is_word(token)),
        *(heading_features(token) for one in passage.headings[-1:] for token in one.tokens if is_word(token)),
        place_features(passage, formal),
    ]


def _known(token: Token) -> tuple[str, tuple[str, ...], str]:
    """Base form, bases of its parts where it is a compound, and a short name of its form."""
    if not token.candidates:
        return token.lemma.lower(), (), "?"
    best = token.candidates[0]
    form = best.pos or "?"
    if any(character.isdigit() for character in token.form):
        form = "NUM"
    elif best.pos in ("VERB", "AUX"):
        pairs = (feature.partition("=") for feature in sorted(best.features))
        form = "V:" + ".".join(value for name, _, value in pairs if name in _VERB_FEATURES)
    bases = tuple(base.lower() for base in best.bases) if len(best.parts) > 1 else ()
    return token.lemma.lower(), bases, form


@lru_cache(maxsize=50_000)
def _word_features(lemma: str, bases: tuple[str, ...], form: str) -> Features:
    found = [(f"form:{form}", 1.0)]
    if form == "PROPN":
        return tuple(found)
    found.append((f"word:{lemma}", 1.0))
    found += [(f"word:{base}", _PART) for base in bases]
    if bases:
        found += [(f"begins:{bases[0]}", 1.0), (f"ends:{bases[-1]}", 1.0)]
    if form.startswith("V:"):
        found.append((f"verb:{lemma}/{form}", 1.0))
    found += [(f"piece:{piece}", _PIECE) for piece in _pieces(lemma, (4, 5))]
    return tuple(joined([tuple(found)]).items())


@lru_cache(maxsize=10_000)
def _heading_features(lemma: str, bases: tuple[str, ...]) -> Features:
    found = [(f"heading:{lemma}", 1.0), *((f"heading:{base}", _PART) for base in bases)]
    found += [(f"heading piece:{piece}", _PIECE) for piece in _pieces(lemma, (4,))]
    return tuple(joined([tuple(found)]).items())


def _pieces(lemma: str, lengths: tuple[int, ...]) -> list[str]:
    if len(lemma) < _SHORTEST:
        return []
    word = f"^{lemma}$"
    return [word[start : start + size] for size in lengths for start in range(len(word) - size + 1)]

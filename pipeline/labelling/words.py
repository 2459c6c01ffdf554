"""What a word can be in its clause: subject, doer, name as printed."""

from collections.abc import Sequence

from pipeline.labelling.matching import LIKELY
from pipeline.records import Token

CLOSERS = " \t,;:.–-—|/"
_NOMINATIVE = frozenset(("viestintä",))  # read as a partitive of *viestin*
_FAINT = 0.02  # the least likely reading of a verb that counts where its clause has no other verb


def has_feature(token: Token, feature: str) -> bool:
    """Whether a likely reading of the token has a feature such as `Case=Gen`."""
    return any(
        feature in candidate.features
        for place, candidate in enumerate(token.candidates)
        if place == 0 or candidate.score >= LIKELY
    )


def may_do(token: Token) -> bool:
    """Whether the token can be a verb in the third person of the present (*lähettää* is an infinitive as well)."""
    return any(
        candidate.pos == "VERB"
        and {"Tense=Pres", "Voice=Act", "Person=3", "VerbForm=Fin"} <= set(candidate.features)
        and candidate.score >= _FAINT
        for candidate in token.candidates
    )


def plural_of(lemma: str) -> str:
    """The nominative plural of a word for persons or bodies."""
    for strong, weak in (("kko", "ko"), ("kkö", "kö"), ("ppa", "pa"), ("unta", "unna")):
        if lemma.endswith(strong):
            return f"{lemma.removesuffix(strong)}{weak}t"
    return f"{lemma}t"


def is_nominative(token: Token) -> bool:
    """Whether a noun can be a subject; a word without a case (an abbreviation) can."""
    if token.form.lower() in _NOMINATIVE:
        return True
    return has_feature(token, "Case=Nom") or not any(f.startswith("Case=") for f in token.features)


def as_written(text: str, tokens: Sequence[Token]) -> str:
    """The words as printed, without the capital that only the sentence's start gives."""
    words = text[tokens[0].start : tokens[-1].end].strip(CLOSERS)
    first = tokens[0].form
    plain = tokens[0].pos != "PROPN" and not first.isupper() and first[:1].isupper() and first[1:].islower()
    return words[:1].lower() + words[1:] if plain else words

"""Word forms: what all tokens that are printed and read alike share, so that each distinct word is looked at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from pipeline.records import Candidate, Token

MOST = 50_000  # word forms whose findings are kept
CERTAIN = 0.3  # readings less likely than this do not make a finite verb


@dataclass(frozen=True, eq=False)
class WordForm:
    """A printed form with its readings in order; equal ones are the same object.

    What rules and models find out of a word they keep by its word form (the object is the key, so that nothing is
    hashed or compared again).

    Attributes:
        lower: the form in lower case.
        is_word: whether it is more than punctuation.
        has_letter: whether it is more than a number or punctuation.
    """

    form: str
    candidates: tuple[Candidate, ...]
    lower: str = field(init=False, repr=False)
    is_word: bool = field(init=False, repr=False)
    has_letter: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        form = self.form
        object.__setattr__(self, "lower", form.lower())
        object.__setattr__(self, "is_word", form.isalnum() or any(character.isalnum() for character in form))
        object.__setattr__(self, "has_letter", form.isalpha() or any(character.isalpha() for character in form))

    @cached_property
    def is_finite(self) -> bool:
        """Whether it is likely a finite verb."""
        return any(
            candidate.pos in ("VERB", "AUX") and any(feature.startswith("Mood=") for feature in candidate.features)
            for place, candidate in enumerate(self.candidates)
            if place == 0 or candidate.score >= CERTAIN
        )

    @property
    def lemma(self) -> str:
        """Base form of the likeliest reading; the form itself where nothing is known."""
        return self.candidates[0].lemma if self.candidates else self.form

    @property
    def pos(self) -> str:
        """Part of speech of the likeliest reading; empty where nothing is known."""
        return self.candidates[0].pos if self.candidates else ""

    @property
    def parts(self) -> tuple[str, ...]:
        """Compound parts of the likeliest reading."""
        return self.candidates[0].parts if self.candidates else (self.form,)


word_form = lru_cache(maxsize=MOST)(WordForm)


def word_forms(tokens: Iterable[Token]) -> tuple[WordForm, ...]:
    """The word form of each token."""
    return tuple([word_form(token.form, token.candidates) for token in tokens])

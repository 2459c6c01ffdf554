"""Finnish words: base forms, parts of speech, features and compound parts.

Three lines are enough to use it without the rest of the package::

    from pipeline.language import load_lemmatiser
    for token in load_lemmatiser().analyse("TE-palvelujen työnantajat kutsuttiin kokoukseen."):
        print(token.form, token.lemma, token.pos, token.parts)

Every system gives the same records (`pipeline.records.Token`); this is the only door to Voikko, spaCy and Stanza.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pipeline.errors import UsageError
from pipeline.records import Token

__all__ = ["Lemmatiser", "load_lemmatiser"]


class Lemmatiser(Protocol):
    """What a system of Finnish morphology offers to the rest of the package.

    Attributes:
        name: `voikko`, `spacy` or `stanza`.
        version: the system and its dictionary or model, recorded with each document.
    """

    name: str
    version: str

    def analyse(self, text: str) -> tuple[Token, ...]:
        """Split running text into sentences and tokens and analyse them; `text[start:end] == form` for each."""
        ...

    def analyse_tokens(self, sentences: Iterable[Sequence[str]]) -> Iterator[tuple[Token, ...]]:
        """Analyse sentences that are already cut into tokens, one by one.

        Offsets count in the sentence's tokens joined by single spaces; `sentence` is the sentence's number.
        """
        ...


def load_lemmatiser(name: str = "voikko") -> Lemmatiser:
    """The lemmatiser called `name`: `voikko` (the native library if it loads, else pyvoikko), `spacy` or `stanza`.

    Raises:
        UsageError: there is no such lemmatiser.
        MissingDependency: it is not installed; the message says how to get it.
    """
    if name == "voikko":
        from pipeline.language.voikko import VoikkoLemmatiser

        return VoikkoLemmatiser()
    if name == "spacy":
        from pipeline.language.spacy_fi import spacy_lemmatiser

        return spacy_lemmatiser()
    if name == "stanza":
        from pipeline.language.stanza_fi import stanza_lemmatiser

        return stanza_lemmatiser()
    raise UsageError(f"There is no lemmatiser '{name}'; choose one of voikko, spacy, stanza.")

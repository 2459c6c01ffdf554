"""What spaCy and Stanza share: our tokens in, one reading a token out.

Tokens and sentences are the same as Voikko's, so that rules see the same words whoever names their lemmas. The neural
systems know nothing of compound parts: these come from the dictionary's reading with the same lemma.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from pipeline.errors import MissingDependency
from pipeline.language.candidates import Analyser
from pipeline.language.dictionary import open_dictionary
from pipeline.language.model import read_model
from pipeline.language.tokens import Span, sentences, spans_of
from pipeline.records import Candidate, Token

_BATCH = 256

Tagged = tuple[str, str, frozenset[str]]
"""Lemma, part of speech and features of a token."""


class NeuralLemmatiser:
    """A lemmatiser around a tagger of tokenised sentences.

    Args:
        tag: from sentences, as lists of forms, to what the system says of each token.
    """

    def __init__(self, name: str, version: str, tag: Callable[[list[list[str]]], Iterable[list[Tagged]]]) -> None:
        self.name = name
        self.version = version
        self._tag = tag
        try:
            readings = Analyser(open_dictionary().lookup, read_model().tables)
        except MissingDependency:
            self._readings: Callable[[str], tuple[Candidate, ...]] = lambda _: ()
        else:
            self._readings = functools.lru_cache(maxsize=100_000)(readings)

    def analyse(self, text: str) -> tuple[Token, ...]:
        """Split running text into sentences and tokens and analyse them."""
        return tuple(token for tokens in self._analysed(sentences(text)) for token in tokens)

    def analyse_tokens(self, sentences: Iterable[Sequence[str]]) -> Iterator[tuple[Token, ...]]:
        """Analyse sentences that are already cut into tokens, one by one."""
        return self._analysed(spans_of(forms, number) for number, forms in enumerate(sentences))

    def _analysed(self, spans: Iterator[list[Span]]) -> Iterator[tuple[Token, ...]]:
        while batch := list(islice(spans, _BATCH)):
            answers = self._tag([[span.form for span in sentence] for sentence in batch])
            for sentence, tagged in zip(batch, answers, strict=True):
                yield tuple(
                    Token(*span, (self._candidate(span.form, *answer),))
                    for span, answer in zip(sentence, tagged, strict=True)
                )

    def _candidate(self, form: str, lemma: str, pos: str, features: frozenset[str]) -> Candidate:
        for reading in self._readings(form):
            if reading.lemma.lower() == lemma.lower():
                return Candidate(lemma, pos, features, reading.parts, reading.bases)
        pieces = tuple(piece for piece in lemma.split("-") if piece) or (lemma,)
        return Candidate(lemma, pos, features, pieces, pieces)

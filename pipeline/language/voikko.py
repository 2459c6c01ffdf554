"""Lemmas from the Voikko dictionary, ranked by context: the default lemmatiser."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.language.candidates import Analyser
from pipeline.language.dictionary import open_dictionary
from pipeline.language.model import Model, read_model
from pipeline.language.ranking import Word, rank, word_of
from pipeline.language.seen import SeenForms
from pipeline.language.tokens import Span, sentences, spans_of
from pipeline.records import Token

_SEEN_LIMIT = 200_000


class VoikkoLemmatiser:
    """Finnish morphology from the dictionary of Voikko.

    Args:
        reader: `native` or `pyvoikko`; None takes the native library if it loads.
        model: of the ranker; by default the shipped one.
    """

    name = "voikko"

    def __init__(self, reader: str | None = None, model: Model | None = None) -> None:
        dictionary = open_dictionary(reader)
        model = model or read_model()
        self.version = dictionary.version
        self._weights = model.weights
        self._readings = Analyser(dictionary.lookup, model.tables, SeenForms(dictionary.edition))
        self._seen: dict[str, Word] = {}

    def analyse(self, text: str) -> tuple[Token, ...]:
        """Split running text into sentences and tokens and analyse them."""
        tokens: list[Token] = []
        for spans in sentences(text):
            tokens += self._tokens(spans)
        return tuple(tokens)

    def analyse_tokens(self, sentences: Iterable[Sequence[str]]) -> Iterator[tuple[Token, ...]]:
        """Analyse sentences that are already cut into tokens, one by one."""
        for number, forms in enumerate(sentences):
            yield tuple(self._tokens(spans_of(forms, number)))

    def _tokens(self, spans: Sequence[Span]) -> list[Token]:
        known = self._seen.get
        words = [known(span.form) or self._word(span.form) for span in spans]
        return [Token(*span, readings) for span, readings in zip(spans, rank(words, self._weights), strict=True)]

    def _word(self, form: str) -> Word:
        # Forgetting everything once in a long while is simpler than keeping count of use, and costs as little.
        if len(self._seen) >= _SEEN_LIMIT:
            self._seen.clear()
        word = self._seen[form] = word_of(form, self._readings(form), self._weights)
        return word

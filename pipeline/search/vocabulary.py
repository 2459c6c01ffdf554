"""Which base forms of a store answer a word that somebody types.

Both the question and the items are base forms, so *oppilashuolto* finds *oppilashuollon*. A compound counts when the
word asked for is one or more of its parts, whole: *huolto* finds *oppilashuoltoryhmä*, *uolto* does not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.language import Lemmatiser
from pipeline.language.tokens import tokenise
from pipeline.records import Candidate, Token

_HEAD = 2  # letters that a word keeps however it inflects as a compound's part: käsi, käden|taito


@dataclass(frozen=True, slots=True)
class Answers:
    """The base forms of the store that are the word itself, and those that hold it as a part."""

    exact: list[str] = field(default_factory=list)
    compound: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Both."""
        return self.exact + self.compound


class Vocabulary:
    """The base forms of a store seen through a lemmatiser."""

    def __init__(self, lemmatiser: Lemmatiser) -> None:
        self._lemmatiser = lemmatiser

    def split(self, text: str) -> list[frozenset[str]]:
        """The words of a question, each as the plain base forms it may be."""
        tokens = [token for token in self._lemmatiser.analyse(text) if any(map(str.isalnum, token.form))]
        return [
            frozenset({plain(one.lemma) for one in _readings(token, token.form)} or {plain(token.form)})
            for token in tokens
        ]

    def answers(self, wanted: Sequence[frozenset[str]], lemmas: Iterable[str]) -> list[Answers]:
        """For each word of the question the base forms of the store that answer it."""
        answers = [Answers() for _ in wanted]
        compounds = []
        heads = {lemma[:_HEAD] for word in wanted for lemma in word}
        for lemma in lemmas:
            bare = plain(lemma)
            for answer, word in zip(answers, wanted, strict=True):
                if bare in word:
                    answer.exact.append(lemma)
            if any(head in bare for head in heads):
                compounds.append(lemma)
        for lemma, spans in self._parts(compounds):
            for answer, word in zip(answers, wanted, strict=True):
                if spans & word and plain(lemma) not in word:
                    answer.compound.append(lemma)
        return answers

    def terms(self, lemmas: Sequence[str], texts: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[int]]:
        """What somebody may type, each with the numbers of the base forms that answer it.

        Args:
            lemmas: all base forms, numbered from 0.
            texts: texts with their base forms, one a word, from which the inflected forms are learned.
        """
        found: defaultdict[str, set[int]] = defaultdict(set)
        numbers = {lemma: number for number, lemma in enumerate(lemmas)}
        for lemma, spans in self._parts(lemmas):
            for term in spans | {plain(lemma)}:
                found[term].add(numbers[lemma])
        inflected: defaultdict[str, set[int]] = defaultdict(set)
        for text, bases in texts:
            forms = [span.form for span in tokenise(text) if any(map(str.isalnum, span.form))]
            if len(forms) == len(bases):
                for form, base in zip(forms, bases, strict=True):
                    inflected[plain(form)] |= found[plain(base)]
        return {term: sorted(found.get(term, set()) | inflected.get(term, set())) for term in {*found, *inflected}}

    def _parts(self, lemmas: Sequence[str]) -> Iterator[tuple[str, set[str]]]:
        """Each base form with the runs of its compound parts."""
        for lemma, tokens in zip(lemmas, self._lemmatiser.analyse_tokens([lemma] for lemma in lemmas), strict=True):
            yield lemma, {span for token in tokens for one in _readings(token, lemma) for span in _spans(one)}


def plain(word: str) -> str:
    """A word without what does not tell words apart: capitals and hyphens."""
    return word.casefold().replace("-", "")


def _readings(token: Token, base: str) -> Sequence[Candidate]:
    """The analyses that take the word for the base form it looks like (*tilanne* is no form of *tila*), else all."""
    return [one for one in token.candidates if plain(one.lemma) == plain(base)] or token.candidates


def _spans(candidate: Candidate) -> Iterator[str]:
    """The runs of a compound's parts, the last part of each as it stands and in its base form."""
    for start in range(len(candidate.parts)):
        for end in range(start, len(candidate.parts)):
            before = "".join(candidate.parts[start:end])
            yield plain(before + candidate.parts[end])
            yield plain(before + candidate.bases[end])

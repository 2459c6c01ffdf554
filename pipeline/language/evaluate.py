"""How often a lemmatiser gives a treebank's lemma, part of speech and compound parts."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.language import Lemmatiser
from pipeline.language.conllu import FORM, LEMMA, UPOS, Block


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over a treebank's words, punctuation left out.

    Attributes:
        lemmas: the first reading has the treebank's lemma; case does not count, and the treebank's `#` stands for
            nothing or, as in *1980#luku*, for a hyphen.
        strict: the same, but `#` stands for nothing only.
        possible: one of the readings has the lemma.
        pos: the first reading has the part of speech.
        compounds, splits: words whose gold lemma has a `#`, and those among them whose parts are the treebank's.
        cuts: those whose parts or whose parts' base forms are, since it writes both *työn#antaja* and *lääkäri#työ*.
    """

    words: int = 0
    lemmas: int = 0
    strict: int = 0
    possible: int = 0
    pos: int = 0
    compounds: int = 0
    splits: int = 0
    cuts: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, name) + getattr(other, name) for name in Score.__slots__))

    def __str__(self) -> str:
        words = self.words or 1
        return (
            f"{self.words} words, lemma {self.lemmas / words:.4f} (hyphens counted {self.strict / words:.4f}), "
            f"lemma among the readings {self.possible / words:.4f}, part of speech {self.pos / words:.4f}, "
            f"compound splits {self.splits / (self.compounds or 1):.4f} of {self.compounds} "
            f"(parts or their base forms {self.cuts / (self.compounds or 1):.4f})"
        )


def score(lemmatiser: Lemmatiser, blocks: Iterable[Block]) -> Score:
    """Score `lemmatiser` on sentences with gold tokens."""
    total = Score()
    blocks = list(blocks)
    analysed = lemmatiser.analyse_tokens([row[FORM] for row in block.words] for block in blocks)
    for block, tokens in zip(blocks, analysed, strict=True):
        for row, token in zip(block.words, tokens, strict=True):
            if row[UPOS] == "PUNCT":
                continue
            gold = row[LEMMA]
            compound = "#" in gold.strip("#")
            parts = gold.lower().split("#")
            split = compound and _lower(token.parts) == parts
            total += Score(
                1,
                same_lemma(token.lemma, gold),
                token.lemma.lower() == gold.lower().replace("#", ""),
                any(same_lemma(reading.lemma, gold) for reading in token.candidates),
                token.pos == row[UPOS],
                compound,
                split,
                split or (compound and _lower(token.candidates[0].bases) == parts),
            )
    return total


def same_lemma(lemma: str, gold: str) -> bool:
    """Whether a lemma is the treebank's: case does not count, and its `#` stands for a hyphen or for nothing."""
    return _plain(lemma) == _plain(gold)


def _lower(parts: Iterable[str]) -> list[str]:
    return [part.lower() for part in parts]


def _plain(lemma: str) -> str:
    return lemma.lower().replace("#", "").replace("-", "") or lemma

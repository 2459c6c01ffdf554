"""The learned part: how likely each label is, given what the rules say, the text, and what stands around.

Two linear models, one on top of the other, so that every figure can be traced to words and circumstances:

1. for each label a logistic regression on the text alone (`features.py`), trained on the whole labelled corpus;
2. the judge, a logistic regression that the labels of an axis share, on what the rules gave, the text's score, and the
   same for the heading and the other items of the section. It is trained on what the rules said of documents that
   nobody had read when the rules were written; on others it would learn to trust them too much.

`python -m pipeline.evaluate.learn` makes both; `models/labels/README.md` is the model card.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import UsageError
from pipeline.labelling.features import (
    STRENGTHS,
    Features,
    heading_features,
    passage_features,
    title_features,
    word_features,
)
from pipeline.labelling.passages import Heading, Passage
from pipeline.labelling.wordforms import MOST
from pipeline.records import Axis, Label

Array = NDArray[np.float32]
Codes = NDArray[np.int64]

RULE = "model"  # what `Label.rule` says of a label that only the learned part gave
AXES: tuple[Axis, ...] = ("theme", "type")
TYPES = ("challenge", "success", "agreed_action")
_FAR = -4.0  # the text score of a neighbour that is not there
_SHORT = 8  # words of a passage that leans on its heading


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the rules say of one passage: the labels they gave, and those whose words they found but shut out."""

    labels: tuple[Label, ...]
    blocked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judge:
    """Weights of the second model for the labels of one axis.

    Attributes:
        coefficients: one for each column of `circumstances` and three for each label of the axis (`for_label`).
        adds, keeps: the probabilities from which on a label is given that no rule gave, or one that a rule gave.
    """

    axis: Axis
    labels: tuple[str, ...]
    coefficients: Array
    intercept: float
    adds: float
    keeps: float

    def probabilities(self, label: str, columns: Array) -> Array:
        """How likely a label is for each row of its circumstances."""
        scores = for_label(columns, self.labels.index(label), len(self.labels)) @ self.coefficients + self.intercept
        return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Model:
    """Both models, ready for use.

    Attributes:
        version: fingerprint of the weights.
        labels: in the order of the columns of `weights`.
        rows: a feature's row in `rarity` and `weights`.
        rarity: inverse document frequency of each feature.
        weights: features x labels.
    """

    version: str
    labels: tuple[str, ...]
    rows: Mapping[str, int]
    rarity: Array
    weights: Array
    bias: Array
    judges: tuple[Judge, ...]
    _seen: dict[Features, Codes] = field(default_factory=dict, compare=False, repr=False)

    def text_scores(self, passages: Sequence[Passage], formal: bool) -> Array:
        """Log-odds of each label from the text and heading alone, passages x labels."""
        return self._scores([passage_features(passage, formal) for passage in passages])

    def heading_scores(self, headings: Sequence[Heading]) -> Array:
        """Log-odds of each label for headings read as if they were items, headings x labels."""
        return self._scores([title_features(heading) for heading in headings])

    def _scores(self, texts: Sequence[Sequence[Features]]) -> Array:
        """The scores of texts, all at once; of one feature's strengths in a text the greatest counts."""
        known = [[self._codes(features) for features in text] for text in texts]
        sizes = [sum(map(len, codes)) for codes in known]
        flat = np.concatenate([np.zeros(0, np.int64), *[codes for one in known for codes in one]])
        flat += np.repeat(np.arange(len(texts)), sizes) * (len(self.rows) * len(STRENGTHS))
        flat.sort()
        features, level = np.divmod(flat, len(STRENGTHS))
        greatest = np.append(features[1:] != features[:-1], True)[: len(features)]
        text, row = np.divmod(features[greatest], max(len(self.rows), 1))
        values = np.asarray(STRENGTHS)[level[greatest]] * self.rarity[row]
        norms = np.sqrt(np.bincount(text, values**2, len(texts)))
        sums = [np.bincount(text, values * weights[row], len(texts)) for weights in self.weights.T]
        return np.asarray(np.column_stack(sums) / np.maximum(norms, 1e-9)[:, None] + self.bias, dtype=np.float32)

    def _codes(self, features: Features) -> Codes:
        """The features that have a row, each as row and level of strength in one number; looked up once a word."""
        if (codes := self._seen.get(features)) is None:
            if len(self._seen) > MOST:
                self._seen.clear()
            pairs = [(self.rows[name], strength) for name, strength in features.strengths.items() if name in self.rows]
            codes = np.array([row * len(STRENGTHS) + STRENGTHS.index(strength) for row, strength in pairs], np.int64)
            self._seen[features] = codes
        return codes

    def strongest(self, passage: Passage, label: str) -> tuple[int, int] | None:
        """Start and end of the word that speaks most for a label; None where none does or the heading speaks more."""
        label_place = self.labels.index(label)

        def says(features: Features) -> float:
            rows, levels = np.divmod(self._codes(features), len(STRENGTHS))
            return float((np.asarray(STRENGTHS)[levels] * self.rarity[rows] * self.weights[rows, label_place]).sum())

        pairs = zip(passage.words, passage.tokens, strict=True)
        words = [(says(word_features(word)), token) for word, token in pairs if word.is_word]
        above = [says(heading_features(w)) for one in passage.headings[-1:] for w in one.words if w.is_word]
        best = max(words, key=lambda pair: pair[0], default=None)
        if best is None or best[0] <= max([0.0, *above]):
            return None
        return best[1].start, best[1].end

    def judge(self, passages: Sequence[Passage], ruled: Sequence[Ruled], formal: bool) -> Iterator[dict[str, float]]:
        """The probability of each label for each passage of one document."""
        scores = self.text_scores(passages, formal)
        headings = list(dict.fromkeys(passage.headings[-1] for passage in passages if passage.headings))
        read = dict(zip(headings, self.heading_scores(headings), strict=True))
        above = np.stack([read[one.headings[-1]] if one.headings else self.bias for one in passages])
        columns = circumstances(passages, ruled, formal, self.labels, scores, above)
        found = {
            label: judge.probabilities(label, columns[self.labels.index(label)])
            for judge in self.judges
            for label in judge.labels
        }
        for place in range(len(passages)):
            yield {label: float(values[place]) for label, values in found.items()}


def sections_of(passages: Sequence[Passage]) -> list[list[int]]:
    """Places of passages in a row that stand under the same headings."""
    sections: list[list[int]] = []
    last: tuple[str, ...] | None = None
    for place, passage in enumerate(passages):
        titles = tuple(heading.text for heading in passage.headings)
        if titles != last:
            sections.append([])
        last = titles
        sections[-1].append(place)
    return sections


def circumstances(
    passages: Sequence[Passage],
    given: Sequence[Ruled],
    formal: bool,
    labels: Sequence[str],
    scores: Array,
    above: Array,
) -> list[Array]:
    """For each label what speaks for and against it, a row a passage of one document.

    Args:
        given: what the rules say of each passage.
        scores: log-odds by text, passages x labels.
        above: the same of the heading right above.
    """
    shape = (len(passages), len(labels))
    own, taken, firm, shut = (np.zeros(shape, np.float32) for _ in range(4))
    place_of = {label: place for place, label in enumerate(labels)}
    for row, one in enumerate(given):
        for label in one.labels:
            if label.label in place_of:
                (taken if label.method == "heading" else own)[row, place_of[label.label]] = 1
                firm[row, place_of[label.label]] = label.score
        for name in one.blocked & place_of.keys():
            shut[row, place_of[name]] = 1
    themes = [place for place, label in enumerate(labels) if label not in TYPES]
    types = [place for place, label in enumerate(labels) if label in TYPES]
    ruled = own + taken
    likely = 1 / (1 + np.exp(-scores))
    names = ("ruled", "own", "likely", "most", "ruled before", "ruled after", "text before", "text after", "earlier")
    around = {name: np.zeros(shape, np.float32) for name in names}
    around["text before"][:] = around["text after"][:] = _FAR
    size, position = np.zeros(len(passages), np.float32), np.zeros(len(passages), np.float32)
    for section in sections_of(passages):
        size[section], position[section] = len(section), np.arange(len(section))
        if not passages[section[0]].headings or len(section) < 2:
            continue
        others = len(section) - 1
        for name, values in (("ruled", ruled), ("own", own), ("likely", likely)):
            around[name][section] = (values[section].sum(0) - values[section]) / others
        around["ruled before"][section[1:]] = own[section[:-1]]
        around["ruled after"][section[:-1]] = own[section[1:]]
        around["text before"][section[1:]] = scores[section[:-1]]
        around["text after"][section[:-1]] = scores[section[1:]]
        around["earlier"][section[1:]] = np.maximum.accumulate(own[section], axis=0)[:-1]
        second, first = np.sort(likely[section], axis=0)[-2:]
        around["most"][section] = np.where(likely[section] == first, second, first)
    length = np.array([sum([word.is_word for word in passage.words]) for passage in passages], np.float32)
    parts = np.array(
        [[one.part == part for part in ("background", "proposal", "discussion", "decision")] for one in passages]
    )
    longer = np.log1p(length)
    places = np.column_stack([np.log1p(size), np.log1p(position), longer, parts, np.full(len(passages), formal)])
    share = np.broadcast_to(own.mean(0), shape)
    columns = []
    for column in range(len(labels)):
        rivals = [theme for theme in themes if theme != column]
        text, mine, heads = scores[:, column], own[:, column], above[:, column]
        rival = own[:, rivals].max(1)
        nothing = (rival == 0) & (mine == 0)
        plain = [mine, taken[:, column], text, *(around[name][:, column] for name in names), heads, share[:, column]]
        plain += [
            firm[:, column],
            shut[:, column],
            shut[:, column] * text,
            rival,
            scores[:, rivals].max(1),
            *own[:, types].T,
            *scores[:, types].T,
        ]
        crossed = [
            mine * text,
            taken[:, column] * text,
            around["own"][:, column] * text,
            around["own"][:, column] * nothing,
            heads * nothing,
            around["ruled"][:, column] * (mine == 0),
            ruled[:, column] * formal,
            text * formal,
            heads * (length < _SHORT),
            # a long passage names things in passing
            mine * longer,
            text * longer,
            mine * text * longer,
        ]
        columns.append(np.column_stack([*plain, *crossed, places]).astype(np.float32))
    return columns


def for_label(columns: Array, place: int, labels: int) -> Array:
    """The circumstances of one label with what is its own: how often it is right, by rule and by text."""
    own = np.zeros((len(columns), labels), np.float32)
    own[:, place] = 1
    return np.column_stack([columns, own, own * columns[:, :1], own * columns[:, 2:3]])


@lru_cache(maxsize=2)
def load_model(folder: Path) -> Model:
    """Load the weights that `pipeline.evaluate.learn` wrote.

    Raises:
        UsageError: the file is missing or damaged.
    """
    path = folder / "weights.npz"
    try:
        data = path.read_bytes()
        with np.load(path, allow_pickle=False) as kept:
            labels = tuple(str(label) for label in kept["labels"])
            judges = tuple(
                Judge(
                    axis,
                    tuple(label for label in labels if (label in TYPES) == (axis == "type")),
                    kept[f"{axis}_coefficients"],
                    float(kept[f"{axis}_intercept"]),
                    float(kept[f"{axis}_adds"]),
                    float(kept[f"{axis}_keeps"]),
                )
                for axis in AXES
            )
            names = str(kept["names"]).split("\n")
            return Model(
                version=hashlib.sha256(data).hexdigest()[:12],
                labels=labels,
                rows={name: row for row, name in enumerate(names)},
                rarity=kept["rarity"].astype(np.float32),
                weights=kept["weights"].astype(np.float32),
                bias=kept["bias"],
                judges=judges,
            )
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"{path} cannot be used ({error}); make it anew with `make models`, or use --no-model."
        ) from error

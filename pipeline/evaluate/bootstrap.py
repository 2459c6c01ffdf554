"""How far a score would move with other documents: bootstrap intervals, and the score without each document.

Whole documents are drawn, not items: items of one document share its writer, its subjects and its mistakes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluate.scores import Scores

DRAWS = 2000
LEVEL = 0.95
SEED = 0
MEASURES = ("precision", "recall", "f1")

Interval = tuple[float, float]


def intervals(parts: Sequence[Scores], keys: Sequence[str]) -> dict[str, dict[str, Interval]]:
    """For each key the 95 % percentile intervals of `MEASURES`, by key and measure; empty for a single document.

    Args:
        parts: the scores of each document; a key that one lacks counts as nothing there.
    """
    if len(parts) < 2:
        return {}
    chances = np.full(len(parts), 1 / len(parts))
    draws = np.random.default_rng(SEED).multinomial(len(parts), chances, size=DRAWS)
    edges = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    found = {}
    for key in keys:
        low, high = np.quantile(_measures(draws @ _counts(parts, key)), edges, axis=0)
        found[key] = {name: (float(low[n]), float(high[n])) for n, name in enumerate(MEASURES)}
    return found


def without_each(parts: Sequence[Scores], key: str) -> NDArray[np.float64]:
    """F1 of a key without the first document, without the second, ...; one alone leaves nothing, which is right."""
    counts = _counts(parts, key)
    return _measures(counts.sum(0) - counts)[:, MEASURES.index("f1")]


def _counts(parts: Sequence[Scores], key: str) -> NDArray[np.int64]:
    """True positives, false positives and false negatives, documents x 3."""
    having = [one.get(key) for one in parts]
    return np.array([(one.tp, one.fp, one.fn) if one else (0, 0, 0) for one in having], np.int64)


def _measures(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Precision, recall and F1 of rows of counts; 1 where nothing was given, or nothing was to be given."""
    tp, fp, fn = counts.T

    def share(right: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.where(of > 0, right / np.maximum(of, 1), 1.0)

    return np.column_stack([share(tp, tp + fp), share(tp, tp + fn), share(2 * tp, 2 * tp + fp + fn)])

"""Learn the model that judges the rules' labels from the labelled corpus.

    python -m pipeline.evaluate.learn CORPUS OUT [--pool POOL]

CORPUS is `data/corpus/`; POOL holds the texts of `real.jsonl`, JSON lines with `id`, `doc`, `text` and their place;
without it only fiction is learned from. OUT gets `weights.npz` and `scores.json`: cross-validated over whole documents,
and only those that nobody had read when the rules were written (`first_run.jsonl` keeps what the rules said of them).
"""

import argparse
import itertools
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import MuistioError
from pipeline.evaluate.corpus import LABELS, Example, examples, first_run
from pipeline.labelling import load_rules
from pipeline.labelling.features import joined, passage_features, title_features
from pipeline.labelling.learned import AXES, TYPES, Judge, circumstances, for_label
from pipeline.language import load_lemmatiser
from pipeline.records import Axis

FOLDS = 5
RAREST = 2  # items that a feature must stand in
DOCUMENTS = 2  # documents that they must come from
TEXT_C, JUDGE_C = 30.0, 0.05  # strength of the data against the prior, in scikit-learn's sense
CERTAIN = 7.0  # log-odds of what has no counterexample
# Thresholds to choose from, for a label that no rule gave and for one that a rule gave. Scores hardly differ between
# them; wider ranges would let chance choose extremes.
ADDS = (0.4, 0.45, 0.5)
KEEPS = (0.3, 0.35, 0.4)

Matrix = NDArray[np.float32]


@dataclass(slots=True)
class TextModel:
    """A logistic regression per label on rare-weighted, normalised features."""

    names: list[str] = field(default_factory=list)
    rarity: Matrix = field(default_factory=lambda: np.zeros(0, np.float32))
    weights: Matrix = field(default_factory=lambda: np.zeros((0, len(LABELS)), np.float32))
    bias: Matrix = field(default_factory=lambda: np.zeros(len(LABELS), np.float32))
    vectorizer: Any = None

    def scores(self, features: Iterable[dict[str, float]]) -> Matrix:
        """Log-odds, rows x labels."""
        from sklearn.preprocessing import normalize

        columns = self.vectorizer.transform(features).multiply(self.rarity).tocsr()
        return np.asarray(normalize(columns) @ self.weights + self.bias, dtype=np.float32)


def fit_text(read: Sequence[Example], kept: dict[str, list[dict[str, float]]]) -> TextModel:
    """The text model from some documents; `kept` holds the features of every document's passages by its name."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.preprocessing import normalize

    features = [one for example in read for one in kept[example.name]]
    items = Counter(name for one in features for name in one)
    spread = Counter(name for example in read for name in {name for one in kept[example.name] for name in one})
    known = {name for name, count in items.items() if count >= RAREST and spread[name] >= DOCUMENTS}
    model = TextModel(vectorizer=DictVectorizer(dtype=np.float32))
    columns = model.vectorizer.fit_transform(
        {name: strength for name, strength in one.items() if name in known} for one in features
    )
    model.names = list(model.vectorizer.feature_names_)
    model.rarity = np.log(len(features) / np.array([items[name] for name in model.names])).astype(np.float32)
    columns = normalize(columns.multiply(model.rarity).tocsr())
    gold = np.concatenate([example.gold for example in read])
    settled = np.concatenate([example.settled for example in read])
    model.weights = np.zeros((len(model.names), len(LABELS)), np.float32)
    for place in range(len(LABELS)):
        use = np.flatnonzero(settled[:, place])
        model.weights[:, place], model.bias[place] = _regression(columns[use], gold[use, place], TEXT_C)
    return model


def fit_judge(read: Sequence[Example], columns: dict[str, list[Matrix]], axis: Axis) -> Judge:
    """The judge of one axis from documents with a first run; `columns` holds their circumstances by name and label."""
    places = _places(axis)
    rows, truth = [], []
    for own, place in enumerate(places):
        for example in read:
            use = example.settled[:, place]
            rows.append(for_label(columns[example.name][place][use], own, len(places)))
            truth.append(example.gold[use, place])
    table, gold = np.concatenate(rows), np.concatenate(truth)
    mean, spread = table.mean(0), table.std(0) + 1e-6
    weights, intercept = _regression((table - mean) / spread, gold, JUDGE_C)
    coefficients = (weights / spread).astype(np.float32)
    labels = tuple(LABELS[place] for place in places)
    return Judge(axis, labels, coefficients, float(intercept - mean @ coefficients), max(ADDS), max(KEEPS))


def _regression(columns: Any, truth: NDArray[np.bool_], strength: float) -> tuple[Matrix, float]:
    """Weights and intercept of a logistic regression; a label that all rows or none have gets an intercept alone."""
    from sklearn.linear_model import LogisticRegression

    if truth.all() or not truth.any():
        return np.zeros(columns.shape[1], np.float32), CERTAIN if truth.any() else -CERTAIN
    learner = LogisticRegression(C=strength, solver="liblinear", max_iter=500, random_state=0).fit(columns, truth)
    return learner.coef_[0], float(learner.intercept_[0])


def _places(axis: Axis) -> list[int]:
    return [place for place, label in enumerate(LABELS) if (label in TYPES) == (axis == "type")]


def _columns(example: Example, model: TextModel, scores: Matrix) -> list[Matrix]:
    """The judge's view of a document through a text model that has not read it and that gives it these scores."""
    headings = [
        joined(features for one in passage.headings[-1:] for features in title_features(one))
        for passage in example.passages
    ]
    above = model.scores(headings)
    given = example.first or ()
    return circumstances(example.passages, given, example.formal, LABELS, scores, above)


def learn(corpus: Sequence[Example], say: Callable[[str], None]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Weights for the file that `pipeline.labelling.learned.load_model` reads, and cross-validated scores."""
    kept = {one.name: [joined(passage_features(passage, one.formal)) for passage in one.passages] for one in corpus}
    fresh = [one for one in corpus if one.first is not None]
    fold = {one.name: place % FOLDS for place, one in enumerate(_shuffled(fresh))}
    columns: dict[str, list[Matrix]] = {}
    texts: dict[str, Matrix] = {}
    for number in range(FOLDS):
        model = fit_text([one for one in corpus if fold.get(one.name) != number], kept)
        for one in fresh:
            if fold[one.name] == number:
                texts[one.name] = model.scores(kept[one.name])
                columns[one.name] = _columns(one, model, texts[one.name])
        say(f"text model {number + 1} of {FOLDS}: {len(model.names)} features")
    found = {one.name: np.zeros(one.gold.shape, np.float32) for one in fresh}
    judges = {}
    for axis in AXES:
        places = _places(axis)
        for number in range(FOLDS):
            judge = fit_judge([one for one in fresh if fold[one.name] != number], columns, axis)
            for one in fresh:
                if fold[one.name] == number:
                    for place in places:
                        found[one.name][:, place] = judge.probabilities(LABELS[place], columns[one.name][place])
        cuts = itertools.product(ADDS, KEEPS)
        # Real minutes are fewer here than fictional ones and as important: both kinds weigh the same.
        kinds = [kind for real in (False, True) if (kind := [one for one in fresh if one.is_real == real])]
        best = max(
            cuts,
            key=lambda cut: sum(f1(kind, lambda one: _decided(one, found[one.name], *cut), axis) for kind in kinds),
        )
        judges[axis] = replace(fit_judge(fresh, columns, axis), adds=best[0], keeps=best[1])
    model = fit_text(corpus, kept)
    scores = _report(fresh, texts, found, judges)
    weights: dict[str, NDArray[Any]] = {
        "labels": np.array(LABELS),
        "names": np.array("\n".join(model.names)),
        "rarity": model.rarity.astype(np.float16),
        "weights": model.weights.astype(np.float16),
        "bias": model.bias,
    }
    for axis, judge in judges.items():
        weights[f"{axis}_coefficients"] = judge.coefficients
        weights[f"{axis}_intercept"] = np.array(judge.intercept, np.float32)
        weights[f"{axis}_adds"] = np.array(judge.adds, np.float32)
        weights[f"{axis}_keeps"] = np.array(judge.keeps, np.float32)
    return weights, scores


def _given(one: Example) -> NDArray[np.bool_]:
    """What the rules gave at the first run, passages x labels."""
    names = [{label.label for label in ruled.labels} for ruled in one.first or ()]
    return np.array([[label in ones for label in LABELS] for ones in names])


def _decided(one: Example, likely: Matrix, adds: Any, keeps: Any) -> NDArray[np.bool_]:
    """The labels that stand, by the probability that each needs."""
    return np.asarray(likely >= np.where(_given(one), keeps, adds))


def _shuffled(ones: Sequence[Example]) -> list[Example]:
    order = np.random.default_rng(0).permutation(len(ones))
    return [ones[place] for place in order]


def f1(ones: Sequence[Example], guess: Callable[[Example], NDArray[np.bool_]], axis: Axis | str) -> float:
    """Micro-F1 of an axis or of one label over what the readers agree on."""
    places = _places(axis) if axis in AXES else [LABELS.index(axis)]
    right = guessed = true = 0
    for one in ones:
        use, said = one.settled[:, places], guess(one)[:, places]
        gold = one.gold[:, places]
        right += int((said & gold & use).sum())
        guessed += int((said & use).sum())
        true += int((gold & use).sum())
    return 2 * right / max(1, guessed + true)


def _report(
    fresh: Sequence[Example], texts: dict[str, Matrix], found: dict[str, Matrix], judges: dict[Axis, Judge]
) -> dict[str, Any]:
    """Micro-F1 of the rules, the text model and both by batch, axis and label."""

    def read(one: Example) -> NDArray[np.bool_]:
        return texts[one.name] >= -1.0

    def both(one: Example) -> NDArray[np.bool_]:
        chosen = [judges["type" if label in TYPES else "theme"] for label in LABELS]
        adds, keeps = np.array([judge.adds for judge in chosen]), np.array([judge.keeps for judge in chosen])
        return _decided(one, found[one.name], adds, keeps)

    groups = {batch: [one for one in fresh if one.batch == batch] for batch in sorted({one.batch for one in fresh})}
    groups["all fiction"] = [one for one in fresh if not one.is_real]
    groups["all real"] = [one for one in fresh if one.is_real]
    report: dict[str, Any] = {"thresholds": {axis: [judge.adds, judge.keeps] for axis, judge in judges.items()}}
    for name, ones in groups.items():
        report[name] = {"items": sum(len(one.passages) for one in ones)}
        for way, guess in (("rules", _given), ("text", read), ("both", both)):
            keys = [*AXES, *(LABELS if name.startswith("all") else ())]
            report[name][way] = {key: round(f1(ones, guess, key), 3) for key in keys}
    return report


def main(arguments: Sequence[str]) -> int:
    """Learn from the corpus and write the weights and their scores, or record a first run."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.evaluate.learn", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path, help="folder for the weights")
    parser.add_argument("--pool", type=Path, help="texts of the real items")
    parser.add_argument("--first-run", nargs="+", metavar="BATCH", help="only record what the rules say of these")
    chosen = parser.parse_args(arguments)
    rules, lemmatiser = load_rules(model=False), load_lemmatiser("voikko")
    if chosen.first_run:
        count = first_run(chosen.corpus, chosen.first_run, rules, lemmatiser, chosen.pool)
        print(f"{count} documents added to {chosen.corpus / 'first_run.jsonl'}.")
        return 0
    read = examples(chosen.corpus, chosen.pool, rules, lemmatiser)
    weights, scores = learn(read, lambda line: print(line, flush=True))
    chosen.out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(chosen.out / "weights.npz", **weights)
    (chosen.out / "scores.json").write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(scores, indent=1))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except MuistioError as error:
        sys.exit(str(error))

"""Learn the ranker's weights from Universal Dependencies treebanks.

    python -m pipeline.language.train UD_DIR OUT

reads TDT's development set in UD_DIR and writes `OUT/weights.json`: the weights of a log-linear model over each word's
readings, the readings of words that the dictionary lacks, and the endings of unknown words. PUD is for measuring only.
"""

import functools
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from scipy.optimize import minimize  # type: ignore[import-untyped]

from pipeline.config import models_dir
from pipeline.errors import MuistioError, UsageError
from pipeline.language.candidates import Analyser, Tables
from pipeline.language.conllu import FEATS, FORM, LEMMA, UPOS, Block, features_of, read_file
from pipeline.language.dictionary import open_dictionary
from pipeline.language.evaluate import Score, same_lemma, score
from pipeline.language.model import Model, Words, read_function_words, write_model
from pipeline.language.ranking import EDGE, TEMPLATES, Weights, Word, own_features, word_of
from pipeline.language.unknown import LONGEST_ENDING, Endings
from pipeline.language.voikko import VoikkoLemmatiser
from pipeline.records import Candidate

Readings = Callable[[str], tuple[Candidate, ...]]

_CLOSED = {"ADV", "ADP", "PRON", "SCONJ", "CCONJ", "AUX", "DET", "INTJ", "NUM"}
_SMALLEST = 0.05
_OPEN = {"NOUN", "ADJ", "VERB", "PROPN"}


def gold_reading(readings: Sequence[Candidate], row: Sequence[str]) -> int | None:
    """Place of the reading that is nearest to a treebank's; None where none has its lemma."""
    features = features_of(row[FEATS])
    best, place = -1.0, None
    for index, reading in enumerate(readings):
        if same_lemma(reading.lemma, row[LEMMA]):
            either = len(reading.features | features) or 1
            score = (reading.pos == row[UPOS]) + len(reading.features & features) / either
            if score > best:
                best, place = score, index
    return place


def learn_words(blocks: Iterable[Block], analyse: Readings) -> Words:
    """Readings of frequent or closed-class words that `analyse` does not give."""
    found: Counter[tuple[str, Candidate]] = Counter()
    for block in blocks:
        for row in block.words:
            form = row[FORM].lower()
            if "Typo=Yes" in row[FEATS] or row[LEMMA] == "_" or not form.isalpha():
                continue
            if gold_reading(analyse(form), row) is None:
                lemma = row[LEMMA].replace("#", "")
                parts = tuple(row[LEMMA].split("#"))
                found[form, Candidate(lemma, row[UPOS], features_of(row[FEATS]), parts, parts)] += 1
    words: Words = {}
    for (form, reading), count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0][0])):
        if count > 1 or reading.pos in _CLOSED:
            words[form] = (*words.get(form, ()), reading)
    return words


def learn_endings(blocks: Iterable[Block]) -> Endings:
    """How inflecting words turn into base forms: for each ending its commonest changes."""
    types = {(row[FORM].lower(), row[LEMMA], row[UPOS], row[FEATS]) for block in blocks for row in block.words}
    seen: dict[str, Counter[tuple[int, str, str, frozenset[str]]]] = defaultdict(Counter)
    for form, lemma, pos, features in sorted(types):
        base = lemma.lower().rpartition("#")[2]
        inner = len(lemma.replace("#", "")) - len(base)
        if pos not in _OPEN or not form.isalpha() or "Typo=Yes" in features:
            continue
        tail = form[inner:]
        shared = next(
            (i for i, (a, b) in enumerate(zip(tail, base, strict=False)) if a != b), min(len(tail), len(base))
        )
        cut, added = len(tail) - shared, base[shared:]
        if shared < 2 or cut > LONGEST_ENDING - 1:
            continue
        kept = frozenset(f for f in features_of(features) if not f.startswith(("Derivation", "Style", "Abbr")))
        for length in range(max(cut, 1), LONGEST_ENDING + 1):
            if length < len(form) - 1:
                seen[form[-length:]][cut, added, pos, kept] += 1
    return {
        ending: tuple(change for change, count in changes.most_common(6) if count > 1)
        for ending, changes in sorted(seen.items())
        if changes.most_common(1)[0][1] > 1
    }


def train(blocks: Sequence[Block], words: Words, *, strength: float = 0.5) -> Model:
    """Learn tables and weights from sentences with gold readings.

    Args:
        words: the hand-written function words.
        strength: of the pull of all weights towards zero.
    """
    lookup = open_dictionary().lookup
    learnt = learn_words(blocks, functools.cache(Analyser(lookup, Tables(words))))
    merged = {form: tuple(dict.fromkeys((*words.get(form, ()), *learnt.get(form, ())))) for form in words | learnt}
    tables = Tables(merged, learn_endings(blocks))
    analyse = Analyser(lookup, tables)
    guess = Analyser(lambda _: [], Tables(endings=tables.endings))
    commonest = Counter(row[FORM].lower() for block in blocks for row in block.words)
    common = {form: 1.0 for form, _ in commonest.most_common(300)}
    weights: Weights = {"common": common}
    for _ in range(2):
        weights = _fit(blocks, analyse, guess, weights, common, strength)
    return Model(tables, weights)


Name = tuple[str, str]
"""A weight's table and its name there."""


class _Examples:
    """The readings of all ambiguous words as a sparse matrix: a row a reading, a column a feature."""

    def __init__(self) -> None:
        self.numbers: dict[Name, int] = {}
        self.starts: list[int] = []
        self.gold: list[int] = []
        self._columns: list[int] = []
        self._ends = [0]

    def add(self, readings: Sequence[Sequence[Name]], gold: int) -> None:
        """Add the features of a word's readings, the gold one at place `gold`."""
        self.starts.append(len(self._ends) - 1)
        self.gold.append(len(self._ends) - 1 + gold)
        for names in readings:
            self._columns += [self.numbers.setdefault(name, len(self.numbers)) for name in names]
            self._ends.append(len(self._columns))

    def fit(self, strength: float) -> NDArray[np.float64]:
        """The weights that make the gold readings likeliest, pulled towards zero with `strength`."""
        ones = np.ones(len(self._columns))
        matrix = sparse.csr_matrix((ones, self._columns, self._ends), shape=(len(self._ends) - 1, len(self.numbers)))
        transposed = matrix.T.tocsr()
        starts, gold = np.array(self.starts), np.array(self.gold)
        lengths = np.diff(np.append(starts, matrix.shape[0]))
        target = np.zeros(matrix.shape[0])
        target[gold] = 1.0

        def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            scores = matrix @ weights
            scores -= np.repeat(np.maximum.reduceat(scores, starts), lengths)
            shares = np.exp(scores)
            totals = np.add.reduceat(shares, starts)
            value = np.log(totals).sum() - scores[gold].sum() + 0.5 * strength * (weights @ weights)
            return float(value), transposed @ (shares / np.repeat(totals, lengths) - target) + strength * weights

        fitted = minimize(loss, np.zeros(len(self.numbers)), jac=True, method="L-BFGS-B", options={"maxiter": 120})
        return np.asarray(fitted.x, dtype=np.float64)


def _fit(
    blocks: Sequence[Block],
    analyse: Readings,
    guess: Readings,
    before: Weights,
    common: dict[str, float],
    strength: float,
) -> Weights:
    """Weights of the gold readings; `before` only tells which right neighbours look likeliest."""
    examples = _Examples()
    word, unknown = _cached_words(analyse, before), _cached_words(guess, before)
    for block in blocks:
        words = [word(row[FORM]) for row in block.words]
        left = left_word = EDGE
        for index, (row, current) in enumerate(zip(block.words, words, strict=True)):
            after = words[index + 1] if index + 1 < len(words) else None
            right, right_word = (after.likeliest, after.form) if after else (EDGE, EDGE)
            neighbourhood = (left, left_word, right, right_word)
            tables = [f"{name} {value}" for name, value in zip(TEMPLATES, neighbourhood, strict=True) if value]
            # Unknown words are mostly names, and known names teach what becomes of them.
            for seen in [current, unknown(row[FORM])] if row[UPOS] == "PROPN" else [current]:
                place = gold_reading(seen.readings, row)
                if place is not None and len(seen.readings) > 1:
                    examples.add(_named(row[FORM], seen, tables), place)
            left, left_word = current.signatures[gold_reading(current.readings, row) or 0], current.form
    weights: dict[str, dict[str, float]] = {"common": common}
    for ((table, name), _), weight in zip(examples.numbers.items(), examples.fit(strength).tolist(), strict=True):
        if abs(weight) >= _SMALLEST:
            weights.setdefault(table, {})[name] = round(weight, 2)
    return weights


def _named(form: str, word: Word, tables: Sequence[str]) -> list[list[Name]]:
    """The names of the features of each reading."""
    own = own_features(form, word.readings, word.signatures, str)
    return [
        [*features, *((table, signature) for table in tables)]
        for features, signature in zip(own, word.signatures, strict=True)
    ]


def _cached_words(analyse: Readings, weights: Weights) -> Callable[[str], Word]:
    return functools.cache(lambda form: word_of(form, analyse(form), weights))


def cross_validate(blocks: Sequence[Block], words: Words, *, folds: int = 5, seed: int = 0) -> Score:
    """Score on documents that training did not see: each fold is read by a model of the other ones.

    Documents are told apart by the part of `sent_id` before its last full stop.
    """
    names = sorted({_document(block) for block in blocks})
    random.Random(seed).shuffle(names)
    fold_of = {name: index % folds for index, name in enumerate(names)}
    total = Score()
    for fold in range(folds):
        model = train([block for block in blocks if fold_of[_document(block)] != fold], words)
        total += score(VoikkoLemmatiser(model=model), [block for block in blocks if fold_of[_document(block)] == fold])
    return total


def _document(block: Block) -> str:
    identifier = next((line[0] for line in block.lines if line[0].startswith("# sent_id")), "")
    return identifier.rpartition("=")[2].strip().rpartition(".")[0]


def main(arguments: Sequence[str]) -> None:
    """Train from the treebanks of a folder, measure, and write model and figures."""
    if len(arguments) != 2:
        raise UsageError("Usage: python -m pipeline.language.train UD_DIR OUT")
    source, out = map(Path, arguments)
    words = read_function_words(models_dir() / "ranker" / "function_words.tsv")
    paths = {name: source / f"fi_{name}.conllu" for name in ("tdt-ud-dev", "pud-ud-test")}
    for path in paths.values():
        if not path.is_file():
            raise UsageError(
                f"There is no treebank {path}; UD_DIR must hold {', '.join(p.name for p in paths.values())}."
            )
    tdt, pud = (list(read_file(path)) for path in paths.values())
    started = time.monotonic()
    model = train(tdt, words)
    written = write_model(model, words, out)
    print(f"{written}: {written.stat().st_size:,} bytes, trained in {time.monotonic() - started:.0f} s")
    print(f"PUD, never trained on:          {score(VoikkoLemmatiser(model=model), pud)}")
    print(f"TDT dev, 5-fold cross-validation: {cross_validate(tdt, words)}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except MuistioError as error:
        sys.exit(f"train: {error}")

"""The ranker's files in `models/ranker/`: read when the lemmatiser starts, written by `pipeline.language.train`.

`function_words.tsv` is written by hand; `weights.json` is learnt. Without either the lemmatiser works, less well.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.config import models_dir
from pipeline.errors import UsageError
from pipeline.language.candidates import Tables
from pipeline.language.ranking import Weights
from pipeline.records import Candidate

Words = dict[str, tuple[Candidate, ...]]


@dataclass(frozen=True, slots=True)
class Model:
    """What is known beside the dictionary: readings of words and endings, and the weights that rank readings."""

    tables: Tables = field(default_factory=Tables)
    weights: Weights = field(default_factory=dict)


def read_model(folder: Path | None = None) -> Model:
    """The model in `folder`, by default the one that ships with the package; what is missing is left empty.

    Raises:
        UsageError: a file is there and cannot be understood.
    """
    folder = folder or models_dir() / "ranker"
    words = read_function_words(folder / "function_words.tsv")
    path = folder / "weights.json"
    if not path.is_file():
        return Model(Tables(words))
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for form, readings in data["words"].items():
            words[form] = tuple(dict.fromkeys((*words.get(form, ()), *map(_reading, readings))))
        endings = {
            ending: tuple((cut, added, pos, _features(features)) for cut, added, pos, features in changes)
            for ending, changes in data["endings"].items()
        }
        return Model(Tables(words, endings), data["weights"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} is no model of the ranker; build it anew with `python -m pipeline.language.train UD_DIR {folder}`."
        ) from error


def write_model(model: Model, words: Words, folder: Path) -> Path:
    """Write the learnt part of `model` (what `words` has is left out) to `folder/weights.json`."""
    learnt = {
        form: [
            [reading.lemma, reading.pos, "|".join(sorted(reading.features)), "#".join(reading.parts)]
            for reading in readings
            if reading not in words.get(form, ())
        ]
        for form, readings in sorted(model.tables.words.items())
    }
    data = {
        "words": {form: readings for form, readings in learnt.items() if readings},
        "endings": {
            ending: [[cut, added, pos, "|".join(sorted(features))] for cut, added, pos, features in changes]
            for ending, changes in sorted(model.tables.endings.items())
        },
        "weights": {table: dict(sorted(weights.items())) for table, weights in sorted(model.weights.items())},
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "weights.json"
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return path


def read_function_words(path: Path) -> Words:
    """Lines of `form<TAB>base form<TAB>part of speech`, `#` between a compound's parts; empty without such a file.

    Lines that begin with `#` are comments.

    Raises:
        UsageError: a line has not three columns.
    """
    words: Words = {}
    if not path.is_file():
        return words
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#") or not line.strip():
            continue
        columns = line.split("\t")
        if len(columns) != 3:
            raise UsageError(f"{path}, line {number}: give form, base form and part of speech, with tabs between them.")
        form, lemma, pos = columns
        parts = tuple(lemma.split("#"))
        words[form] = (*words.get(form, ()), Candidate("".join(parts), pos, frozenset(), parts, parts))
    return words


def _reading(columns: list[str]) -> Candidate:
    lemma, pos, features, joined = columns
    parts = tuple(joined.split("#"))
    return Candidate(lemma, pos, _features(features), parts, parts)


def _features(joined: str) -> frozenset[str]:
    return frozenset(joined.split("|")) if joined else frozenset()

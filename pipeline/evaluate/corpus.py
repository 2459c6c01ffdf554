"""The labelled corpus as documents to learn from: fiction, sections and real items, with what the rules first said."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import UsageError
from pipeline.evaluate.gold import load_documents
from pipeline.labelling import Passage, label_passages
from pipeline.labelling.engine import in_place, is_formal
from pipeline.labelling.learned import TYPES, Ruled
from pipeline.labelling.rows import passages_of_rows
from pipeline.labelling.rulebook import Rules
from pipeline.language import Lemmatiser
from pipeline.records import Label

LABELS = ("employment", "pupil_welfare", "security", "premises", "ngos", *TYPES)
REAL_BATCHES = "RL"  # first letters of the batches of real minutes


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled document.

    Attributes:
        gold: passages x labels.
        settled: whether the readers agree, passages x labels.
        first: what the rules gave each passage before anybody had read the document; None where that is not known.
    """

    name: str
    batch: str
    passages: tuple[Passage, ...]
    formal: bool
    gold: NDArray[np.bool_]
    settled: NDArray[np.bool_]
    first: tuple[Ruled, ...] | None

    @property
    def is_real(self) -> bool:
        """Whether it comes from real minutes and not from fiction."""
        return self.batch[0] in REAL_BATCHES


def examples(corpus: Path, pool: Path | None, rules: Rules, lemmatiser: Lemmatiser) -> list[Example]:
    """The whole labelled corpus, a document an example."""
    first = _first_runs(corpus / "first_run.jsonl")
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for file in sorted((corpus / "fiction").glob("*.json")):
        batch = json.loads(file.read_text(encoding="utf-8"))["batch"]
        for document in load_documents(file):
            rows[batch, document.name] = document.rows()
    for file in sorted((corpus / "sections").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            row["section_title"] = row.pop("heading", "")
            rows.setdefault((file.stem, f"{file.stem} {row['s']}"), []).append(row)
    if pool:
        texts = {row["id"]: row for row in map(json.loads, pool.read_text(encoding="utf-8").splitlines())}
        for line in (corpus / "real.jsonl").read_text(encoding="utf-8").splitlines():
            label = json.loads(line)
            row = {**texts[label["id"]], **label}
            rows.setdefault((label["batch"], row["doc"]), []).append(row)
    return [_example(batch, name, ones, first.get(name), rules, lemmatiser) for (batch, name), ones in rows.items()]


def _first_runs(path: Path) -> dict[str, list[dict[str, Any]]]:
    """For each document that was unread then, what the rules said of each of its items."""
    kept = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    return {row["doc"]: row["items"] for row in kept}


def _example(
    batch: str,
    name: str,
    rows: Sequence[dict[str, Any]],
    first: Sequence[dict[str, Any]] | None,
    rules: Rules,
    lemmatiser: Lemmatiser,
) -> Example:
    passages = in_place(passages_of_rows(rows, rules, lemmatiser), rules)
    gold = [[label in row["themes"] or label in row["types"] for label in LABELS] for row in rows]
    disputed = [set(row.get("disputed", ())) for row in rows]
    settled = [[("types" if label in TYPES else "themes") not in axes for label in LABELS] for axes in disputed]
    if first is not None and len(first) != len(rows):
        raise UsageError(f"first_run.jsonl has {len(first)} items of {name}, the document {len(rows)}; make it anew.")
    ruled = None if first is None else tuple(map(_ruled, first))
    return Example(name, batch, tuple(passages), is_formal(passages), np.array(gold), np.array(settled), ruled)


def _ruled(item: dict[str, Any]) -> Ruled:
    labels = (
        Label("", "type" if name in TYPES else "theme", name, score, method, "", "")
        for name, method, score in item["labels"]
    )
    return Ruled(tuple(labels), frozenset(item["blocked"]))


def first_run(corpus: Path, batches: Sequence[str], rules: Rules, lemmatiser: Lemmatiser, pool: Path | None) -> int:
    """Add to `first_run.jsonl` what the rules alone say of batches that nobody has read for writing rules.

    Returns:
        The number of documents added.
    """
    path = corpus / "first_run.jsonl"
    fresh = [one for one in examples(corpus, pool, rules, lemmatiser) if one.batch in batches and one.first is None]
    with path.open("a", encoding="utf-8") as out:
        for one in fresh:
            items = [
                {
                    "labels": [[label.label, label.method, label.score] for label in labelled.labels],
                    "blocked": sorted({blocked.label for blocked in labelled.blocked}),
                }
                for labelled in label_passages(one.passages, rules)
            ]
            out.write(json.dumps({"doc": one.name, "rules": rules.version, "items": items}, ensure_ascii=False) + "\n")
    return len(fresh)

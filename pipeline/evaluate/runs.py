"""Gold documents from end to end, and labelled rows as they are, through the stages that a run has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.config import Settings
from pipeline.evaluate.gold import GoldDocument, GoldItem
from pipeline.evaluate.scores import Scores, align, score_labels, score_structure, wrong_labels
from pipeline.labelling import Labelled, Passage, Rules, label_passages, passages_of
from pipeline.labelling.rows import passages_of_rows
from pipeline.language import Lemmatiser
from pipeline.process import process
from pipeline.records import Action, Label, Minutes


@dataclass(frozen=True, slots=True)
class Judged:
    """One item as gold has it beside what it was given.

    Attributes:
        gold: None for an item that should not be there.
        passage: None for an item that was not found.
    """

    gold: GoldItem | None
    passage: Passage | None
    labelled: Labelled

    def wrong(self) -> tuple[frozenset[str], frozenset[str]]:
        """Labels that are missing and labels too many, without the axes on which the readers disagree."""
        return wrong_labels(self.gold, self.labelled.labels)


@dataclass(frozen=True, slots=True)
class Scored:
    """One document scored, or one row that belongs to none.

    Attributes:
        faults: what is wrong with its structure, a line each.
    """

    name: str
    items: tuple[Judged, ...]
    scores: Scores
    faults: tuple[str, ...] = ()


def score_documents(
    documents: Sequence[GoldDocument], suffix: str, settings: Settings, rules: Rules, lemmatiser: Lemmatiser
) -> list[Scored]:
    """The documents in one format, from bytes to labels.

    An item that is not found loses its labels, and the labels of an item too many are false alarms.
    """
    scored = []
    for gold in documents:
        path = next(file for file in gold.files if file.suffix == suffix)
        minutes = process(path.read_bytes(), path.name, settings, rules, lemmatiser)
        scores: Scores = {}
        faults = score_structure(gold, minutes, scores)
        matched, spurious = align(gold, minutes.items)
        found = _found(minutes, rules, lemmatiser)
        ids = {index: item.item_id for index, item in matched.items()}
        nothing = (None, Labelled())
        items = [Judged(item, *found.get(ids.get(index, ""), nothing)) for index, item in enumerate(gold.items)]
        items += [Judged(None, *found[item.item_id]) for item in spurious]
        scored.append(_scored(gold.name, items, scores, faults))
    return scored


def score_rows(rows: Sequence[dict[str, Any]], rules: Rules, lemmatiser: Lemmatiser) -> list[Scored]:
    """Labelled rows, each with what is known of its place; rows that share `doc` are one document in order."""
    documents: dict[str, list[dict[str, Any]]] = {}
    for number, row in enumerate(rows, 1):
        documents.setdefault(str(row.get("doc") or f"row {number}"), []).append(row)
    scored = []
    for name, own in documents.items():
        passages = passages_of_rows(own, rules, lemmatiser)
        labelled = label_passages(passages, rules)
        judged = [
            Judged(_gold(row), *pair) for row, pair in zip(own, zip(passages, labelled, strict=True), strict=True)
        ]
        scored.append(_scored(name, judged, {}, ()))
    return scored


def _scored(name: str, items: Sequence[Judged], scores: Scores, faults: Sequence[str]) -> Scored:
    score_labels([(one.gold, one.labelled.labels, one.labelled.actions) for one in items], scores)
    return Scored(name, tuple(items), scores, tuple(faults))


def _found(minutes: Minutes, rules: Rules, lemmatiser: Lemmatiser) -> dict[str, tuple[Passage, Labelled]]:
    """Each item's passage and its labels as the run gave them, with what the run does not keep: why others are none."""
    labels: dict[str, list[Label]] = {item.item_id: [] for item in minutes.items}
    actions: dict[str, list[Action]] = {item.item_id: [] for item in minutes.items}
    for label in minutes.labels:
        labels[label.item_id].append(label)
    for action in minutes.actions:
        actions[action.item_id].append(action)
    passages = passages_of(minutes, lemmatiser)
    stumbled = any(problem.stage == "labelling" for problem in minutes.problems)
    labelled = [Labelled()] * len(passages) if stumbled else label_passages(passages, rules)
    return {
        one.item_id: (one, replace(told, labels=tuple(labels[one.item_id]), actions=tuple(actions[one.item_id])))
        for one, told in zip(passages, labelled, strict=True)
    }


def _gold(row: dict[str, Any]) -> GoldItem:
    return GoldItem(
        text=row["text"],
        section=(None, str(row.get("section_title") or "")),
        themes=frozenset(row["themes"]),
        types=frozenset(row["types"]),
        actions=tuple((action["owner"], action["deadline"]) for action in row.get("actions", [])),
        disputed=frozenset(row.get("disputed", ())),
    )

"""Gold documents from end to end, and labelled rows as they are, through the stages that a run has."""

from collections.abc import Sequence
from typing import Any

from pipeline.config import Settings
from pipeline.evaluate.gold import GoldDocument, GoldItem
from pipeline.evaluate.scores import Scores, align, score_labels, score_structure
from pipeline.labelling import Rules
from pipeline.labelling.rows import label_rows
from pipeline.language import Lemmatiser
from pipeline.process import process
from pipeline.records import Action, Label


def score_documents(
    documents: Sequence[GoldDocument], suffix: str, settings: Settings, rules: Rules, lemmatiser: Lemmatiser
) -> tuple[Scores, list[str]]:
    """Scores of the documents in one format, from bytes to labels, and everything that was wrong, a line each.

    An item that is not found loses its labels, and the labels of an item too many are false alarms.
    """
    scores: Scores = {}
    mistakes: list[str] = []
    for gold in documents:
        path = next(file for file in gold.files if file.suffix == suffix)
        minutes = process(path.read_bytes(), path.name, settings, rules, lemmatiser)
        wrong = score_structure(gold, minutes, scores)
        matched, spurious = align(gold, minutes.items)
        labels: dict[str, list[Label]] = {item.item_id: [] for item in minutes.items}
        actions: dict[str, list[Action]] = {item.item_id: [] for item in minutes.items}
        for label in minutes.labels:
            labels[label.item_id].append(label)
        for action in minutes.actions:
            actions[action.item_id].append(action)
        ids = {index: item.item_id for index, item in matched.items()}
        pairs: list[tuple[GoldItem | None, Sequence[Label], Sequence[Action]]] = [
            (item, labels.get(ids.get(index, ""), []), actions.get(ids.get(index, ""), []))
            for index, item in enumerate(gold.items)
        ]
        pairs += [(None, labels[item.item_id], actions[item.item_id]) for item in spurious]
        wrong += [describe(*mistake) for mistake in score_labels(pairs, scores)]
        mistakes += [f"{gold.name}: {mistake}" for mistake in wrong]
    return scores, mistakes


def score_rows(rows: Sequence[dict[str, Any]], rules: Rules, lemmatiser: Lemmatiser) -> tuple[Scores, list[str]]:
    """Scores of labelled rows, each with what is known of its place, and everything that was wrong, a line each."""
    scores: Scores = {}
    pairs = []
    for row, got in zip(rows, label_rows(rows, rules, lemmatiser), strict=True):
        gold = GoldItem(
            text=row["text"],
            section=(None, ""),
            themes=frozenset(row["themes"]),
            types=frozenset(row["types"]),
            actions=tuple((action["owner"], action["deadline"]) for action in row.get("actions", [])),
            disputed=frozenset(row.get("disputed", ())),
        )
        labels = [Label("", "theme", name, 1.0, "rule", "", "") for name in got["themes"]]
        labels += [Label("", "type", name, 1.0, "rule", "", "") for name in got["types"]]
        actions = [Action("", "", "", owner=a["owner"], deadline=a["deadline"]) for a in got["actions"]]
        pairs.append((gold, labels, actions))
    return scores, [describe(*mistake) for mistake in score_labels(pairs, scores)]


def describe(text: str, missing: frozenset[str], extra: frozenset[str]) -> str:
    """A wrong labelling in one line: `+` for what should not be there, `-` for what is missing."""
    return (
        " ".join([*(f"-{label}" for label in sorted(missing)), *(f"+{label}" for label in sorted(extra))]) + f": {text}"
    )

"""Precision, recall and F1 of structure, labels, owners and deadlines."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.evaluate.gold import GoldDocument, GoldItem, squeeze
from pipeline.records import Action, Axis, Item, Label, Minutes


@dataclass(slots=True)
class Counts:
    """True positives, false positives and false negatives, added up over documents."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> None:
        """Counts two multisets against each other."""
        wanted, got = Counter(gold), Counter(predicted)
        hit = sum((wanted & got).values())
        self.tp += hit
        self.fp += got.total() - hit
        self.fn += wanted.total() - hit

    @property
    def precision(self) -> float:
        """Share of what was given that is right; 1 when nothing was given."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def recall(self) -> float:
        """Share of what is right that was given; 1 when nothing was to be given."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else 1.0


Scores = dict[str, Counts]


def align(gold: GoldDocument, items: Sequence[Item]) -> tuple[dict[int, Item], list[Item]]:
    """(gold index -> matching item, items that match nothing). Equal texts are matched in reading order."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for index, wanted in enumerate(gold.items):
        waiting[squeeze(wanted.text)].append(index)
    matched: dict[int, Item] = {}
    spurious = []
    for item in items:
        key = squeeze(item.text)
        if waiting[key]:
            matched[waiting[key].pop(0)] = item
        elif key not in gold.ignored:
            spurious.append(item)
    return matched, spurious


def score_structure(gold: GoldDocument, minutes: Minutes, scores: Scores) -> list[str]:
    """Adds one document's structure to `scores` and returns what was wrong, a line each.

    Keys: `items`, `items in their section`, `sections`, `levels`, `speakers of items`, `speakers of sections`,
    `metadata <field>`. Only matched items are asked for their section, level and speaker. A title and a place are
    right when two thirds of their words are found and not more than as many others.
    """
    errors: list[str] = []
    matched, spurious = align(gold, minutes.items)
    titles = {s.section_id: (_bare(s.number), squeeze(s.title).casefold()) for s in minutes.sections}
    _bucket(scores, "items").add(range(len(gold.items)), [*matched, *(f"+{k}" for k in range(len(spurious)))])
    for index, wanted in enumerate(gold.items):
        if index not in matched:
            errors.append(f"item missing: {wanted.text}")
    errors += [f"item too many: {item.text}" for item in spurious]
    for index, item in matched.items():
        wanted = gold.items[index]
        place = titles.get(item.section_id or "", ("", ""))
        _one(scores, "items in their section", _key(wanted.section), place, errors, wanted.text)
        if wanted.nested:
            _one(scores, "levels of nested bullets", wanted.level, item.level, errors, wanted.text)
        if wanted.speaker:
            got = wanted.speaker if wanted.speaker in (item.speaker or "").split("; ") else item.speaker
            _one(scores, "speakers of items", wanted.speaker, got, errors, wanted.text)
    _bucket(scores, "sections").add([_key(s) for s in gold.sections], titles.values())
    for missing in Counter(_key(s) for s in gold.sections) - Counter(titles.values()):
        errors.append(f"section missing: {missing}")
    for extra in Counter(titles.values()) - Counter(_key(s) for s in gold.sections):
        errors.append(f"section too many: {extra}")
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in minutes.items:
        if item.speaker and item.section_id:
            names[titles[item.section_id]].update(item.speaker.split("; "))
    for section, wanted_names in gold.speakers:
        _bucket(scores, "speakers of sections").add(wanted_names, names[_key(section)])
        if wanted_names != names[_key(section)]:
            errors.append(f"speakers of {section}: {sorted(names[_key(section)])}, not {sorted(wanted_names)}")
    for field, value in gold.fields.items():
        got = getattr(minutes.document, field)
        if value is None and got is None:
            continue
        either = [value, *(value or "").split(" – ")]  # a bilingual name is right in one language
        same = any(_same_words(v, got) if field in ("title", "place") else v == got for v in either)
        _one(scores, f"metadata {field}", value, value if same else got, errors, field)
    return errors


def score_labels(pairs: Iterable[tuple[GoldItem | None, Sequence[Label], Sequence[Action]]], scores: Scores) -> None:
    """Adds labels, owners and deadlines of (gold item, its labels, its actions) to `scores`.

    A gold item of None stands for an item that should not be there: all its labels are false alarms. Keys: `themes`,
    `types`, `theme <label>`, `type <label>`, `owners`, `deadlines`, `actions`.
    """
    for gold, labels, actions in pairs:
        for axis, wanted, got in _asked(gold, labels):
            _bucket(scores, f"{axis}s").add(wanted, got)
            for label in wanted | got:
                _bucket(scores, f"{axis} {label}").add(wanted & {label}, got & {label})
        if gold and "types" in gold.disputed:
            continue
        due = gold.actions if gold else ()
        _bucket(scores, "owners").add([_owner(o) for o, _ in due if o], [_owner(a.owner) for a in actions if a.owner])
        _bucket(scores, "deadlines").add([d for _, d in due if d], [a.deadline for a in actions if a.deadline])
        _bucket(scores, "actions").add(range(len(due)), range(len(actions)))


def wrong_labels(gold: GoldItem | None, labels: Sequence[Label]) -> tuple[frozenset[str], frozenset[str]]:
    """Labels missing and labels too many, where the readers agree."""
    asked = list(_asked(gold, labels))
    return (
        frozenset(label for _, wanted, got in asked for label in wanted - got),
        frozenset(label for _, wanted, got in asked for label in got - wanted),
    )


def total(parts: Iterable[Scores]) -> Scores:
    """Scores of several documents added up."""
    added: Scores = {}
    for scores in parts:
        for key, counts in scores.items():
            own = _bucket(added, key)
            own.tp, own.fp, own.fn = own.tp + counts.tp, own.fp + counts.fp, own.fn + counts.fn
    return added


def _asked(gold: GoldItem | None, labels: Sequence[Label]) -> Iterator[tuple[Axis, frozenset[str], frozenset[str]]]:
    """(axis, wanted, given) of an item for each axis on which the readers agree."""
    axes: tuple[tuple[Axis, frozenset[str]], ...] = (
        ("theme", gold.themes if gold else frozenset()),
        ("type", gold.types if gold else frozenset()),
    )
    for axis, wanted in axes:
        if not (gold and f"{axis}s" in gold.disputed):
            yield axis, wanted, frozenset(label.label for label in labels if label.axis == axis)


def _bucket(scores: Scores, key: str) -> Counts:
    return scores.setdefault(key, Counts())


def _one(scores: Scores, key: str, wanted: Hashable, got: Hashable, errors: list[str], about: str) -> None:
    _bucket(scores, key).add([wanted] if wanted is not None else [], [got] if got is not None else [])
    if wanted != got:
        errors.append(f"{key}: {got!r}, not {wanted!r}: {about[:80]}")


def _bare(number: str | None) -> str:
    """A section number without its punctuation: `2.`, `2)` and `2` are the same, `§ 2` and `2 §` too."""
    return re.sub(r"[\s.)]+$|\s", "", number or "").replace("§", "")


def _key(section: tuple[str | None, str]) -> tuple[str, str]:
    return _bare(section[0]), squeeze(section[1]).casefold()


def _owner(owner: str | None) -> str:
    return re.sub(r"\W+", " ", (owner or "").casefold()).strip()


def _same_words(wanted: str | None, got: str | None) -> bool:
    """Two thirds of the wanted words are there and half of those there are wanted; case endings do not count."""
    a = {w[:5] for w in re.findall(r"\w{2,}", (wanted or "").casefold())}
    b = {w[:5] for w in re.findall(r"\w{2,}", (got or "").casefold())}
    return bool(a and b) and len(a & b) >= max(2 / 3 * len(a), 1 / 2 * len(b))

"""What differs between two states: a store then and now, or two parts of one store, in words and in tables."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    Connection = duckdb.DuckDBPyConnection

_DOCUMENTS = "SELECT document_id, path, title, date, status FROM documents"
_OF_ITEMS = " WHERE document_id IN (SELECT document_id FROM items WHERE item_id IN (SELECT unnest($items)))"
_ACTIONS = """
    SELECT a.action_id, a.task, a.owner, a.deadline, a.status, d.date AS meeting, coalesce(d.title, d.path) AS document
    FROM actions a JOIN items i USING (item_id) JOIN documents d USING (document_id)
"""
_LABELS = "SELECT axis, label, count(*) FROM labels"
_AMONG = " WHERE item_id IN (SELECT unnest($items))"
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """What a store holds, or a part of it.

    Attributes:
        documents: by id, each with its path at least.
        actions: by id, each with its status at least.
        items: how many there are.
        labels: how many items have each label, by axis and label.
    """

    documents: Mapping[str, _Row]
    actions: Mapping[str, _Row]
    items: int
    labels: Mapping[tuple[str, str], int]

    @property
    def open(self) -> int:
        """How many actions are open."""
        return sum(row["status"] == "open" for row in self.actions.values())


@dataclass(frozen=True, slots=True)
class Shift:
    """How common a label is in the two states: in how many items, and in which share of all items."""

    axis: str
    label: str
    before: int
    after: int
    share_before: float
    share_after: float

    @property
    def points(self) -> float:
        """Change of the share in percentage points."""
        return round(100 * (self.share_after - self.share_before), 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is in one state and not in the other.

    Attributes:
        changed: documents whose file has other content now, as they are now.
        shifts: every label, the most risen share first.
        done: actions that were open and are no more open; `gone` are those of documents that still stand but have no
            such action any more.
    """

    items_before: int
    items_after: int
    new: tuple[_Row, ...]
    gone: tuple[_Row, ...]
    changed: tuple[_Row, ...]
    shifts: tuple[Shift, ...]
    new_actions: tuple[_Row, ...]
    done: tuple[_Row, ...]
    gone_actions: tuple[_Row, ...]

    def sentences(self) -> list[str]:
        """The difference in words, built from counts alone."""
        return [
            f"Documents: {len(self.new)} new, {len(self.changed)} changed, {len(self.gone)} gone.",
            f"Items: {self.items_before} before, {self.items_after} now.",
            *_moves(self.shifts, "Rising", "Falling", lambda one: f"{one.points:+.1f} points"),
            f"Actions: {len(self.new_actions)} new, {len(self.done)} no longer open, {len(self.gone_actions)} gone.",
        ]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two parts of one store side by side.

    Attributes:
        names: what each part is called.
        shared: how many items are in both.
        shifts: every label; `before` is the first part and `after` the second.
    """

    names: tuple[str, str]
    first: State
    second: State
    shared: int
    shifts: tuple[Shift, ...]

    def counts(self) -> list[tuple[str, int, int]]:
        """What is counted, and how many there are in each part."""
        first, second = self.first, self.second
        return [
            ("documents", len(first.documents), len(second.documents)),
            ("items", first.items, second.items),
            ("actions", len(first.actions), len(second.actions)),
            ("open actions", first.open, second.open),
        ]

    def sentences(self) -> list[str]:
        """The two parts in words, built from counts alone."""
        said = [
            f"{name}: {', '.join(f'{what} {amounts[place]}' for what, *amounts in self.counts())}."
            for place, name in enumerate(self.names)
        ]
        first, second = self.names
        said += _moves(
            self.shifts,
            f"More common in {second}",
            f"More common in {first}",
            lambda one: f"{one.before} of {self.first.items} and {one.after} of {self.second.items}",
        )
        if self.shared:
            said.append(f"In both: {self.shared} items.")
        return said


def read(store: "Connection", items: Collection[str] | None = None) -> State:
    """The state of an open store.

    Args:
        items: only these items, their documents, labels and actions; all when it is None.
    """
    parts = ("", "", "", "") if items is None else (_OF_ITEMS, _AMONG, _AMONG, _AMONG)
    named = {} if items is None else {"items": list(items)}
    documents, actions, labels, number = (
        sql + part
        for sql, part in zip((_DOCUMENTS, _ACTIONS, _LABELS, "SELECT count(*) FROM items"), parts, strict=True)
    )
    ((amount,),) = store.execute(number, named).fetchall()
    return State(
        documents=_keyed(store, documents, named, "document_id"),
        actions=_keyed(store, actions, named, "action_id"),
        items=amount,
        labels={(axis, label): many for axis, label, many in store.execute(f"{labels} GROUP BY ALL", named).fetchall()},
    )


def compare(old: State, new: State) -> Difference:
    """What changed from the state `old` to the state `new`.

    Documents are the same when their bytes are, actions when their ids are; a document under the path of an earlier one
    is that one changed.
    """
    fresh, lost = _only(new.documents, old.documents), _only(old.documents, new.documents)
    paths = {row["path"] for row in lost} & {row["path"] for row in fresh}
    return Difference(
        items_before=old.items,
        items_after=new.items,
        new=tuple(row for row in fresh if row["path"] not in paths),
        gone=tuple(row for row in lost if row["path"] not in paths),
        changed=tuple(row for row in fresh if row["path"] in paths),
        shifts=_shifts(old, new),
        new_actions=tuple(_only(new.actions, old.actions)),
        done=tuple(
            row
            for key, row in new.actions.items()
            if row["status"] != "open" and key in old.actions and old.actions[key]["status"] == "open"
        ),
        gone_actions=tuple(_only(old.actions, new.actions)),
    )


def contrast(store: "Connection", names: tuple[str, str], first: Collection[str], second: Collection[str]) -> Contrast:
    """Two sets of items of an open store side by side."""
    states = read(store, first), read(store, second)
    return Contrast(names, *states, shared=len(set(first) & set(second)), shifts=_shifts(*states))


def _moves(shifts: Sequence[Shift], rising: str, falling: str, how: Callable[[Shift], str]) -> list[str]:
    """The labels whose share differs most, either way."""
    said = []
    for word, some in (
        (rising, [one for one in shifts if one.points > 0]),
        (falling, [one for one in reversed(shifts) if one.points < 0]),
    ):
        if some:
            said.append(f"{word}: {', '.join(f'{one.label} ({how(one)})' for one in some[:3])}.")
    return said


def _shifts(old: State, new: State) -> tuple[Shift, ...]:
    shifts = [
        Shift(
            *key,
            before=(before := old.labels.get(key, 0)),
            after=(after := new.labels.get(key, 0)),
            share_before=before / max(old.items, 1),
            share_after=after / max(new.items, 1),
        )
        for key in {*old.labels, *new.labels}
    ]
    return tuple(sorted(shifts, key=lambda one: (-one.points, one.axis, one.label)))


def _keyed(store: "Connection", sql: str, named: Mapping[str, Any], key: str) -> dict[str, _Row]:
    answer = store.execute(f"{sql} ORDER BY ALL", named)
    names = [column[0] for column in answer.description]
    rows = (dict(zip(names, row, strict=True)) for row in answer.fetchall())
    return {row[key]: row for row in rows}


def _only(here: Mapping[str, _Row], there: Iterable[str]) -> list[_Row]:
    """Rows that are here and not there, by date."""
    known = set(there)
    missing = [row for key, row in here.items() if key not in known]
    return sorted(missing, key=lambda row: str(row.get("date") or row.get("deadline") or "9"))

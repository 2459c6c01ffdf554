"""What changed from one store to another: documents, themes, actions, in words and in tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    Connection = duckdb.DuckDBPyConnection

_DOCUMENTS = "SELECT document_id, path, title, date, status FROM documents"
_ACTIONS = """
    SELECT a.action_id, a.task, a.owner, a.deadline, a.status, d.date AS meeting, coalesce(d.title, d.path) AS document
    FROM actions a JOIN items i USING (item_id) JOIN documents d USING (document_id)
"""
_COUNTS = "SELECT axis, label, count(*) FROM labels GROUP BY ALL"
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shift:
    """How common a label is in the two stores: in how many items, and in which share of all items."""

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
    """What is in one store and not in the other.

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
        said = [
            f"Documents: {len(self.new)} new, {len(self.changed)} changed, {len(self.gone)} gone.",
            f"Items: {self.items_before} before, {self.items_after} now.",
        ]
        for word, some in (
            ("Rising", [one for one in self.shifts if one.points > 0]),
            ("Falling", [one for one in reversed(self.shifts) if one.points < 0]),
        ):
            if some:
                said.append(f"{word}: {', '.join(f'{one.label} ({one.points:+.1f} points)' for one in some[:3])}.")
        said.append(
            f"Actions: {len(self.new_actions)} new, {len(self.done)} no longer open, {len(self.gone_actions)} gone."
        )
        return said


def compare(old: "Connection", new: "Connection") -> Difference:
    """What changed from the open store `old` to the open store `new`.

    Documents are the same when their bytes are, actions when their ids are; a document under the path of an earlier one
    is that one changed.
    """
    documents = [_keyed(store, _DOCUMENTS, "document_id") for store in (old, new)]
    actions = [_keyed(store, _ACTIONS, "action_id") for store in (old, new)]
    before, after = (_number(store, "SELECT count(*) FROM items") for store in (old, new))
    fresh, lost = _only(documents[1], documents[0]), _only(documents[0], documents[1])
    paths = {row["path"] for row in lost} & {row["path"] for row in fresh}
    return Difference(
        items_before=before,
        items_after=after,
        new=tuple(row for row in fresh if row["path"] not in paths),
        gone=tuple(row for row in lost if row["path"] not in paths),
        changed=tuple(row for row in fresh if row["path"] in paths),
        shifts=_shifts(old, new, before, after),
        new_actions=tuple(_only(actions[1], actions[0])),
        done=tuple(
            row
            for key, row in actions[1].items()
            if row["status"] != "open" and key in actions[0] and actions[0][key]["status"] == "open"
        ),
        gone_actions=tuple(_only(actions[0], actions[1])),
    )


def _shifts(old: "Connection", new: "Connection", items_before: int, items_after: int) -> tuple[Shift, ...]:
    counts = [
        {(axis, label): number for axis, label, number in store.execute(_COUNTS).fetchall()} for store in (old, new)
    ]
    shifts = [
        Shift(
            *key,
            before=(before := counts[0].get(key, 0)),
            after=(after := counts[1].get(key, 0)),
            share_before=before / max(items_before, 1),
            share_after=after / max(items_after, 1),
        )
        for key in {*counts[0], *counts[1]}
    ]
    return tuple(sorted(shifts, key=lambda one: (-one.points, one.axis, one.label)))


def _keyed(store: "Connection", sql: str, key: str) -> dict[str, _Row]:
    answer = store.execute(f"{sql} ORDER BY ALL")
    names = [column[0] for column in answer.description]
    rows = (dict(zip(names, row, strict=True)) for row in answer.fetchall())
    return {row[key]: row for row in rows}


def _only(here: Mapping[str, _Row], there: Iterable[str]) -> list[_Row]:
    """Rows that are here and not there, by date."""
    known = set(there)
    missing = [row for key, row in here.items() if key not in known]
    return sorted(missing, key=lambda row: str(row.get("date") or row.get("deadline") or "9"))


def _number(store: "Connection", sql: str) -> int:
    found = store.execute(sql).fetchone()
    assert found is not None
    return int(found[0])

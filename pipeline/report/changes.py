"""What changed since the last report. A report remembers what it showed, so that the next one can tell.

The memory is ids, paths, days and counts, and no text: what somebody removes from a store is not carried on in a page.
"""

import json
import re
import zlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.diff import Shift, State, compare

_MEMORY = re.compile(r'<script type="text/plain" id="muisti">([A-Za-z0-9+/=]+)</script>')


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from an earlier state to the one shown.

    Attributes:
        documents_before: how many documents there were; `newest_before` is the day of their newest meeting.
        new: the new documents, newest first, as rows with `document_id`, `title` and `path`.
        shifts: the labels that more or fewer items have now, the most risen number first.
        opened: how many open actions are new; `closed`, how many that were open are done or gone.
    """

    documents_before: int
    newest_before: str | None
    new: tuple[Mapping[str, Any], ...]
    changed: int
    gone: int
    items_before: int
    items_after: int
    shifts: tuple[Shift, ...]
    opened: int
    closed: int

    def __bool__(self) -> bool:
        counts = self.changed, self.gone, self.items_after - self.items_before, self.opened, self.closed
        return any(counts) or bool(self.new or self.shifts)


def changes(before: State, now: State) -> Changes:
    """What changed from `before`, which may be a memory, to `now`."""
    difference = compare(before, now)
    shifts = [one for one in difference.shifts if one.before != one.after]
    gone_actions = [row for row in difference.gone_actions if row["status"] == "open"]
    return Changes(
        documents_before=len(before.documents),
        newest_before=max((row["date"] for row in before.documents.values() if row["date"]), default=None),
        new=tuple(sorted(difference.new, key=lambda row: row["date"] or "", reverse=True)),
        changed=len(difference.changed),
        gone=len(difference.gone),
        items_before=before.items,
        items_after=now.items,
        shifts=tuple(sorted(shifts, key=lambda one: (one.before - one.after, one.axis, one.label))),
        opened=sum(row["status"] == "open" for row in difference.new_actions),
        closed=len(difference.done) + len(gone_actions),
    )


def memory(now: State, before: State | None) -> list[Any]:
    """What the page keeps for `recall`: the state it shows and the one it was compared with."""
    return [_cut(now), None if before is None else _cut(before)]


def recall(page: str, now: State) -> State | None:
    """The state that a report over `page`, an earlier one, is to be compared with; None where the page knows none.

    It is the one that the page shows. Where nothing has changed since, it is the one that the page was itself compared
    with: a report made twice says the same.
    """
    found = _MEMORY.search(page)
    if found is None:
        return None
    try:
        shown, before = json.loads(zlib.decompress(b64decode(found[1])))
        kept = before if shown == _cut(now) else shown
        return None if kept is None else _whole(kept)
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error):
        return None


def _cut(state: State) -> dict[str, Any]:
    return {
        "documents": {key: [row["path"], row["date"]] for key, row in sorted(state.documents.items())},
        "actions": {key: row["status"] for key, row in sorted(state.actions.items())},
        "items": state.items,
        "labels": [[axis, label, number] for (axis, label), number in sorted(state.labels.items())],
    }


def _whole(kept: dict[str, Any]) -> State:
    return State(
        documents={key: {"path": path, "date": day} for key, (path, day) in kept["documents"].items()},
        actions={key: {"status": status} for key, status in kept["actions"].items()},
        items=kept["items"],
        labels={(axis, label): number for axis, label, number in kept["labels"]},
    )

"""The record by which an action is followed from one meeting to the next."""

from dataclasses import dataclass
from typing import Literal

Said = Literal["done", "late", "changed", "dropped"]
"""What an item says of something agreed before; all but `late` and `changed` end it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """By what an action is found again in later minutes, and what an item says of an earlier action.

    Attributes:
        action_id: of the action; for a sentence that only reports, the id that its row has once it is linked.
        agreed: whether the item has the action; False for a sentence that only reports.
        words: base forms of its content words in lower case, the parts of a compound joined by `+`, verbs after a `~`.
        said: what it says of something agreed before; None where it says nothing of the kind.
        evidence: the words that say so.
        earlier: whether it stands under a heading for earlier matters, or in a table with a column for their state.
        deadline, deadline_text: the new deadline that a report gives.
    """

    item_id: str
    action_id: str
    agreed: bool
    words: tuple[str, ...]
    said: Said | None = None
    evidence: str = ""
    earlier: bool = False
    deadline: str | None = None
    deadline_text: str | None = None

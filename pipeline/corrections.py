"""What people said of labels: kept beside the state, put into the tables whenever they are published.

`corrections.csv` in the output folder holds a row a verdict. A row names its item by document and text, so that it
outlives reruns, new rules, upgrades and a better segmentation elsewhere in the document; an item whose own text changes
is another item. The file is UTF-8 with a header line, sorted, and may be edited or kept under version control.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Literal, get_args

from pipeline.errors import UsageError
from pipeline.following import update
from pipeline.publish import FORM, Archive, is_published, publish_archive
from pipeline.records import Axis, Label, Minutes, digest
from pipeline.state import State, owner_only

Verdict = Literal["keep", "remove", "add"]
Chosen = Literal["random", "uncertain"]

FILE = "corrections.csv"


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """A person's verdict on one label of one item.

    Attributes:
        text_id: `text_id` of the item's text.
        chosen: how the label came before the person; only random ones measure how good labels are.
        rule: the rule that had given the label; empty for one that was added.
    """

    document_id: str
    text_id: str
    axis: Axis
    label: str
    verdict: Verdict
    chosen: Chosen
    rule: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What no two corrections share."""
        return self.document_id, self.text_id, self.axis, self.label


def text_id(text: str) -> str:
    """Names a text within its document."""
    return digest(text)


def load(out: Path) -> tuple[Correction, ...]:
    """The corrections of an output folder; none where there is no file.

    Raises:
        UsageError: the file is not as it was written.
    """
    path = out / FILE
    if not path.is_file():
        return ()
    names = [field.name for field in fields(Correction)]
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            known = row.get("axis") in get_args(Axis) and row.get("verdict") in get_args(Verdict)
            if not known or any(row.get(name) is None for name in names):
                raise UsageError(f"{path}, row {number} is no correction; mend the row or take it away.")
            found.append(Correction(**{name: row[name] for name in names}))  # type: ignore[arg-type]
    return tuple(sorted(found))


def save(out: Path, corrections: Iterable[Correction]) -> None:
    """Write the corrections of an output folder in place of those before, all or none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Correction)])
    writer.writerows(astuple(one) for one in sorted(corrections))
    aside = out / f".{FILE}.new"
    try:
        with owner_only():
            aside.write_text(text.getvalue(), encoding="utf-8")
        aside.replace(out / FILE)
    except OSError as error:
        raise UsageError(f"Cannot write {out / FILE}: {error.strerror}. Free space or change its rights.") from error


def apply(minutes: Minutes, corrections: Sequence[Correction]) -> Minutes:
    """Minutes with the verdicts on their document in force; what a person kept or added has `method=human`.

    An item that is said to be no agreed action has no actions either.
    """
    verdicts: defaultdict[str, dict[tuple[Axis, str], Correction]] = defaultdict(dict)
    for one in corrections:
        verdicts[one.text_id][one.axis, one.label] = one
    labels: dict[tuple[str, Axis, str], Label] = {
        (label.item_id, label.axis, label.label): label for label in minutes.labels
    }
    dropped = set()
    for item in minutes.items:
        for (axis, name), one in verdicts.get(text_id(item.text), {}).items():
            key = (item.item_id, axis, name)
            if one.verdict == "remove":
                labels.pop(key, None)
                if name == "agreed_action":
                    dropped.add(item.item_id)
            else:
                bare = Label(item.item_id, one.axis, name, 1.0, "human", one.rule or "human", "")
                labels[key] = replace(labels.get(key, bare), score=1.0, method="human")
    order = {item.item_id: place for place, item in enumerate(minutes.items)}
    return replace(
        minutes,
        labels=tuple(sorted(labels.values(), key=lambda label: order[label.item_id])),
        actions=tuple(action for action in minutes.actions if action.item_id not in dropped),
    )


def publish_state(out: Path, state: State) -> None:
    """Publish what the state holds with the corrections in force, unless that stands already."""
    by_document: defaultdict[str, list[Correction]] = defaultdict(list)
    for one in load(out):
        by_document[one.document_id].append(one)
    marks = {document: digest(*map(repr, some)) for document, some in by_document.items()}
    form = digest(FORM, *(f"{document} {mark}" for document, mark in marks.items())) if marks else FORM
    if state.published() != form or not is_published(out):
        update(state, marks, lambda one: apply(one, by_document.get(one.document.document_id, [])))
        publish_archive(out, _corrected(Archive(state.marks(), state.minutes, state.files), by_document, marks))
        state.set_published(form)


def _corrected(archive: Archive, corrections: Mapping[str, list[Correction]], marks: Mapping[str, str]) -> Archive:
    """The archive with corrections in force; the marks of documents that have any change with them."""

    def minutes(wanted: Sequence[str]) -> Iterable[Minutes]:
        for one in archive.load(wanted):
            yield apply(one, corrections.get(one.document.document_id, []))

    return archive._replace(
        marks={one: digest(mark, marks[one]) if one in marks else mark for one, mark in archive.marks.items()},
        load=minutes,
    )

"""`muistio explain`: why an item has its labels."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.terminal import model_option, store_option
from pipeline.config import LEMMATISERS
from pipeline.errors import UsageError
from pipeline.labelling import Labelled, Passage, Rules, heading, label_passages, load_rules
from pipeline.language import Lemmatiser, load_lemmatiser
from pipeline.records import Label
from pipeline.safe import printable
from pipeline.store import open_store

if TYPE_CHECKING:
    import duckdb


@click.command(name="explain")
@click.argument("item")
@click.option("--themes", type=click.Path(path_type=Path), metavar="FILE", help="Your own theme rules, added to ours.")
@click.option("--lemmatiser", type=click.Choice(LEMMATISERS), default="voikko", show_default=True)
@model_option
@store_option
def command(item: str, themes: Path | None, lemmatiser: str, model: bool, store: Path) -> int:
    """Say in words why ITEM has its labels: which rule fired on which words, what was blocked and why.

    ITEM is an item's id or its first characters, as `muistio find` and the tables give it.
    """
    rules = load_rules(themes, model=model)
    with open_store(store) as connection:
        item_id, document = _find(connection, item)
        passages = stored_passages(connection, document, load_lemmatiser(lemmatiser))
        human = connection.execute(
            "SELECT axis, label FROM labels WHERE item_id = ? AND method = 'human' ORDER BY ALL", [item_id]
        ).fetchall()
    place = next(number for number, passage in enumerate(passages) if passage.item_id == item_id)
    for line in explanation(passages[place], label_passages(passages, rules)[place], rules):
        click.echo(printable(line))
    for axis, label in human:
        click.echo(f"{axis} {label}: a person gave it; rules do not change that.")
    return 0


def _find(connection: "duckdb.DuckDBPyConnection", item: str) -> tuple[str, str]:
    """Id and document of the one item whose id begins with `item`."""
    rows = connection.execute(
        "SELECT item_id, document_id FROM items WHERE starts_with(item_id, ?) ORDER BY item_id LIMIT 2", [item]
    ).fetchall()
    if not item or not rows:
        raise UsageError(f"There is no item '{item}' in the store; `muistio find WORDS` shows the ids of items.")
    if len(rows) > 1:
        raise UsageError(f"Several items begin with '{item}'; give more characters of the id.")
    return rows[0][0], rows[0][1]


def stored_passages(connection: "duckdb.DuckDBPyConnection", document_id: str, lemmatiser: Lemmatiser) -> list[Passage]:
    """The items of a stored document as passages, in order."""
    parents = {
        section: (parent, title)
        for section, parent, title in connection.execute(
            "SELECT section_id, parent_id, title FROM sections WHERE document_id = ?", [document_id]
        ).fetchall()
    }
    (date,) = connection.execute("SELECT date FROM documents WHERE document_id = ?", [document_id]).fetchall()[0]

    def titles(section: str | None) -> list[str]:
        chain: list[str] = []
        while section in parents and len(chain) < len(parents):
            section, title = parents[section]
            chain.insert(0, title)
        return chain

    rows = connection.execute(
        "SELECT item_id, kind, level, section_id, part, text, columns, speaker FROM items "
        "WHERE document_id = ? ORDER BY ordinal",
        [document_id],
    ).fetchall()
    known = {title: heading(title, lemmatiser) for _, title in parents.values()}
    return [
        Passage(
            text=text,
            tokens=lemmatiser.analyse(text),
            item_id=item_id,
            kind=kind,
            level=level,
            headings=tuple(known[title] for title in titles(section)),
            part=part,
            speaker=speaker,
            date=str(date) if date else None,
            columns=tuple(columns or ()),
        )
        for item_id, kind, level, section, part, text, columns, speaker in rows
    ]


def explanation(passage: Passage, labelled: Labelled, rules: Rules) -> list[str]:
    """What the rules and the learned part say of an item, a line a finding."""
    lines = [_marked(passage.text, labelled.labels), ""]
    if passage.headings:
        lines.append("Under: " + " / ".join(heading.text for heading in passage.headings))
    if passage.part:
        lines.append(f"Part: {passage.part}")
    by_id = {rule.id: rule for rule in rules.rules}
    for label in labelled.labels:
        source = "the heading or an item above" if label.evidence_start is None else "the words"
        who = "the learned part, most" if label.method == "model" else f"rule {label.rule},"
        lines.append(f"{label.axis} {label.label} ({label.score:.2f}): {who} from {source} '{label.evidence}'")
        if label.rule in by_id and by_id[label.rule].note:
            lines.append(f"    {by_id[label.rule].note}")
    if not labelled.labels:
        lines.append("No label: no rule fired." if rules.model is None else "No label: nothing spoke for one enough.")
    for action in labelled.actions:
        due = f"{action.deadline or 'no date'} ('{action.deadline_text}')" if action.deadline_text else "none named"
        lines.append(f"action: {action.task} | owner: {action.owner or 'nobody named'} | deadline: {due}")
    given = {label.label for label in labelled.labels}
    seen: set[tuple[str, str, str]] = set()
    for blocked in labelled.blocked:
        key = (blocked.rule, blocked.evidence, blocked.reason)
        if key not in seen:
            seen.add(key)
            other = " (another rule gave the label)" if blocked.label in given else ""
            lines.append(f"not {blocked.label}: {blocked.rule} found '{blocked.evidence}', but {blocked.reason}{other}")
    if labelled.likely:
        guesses = sorted(labelled.likely.items(), key=lambda pair: -pair[1])
        lines.append("learned part: " + ", ".join(f"{label} {likely:.2f}" for label, likely in guesses))
    return lines


def _marked(text: str, labels: Sequence[Label]) -> str:
    """The text with the evidence of every label in bold, and in brackets where there is no bold."""
    inside: set[int] = set()
    for label in labels:
        if label.evidence_start is not None and label.evidence_end is not None:
            inside.update(range(label.evidence_start, label.evidence_end))
    marked, start = "", 0
    while start < len(text):
        end = start
        while end < len(text) and (end in inside) == (start in inside):
            end += 1
        piece = text[start:end]
        marked += f"[{piece}]" if start in inside else piece
        start = end
    return marked

"""The items as the page carries them: small compressed blocks that the browser unfolds when it shows them.

Three things are packed, each as JSON, deflated and in base64: the index (which items each filter lets through), the
words (which items each word occurs in, by base form) and the items themselves, `BLOCK` at a time. Row numbers count the
items in the order of the report; a list of rows holds the first number and then the steps to the next.
"""

import json
import zlib
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from pipeline.report.data import Entry, Report
from pipeline.search import Vocabulary

BLOCK = 100
"""Items in one block."""


def pack(value: Any) -> str:
    """A value as the page's script unfolds it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return b64encode(zlib.compress(text.encode("utf-8", "replace"), 9)).decode()


def index(report: Report) -> dict[str, Any]:
    """What filters need: the documents with their first row, and the rows of each theme, type and side."""
    rows: dict[str, dict[str, list[int]]] = {
        "theme": defaultdict(list),
        "type": defaultdict(list),
        "side": defaultdict(list),
    }
    for number, entry in enumerate(report.entries):
        for theme in entry.labels("theme") or ("-",):
            rows["theme"][theme].append(number)
        for type_ in entry.labels("type") or ("-",):
            rows["type"][type_].append(number)
        rows["side"][entry.side or "-"].append(number)
    documents = []
    first = 0
    for source, entries in groupby(report.entries, key=lambda entry: entry.source):
        count = sum(1 for _ in entries)
        about = [source.document_id, source.name, source.date, source.body, source.party]
        documents.append([*about, first, count])
        first += count
    return {
        "rows": len(report.entries),
        "block": BLOCK,
        "documents": documents,
        "lists": {field: {value: steps(some) for value, some in lists.items()} for field, lists in rows.items()},
        "ids": [entry.item_id for entry in report.entries],
    }


def words(entries: Sequence[Entry], vocabulary: Vocabulary) -> dict[str, Any]:
    """Rows of each base form, and the base forms that answer each word somebody may type."""
    rows: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for lemma in set(entry.lemmas):
            rows[lemma].append(number)
    lemmas = sorted(rows)
    terms = vocabulary.terms(lemmas, ((entry.text, entry.lemmas) for entry in entries))
    return {"terms": dict(sorted(terms.items())), "rows": [steps(rows[lemma]) for lemma in lemmas]}


def blocks(entries: Sequence[Entry]) -> Iterable[str]:
    """The packed items, `BLOCK` at a time."""
    for start in range(0, len(entries), BLOCK):
        yield pack([_item(entry) for entry in entries[start : start + BLOCK]])


def _item(entry: Entry) -> list[Any]:
    """Text, page, heading, part, speaker and labels; of a label's evidence the offsets, the words where it has none."""
    reasons = [
        [one.axis, one.label, round(one.score * 100), one.method, one.rule]
        + ([one.evidence] if one.start is None else [one.start, one.end])
        for one in entry.reasons
    ]
    return [entry.text, entry.page, entry.heading, entry.part, entry.speaker, reasons]


def steps(rows: Sequence[int]) -> list[int]:
    """Rising numbers as the first one and the steps from each to the next."""
    return [row - before for before, row in zip([0, *rows], rows, strict=False)]

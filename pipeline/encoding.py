"""Minutes as compressed JSON and back: how workers hand them over and the state keeps them."""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from pipeline.records import Action, Document, Item, Label, Minutes, Participant, Problem, Section
from pipeline.trace import Trace

_PARTS: dict[str, type[Any]] = {
    "participants": Participant,
    "sections": Section,
    "items": Item,
    "labels": Label,
    "actions": Action,
    "traces": Trace,
    "problems": Problem,
}


def encode(minutes: Minutes) -> bytes:
    """Minutes as compressed JSON."""
    parts = {name: _plain(getattr(minutes, name)) for name in _PARTS}
    whole = {"document": _plain([minutes.document])[0], "text": minutes.text, **parts}
    return zlib.compress(json.dumps(whole, ensure_ascii=True, separators=(",", ":")).encode(), 6)


def decode(data: bytes) -> Minutes:
    """What `encode` was given. Fields that a later version knows no more are left out."""
    whole = json.loads(zlib.decompress(data))
    parts = {name: tuple(_records(kind, whole.get(name, []))) for name, kind in _PARTS.items()}
    return Minutes(document=next(_records(Document, [whole["document"]])), text=whole["text"], **parts)


def _plain(records: Iterable[Any]) -> list[dict[str, Any]]:
    names: list[str] = []
    rows = []
    for record in records:
        names = names or [field.name for field in fields(record)]
        rows.append({name: getattr(record, name) for name in names})
    return rows


def _records(kind: type[Any], rows: list[dict[str, Any]]) -> Iterator[Any]:
    if not rows:
        return
    unknown = rows[0].keys() - {field.name for field in fields(kind)}
    lists = [name for name, value in rows[0].items() if type(value) is list and name not in unknown]
    for row in rows:
        for name in unknown:
            del row[name]
        for name in lists:
            row[name] = tuple(row[name])
        yield kind(**row)

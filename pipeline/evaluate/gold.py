"""Gold documents and labelled rows, read and checked.

A gold document is a JSON file with `doc`, `sections[].blocks[]` in reading order and metadata; beside it lie the same
document as `.txt` and `.pdf`. A block with `"item": true` is an item; a block with `"item": false` is neither required
nor a fault. Labelled rows are JSON lines with `text`, `themes`, `types`, `actions` and what is known of their place.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.structure.parts import part_of


def squeeze(text: str) -> str:
    """The text as gold items are compared: without white space, hyphens, dashes of tables and zero-width spaces."""
    return re.sub(r"[\s\u200b\u00ad|\-\u2010\u2011–—−]", "", text)


@dataclass(frozen=True, slots=True)
class GoldItem:
    """What is true of one item.

    Attributes:
        section: (number, title) of its section, both as printed.
        kind: `bullet`, `paragraph` or `table_row`.
        part: the part label above it, as printed.
        columns: header cells of its table.
        disputed: axes (`themes`, `types`) on which two readers disagree; they are not scored.
        actions: (owner, deadline) of each action.
    """

    text: str
    section: tuple[str | None, str]
    kind: str = "paragraph"
    level: int = 1
    nested: bool = False
    part: str | None = None
    columns: tuple[str, ...] = ()
    speaker: str | None = None
    themes: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    actions: tuple[tuple[str | None, str | None], ...] = ()
    disputed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A gold document and the files that hold it.

    Attributes:
        fields: metadata by the column names of `documents`.
        sections: (number, title) in order.
        ignored: texts of blocks that are no items and no fault.
        speakers: for each section that has them, its number and title with the names.
        files: the same document as `.txt`, `.pdf`, ...
    """

    name: str
    fields: dict[str, str | None]
    sections: tuple[tuple[str | None, str], ...]
    items: tuple[GoldItem, ...]
    ignored: frozenset[str]
    speakers: tuple[tuple[tuple[str | None, str], frozenset[str]], ...]
    files: tuple[Path, ...]

    def rows(self) -> list[dict[str, Any]]:
        """The items as labelled rows, in order, each with its document, heading, part and date."""
        return [
            {
                "doc": self.name,
                "text": item.text,
                "kind": item.kind,
                "section_title": item.section[1],
                "part": item.part,
                "columns": list(item.columns),
                "date": self.fields["date"],
                "themes": sorted(item.themes),
                "types": sorted(item.types),
                "actions": [{"owner": owner, "deadline": deadline} for owner, deadline in item.actions],
                "disputed": sorted(item.disputed),
            }
            for item in self.items
        ]


def load_documents(path: Path) -> list[GoldDocument]:
    """The gold documents under a folder, or the one in a JSON file.

    Raises:
        UsageError: nothing is there, or a file is no gold document.
    """
    files = [path] if path.is_file() else sorted(path.glob("*.json"))
    if not files:
        raise UsageError(f"No gold documents (*.json) in {path}; name a folder that holds some, or one of them.")
    return [_document(file) for file in files]


def load_rows(path: Path) -> list[dict[str, Any]]:
    """Labelled rows of a JSON lines file.

    Raises:
        UsageError: a line is no JSON object with a `text`.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            row["text"], row["themes"], row["types"]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}, line {number}: not a labelled row with text, themes and types.") from error
        rows.append(row)
    return rows


def _document(path: Path) -> GoldDocument:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        sections = data["sections"]
        name = data["doc"]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is not a gold document: it needs 'doc' and 'sections'.") from error
    fields = {key: data.get(key) for key in ("title", "body", "counterpart", "date", "place")}
    fields["start_time"], fields["end_time"] = _time(data.get("start")), _time(data.get("end"))
    ignored = [b["text"] for s in sections for b in s["blocks"] if not b.get("item")] + data.get("preamble", [])
    return GoldDocument(
        name=name,
        fields=fields,
        sections=tuple((s["number"], s["title"]) for s in sections),
        items=tuple(_items(sections)),
        ignored=frozenset(squeeze(text) for text in ignored),
        speakers=tuple(
            ((s["number"], s["title"]), frozenset(p["name"] for p in s["speakers"]))
            for s in sections
            if s.get("speakers")
        ),
        files=tuple(f for suffix in (".txt", ".pdf", ".docx", ".html") if (f := path.with_suffix(suffix)).is_file()),
    )


def _items(sections: Iterable[dict[str, Any]]) -> Iterator[GoldItem]:
    for section in sections:
        nested = any(block["level"] > 1 for block in section["blocks"])
        part: str | None = None
        columns: tuple[str, ...] = ()
        for block in section["blocks"]:
            if not block.get("item"):
                part = block["text"] if part_of(block["text"]) else part
                columns = tuple(block["text"].split(" | ")) if block["kind"] == "table_row" else columns
            else:
                yield GoldItem(
                    text=block["text"],
                    section=(section["number"], section["title"]),
                    kind=block["kind"],
                    level=block["level"],
                    nested=nested,
                    part=part,
                    columns=columns,
                    speaker=block.get("speaker"),
                    themes=frozenset(block["themes"]),
                    types=frozenset(block["types"]),
                    actions=tuple((a["owner"], a["deadline"]) for a in block["actions"]),
                    disputed=frozenset(block.get("disputed", ())),
                )


def _time(value: str | None) -> str | None:
    """`9.00` and `09:00` are the same time."""
    found = re.fullmatch(r"(\d{1,2})[.:](\d{2})", value or "")
    return f"{int(found.group(1)):02d}:{found.group(2)}" if found else value

"""Labelling rows of JSON lines or CSV: what `muistio label` does between reading and writing."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pipeline.errors import UsageError
from pipeline.labelling.actions import CELLS
from pipeline.labelling.engine import Labelled, label_passages
from pipeline.labelling.passages import Heading, Passage, heading, part_named
from pipeline.labelling.rulebook import Rules
from pipeline.language import Lemmatiser

Format = Literal["jsonl", "csv"]
Row = dict[str, Any]


def parse_rows(text: str, form: Format, name: str) -> list[Row]:
    """The rows of a file; `name` is what messages call it.

    Raises:
        UsageError: a row is no JSON object, has no text or a date that is none; the message names its line.
    """
    rows = list(_csv_rows(text, name) if form == "csv" else _json_rows(text, name))
    for line, row in rows:
        _check(row, line, name)
    return [row for _, row in rows]


def _json_rows(text: str, name: str) -> list[tuple[int, Row]]:
    rows = []
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except (json.JSONDecodeError, RecursionError) as error:
            raise UsageError(f"{name}, line {line}: this is not JSON ({error}); write one object a line.") from error
        if not isinstance(row, dict):
            raise UsageError(f'{name}, line {line}: this is no JSON object; write {{"id": ..., "text": ...}}.')
        rows.append((line, row))
    return rows


def _csv_rows(text: str, name: str) -> list[tuple[int, Row]]:
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    if "text" not in (reader.fieldnames or ()):
        raise UsageError(f"{name}, line 1: there is no column 'text'; the first line of a CSV file names its columns.")
    rows = []
    try:
        for row in reader:
            if None in row:
                raise UsageError(f"{name}, line {reader.line_num}: the row has more cells than the header has columns.")
            rows.append((reader.line_num, {key: value or "" for key, value in row.items()}))
    except csv.Error as error:
        raise UsageError(
            f"{name}, line {reader.line_num}: this is not CSV ({error}); check the quotation marks."
        ) from error
    return rows


def _check(row: Row, line: int, name: str) -> None:
    if not isinstance(row.get("text"), str):
        raise UsageError(f"{name}, line {line}: the row has no 'text'; give one, a string.")
    for key in ("doc", "section_title", "part", "speaker", "date"):
        if not isinstance(row.get(key) or "", str | int):
            raise UsageError(f"{name}, line {line}: '{key}' is no string; write it in quotation marks or leave it out.")
    if row.get("date"):
        try:
            date.fromisoformat(str(row["date"]))
        except ValueError as error:
            raise UsageError(f"{name}, line {line}: the date '{row['date']}' is none; write 2025-01-31.") from error


def label_rows(rows: Sequence[Row], rules: Rules, lemmatiser: Lemmatiser) -> list[Row]:
    """The same rows with `themes`, `types`, `labels` and `actions`; rows that share `doc` are one document in order."""
    documents: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        documents.setdefault(str(row.get("doc") or f"\x00{number}"), []).append(number)
    labelled: dict[int, Labelled] = {}
    for numbers in documents.values():
        passages = passages_of_rows([rows[number] for number in numbers], rules, lemmatiser)
        labelled.update(zip(numbers, label_passages(passages, rules), strict=True))
    return [{**row, **_answer(labelled[number])} for number, row in enumerate(rows)]


def passages_of_rows(rows: Sequence[Mapping[str, Any]], rules: Rules, lemmatiser: Lemmatiser) -> list[Passage]:
    """The rows of one document as the rules see them; a row without an id gets its place for one."""
    headings: dict[str, Heading] = {}
    passages = []
    for number, row in enumerate(rows):
        title = str(row.get("section_title") or "")
        if title and title not in headings:
            headings[title] = heading(title, lemmatiser)
        passages.append(
            Passage(
                text=row["text"],
                tokens=lemmatiser.analyse(row["text"]),
                item_id=str(row.get("id") or number),
                kind="table_row" if CELLS in row["text"] else "paragraph",
                headings=(headings[title],) if title else (),
                part=part_named(str(row.get("part") or ""), rules.part_names),
                speaker=str(row["speaker"]) if row.get("speaker") else None,
                date=str(row["date"]) if row.get("date") else None,
            )
        )
    return passages


def _answer(labelled: Labelled) -> Row:
    return {
        "themes": [label.label for label in labelled.labels if label.axis == "theme"],
        "types": [label.label for label in labelled.labels if label.axis == "type"],
        "labels": [
            {
                "label": label.label,
                "score": label.score,
                "method": label.method,
                "rule": label.rule,
                "evidence": label.evidence,
                "evidence_start": label.evidence_start,
                "evidence_end": label.evidence_end,
            }
            for label in labelled.labels
        ],
        "actions": [
            {
                "task": action.task,
                "owner": action.owner,
                "deadline": action.deadline,
                "deadline_text": action.deadline_text,
            }
            for action in labelled.actions
        ],
    }

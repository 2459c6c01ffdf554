"""What the report shows, read from the tables in a fixed order so that two reports of one store are equal."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import PurePath
from typing import Any

import duckdb

from pipeline.report.names import THEMES, TYPES
from pipeline.schema import party

_SOURCES = f"""
    SELECT document_id, path, title, body, counterpart, {party()} AS party, date, pages, status, sections_listed,
        sections_found, (SELECT count(*) FROM items WHERE items.document_id = documents.document_id) AS items
    FROM documents ORDER BY date DESC NULLS LAST, path, document_id
"""
_ENTRIES = """
    SELECT items.item_id, items.document_id, items.text, items.lemmas, items.part, items.speaker,
        items.speaker_side AS side, items.page, sections.number, sections.title AS section
    FROM items JOIN documents USING (document_id) LEFT JOIN sections USING (section_id)
    ORDER BY documents.date DESC NULLS LAST, documents.path, documents.document_id, items.ordinal
"""
_REASONS = """
    SELECT item_id, axis, label, score, method, rule, evidence, evidence_start AS start, evidence_end AS "end"
    FROM labels ORDER BY item_id, axis, score DESC, label, rule, evidence_start
"""
_TASKS = """
    SELECT item_id, task, owner, deadline, deadline_text
    FROM actions WHERE status = 'open' ORDER BY deadline NULLS LAST, owner NULLS LAST, action_id
"""
_TROUBLES = """
    SELECT document_id, stage, severity, message, page
    FROM problems JOIN documents USING (document_id)
    ORDER BY array_position(['error', 'warning', 'info'], severity), documents.date DESC NULLS LAST, documents.path,
        document_id, page NULLS FIRST, stage, message
"""
_VERSIONS = "SELECT DISTINCT pipeline_version AS pipeline, rules_version AS rules FROM documents ORDER BY ALL"


@dataclass(frozen=True, slots=True)
class Source:
    """A document as the report shows it.

    Attributes:
        path: where the file was first seen.
        party: the other party of a negotiation, else whose body met.
        items: how many items it has.
        sections_listed: sections that its contents table lists; None when it has none.
    """

    document_id: str
    path: str
    title: str | None
    body: str | None
    counterpart: str | None
    party: str | None
    date: str | None
    pages: int
    status: str
    sections_listed: int | None
    sections_found: int
    items: int

    @property
    def name(self) -> str:
        """Its title, else its file name."""
        return self.title or PurePath(self.path).name

    @property
    def year(self) -> str | None:
        """Year of the meeting."""
        return self.date[:4] if self.date else None


@dataclass(frozen=True, slots=True)
class Reason:
    """One label of an item and why it was given; the offsets are None when the evidence stands elsewhere."""

    axis: str
    label: str
    score: float
    method: str
    rule: str
    evidence: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with its labels and its place."""

    item_id: str
    source: Source
    text: str
    lemmas: list[str]
    part: str | None
    speaker: str | None
    side: str | None
    page: int
    number: str | None
    section: str | None
    reasons: tuple[Reason, ...]

    @property
    def heading(self) -> str:
        """Number and title of its section, as printed; empty before the first heading."""
        return " ".join(filter(None, (self.number, self.section)))

    def labels(self, axis: str) -> tuple[str, ...]:
        """Its labels on one axis."""
        return tuple(reason.label for reason in self.reasons if reason.axis == axis)


@dataclass(frozen=True, slots=True)
class Task:
    """An open action with the item it was read from."""

    task: str
    owner: str | None
    deadline: str | None
    deadline_text: str | None
    overdue: bool
    entry: Entry


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem with the document it concerns."""

    source: Source
    stage: str
    severity: str
    message: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything on the page.

    Attributes:
        entries: every item, newest meeting first, then in reading order.
        themes: names of the themes, the project's own first; so for `types`.
        cells: how many items each theme and type have; None stands for "no theme" and "no type". An item with two
            themes is in two cells.
        of_theme: how many items each theme has, each item once; `of_type` likewise.
        newest: day of the newest meeting. A deadline before it has passed: a report depends on its store alone, not
            on the day it is made.
        versions: of the pipeline and the rules, all that occur.
    """

    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    tasks: tuple[Task, ...]
    troubles: tuple[Trouble, ...]
    themes: tuple[str, ...]
    types: tuple[str, ...]
    cells: Counter[tuple[str | None, str | None]]
    of_theme: Counter[str | None]
    of_type: Counter[str | None]
    oldest: str | None
    newest: str | None
    versions: tuple[tuple[str, str], ...]

    @property
    def with_theme(self) -> int:
        """How many items have a theme."""
        return len(self.entries) - self.of_theme[None]

    @property
    def commonest(self) -> list[str]:
        """The themes with most items, several when they are equal."""
        most = max(self.of_theme[theme] for theme in self.themes)
        return [theme for theme in self.themes if self.of_theme[theme] == most]

    @property
    def overdue(self) -> int:
        """How many open actions are past their deadline."""
        return sum(task.overdue for task in self.tasks)

    @property
    def unread(self) -> int:
        """How many documents failed or were read in part."""
        return sum(source.status != "ok" for source in self.sources)


def read(connection: duckdb.DuckDBPyConnection) -> Report:
    """Everything that the report shows of an open store."""
    sources = {row["document_id"]: Source(**row) for row in _rows(connection, _SOURCES)}
    reasons: dict[str, list[Reason]] = defaultdict(list)
    for row in _rows(connection, _REASONS):
        reasons[row.pop("item_id")].append(Reason(**row))
    entries = {
        row["item_id"]: Entry(source=sources[row.pop("document_id")], reasons=tuple(reasons[row["item_id"]]), **row)
        for row in _rows(connection, _ENTRIES)
    }
    dates = [source.date for source in sources.values() if source.date]
    newest = max(dates, default=None)
    tasks = tuple(
        Task(entry=entries[row.pop("item_id")], overdue=bool(newest and (row["deadline"] or newest) < newest), **row)
        for row in _rows(connection, _TASKS)
    )
    troubles = tuple(Trouble(source=sources[row.pop("document_id")], **row) for row in _rows(connection, _TROUBLES))
    cells: Counter[tuple[str | None, str | None]] = Counter()
    of_theme: Counter[str | None] = Counter()
    of_type: Counter[str | None] = Counter()
    for entry in entries.values():
        themes, types = entry.labels("theme") or (None,), entry.labels("type") or (None,)
        cells.update(product(themes, types))
        of_theme.update(themes)
        of_type.update(types)
    return Report(
        sources=tuple(sources.values()),
        entries=tuple(entries.values()),
        tasks=tasks,
        troubles=troubles,
        themes=_names(THEMES, of_theme),
        types=_names(TYPES, of_type),
        cells=cells,
        of_theme=of_theme,
        of_type=of_type,
        oldest=min(dates, default=None),
        newest=newest,
        versions=tuple((row["pipeline"], row["rules"]) for row in _rows(connection, _VERSIONS)),
    )


def _names(known: Iterable[str], used: Iterable[str | None]) -> tuple[str, ...]:
    """The known names in their order, then those that only the user's own rules have."""
    known = tuple(known)
    return known + tuple(sorted({name for name in used if name is not None} - set(known)))


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

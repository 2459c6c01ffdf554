"""The action register for calendars and agendas. The door to icalendar, and for writing to python-docx."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.safe import printable

if TYPE_CHECKING:
    import duckdb

_TITLE = "Sovittujen toimenpiteiden seuranta"
_ACTIONS = """
    SELECT a.action_id, a.task, a.owner, a.counterpart, a.deadline, a.deadline_text, d.date AS meeting,
        coalesce(d.title, d.path) AS document, concat_ws(' ', s.number, s.title) AS section, i.page
    FROM actions a JOIN items i USING (item_id) JOIN documents d USING (document_id)
        LEFT JOIN sections s USING (section_id)
    WHERE a.status = 'open' AND ($owner IS NULL OR contains(lower(a.owner), lower($owner)))
        AND ($due IS NULL OR a.deadline <= $due)
    ORDER BY a.deadline NULLS LAST, d.date, d.path, i.ordinal, a.action_id
"""


@dataclass(frozen=True, slots=True)
class Task:
    """An open action with where it was agreed; dates are ISO."""

    action_id: str
    task: str
    owner: str | None
    counterpart: str | None
    deadline: str | None
    deadline_text: str | None
    meeting: str | None
    document: str
    section: str
    page: int

    @property
    def source(self) -> str:
        """Where it was agreed: the document, its day and the section."""
        return ", ".join(filter(None, (self.document, _day(self.meeting), self.section, f"s. {self.page}")))


def open_tasks(
    connection: "duckdb.DuckDBPyConnection", *, owner: str | None = None, due: str | None = None
) -> list[Task]:
    """Open actions of a store, the earliest deadline first."""
    return [Task(*row) for row in connection.execute(_ACTIONS, {"owner": owner, "due": due}).fetchall()]


def write_calendar(tasks: Iterable[Task], path: Path) -> int:
    """Write the tasks that have a deadline as all-day events of an iCalendar file (RFC 5545).

    The file depends on the tasks alone, and a task keeps its UID: imported anew, it moves instead of doubling.

    Returns:
        How many events there are.
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//muistio//toimenpiteet//FI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Sovitut toimenpiteet")
    number = 0
    for task in tasks:
        if task.deadline is None:
            continue
        day = date.fromisoformat(task.deadline)
        agreed = date.fromisoformat(task.meeting) if task.meeting else day
        event = Event()
        event.add("uid", f"{task.action_id}@muistio")
        event.add("dtstamp", datetime.combine(agreed, time(), UTC))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", printable(f"{task.owner}: {task.task}" if task.owner else task.task))
        event.add("description", printable(task.source))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
        number += 1
    _write(path, calendar.to_ical())
    return number


def write_agenda(tasks: Sequence[Task], path: Path, *, meeting: str) -> None:
    """Write the open tasks as a list for a meeting's agenda, in Finnish: Word when `path` ends in .docx, else Markdown.

    Args:
        meeting: day of the meeting, ISO; deadlines before it have passed.
    """
    parts = list(_parts(tasks, meeting))
    if path.suffix.lower() == ".docx":
        _write_docx(parts, path, meeting)
    else:
        _write(path, "\n".join(_markdown(parts, meeting)).encode())


def _parts(tasks: Sequence[Task], meeting: str) -> Iterator[tuple[str, list[Task]]]:
    passed = [task for task in tasks if task.deadline and task.deadline < meeting]
    coming = [task for task in tasks if task.deadline and task.deadline >= meeting]
    for title, some in (
        ("Määräaika on ohi", passed),
        ("Määräaika on edessä", coming),
        ("Ei määräaikaa", [task for task in tasks if not task.deadline]),
    ):
        if some:
            yield title, some


def _markdown(parts: Sequence[tuple[str, list[Task]]], meeting: str) -> Iterator[str]:
    yield f"# {_TITLE} {_day(meeting)}"
    for title, tasks in parts:
        yield f"\n## {title} ({len(tasks)})\n"
        for task in tasks:
            yield f"- [ ] {_escaped(task.task)}"
            yield f"  {_escaped(_about(task))}"
            yield f"  {_escaped(task.source)}"
    if not parts:
        yield "\nAvoimia toimenpiteitä ei ole."
    yield ""


def _write_docx(parts: Sequence[tuple[str, list[Task]]], path: Path, meeting: str) -> None:
    from docx import Document

    document = Document()
    document.core_properties.title = _TITLE
    document.add_heading(f"{_TITLE} {_day(meeting)}", level=1)
    for title, tasks in parts:
        document.add_heading(f"{title} ({len(tasks)})", level=2)
        table = document.add_table(rows=1, cols=4, style="Light Grid Accent 1")
        for cell, name in zip(table.rows[0].cells, ("Toimenpide", "Vastuu", "Määräaika", "Tilanne"), strict=True):
            cell.text = name
        for task in tasks:
            cells = table.add_row().cells
            cells[0].text = _clean(task.task)
            cells[0].add_paragraph(_clean(task.source)).runs[0].italic = True
            cells[1].text = _clean(task.owner or "ei nimetty")
            cells[2].text = _clean(_day(task.deadline) or task.deadline_text or "–")
    if not parts:
        document.add_paragraph("Avoimia toimenpiteitä ei ole.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        document.save(str(path))
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror}. Name another file.") from error


def _about(task: Task) -> str:
    when = _day(task.deadline) or task.deadline_text or "ei määräaikaa"
    return f"Vastuu: {task.owner or 'ei nimetty'}. Määräaika: {when}."


def _day(iso: str | None) -> str:
    return f"{int(iso[8:])}.{int(iso[5:7])}.{iso[:4]}" if iso else ""


def _clean(text: str) -> str:
    """Text on one line that neither a terminal nor Word's XML stumbles over."""
    return " ".join(printable(text).split())


def _escaped(text: str) -> str:
    """Text that Markdown takes for nothing but text."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>#|" else one for one in _clean(text))


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror}. Name another file.") from error

"""`muistio actions`: the action register."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from pipeline.cli.terminal import format_option, say, store_option, write_rows
from pipeline.errors import UsageError
from pipeline.register import open_tasks, write_agenda, write_calendar
from pipeline.store import open_store

_REGISTER = """
SELECT a.deadline, a.owner, a.task, a.status, {where}
FROM actions a JOIN items i USING (item_id) JOIN documents d USING (document_id) LEFT JOIN sections s USING (section_id)
WHERE (NOT $open OR a.status = 'open')
    AND ($owner IS NULL OR contains(lower(a.owner), lower($owner)))
    AND ($due IS NULL OR a.deadline <= $due)
ORDER BY a.deadline NULLS LAST, d.date, d.path, i.ordinal, a.action_id
"""
_DOCUMENT = "coalesce(d.title, d.path)"
_SECTION = "concat_ws(' ', s.number, s.title)"
_BRIEF = f"concat_ws(', ', d.date, {_DOCUMENT}, {_SECTION}) AS meeting"
_FULL = f"""d.date AS meeting, {_DOCUMENT} AS document, {_SECTION} AS section, a.counterpart, a.deadline_text,
    a.status_evidence, a.follows, d.path, i.page, a.action_id, a.item_id"""


@click.command(name="actions")
@click.option("--open", "only_open", is_flag=True, help="Only those still open.")
@click.option("--owner", metavar="X", help="Only those whose owner's name holds X, in any case of letters.")
@click.option("--due", metavar="DATE", help="Only those due on or before the date, 2025-03-31 or 31.3.2025.")
@click.option("--ics", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the open ones with a deadline as a calendar (.ics) instead.")  # fmt: skip
@click.option("--agenda", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the open ones as a list for an agenda, in Finnish: Word (.docx) or Markdown.")  # fmt: skip
@click.option("--meeting", metavar="DATE", help="Day of the agenda's meeting; today unless told.")
@store_option
@format_option
def command(
    only_open: bool,
    owner: str | None,
    due: str | None,
    ics: Path | None,
    agenda: Path | None,
    meeting: str | None,
    store: Path,
    form: str,
) -> int:
    """List who does what by when, the earliest deadline first; CSV and JSON hold more columns."""
    last = None if due is None else _day("--due", due)
    if ics or agenda:
        day = _day("--meeting", meeting) if meeting else date.today().isoformat()
        with open_store(store) as connection:
            tasks = open_tasks(connection, owner=owner, due=last)
        if ics:
            say(f"{write_calendar(tasks, ics)} deadlines are in {ics}.")
        if agenda:
            write_agenda(tasks, agenda, meeting=day)
            say(f"{len(tasks)} open actions are in {agenda}.")
        return 0
    wanted = {"open": only_open, "owner": owner, "due": last}
    sql = _REGISTER.format(where=_BRIEF if form == "table" else _FULL)
    with open_store(store) as connection:
        answer = connection.execute(sql, wanted)
        names = [column[0] for column in answer.description]
        rows: list[tuple[Any, ...]] = answer.fetchall()
    if form == "table" and not rows:
        say("There are no such actions.")
        return 0
    write_rows(names, rows, form)
    return 0


def _day(option: str, text: str) -> str:
    """An ISO date from an ISO or Finnish one."""
    try:
        if "-" in text:
            return date.fromisoformat(text).isoformat()
        day, month, year = text.split(".")
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError as error:
        raise UsageError(f"{option} '{text}' is no date; write it as 2025-03-31 or 31.3.2025.") from error

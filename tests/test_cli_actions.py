import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.actions import command
from pipeline.errors import UsageError
from pipeline.publish import prepare, publish
from pipeline.records import Action
from tests.examples import example


@pytest.fixture
def store(tmp_path: Path) -> Path:
    minutes = example("a.txt", data=b"a")
    item = minutes.items[1].item_id
    actions = (
        Action("1", item, "Kartoittaa tilat", "Tekninen johtaja", deadline="2025-04-30"),
        Action("2", item, "Kutsua työryhmä koolle", "ÄIDINKIELEN opettaja", deadline="2025-03-31"),
        Action("3", item, "Selvittää kuljetukset", None),
        Action("4", item, "Palkata kuraattori", "Sivistysjohtaja", deadline="2025-02-01", status="done"),
    )
    prepare(tmp_path)
    publish(tmp_path, [replace(minutes, actions=actions)], [])
    return tmp_path / "muistio.duckdb"


def _ask(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--store", str(store)], standalone_mode=False)


def _tasks(store: Path, *arguments: str) -> list[str]:
    return [row["action_id"] for row in json.loads(_ask(store, "--format", "json", *arguments).stdout)]


def test_the_register_has_the_earliest_deadline_first_and_those_without_last(store: Path) -> None:
    assert _tasks(store) == ["4", "2", "1", "3"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--open"], ["2", "1", "3"]),
        (["--owner", "johtaja"], ["4", "1"]),
        (["--owner", "äidinkielen"], ["2"]),
        (["--due", "2025-03-31"], ["4", "2"]),
        (["--due", "30.4.2025", "--open"], ["2", "1"]),
        (["--owner", "%"], []),
    ],
)
def test_the_register_is_narrowed(store: Path, options: list[str], found: list[str]) -> None:
    assert _tasks(store, *options) == found


def test_a_row_says_what_who_when_and_where(store: Path) -> None:
    row = next(csv.DictReader(io.StringIO(_ask(store, "--format", "csv", "--owner", "tekninen").stdout)))
    assert (row["task"], row["owner"], row["deadline"]) == ("Kartoittaa tilat", "Tekninen johtaja", "2025-04-30")
    assert (row["document"], row["meeting"], row["section"]) == ("Neuvottelu", "2025-01-15", "1. Oppilashuolto")
    assert "Kartoittaa" in _ask(store).stdout


def test_an_empty_register_is_told(store: Path) -> None:
    result = _ask(store, "--owner", "nobody")
    assert (result.return_value, result.stdout) == (0, "")
    assert result.stderr == "There are no such actions.\n"


@pytest.mark.parametrize("day", ["31.2.2025", "tomorrow", "2025-13-01", "1.2"])
def test_a_wrong_date_is_told(store: Path, day: str) -> None:
    error = _ask(store, "--due", day).exception
    assert isinstance(error, UsageError)
    assert str(error) == f"--due '{day}' is no date; write it as 2025-03-31 or 31.3.2025."


def test_the_calendar_holds_open_deadlines_and_is_the_same_twice(store: Path, tmp_path: Path) -> None:
    from icalendar import Calendar

    assert "2 deadlines" in _ask(store, "--ics", str(tmp_path / "a.ics")).stderr
    data = (tmp_path / "a.ics").read_bytes()
    events = Calendar.from_ical(data).walk("VEVENT")
    assert [(str(event["uid"]), event["dtstart"].dt) for event in events] == [
        ("2@muistio", date(2025, 3, 31)),
        ("1@muistio", date(2025, 4, 30)),
    ]
    assert str(events[1]["summary"]) == "Tekninen johtaja: Kartoittaa tilat"
    assert "Neuvottelu, 15.1.2025, 1. Oppilashuolto" in str(events[1]["description"])
    assert max(map(len, data.split(b"\r\n"))) <= 75
    _ask(store, "--ics", str(tmp_path / "b.ics"))
    assert (tmp_path / "b.ics").read_bytes() == data


def test_the_agenda_tells_what_has_passed(store: Path, tmp_path: Path) -> None:
    _ask(store, "--agenda", str(tmp_path / "a.md"), "--meeting", "1.4.2025")
    lines = (tmp_path / "a.md").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# Sovittujen toimenpiteiden seuranta 1.4.2025"
    assert [line for line in lines if line.startswith("## ")] == [
        "## Määräaika on ohi (1)", "## Määräaika on edessä (1)", "## Ei määräaikaa (1)",
    ]  # fmt: skip
    assert "- [ ] Kartoittaa tilat" in lines
    assert "  Vastuu: Tekninen johtaja. Määräaika: 30.4.2025." in lines


def test_the_agenda_is_a_word_file_when_asked(store: Path, tmp_path: Path) -> None:
    from docx import Document

    _ask(store, "--agenda", str(tmp_path / "a.docx"), "--meeting", "2025-04-01", "--owner", "johtaja")
    document = Document(str(tmp_path / "a.docx"))
    assert [paragraph.text for paragraph in document.paragraphs][1:] == ["Määräaika on edessä (1)"]
    assert [cell.text for cell in document.tables[0].rows[1].cells][1:3] == ["Tekninen johtaja", "30.4.2025"]


def test_markdown_of_a_task_is_only_text(tmp_path: Path) -> None:
    from pipeline.register import Task, write_agenda

    task = Task("1", "# <b>*Avaa*\n[linkki](x)", None, None, None, "syksyllä", None, "a.txt", "", 1)
    write_agenda([task], tmp_path / "a.md", meeting="2025-01-01")
    text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "- [ ] \\# \\<b\\>\\*Avaa\\* \\[linkki\\](x)" in text
    assert "Määräaika: syksyllä." in text
    write_agenda([], tmp_path / "b.md", meeting="2025-01-01")
    assert "Avoimia toimenpiteitä ei ole." in (tmp_path / "b.md").read_text(encoding="utf-8")

"""Who does what by when: the actions of an agreed item."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipeline.labelling.dates import Deadline, find_deadlines
from pipeline.labelling.owners import Owner, Owners
from pipeline.labelling.verdicts import Reading
from pipeline.records import Action

_NOBODY = frozenset(("", "-", "–", "—", "ei", "avoin"))
CELLS = " | "
MOST = 200  # deadlines of one item; no text that a person wrote has more


def actions_of(reading: Reading, next_meeting: date | None) -> tuple[Action, ...]:
    """The actions of an item: several tasks are several actions, several owners of one task are one."""
    passage = reading.passage
    meeting = date.fromisoformat(passage.date) if passage.date else None
    found = find_deadlines(passage.text, meeting, next_meeting=next_meeting)
    deadlines = _in_force(reading, found)
    if passage.kind == "table_row" and CELLS in passage.text:
        return (_table_row(reading, meeting, next_meeting),)
    owners = Owners(reading)
    named = owners.named(deadlines)
    subjects = [] if named else owners.subjects()
    if charged := [] if named else owners.charged():
        clause = reading.layout.clauses
        rest = [
            one
            for one in subjects
            if all(
                one.first > who.last or (one.first < who.first and clause[one.first] != clause[who.first])
                for who in charged
            )
        ]
        subjects = sorted([*rest, *charged], key=lambda one: one.first)
    if not subjects:
        owner = named or owners.entry(deadlines)
        return (_action(reading, passage.text, owner.name if owner else None, _best(deadlines)),)
    tasks = [_of_subject(reading, owner, number, subjects, deadlines) for number, owner in enumerate(subjects)]
    approval = _approval(reading, subjects[0])
    return (*approval, *tasks)


def _approval(reading: Reading, first: Owner) -> list[Action]:
    """A decision's bare approval before its tasks (*Hyväksyttiin. Sihteeri ilmoittaa...*), an action without owner."""
    tokens = reading.passage.tokens
    sentence = [token for token in tokens if token.sentence == tokens[0].sentence]
    procedure = reading.circumstances["procedure"][0] is not None
    if reading.passage.part != "decision" or tokens[first.first].sentence == tokens[0].sentence or procedure:
        return []
    return [_action(reading, reading.passage.text[: sentence[-1].end], None, None)]


def _in_force(reading: Reading, deadlines: Sequence[Deadline]) -> list[Deadline]:
    """Deadlines outside procedure; *siihen mennessä* takes the last day named before it."""
    procedure = [None] if reading.is_procedure() else reading.circumstances["procedure"]
    starts = [token.start for token in reading.passage.tokens]
    kept: list[Deadline] = []
    day: date | None = None
    for deadline in deadlines[:MOST]:
        if deadline.words.lower().startswith("siihen"):
            deadline = replace(deadline, day=day or deadline.day, firm=True)
        day = deadline.day or day
        place = bisect_right(starts, deadline.start) - 1
        if place >= len(procedure) or procedure[place] is None:
            kept.append(deadline)
    return kept


def _best(deadlines: Sequence[Deadline]) -> Deadline | None:
    """The deadline that is meant where several stand: one that says "by", else one with a day, else the first."""
    firm = [deadline for deadline in deadlines if deadline.firm]
    dated = [deadline for deadline in deadlines if deadline.day or deadline.relative]
    return next(iter(firm or dated or deadlines), None)


def _of_subject(
    reading: Reading, owner: Owner, number: int, subjects: Sequence[Owner], deadlines: Sequence[Deadline]
) -> Action:
    """The action of one subject among several: its own stretch of text and the deadlines in it."""
    passage = reading.passage
    start = passage.tokens[owner.first].start if number else 0
    end = passage.tokens[owner.last].end
    mine = [deadline for deadline in deadlines if start <= deadline.start < end]
    task = passage.text if len(subjects) == 1 else passage.text[start:end].strip(" ,;")
    return _action(reading, task, owner.name, _best(mine))


def _action(reading: Reading, task: str, owner: str | None, deadline: Deadline | None) -> Action:
    day = deadline.day.isoformat() if deadline and deadline.day else None
    words = deadline.words if deadline else None
    return Action("", reading.passage.item_id, task, owner=owner, deadline=day, deadline_text=words)


def _table_row(reading: Reading, meeting: date | None, next_meeting: date | None) -> Action:
    """The action of a table row: its header says which cell is whose, else the cells themselves do."""
    passage = reading.passage
    cells = passage.text.split(CELLS)
    places = _columns(reading, len(cells))
    if "deadline" not in places:
        dated = [n for n, cell in enumerate(cells) if n and _cell_deadline(cell, meeting, next_meeting)]
        if dated:
            places["deadline"] = dated[-1]
    if "owner" not in places and len(cells) > 1:
        free = [n for n in range(1, len(cells)) if n not in places.values()]
        if free:
            places["owner"] = free[0]
    owner = cells[places["owner"]].strip() if "owner" in places else ""
    when = cells[places["deadline"]].strip() if "deadline" in places else ""
    deadline = _cell_deadline(when, meeting, next_meeting)
    words = when if when.lower() not in _NOBODY else None
    return Action(
        "",
        passage.item_id,
        cells[places.get("task", 0)].strip(),
        owner=owner if owner.lower() not in _NOBODY else None,
        deadline=deadline.day.isoformat() if deadline and deadline.day else None,
        deadline_text=words,
    )


def _cell_deadline(words: str, meeting: date | None, next_meeting: date | None) -> Deadline | None:
    """The deadline in a cell; *joulukuu* or *kevät 2025* alone is read as the period's last day."""
    if found := _best(find_deadlines(words, meeting, next_meeting=next_meeting)):
        return found
    lower = words.lower().strip(" .")
    name, _, year = lower.partition(" ")
    inflected = {"kevät": "keväällä", "kesä": "kesällä", "syksy": "syksyllä", "talvi": "talvella"}.get(name)
    if name.endswith("kuu"):
        inflected = f"{name}ssa"
    return _best(find_deadlines(f"{inflected} {year}".strip(), meeting)) if inflected else None


def _columns(reading: Reading, count: int) -> dict[str, int]:
    """Which cell is the task, the owner and the deadline, by the words of the table's header."""
    header = reading.passage.columns
    if len(header) != count:
        return {}
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        words = title.lower().replace("/", " ").split()
        for kind, names in reading.rules.columns.items():
            if kind not in places and any(word.strip(".:") in names for word in words):
                places[kind] = place
                break
    return places

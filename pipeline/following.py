"""Actions followed from meeting to meeting: which later item reports which action of the same bodies.

An item that says that something is done, late, changed or dropped is linked to the one earlier action whose task it
names, if it names it clearly: a false link is worse than none. What ends an action gives it its status; what keeps it
open stands in its place in the register. Only traces are compared (`pipeline.trace`), never texts.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from pipeline import __version__
from pipeline.encoding import decode
from pipeline.labelling import ended
from pipeline.records import Action, Document, Minutes, digest
from pipeline.state import State
from pipeline.trace import Trace

_STEM = 6  # letters by which *päivitys* and *päivittää* are one
_VERB = 0.4  # how much a verb tells beside a noun: many tasks are *to prepare*
_SPREAD, _HEAD, _MODIFIER = 0.95, 0.75, 0.35  # a compound found in pieces, by its last part, by another part
_TASK, _REPORT, _OWNER = 0.7, 0.3, 0.1  # what the task named, the report about it and its owner named add to a score
_EARLIER, _ELSEWHERE = 0.4, 0.6  # least score under a heading for earlier matters, and anywhere
_NAMED, _ABOUT = 0.6, 0.4  # anywhere: how much of the task is named, and how much of the report is about it
_MARGIN = 0.08  # by how much the best action is better than the next
_NUMBERS = re.compile(r"\b(?:\w*muistio|\w*pöytäkirja|esityslista|nro|n:o)\b|[\d/.§,]+", re.IGNORECASE)


def series_of(document: Document) -> str:
    """The series of meetings that a document belongs to; empty where its bodies or its day cannot be told."""
    if not document.date:
        return ""
    parties = [one for one in (document.body, document.counterpart) if one]
    whole = len(parties) == 2 or (parties and "," in parties[0])
    title = "" if whole else _NUMBERS.sub(" ", document.title or "")
    return " | ".join(plain for one in (*parties, title) if (plain := " ".join(one.casefold().split())))


def update(state: State, verdicts: Mapping[str, str], corrected: Callable[[Minutes], Minutes]) -> None:
    """Follow the actions of the series in which a document is new, changed, gone or corrected; others are not touched.

    Args:
        verdicts: for documents that people have corrected, what changes with the corrections.
        corrected: puts a document's corrections in force.
    """
    results, traced = state.followed()
    wanted = {name: digest(__version__, mark, verdicts.get(name, "")) for name, mark in results.items()}
    gone = traced.keys() - wanted.keys()
    stale = [name for name, mark in wanted.items() if name not in traced or traced[name][0] != mark]
    touched = {traced[name][1] for name in (*gone, *stale) if name in traced}
    with state.change():
        for name in gone:
            state.forget_traces(name)
        for name in stale:
            one = corrected(decode(state.stored(name)))
            series = series_of(one.document)
            state.set_traces(name, wanted[name], series, Minutes(one.document, actions=one.actions, traces=one.traces))
            touched.add(series)
        for series in sorted(touched - {""}):
            meetings = state.series(series)
            told = follow(meetings)
            for one in meetings:
                name = one.document.document_id
                now = told[name]
                state.set_told(None if now == one.actions else Minutes(one.document, actions=now), name)


def follow(series: Iterable[Minutes]) -> dict[str, tuple[Action, ...]]:
    """The actions of the documents of one series in the light of the later ones, by document.

    Args:
        series: minutes of the same bodies; nothing but their document, actions and traces is looked at.
    """
    meetings = [_standing(one) for one in series]
    meetings.sort(key=lambda one: (one.document.date or "", one.document.path))
    weights = _Weights(trace for one in meetings for trace in one.traces)
    rows = {action.action_id: action for one in meetings for action in one.actions}
    standing: list[_Task] = []
    for _, group in groupby(meetings, key=lambda one: one.document.date):
        day = list(group)  # minutes of one day, such as a draft and its final form, do not report on one another
        reports = [trace for one in day for trace in one.traces if trace.said]
        for trace, task in _links(reports, standing, weights, rows):
            _tell(trace, task, rows)
            if rows[trace.action_id].status == "open":
                task.ids = [trace.action_id]
                task.call(weights.name(trace.words))
            else:
                standing.remove(task)
        linked = {name for task in standing for name in task.ids}
        _add(standing, (trace for one in day for trace in one.traces), linked, weights, rows)
    return {
        one.document.document_id: tuple(rows[trace.action_id] for trace in one.traces if trace.action_id in rows)
        for one in meetings
    }


def _standing(minutes: Minutes) -> Minutes:
    """The minutes without the traces of actions that a person has struck out."""
    known = {action.action_id for action in minutes.actions}
    return replace(minutes, traces=tuple(one for one in minutes.traces if not one.agreed or one.action_id in known))


_Word = tuple[str, ...]
"""The stems of a compound's parts; of one part where it is no compound."""


class _Name(NamedTuple):
    """The words by which a task or a report is known, each with how much it tells."""

    words: dict[_Word, float]
    parts: frozenset[str]

    @property
    def weight(self) -> float:
        return sum(self.words.values())


@dataclass(slots=True)
class _Task:
    """What is open: the rows that stand for it (several where a meeting has two documents), and what it was called.

    Attributes:
        parts: those of all its names, by which most tasks of a long series are left out at once.
    """

    ids: list[str]
    names: list[_Name] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)

    def call(self, name: _Name) -> None:
        """Add what it was called."""
        self.names.append(name)
        self.parts |= name.parts


class _Weights:
    """How much each word tells: the rarer in the series, the more."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self._number = 0
        self._seen: Counter[_Word] = Counter()
        for trace in traces:
            self._number += 1
            self._seen.update({_stems(word) for word in trace.words})

    def name(self, words: Iterable[str]) -> _Name:
        """The words as they are compared."""
        weights = {}
        for word in words:
            stems = _stems(word)
            share = _VERB if word.startswith("~") else 1.0
            weights[stems] = share * math.log(1 + (self._number + 1) / max(self._seen[stems], 1))
        return _Name(weights, frozenset(part for stems in weights for part in stems))


def _stems(word: str) -> _Word:
    return tuple(_stem(part) for part in word.lstrip("~").split("+"))


def _stem(part: str) -> str:
    """What the forms of one idea begin with: *uusia, uusiminen*; *kartoittaa, kartoitus*."""
    return part.removesuffix("minen").rstrip("aä")[:_STEM] if len(part) > 4 else part


def _share(wanted: _Name, given: _Name) -> float:
    """How much of the wanted words, by weight, is among the given ones."""
    found = sum(weight * _found(word, given) for word, weight in wanted.words.items())
    return found / wanted.weight if wanted.words else 0.0


def _found(word: _Word, given: _Name) -> float:
    if word in given.words:
        return 1.0
    if given.parts.issuperset(word):
        return _SPREAD
    if word[-1] in given.parts:
        return _HEAD
    return _MODIFIER if not given.parts.isdisjoint(word) else 0.0


def _links(
    reports: Iterable[Trace], standing: Sequence[_Task], weights: _Weights, rows: dict[str, Action]
) -> list[tuple[Trace, _Task]]:
    """Each report with the one task that it speaks of, a task with its best report; unclear ones are left out."""
    found = []
    for trace in reports:
        report = weights.name(trace.words)
        near = [(place, task) for place, task in enumerate(standing) if not task.parts.isdisjoint(report.parts)]
        scores = sorted(((_score(trace, report, task, weights, rows), place) for place, task in near), reverse=True)
        best, place = scores[0] if scores else (0.0, 0)
        second = scores[1][0] if len(scores) > 1 else 0.0
        if best and best - second >= _MARGIN:
            found.append((best, trace, place))
    links = []
    taken: set[int] = set()
    named: set[str] = set()
    for _, trace, place in sorted(found, key=lambda one: -one[0]):
        if place not in taken and trace.action_id not in named:
            taken.add(place)
            named.add(trace.action_id)
            links.append((trace, standing[place]))
    return links


def _score(trace: Trace, report: _Name, task: _Task, weights: _Weights, rows: dict[str, Action]) -> float:
    """How clearly a report names a task, from 0 (not clearly enough) to a little above 1."""
    owner = weights.name((rows[task.ids[0]].owner or "").lower().replace(";", " ").split())
    by_owner = _share(owner, report)
    best = 0.0
    for name in task.names:
        named = _share(name, report)
        if named < _NAMED and not any(_found(word, report) >= _SPREAD for word in name.words):
            continue
        whole = _Name({**name.words, **owner.words}, name.parts | owner.parts)
        about = _share(report, whole)
        score = _TASK * named + _REPORT * about + _OWNER * by_owner
        enough = score >= _EARLIER if trace.earlier else score >= _ELSEWHERE and named >= _NAMED and about >= _ABOUT
        if enough:
            best = max(best, score)
    return best


def _tell(trace: Trace, task: _Task, rows: dict[str, Action]) -> None:
    """Link a report to the rows of its task, and give both their status."""
    assert trace.said
    earlier = rows[task.ids[0]]
    bare = replace(earlier, action_id=trace.action_id, item_id=trace.item_id, deadline=None, deadline_text=None)
    own = rows.get(trace.action_id, bare)
    if own.deadline_text is None:
        new = trace if trace.deadline else earlier
        own = replace(own, deadline=new.deadline, deadline_text=new.deadline_text)
    own = replace(
        own,
        task=earlier.task if trace.earlier else own.task,
        owner=own.owner or earlier.owner,
        counterpart=own.counterpart or earlier.counterpart,
        status="open",
        status_evidence=trace.evidence,
        follows=earlier.action_id,
    )
    is_over = trace.said in ("done", "dropped")
    rows[trace.action_id] = ended(own, trace.said, trace.evidence) if is_over else own
    for name in task.ids:
        rows[name] = ended(rows[name], trace.said if is_over else "changed", trace.evidence)


def _add(
    standing: list[_Task], traces: Iterable[Trace], linked: set[str], weights: _Weights, rows: dict[str, Action]
) -> None:
    """Add the new open actions of a day; the same words in two documents of the day are one task."""
    fresh: dict[tuple[str, ...], _Task] = {}
    for trace in traces:
        if trace.agreed and trace.words and trace.action_id not in linked and rows[trace.action_id].status == "open":
            if trace.words in fresh:
                fresh[trace.words].ids.append(trace.action_id)
            else:
                fresh[trace.words] = _Task([trace.action_id])
                fresh[trace.words].call(weights.name(trace.words))
    standing += fresh.values()

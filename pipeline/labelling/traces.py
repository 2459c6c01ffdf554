"""What an item says of what an earlier meeting agreed, and the words by which its tasks are found again.

Only what stands in one document is looked at; `pipeline.following` puts the documents of a series together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from pipeline.labelling.actions import CELLS
from pipeline.labelling.circumstances import covered, hits_of, overlapping, words_at
from pipeline.labelling.dates import find_deadlines
from pipeline.labelling.matching import Spans
from pipeline.labelling.passages import Heading, Passage
from pipeline.labelling.rulebook import Rules
from pipeline.labelling.wordforms import word_forms
from pipeline.records import Action, Token, occurrence_ids
from pipeline.trace import Said, Trace

_CONTENT = frozenset(("NOUN", "PROPN", "ADJ", "VERB", ""))
_LONGEST = 40  # tokens of a sentence that reports something; longer ones are accounts
_FEW = 2  # content words of a sentence that leans on the one before it
# The gravest first: what is late is not done. A perfect counts less than its denial and than the words of being done.
_ORDER: tuple[tuple[str, Said], ...] = (
    ("dropped", "dropped"),
    ("late", "late"),
    ("changed", "changed"),
    ("undone", "late"),
    ("done", "done"),
    ("happened", "done"),
)


class _Report(NamedTuple):
    """What one sentence says of an earlier action, and its words."""

    said: Said
    evidence: str
    words: tuple[str, ...]
    deadline: str | None = None
    deadline_text: str | None = None


def with_traces(
    passages: Sequence[Passage], actions: Iterable[Action], rules: Rules
) -> tuple[tuple[Action, ...], tuple[Trace, ...]]:
    """The actions of a document, those done that the minutes themselves tell so, and what following them goes by.

    Args:
        passages: of the document, in order.
        actions: of all of them, with their ids.
    """
    by_item: defaultdict[str, list[Action]] = defaultdict(list)
    for action in actions:
        by_item[action.item_id].append(action)
    reader = _Reader(rules)
    told: list[Action] = []
    traces: list[Trace] = []
    for passage in passages:
        mine, reports, earlier = by_item[passage.item_id], *reader.reports(passage)
        for action in mine:
            trace = Trace(passage.item_id, action.action_id, True, reader.task(passage, action), earlier=earlier)
            if reports:
                report = max(reports, key=lambda one: len(set(one.words) & set(trace.words)))
                trace = _reporting(trace, report)
                if earlier and report.said in ("done", "dropped"):
                    action = ended(action, report.said, report.evidence)
            told.append(action)
            traces.append(trace)
        if not mine:
            ids = occurrence_ids(passage.item_id, ("\x1f".join(("report", *one.words)) for one in reports))
            traces += [
                _reporting(Trace(passage.item_id, name, False, one.words, earlier=earlier), one)
                for name, one in zip(ids, reports, strict=True)
                if one.words
            ]
    return tuple(told), tuple(traces)


def ended(action: Action, said: Said, evidence: str) -> Action:
    """The action once it is said to be done or dropped."""
    return replace(action, status="done" if said == "done" else "superseded", status_evidence=evidence)


def _reporting(trace: Trace, report: _Report) -> Trace:
    return replace(
        trace,
        said=report.said,
        evidence=report.evidence,
        deadline=report.deadline,
        deadline_text=report.deadline_text,
    )


class _Reader:
    """Finds what the passages of one document report."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._vocabulary = rules.reports.words
        self._common = frozenset(rules.reports.words["common"].texts)
        self._headings: dict[Heading, bool] = {}

    def reports(self, passage: Passage) -> tuple[list[_Report], bool]:
        """What a passage says of earlier actions, and whether it stands where one speaks of these."""
        cell = _status_cell(passage, self._rules)
        if cell is not None:
            return list(self._of_cell(passage, cell)), True
        return list(self._of_sentences(passage)), any(map(self._is_earlier, passage.headings))

    def task(self, passage: Passage, action: Action) -> tuple[str, ...]:
        """The content words of an action, without those of its owner and deadline."""
        start = max(passage.text.find(action.task), 0)
        end = start + len(action.task)
        holes = []
        for words in (action.owner, action.deadline_text):
            place = passage.text.find(words) if words else -1
            if words and place >= 0:
                holes.append((place, place + len(words)))
        return self._words(
            token
            for token in passage.tokens
            if start <= token.start < end and not any(low <= token.start < high for low, high in holes)
        )

    def _is_earlier(self, heading: Heading) -> bool:
        if heading not in self._headings:
            self._headings[heading] = bool(hits_of(self._vocabulary["earlier"], self._spans(heading.tokens)))
        return self._headings[heading]

    def _spans(self, tokens: Sequence[Token]) -> Spans:
        return self._rules.reports.index.find(tokens, word_forms(tokens))

    def _of_cell(self, passage: Passage, cell: tuple[int, int]) -> Iterator[_Report]:
        inside = [token for token in passage.tokens if cell[0] <= token.start < cell[1]]
        said = self._said(inside, passage.text)
        if said:
            others = [token for token in passage.tokens if token not in inside]
            yield _Report(said[0], passage.text[slice(*cell)].strip(), self._words(others))

    def _of_sentences(self, passage: Passage) -> Iterator[_Report]:
        before: tuple[str, ...] = ()
        for _, group in groupby(passage.tokens, key=lambda token: token.sentence):
            sentence = list(group)
            words = self._words(sentence)
            said = self._said(sentence, passage.text) if len(sentence) <= _LONGEST else None
            if said:
                deadline = _deadline(passage, sentence) if said[0] in ("late", "changed") else (None, None)
                yield _Report(*said, words if len(words) > _FEW else (*before, *words), *deadline)
            before = words

    def _said(self, tokens: Sequence[Token], text: str) -> tuple[Said, str] | None:
        """What some tokens in a row say, and the words that say it."""
        spans = self._spans(tokens)
        idle = covered(hits_of(self._vocabulary["nothing"], spans))
        for key, said in _ORDER:
            hits = hits_of(self._vocabulary[key], spans)
            if key == "happened":
                hits = [hit for hit in hits if overlapping(hit, idle) is None]
            if hits:
                return said, words_at(max(hits, key=lambda hit: hit.last - hit.first), tokens, text)
        return None

    def _words(self, tokens: Iterable[Token]) -> tuple[str, ...]:
        """The content words of some tokens, as `Trace.words` has them."""
        return tuple(
            "~" * (token.pos == "VERB") + "+".join(_bases(token))
            for token in tokens
            if token.pos in _CONTENT
            and token.lemma.lower() not in self._common
            and any(letter.isalpha() for letter in token.form)
        )


def _bases(token: Token) -> tuple[str, ...]:
    bases = token.candidates[0].bases if token.candidates else ()
    return tuple(base.lower().strip("-") for base in bases or (token.lemma,) if base.strip("-"))


def _status_cell(passage: Passage, rules: Rules) -> tuple[int, int] | None:
    """Where the cell of a table row that tells the state of its task starts and ends; None where there is none."""
    cells = passage.text.split(CELLS)
    if passage.kind != "table_row" or len(cells) != len(passage.columns):
        return None
    start = 0
    for title, cell in zip(passage.columns, cells, strict=True):
        if any(word.strip(".:") in rules.columns["status"] for word in title.lower().replace("/", " ").split()):
            return start, start + len(cell)
        start += len(cell) + len(CELLS)
    return None


def _deadline(passage: Passage, sentence: Sequence[Token]) -> tuple[str | None, str | None]:
    """The last day to come that a sentence names: the new deadline stands after the old one."""
    meeting = date.fromisoformat(passage.date) if passage.date else None
    text = passage.text[sentence[0].start : sentence[-1].end]
    days = [one for one in find_deadlines(text, meeting) if one.day and (meeting is None or one.day >= meeting)]
    return (days[-1].day.isoformat(), days[-1].words) if days and days[-1].day else (None, None)

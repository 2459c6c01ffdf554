"""Labelling a document's passages in order, each in the light of its headings and its part."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.labelling.actions import actions_of
from pipeline.labelling.dates import find_deadlines
from pipeline.labelling.passages import Passage, part_named
from pipeline.labelling.rulebook import Rules
from pipeline.labelling.surroundings import Surroundings
from pipeline.labelling.verdicts import Blocked, Reading, apply_rules, labels_of
from pipeline.records import Action, Label, Part


@dataclass(frozen=True, slots=True)
class Labelled:
    """What the rules say of one passage, and which rules found their words but were blocked."""

    labels: tuple[Label, ...] = ()
    actions: tuple[Action, ...] = ()
    blocked: tuple[Blocked, ...] = ()


# Minutes are formal where at least one passage in so many is a proposal or its grounds: a long memo may hold a line
# *Ehdotus: ...* (real ones: up to 1 in 50; formal minutes: from 1 in 18).
FORMAL = 30


def label_passages(passages: Sequence[Passage], rules: Rules) -> list[Labelled]:
    """Label the passages of one document, given in order as one another's context."""
    surroundings = Surroundings(rules)
    next_meeting = _next_meeting(passages)
    labelled = []
    passages = [replace(passage, part=passage.part or _run_in_part(passage, rules)) for passage in passages]
    formal = FORMAL * sum(passage.part in ("background", "proposal") for passage in passages) >= max(len(passages), 1)
    for passage in passages:
        headings = [surroundings.spans(heading) for heading in passage.headings]
        reading = Reading(passage, rules, headings, formal)
        fired, blocked = apply_rules(reading)
        labels = labels_of(fired, passage)
        labels += surroundings.themes(reading, labels, fired, blocked)
        if passage.part == "proposal":
            outcome = _OUTCOME.search(passage.text)
            labels = [label for label in labels if label.axis == "theme" or _follows(label, outcome)]
        surroundings.remember(passage, labels)
        labels.sort(key=lambda label: (label.axis, label.label))
        agreed = any(label.label == "agreed_action" for label in labels)
        actions = actions_of(reading, next_meeting) if agreed else ()
        labelled.append(Labelled(tuple(labels), tuple(actions), tuple(blocked)))
    return labelled


_OUTCOME = re.compile(r"\bPäätös:\s")


def _follows(label: Label, outcome: re.Match[str] | None) -> bool:
    """Whether a label's words stand in the decision that follows a proposal in the same passage."""
    return outcome is not None and label.evidence_start is not None and label.evidence_start >= outcome.start()


_NEXT_MEETING = re.compile(r"\bseuraava\w*\s+(?:kokou|neuvottelu|palaveri|tapaami|kerta|istun)\w*", re.IGNORECASE)


def _next_meeting(passages: Sequence[Passage]) -> date | None:
    """The day of the next meeting, where a passage gives it."""
    for passage in passages:
        if passage.date and (_NEXT_MEETING.search(passage.text) or _NEXT_MEETING.search(passage.section_title)):
            days = [deadline.day for deadline in find_deadlines(passage.text, date.fromisoformat(passage.date))]
            if days and days[0]:
                return days[0]
    return None


def _run_in_part(passage: Passage, rules: Rules) -> Part | None:
    """The part that the text itself begins with, as in *Päätös: Hyväksyttiin*."""
    name, colon, _ = passage.text[:40].partition(":")
    return part_named(name, rules.part_names) if colon else None

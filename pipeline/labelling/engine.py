"""Labelling a document's passages in order, each in the light of its headings and its part."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.labelling.actions import actions_of
from pipeline.labelling.dates import find_deadlines
from pipeline.labelling.learned import RULE as MODEL_RULE
from pipeline.labelling.learned import TYPES, Model, Ruled
from pipeline.labelling.passages import Passage, part_named
from pipeline.labelling.rulebook import Rules
from pipeline.labelling.surroundings import Surroundings, without_outlived_headings
from pipeline.labelling.verdicts import Blocked, Reading, apply_rules, labels_of
from pipeline.records import Action, Axis, Label, Part


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labels of one passage, which rules found their words but were blocked, and what the learned part thinks."""

    labels: tuple[Label, ...] = ()
    actions: tuple[Action, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    likely: Mapping[str, float] = field(default_factory=dict)


# Minutes are formal where at least one passage in so many is a proposal or its grounds: a long memo may hold a line
# *Ehdotus: ...* (real ones: up to 1 in 50; formal minutes: from 1 in 18).
FORMAL = 30


def label_passages(passages: Sequence[Passage], rules: Rules) -> list[Labelled]:
    """Label the passages of one document, given in order as one another's context.

    The rules speak first; where there is a learned part (`rules.model`), it judges what they gave and what they missed.
    """
    passages = in_place(passages, rules)
    formal = is_formal(passages)
    ruled = _ruled(passages, formal, rules)
    if rules.model and _has_surroundings(passages):
        given = [Ruled(one.labels, frozenset(shut.label for shut in one.blocked)) for _, one in ruled]
        verdicts = rules.model.judge(passages, given, formal)
        ruled = [
            (reading, _judged(reading, one, found, rules.model))
            for (reading, one), found in zip(ruled, verdicts, strict=True)
        ]
    next_meeting = _next_meeting(passages)
    return [
        replace(one, actions=actions_of(reading, next_meeting))
        if any(label.label == "agreed_action" for label in one.labels)
        else one
        for reading, one in ruled
    ]


def in_place(passages: Sequence[Passage], rules: Rules) -> list[Passage]:
    """The passages, each under the headings and in the part that it stands in.

    The part is what its own text begins with where nothing above it told one.
    """
    parted = []
    for passage in passages:
        begun = None if passage.part else _run_in_part(passage, rules)
        parted.append(replace(passage, part=begun) if begun else passage)
    return without_outlived_headings(parted, rules)


def is_formal(passages: Sequence[Passage]) -> bool:
    """Whether a document is formal minutes, with proposals and their grounds."""
    return FORMAL * sum(passage.part in ("background", "proposal") for passage in passages) >= max(len(passages), 1)


def _has_surroundings(passages: Sequence[Passage]) -> bool:
    """Whether there is more than a line alone, of which its words say all that can be known."""
    return len(passages) > 1 or any(passage.headings for passage in passages)


def _ruled(passages: Sequence[Passage], formal: bool, rules: Rules) -> list[tuple[Reading, Labelled]]:
    """What the rules alone say of each passage, each in the light of those before it."""
    surroundings = Surroundings(rules)
    ruled = []
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
        ruled.append((reading, Labelled(_ordered(labels), blocked=tuple(blocked))))
    return ruled


def _judged(reading: Reading, ruled: Labelled, found: Mapping[str, float], model: Model) -> Labelled:
    """The labels that stand once the learned part has judged them, and those that it adds.

    It adds no type whose words the rules found denied: it does not read negation as they do.
    """
    passage = reading.passage
    kept: list[Label] = [label for label in ruled.labels if label.label not in found]
    blocked = list(ruled.blocked)
    given = {label.label: label for label in ruled.labels}
    denied = {one.label for one in ruled.blocked if one.circumstance == "negated"}
    for judge in model.judges:
        for name in judge.labels:
            likely, by_rule = round(found[name], 3), given.get(name)
            if likely >= (judge.keeps if by_rule else judge.adds):
                if by_rule:
                    kept.append(replace(by_rule, score=likely))
                elif not (_barred(name, passage.part) or (judge.axis == "type" and name in denied)):
                    kept.append(_added(name, judge.axis, likely, passage, model))
            elif by_rule:
                reason = f"the learned part finds it unlikely ({likely:.2f}) from the whole text and what stands around"
                start, end = by_rule.evidence_start or 0, by_rule.evidence_end or 0
                blocked.append(Blocked(by_rule.rule, name, by_rule.evidence, start, end, reason))
    return replace(ruled, labels=_ordered(kept), blocked=tuple(blocked), likely=found)


def _barred(name: str, part: Part | None) -> bool:
    """Whether the guidelines bar a type: a proposal has none, and its grounds agree on nothing."""
    return name in TYPES and (part == "proposal" or (part == "background" and name == "agreed_action"))


def _added(name: str, axis: Axis, likely: float, passage: Passage, model: Model) -> Label:
    """A label that no rule gave; its evidence is the word that speaks most for it, or else the heading."""
    span = model.strongest(passage, name)
    words = passage.text[slice(*span)] if span else passage.section_title
    start, end = span or (None, None)
    return Label(passage.item_id, axis, name, likely, "model", MODEL_RULE, words, start, end)


def _ordered(labels: Sequence[Label]) -> tuple[Label, ...]:
    return tuple(sorted(labels, key=lambda label: (label.axis, label.label)))


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

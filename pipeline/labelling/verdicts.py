"""Applying the rules to one passage: which labels it gets from its own words, and what was blocked and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.labelling.circumstances import (
    Reached,
    Spans,
    circumstances,
    hits_of,
    masked,
    overlap,
    reach,
    words_at,
)
from pipeline.labelling.clauses import clauses
from pipeline.labelling.matching import Hit
from pipeline.labelling.passages import Passage
from pipeline.labelling.rulebook import CIRCUMSTANCES, Patterns, Rule, Rules
from pipeline.records import Label, Token

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Blocked:
    """A rule that found its words and gave no label, and why.

    Attributes:
        reason: completes "... because".
        masked: the words stand in a title or a name.
    """

    rule: str
    label: str
    evidence: str
    start: int
    end: int
    reason: str
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired on some words of the passage; `method` is `heading` where only the heading spoke."""

    rule: Rule
    label: str
    evidence: str
    start: int | None
    end: int | None
    by_heading: bool = False


def spans_of(tokens: Sequence[Token], rules: Rules) -> Spans:
    """Every pattern found in the tokens, by the pattern's number."""
    spans: dict[int, list[Hit]] = defaultdict(list)
    for hit in rules.index.find(tokens):
        spans[hit.pattern].append(hit)
    return spans


@dataclass(slots=True)
class Reading:
    """A passage as the rules see it, each part of which is worked out once and only when asked for."""

    passage: Passage
    rules: Rules
    headings: Sequence[Spans]
    spans: Spans = field(init=False)
    _clauses: list[int] | None = None
    _circumstances: list[Reached] | None = None

    def __post_init__(self) -> None:
        spans = spans_of(self.passage.tokens, self.rules)
        own = self.rules.own_negation.intersection(spans)
        kept = {number: [h for h in spans[number] if self.clauses[h.first] == self.clauses[h.last]] for number in own}
        self.spans = {**spans, **kept}  # a negation says nothing of another clause

    @property
    def clauses(self) -> list[int]:
        """For each token the number of its clause."""
        if self._clauses is None:
            self._clauses = clauses(self.passage.tokens)
        return self._clauses

    @property
    def circumstances(self) -> list[Reached]:
        """Negations, wishes and their like."""
        if self._circumstances is None:
            passage = self.passage
            self._circumstances = circumstances(
                self.rules, passage.text, passage.tokens, self.clauses, self.spans, self.headings
            )
        return self._circumstances

    def reaching(self, hit: Hit, rule: Rule) -> list[Reached]:
        """The circumstances that reach a hit and that its rule does not keep.

        A rule on the whole item is reached only when every sentence is.
        """
        if len(rule.keeps) == len(CIRCUMSTANCES):
            return []
        adverse = [reached for reached in self.circumstances if reached.circumstance not in rule.keeps]
        if not rule.any:
            covered = {place for reached in adverse for place in range(reached.low, reached.high + 1)}
            return adverse if len(covered) == len(self.passage.tokens) else []
        return [
            reached
            for reached in adverse
            if reached.low <= hit.first <= reached.high
            and not (
                reached.circumstance == "negated"
                and hit.pattern in self.rules.own_negation
                and hit.first <= reached.hit.first <= hit.last
            )
        ]

    def is_procedure(self) -> bool:
        """Whether every sentence is procedure."""
        found = [reached for reached in self.circumstances if reached.circumstance == "procedure"]
        covered = {place for reached in found for place in range(reached.low, reached.high + 1)}
        return len(covered) == len(self.passage.tokens)


def apply_rules(reading: Reading) -> tuple[list[Fired], list[Blocked]]:
    """Every rule that fires on a passage, and every one that was blocked."""
    rules, passage = reading.rules, reading.passage
    masks = masked(rules, reading.spans)
    fired: list[Fired] = []
    blocked: list[Blocked] = []
    for rule in rules.candidates(reading.spans):
        if rule.parts and (passage.part or "none") not in rule.parts:
            continue
        if rule.kinds and passage.kind not in rule.kinds:
            continue
        if rule.section and not any(hits_of(rule.section, spans) for spans in reading.headings):
            continue
        if not passage.tokens:
            continue
        hits = hits_of(rule.any, reading.spans) if rule.any else [Hit(-1, 0, len(passage.tokens) - 1)]
        for hit in hits:
            _judge(rule, hit, masks if rule.axis == "theme" else [], reading, fired, blocked)
    return fired, blocked


def _judge(
    rule: Rule, hit: Hit, masks: Sequence[Hit], reading: Reading, fired: list[Fired], blocked: list[Blocked]
) -> None:
    passage, spans = reading.passage, reading.spans
    tokens = passage.tokens
    start, end = tokens[hit.first].start, tokens[hit.last].end
    evidence = passage.text[start:end]

    def block(reason: str, masked: bool = False) -> None:
        blocked.append(Blocked(rule.id, rule.label, evidence, start, end, reason, masked))

    def stands(patterns: Patterns) -> Hit | None:
        """A hit of `patterns` in the rule's scope around the hit."""
        found = hits_of(patterns, spans)
        if not found:
            return None
        low, high = reach(hit, rule.scope, tokens, reading.clauses)
        return next((other for other in found if low <= other.first <= high), None)

    for mask in masks:
        if overlap(hit, mask):
            return block(f"it stands in the title or name '{words_at(mask, tokens, passage.text)}'", True)
    for other in hits_of(rule.look_alikes, spans):
        if overlap(hit, other):
            return block(f"'{words_at(other, tokens, passage.text)}' means something else")
    if blocker := stands(rule.unless):
        return block(f"'{words_at(blocker, tokens, passage.text)}' stands in the same {rule.scope}")
    if rule.with_ and stands(rule.with_) is None:
        return block(f"none of the words that the rule needs beside it stands in the same {rule.scope}")
    label = rule.label
    for reached in reading.reaching(hit, rule):
        if reached.circumstance == "negated" and rule.becomes:
            label = rule.becomes
            continue
        return block(f"it is {_REASONS[reached.circumstance]} by '{reached.words}' ({reached.cue})")
    if rule.any:
        fired.append(Fired(rule, label, evidence, start, end))
    elif rule.section:
        fired.append(Fired(rule, label, passage.section_title, None, None, by_heading=True))
    else:
        first = _first_sentence(tokens)
        fired.append(Fired(rule, label, passage.text[start : first.end], start, first.end))
    return None


_REASONS = {
    "negated": "denied",
    "hoped": "only wished, proposed or supposed",
    "past": "a recollection, marked",
    "solved": "solved, as told",
    "law": "a rule of law, marked",
    "procedure": "procedure, marked",
}


def _first_sentence(tokens: Sequence[Token]) -> Token:
    return [token for token in tokens if token.sentence == tokens[0].sentence][-1]


def labels_of(fired: Sequence[Fired], passage: Passage) -> list[Label]:
    """Labels from the rules that fired: independent cues add up, and the strongest one is the evidence."""
    by_label: dict[str, dict[str, Fired]] = defaultdict(dict)
    for one in fired:
        by_label[one.label].setdefault(one.rule.id, one)
    labels = []
    for label, ones in by_label.items():
        doubt = 1.0
        for one in ones.values():
            doubt *= 1 - one.rule.weight
        if 1 - doubt < THRESHOLD:
            continue
        best = max(ones.values(), key=lambda one: (one.rule.weight, not one.by_heading))
        labels.append(
            Label(
                item_id=passage.item_id,
                axis=best.rule.axis,
                label=label,
                score=round(1 - doubt, 3),
                method="heading" if best.by_heading else "rule",
                rule=best.rule.id,
                evidence=best.evidence,
                evidence_start=best.start,
                evidence_end=best.end,
            )
        )
    return labels

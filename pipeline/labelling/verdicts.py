"""Applying the rules to one passage: which labels it gets from its own words, and what was blocked and why."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.labelling.circumstances import (
    Layout,
    Reached,
    circumstances,
    covered,
    hits_of,
    masked,
    overlapping,
    words_at,
)
from pipeline.labelling.matching import Hit, Spans
from pipeline.labelling.passages import Heading, Passage
from pipeline.labelling.rulebook import CIRCUMSTANCES, Circumstance, Rule, Rules
from pipeline.records import Label, Token

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Blocked:
    """A rule that found its words and gave no label, and why.

    Attributes:
        reason: completes "... because".
        masked: the words stand in a title or a name.
        circumstance: what shut the words out, where it was a circumstance such as `negated`.
    """

    rule: str
    label: str
    evidence: str
    start: int
    end: int
    reason: str
    masked: bool = False
    circumstance: Circumstance | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired on some words of the passage; `method` is `heading` where only the heading spoke."""

    rule: Rule
    label: str
    evidence: str
    start: int | None
    end: int | None
    by_heading: bool = False


def spans_of(text: Passage | Heading, rules: Rules) -> Spans:
    """Every pattern found in a text."""
    return rules.index.find(text.tokens, text.words)


@dataclass(slots=True)
class Reading:
    """A passage as the rules see it, each part of which is worked out once and only when asked for.

    Attributes:
        formal: whether its document has proposals or their grounds, as formal minutes have and memos have not.
    """

    passage: Passage
    rules: Rules
    headings: Sequence[Spans]
    formal: bool = False
    spans: Spans = field(init=False)
    _layout: Layout | None = None
    _circumstances: Mapping[Circumstance, Sequence[Reached | None]] | None = None

    def __post_init__(self) -> None:
        spans = spans_of(self.passage, self.rules)
        kept = {}
        for number in self.rules.own_negation.intersection(spans):
            clause = self.layout.clauses
            kept[number] = [(first, last) for first, last in spans[number] if clause[first] == clause[last]]
        self.spans = {**spans, **kept}  # a negation says nothing of another clause

    @property
    def layout(self) -> Layout:
        """Clauses and sentences."""
        if self._layout is None:
            self._layout = Layout(self.passage.tokens, self.passage.words)
        return self._layout

    @property
    def circumstances(self) -> Mapping[Circumstance, Sequence[Reached | None]]:
        """Negations, wishes and their like, token by token."""
        if self._circumstances is None:
            self._circumstances = circumstances(self.rules, self.passage.tokens, self.layout, self.spans, self.headings)
        return self._circumstances

    @property
    def part(self) -> str:
        """The part as rules name it: `none` outside the parts of formal minutes, `memo` in other documents."""
        if self.formal or self.passage.part not in (None, "discussion"):
            return self.passage.part or "none"
        return "memo"

    def is_procedure(self) -> bool:
        """Whether every word is procedure."""
        return all(self.circumstances["procedure"])


def apply_rules(reading: Reading) -> tuple[list[Fired], list[Blocked]]:
    """Every rule that fires on a passage, and every one that was blocked."""
    rules, passage = reading.rules, reading.passage
    candidates = rules.candidates(reading.spans) if passage.tokens else []
    masks = masked(rules, reading.spans) if any(rule.axis == "theme" for rule in candidates) else {}
    fired: list[Fired] = []
    blocked: list[Blocked] = []
    for rule in candidates:
        if rule.parts and reading.part not in rule.parts:
            continue
        if rule.kinds and passage.kind not in rule.kinds:
            continue
        if rule.section and not any(hits_of(rule.section, spans) for spans in reading.headings):
            continue
        judge = _Judge(rule, reading, masks if rule.axis == "theme" else {})
        for hit in hits_of(rule.any, reading.spans) if rule.any else [Hit(-1, 0, len(passage.tokens) - 1)]:
            verdict = judge.verdict(hit)
            if isinstance(verdict, Fired):
                fired.append(verdict)
            else:
                blocked.append(verdict)
    return fired, blocked


class _Judge:
    """Decides of each place where a rule found its words whether it counts."""

    def __init__(self, rule: Rule, reading: Reading, masks: Mapping[int, Hit]) -> None:
        self._rule, self._reading, self._masks = rule, reading, masks
        self._alikes = covered(hits_of(rule.look_alikes, reading.spans))
        self._unless = hits_of(rule.unless, reading.spans)
        self._with = hits_of(rule.with_, reading.spans)

    def verdict(self, hit: Hit) -> Fired | Blocked:
        """Whether the rule fires on a hit, and if not, why."""
        rule, passage = self._rule, self._reading.passage
        start, end = passage.tokens[hit.first].start, passage.tokens[hit.last].end
        evidence = passage.text[start:end]
        label, circumstance = rule.label, None
        if mask := overlapping(hit, self._masks):
            reason: str | None = f"it stands in the title or name '{self._words(mask)}'"
        else:
            reason = self._shut_out(hit)
        if reason is None:
            label, circumstance, reason = self._in_circumstance(hit)
        if reason is not None:
            return Blocked(rule.id, rule.label, evidence, start, end, reason, mask is not None, circumstance)
        if rule.any:
            return Fired(rule, label, evidence, start, end)
        if rule.section:
            return Fired(rule, label, passage.section_title, None, None, by_heading=True)
        first = _first_sentence(passage.tokens)
        return Fired(rule, label, passage.text[start : first.end], start, first.end)

    def _words(self, hit: Hit) -> str:
        return words_at(hit, self._reading.passage.tokens, self._reading.passage.text)

    def _stands(self, hits: Sequence[Hit], around: Hit) -> Hit | None:
        """The first of `hits` in the rule's scope around a hit."""
        low, high = self._reading.layout.reach(around, self._rule.scope)
        place = bisect_left(hits, low, key=lambda hit: hit.first)
        return hits[place] if place < len(hits) and hits[place].first <= high else None

    def _shut_out(self, hit: Hit) -> str | None:
        """Why the rule's own words about its surroundings shut a hit out."""
        rule = self._rule
        if other := overlapping(hit, self._alikes):
            return f"'{self._words(other)}' means something else"
        if self._unless and (blocker := self._stands(self._unless, hit)):
            return f"'{self._words(blocker)}' stands in the same {rule.scope}"
        if rule.with_ and self._stands(self._with, hit) is None:
            return f"none of the words that the rule needs beside it stands in the same {rule.scope}"
        return None

    def _in_circumstance(self, hit: Hit) -> tuple[str, Circumstance | None, str | None]:
        """The label that a hit gives, and why none where a circumstance reaches it that its rule does not keep.

        A rule on the whole item is reached only when every word is.
        """
        rule, label = self._rule, self._rule.label
        adverse = [name for name in CIRCUMSTANCES if name not in rule.keeps]
        if not adverse:
            return label, None, None
        found = self._reading.circumstances
        if not rule.any and not all(map(any, zip(*(found[name] for name in adverse), strict=True))):
            return label, None, None
        for name in adverse:
            reached = found[name][hit.first]
            if reached is None or (name == "negated" and hit.pattern in self._reading.rules.own_negation):
                continue
            if name == "negated" and rule.becomes:
                label = rule.becomes
                continue
            words = self._words(reached.hit) if reached.hit.pattern >= 0 else "the heading"
            return label, name, f"it is {_REASONS[name]} by '{words}' ({reached.cue})"
        return label, None, None


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
    """Labels from the rules that fired: cues on different words add up, and the strongest one is the evidence."""
    by_label: dict[str, dict[str, Fired]] = defaultdict(dict)
    for one in fired:
        by_label[one.label].setdefault(one.rule.id, one)
    labels = []
    for label, ones in by_label.items():
        doubt = 1.0
        counted: set[int | None] = set()
        for one in sorted(ones.values(), key=lambda one: -one.rule.weight):
            if one.start not in counted:
                doubt *= 1 - one.rule.weight
            counted.add(one.start)
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

"""Themes that an item takes from around it: its heading, the bullet above it, an earlier item on the same thing."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

from pipeline.labelling.circumstances import hits_of
from pipeline.labelling.matching import Spans
from pipeline.labelling.passages import Heading, Passage
from pipeline.labelling.rulebook import Rules
from pipeline.labelling.verdicts import Blocked, Fired, Reading, apply_rules, labels_of, spans_of
from pipeline.labelling.wordforms import MOST, WordForm
from pipeline.records import Label

RARE = 2  # a word that more earlier items share does not tell which thing is meant
LONG = 6  # characters that a word must have to name a thing


def without_outlived_headings(passages: Sequence[Passage], rules: Rules) -> list[Passage]:
    """The passages, those without headings that stand below a heading of procedure but can no longer belong to it.

    Nothing but procedure stands under *Pöytäkirjan tarkastus*, and it ends with its decision. What comes after that is
    another matter, whose own heading was lost in reading. Other headings stay: several bodies may decide on one matter.
    """
    procedural = [cue.section for cue in rules.cues if cue.circumstance == "procedure" and cue.section]
    kept: list[Passage] = []
    for headings, group in groupby(passages, key=lambda passage: passage.headings):
        section = list(group)
        end = _end_of_decision(section)
        if end < len(section) and any(hits_of(cue, spans_of(one, rules)) for cue in procedural for one in headings):
            section[end:] = [replace(passage, headings=()) for passage in section[end:]]
        kept += section
    return kept


def _end_of_decision(section: Sequence[Passage]) -> int:
    """Place of the first passage that comes after a decision and is none itself; the length where there is none."""
    decided = False
    for place, passage in enumerate(section):
        if passage.part == "decision":
            decided = True
        elif decided:
            return place
    return len(section)


class Surroundings:
    """What is known of the passages above, for one document read in order."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._spans: dict[str, Spans] = {}
        self._heading_themes: dict[str, list[Label]] = {}
        self._levels: dict[int, list[Label]] = {}
        self._section: tuple[Heading, ...] = ()
        self._mentions: dict[str, list[list[Label]]] = {}

    def spans(self, heading: Heading) -> Spans:
        """The patterns found in a heading, looked for once."""
        if heading.text not in self._spans:
            self._spans[heading.text] = spans_of(heading, self._rules)
        return self._spans[heading.text]

    def remember(self, passage: Passage, labels: Sequence[Label]) -> None:
        """Keep a passage's themes for those that follow it."""
        themes = [label for label in labels if label.axis == "theme"]
        if passage.headings != self._section:
            self._section, self._levels = passage.headings, {}
        self._levels = {level: kept for level, kept in self._levels.items() if level < passage.level}
        self._levels[passage.level] = themes
        for thing in {_thing(word) for word in passage.words} - {""}:
            self._mentions.setdefault(thing, []).append(themes)

    def themes(
        self, reading: Reading, labels: Sequence[Label], fired: Sequence[Fired], blocked: Sequence[Blocked]
    ) -> list[Label]:
        """The themes that a passage takes over, without those that its own words gave.

        A passage without a theme of its own takes its heading's, but for procedure with a topic of its own and where
        the theme words stand in a title or a name. In formal minutes only a bare outcome does: a matter's background
        and proposal have topics of their own (of 86 that took the heading's in real minutes, 79 were wrong). A nested
        bullet takes those of the bullet that it stands under, an entry of an action list those of the earlier item
        that names the same thing. A decision that begins by approving what was proposed takes its heading's in any
        case.
        """
        passage = reading.passage
        own = {label.label for label in labels if label.axis == "theme"}
        bare = _is_bare(reading)
        approves = passage.part == "decision" and bool(hits_of(self._rules.inherit, reading.spans))
        if not (approves or bare):
            if own or any(one.masked for one in blocked):
                return []
            if reading.formal or reading.is_procedure():
                return []
        in_list = any(one.by_heading and one.label == "agreed_action" for one in fired)
        found = self._of_parent(passage) or (self._of_mention(reading) if in_list else []) or self._of_heading(passage)
        return [label for label in found if label.label not in own]

    def _of_heading(self, passage: Passage) -> list[Label]:
        for heading in reversed(passage.headings):
            if heading.text not in self._heading_themes:
                inner = Passage(text=heading.text, tokens=heading.tokens)
                fired, _ = apply_rules(Reading(inner, self._rules, ()))
                themes = [label for label in labels_of(fired, inner) if label.axis == "theme"]
                self._heading_themes[heading.text] = themes
            if themes := self._heading_themes[heading.text]:
                return [_taken(label, passage, heading.text) for label in themes]
        return []

    def _of_parent(self, passage: Passage) -> list[Label]:
        if passage.level < 2 or passage.headings != self._section:
            return []
        above = self._levels.get(passage.level - 1, [])
        return [_taken(label, passage, label.evidence) for label in above]

    def _of_mention(self, reading: Reading) -> list[Label]:
        passage = reading.passage
        actors = {hit.first for hit in hits_of(self._rules.owners["actor"], reading.spans)}
        for place, word in enumerate(passage.words):
            if place in actors and word.pos != "PROPN":
                continue
            mentions = self._mentions.get(_thing(word), [])
            themes = next((themes for themes in reversed(mentions) if themes), [])
            if themes and len(mentions) <= RARE:
                return [_taken(label, passage, word.form) for label in themes]
        return []


@lru_cache(maxsize=MOST)
def _thing(word: WordForm) -> str:
    """The base form of a word that names a thing, a proper noun or a compound but no month; empty for others."""
    names = word.pos == "PROPN" or (word.pos == "NOUN" and len(word.parts) > 1 and word.parts[-1] != "kuu")
    return word.lemma.lower() if names and len(word.lemma) >= LONG else ""


def _taken(label: Label, passage: Passage, evidence: str) -> Label:
    """A label as another passage takes it over."""
    return replace(
        label, item_id=passage.item_id, method="heading", evidence=evidence, evidence_start=None, evidence_end=None
    )


def _is_bare(reading: Reading) -> bool:
    """Whether every word is a word of outcomes (*Asia jätettiin pöydälle*)."""
    spans, numbers = reading.spans, reading.rules.bare.numbers
    hits = [hit for number in numbers.intersection(spans) for hit in spans[number]]
    bare = {place for first, last in hits for place in range(first, last + 1)}
    words = [place for place, word in enumerate(reading.passage.words) if word.has_letter]
    return bool(words) and bare.issuperset(words)

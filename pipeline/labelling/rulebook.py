"""The records of the rules in force: what the rule files say, compiled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.labelling.learned import Model
from pipeline.labelling.matching import Index
from pipeline.labelling.patterns import Word
from pipeline.records import Axis

Scope = Literal["clause", "sentence", "item"]
Reach = Literal["self", "clause", "after", "onwards", "until", "sentence", "item"]
Circumstance = Literal["negated", "hoped", "past", "solved", "law", "procedure"]

CIRCUMSTANCES: tuple[Circumstance, ...] = ("negated", "hoped", "past", "solved", "law", "procedure")
SCOPES = ("clause", "sentence", "item")
REACHES = ("self", "clause", "after", "onwards", "until", "sentence", "item")
PARTS = ("background", "proposal", "discussion", "decision", "none", "memo")
KINDS = ("bullet", "paragraph", "table_row")


@dataclass(frozen=True, slots=True)
class Patterns:
    """A list of patterns of a rule file.

    Attributes:
        numbers: the numbers that they and their alternatives have in the index.
    """

    texts: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.texts)


NONE = Patterns()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a theme or a type.

    Attributes:
        id: `file:id`.
        any: patterns one of which makes the rule fire; none means the whole item (a rule on heading or part alone).
        look_alikes: a hit that shares a word with one of these does not count.
        unless, with_: patterns that block, or are needed, within `scope` of the hit.
        section: patterns one of which a heading above the item must match.
        keeps: circumstances in which a hit counts nevertheless.
        becomes: a negated hit counts for this label instead.
    """

    id: str
    axis: Axis
    label: str
    file: Path
    line: int
    any: Patterns = NONE
    look_alikes: Patterns = NONE
    unless: Patterns = NONE
    with_: Patterns = NONE
    section: Patterns = NONE
    scope: Scope = "sentence"
    parts: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    keeps: frozenset[Circumstance] = frozenset()
    becomes: str | None = None
    weight: float = 1.0
    note: str = ""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that put what they reach into a circumstance, or mask a title or a name."""

    id: str
    file: Path
    line: int
    circumstance: Circumstance | None
    any: Patterns
    look_alikes: Patterns = NONE
    section: Patterns = NONE
    reach: Reach = "clause"


@dataclass(frozen=True, slots=True)
class WordClass:
    """A word class as its file writes it."""

    id: str
    file: Path
    line: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme that the rules know: its title as reports print it, and its concept where it has one."""

    label: str
    title: str
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Words of items that report what became of an earlier action; their patterns have an index of their own.

    Attributes:
        words: patterns by what they say (`done`, `late`, ...), `earlier` for headings, `common` for words that tell no
            task from another.
    """

    words: Mapping[str, Patterns]
    index: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every rule in force, compiled, and the learned part that judges what they give.

    Attributes:
        version: fingerprint of the files' content and of the model's.
        model: None where the rules alone label.
        own_negation: the patterns that ask for a negation themselves, and so are not denied by it.
        triggers: the rules that a pattern's number can make fire; those that need none stand under -1.
        cue_triggers: the same for cues.
        bare: the word class of items without a topic of their own.
        classes, class_texts: the words of each word class, and how the files write them.
        part_names: a heading as printed, lower case, and the part that it starts.
    """

    version: str
    files: tuple[Path, ...]
    themes: tuple[Theme, ...]
    types: tuple[str, ...]
    rules: tuple[Rule, ...]
    cues: tuple[Cue, ...]
    masks: tuple[Cue, ...]
    bare: Patterns
    inherit: Patterns
    part_names: Mapping[str, str]
    owners: Mapping[str, Patterns]
    columns: Mapping[str, tuple[str, ...]]
    reports: Reports
    classes: Mapping[str, tuple[Word, ...]]
    class_texts: tuple[WordClass, ...]
    index: Index
    own_negation: frozenset[int]
    triggers: Mapping[int, tuple[int, ...]]
    cue_triggers: Mapping[int, tuple[int, ...]]
    model: Model | None = None

    def candidates(self, found: Iterable[int]) -> list[Rule]:
        """The rules that the patterns found can make fire, in the order of the files."""
        return [self.rules[place] for place in _triggered(self.triggers, found)]

    def candidate_cues(self, found: Iterable[int]) -> list[Cue]:
        """The cues that the patterns found can set off, in the order of the files."""
        return [self.cues[place] for place in _triggered(self.cue_triggers, found)]


def _triggered(triggers: Mapping[int, tuple[int, ...]], found: Iterable[int]) -> list[int]:
    places = {place for pattern in found for place in triggers.get(pattern, ())}
    return sorted(places.union(triggers.get(-1, ())))


def triggers_of(groups: Iterable[Patterns]) -> dict[int, tuple[int, ...]]:
    """For each pattern number the places of the groups that hold it; the empty groups stand under -1."""
    triggers: dict[int, list[int]] = {}
    for place, group in enumerate(groups):
        for number in group.numbers or (-1,):
            triggers.setdefault(number, []).append(place)
    return {number: tuple(places) for number, places in triggers.items()}

"""Finding patterns in tokens: an inverted index from words to patterns, linear in the text.

Every word that any pattern asks for is an *atom*. A word form's atoms are looked up from the keys that its readings
offer (base form, printed form, runs of compound parts) and remembered, so that a word seen before costs one look-up.
A pattern of several words hangs on its rarest one, its *trigger*; only where all its words stand in the text are they
compared, forwards and backwards from one that is rather rare, its *anchor*, each within a bounded gap.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.labelling.patterns import Pattern, Word
from pipeline.labelling.wordforms import MOST, WordForm
from pipeline.records import Candidate, Token

LIKELY = 0.2  # readings less likely than this do not match
MAX_PARTS = 8

_ANCHOR_ORDER = {"form": 0, "lemma": 0, "last": 1, "first": 2, "inside": 3, "group": 4, "class": 5, "any": 6}
_NAMED = frozenset({"Yes"})

# For each kind of atom the places in a word at which its key may stand; the base form stands for all of them.
_PLACES = {
    "form": ("form",),
    "lemma": ("lemma",),
    "first": ("lemma", "whole", "first"),
    "last": ("lemma", "whole", "last"),
    "inside": ("lemma", "whole", "first", "last", "inside"),
}
# The place of a run of parts, by whether it begins and whether it ends the word.
_RUNS = {(True, True): "whole", (True, False): "first", (False, True): "last", (False, False): "inside"}


_Asking = Sequence[tuple[int, frozenset[str]]]
"""Atoms, each with the features that it wants."""

Spans = Mapping[int, Sequence[tuple[int, int]]]
"""Where patterns stand, by their number: the first and the last token, both inclusive."""


class Hit(NamedTuple):
    """A pattern found: tokens `first` to `last`, both inclusive."""

    pattern: int
    first: int
    last: int


class _Known(NamedTuple):
    """What the index found out of a word form.

    Attributes:
        atoms: those that patterns of several words ask for.
        alone: the patterns that the word satisfies alone.
    """

    atoms: frozenset[int]
    alone: tuple[int, ...]


@lru_cache(maxsize=10_000)
def feature_names(pos: str, features: frozenset[str]) -> frozenset[str]:
    """What a pattern may ask of a reading: `pass` for `Voice=Pass`, `connegative` for `Connegative=Yes`, the part of
    speech, every feature in full, and `done` for a past tense or a past participle."""
    names = {pos.lower()} if pos else set()
    for feature in features:
        name, _, value = feature.partition("=")
        names.add(feature.lower())
        if name not in ("PartForm", "InfForm"):
            names.add(name.lower() if value in _NAMED else value.lower())
        if value == "Past":
            names.add("done")
    return frozenset(names)


def _is_likely(candidate: Candidate, word: WordForm) -> bool:
    """Whether a reading after the first counts.

    *lääkäritilanne* is hardly ever "your doctor's room". The form after a negation (*ei enää toimi*) is often ranked
    low; it always counts, since patterns ask for it beside a negation only.
    """
    if "Connegative=Yes" in candidate.features and candidate.lemma == word.lemma:
        return True
    return candidate.score >= LIKELY and not any(feature.startswith("Person[psor]") for feature in candidate.features)


def _keys(candidate: Candidate) -> Iterator[tuple[str, str]]:
    """The (place, key) pairs under which a reading can be looked up."""
    yield "lemma", candidate.lemma.lower().replace("-", "")
    parts = [part.lower().replace("-", "") for part in candidate.parts[:MAX_PARTS]]
    bases = [base.lower().replace("-", "") for base in candidate.bases[:MAX_PARTS]]
    if len(bases) != len(parts):
        bases = parts
    last = len(parts) - 1
    for start in range(len(parts)):
        joined = ""
        for end in range(start, len(parts)):
            place = _RUNS[start == 0, end == last]
            yield place, joined + parts[end]
            if bases[end] != parts[end]:
                yield place, joined + bases[end]
            joined += parts[end]


class Index:
    """All patterns of a rule set, ready to be found in tokens.

    Patterns are numbered by the order in which they were given.
    """

    def __init__(self, patterns: Sequence[Pattern], classes: Mapping[str, Sequence[Word]]) -> None:
        self._classes = classes
        self._atoms: dict[Word, int] = {}
        self._keyed: dict[str, dict[str, list[tuple[int, frozenset[str]]]]] = {
            place: defaultdict(list) for place in ("form", "lemma", "whole", "first", "last", "inside")
        }
        self._free: list[tuple[int, frozenset[str]]] = []
        self._freed: dict[frozenset[str], frozenset[int]] = {}
        self._asked: dict[tuple[object, ...], _Asking] = {}
        self._alone: dict[int, list[int]] = defaultdict(list)
        self._triggered: dict[int, list[tuple[int, int, frozenset[int]]]] = defaultdict(list)
        self._remembered: dict[WordForm, _Known] = {}
        self._patterns: list[tuple[tuple[int, ...], Pattern]] = []
        joined: list[int] = []
        for number, pattern in enumerate(patterns):
            atoms = tuple(self._atom(word) for word in pattern.words)
            self._patterns.append((atoms, pattern))
            if len(atoms) == 1 and not (pattern.at_start or pattern.at_end):
                self._alone[atoms[0]].append(number)
            else:
                joined.append(number)
        # A word that many patterns ask for is a common one; a group or a class holds several.
        self._uses = Counter(atom for number in joined for atom in self._patterns[number][0])
        for number in joined:
            atoms, pattern = self._patterns[number]
            order = [_ANCHOR_ORDER[word.kind] for word in pattern.words]
            trigger = min(range(len(atoms)), key=lambda i: (order[i] > _ANCHOR_ORDER["inside"], self._uses[atoms[i]]))
            self._triggered[atoms[trigger]].append((number, order.index(min(order)), frozenset(atoms)))

    def _atom(self, word: Word) -> int:
        if (number := self._atoms.get(word)) is None:
            self._atoms[word] = number = len(self._atoms)
            self._register(word, number, frozenset())
        return number

    def _register(self, word: Word, number: int, features: frozenset[str]) -> None:
        features = features | word.features
        if word.kind == "class":
            for member in self._classes[word.key]:
                self._register(member, number, features)
        elif word.kind == "group":
            for member in word.members:
                self._register(member, number, features)
        elif word.kind == "any":
            self._free.append((number, features))
        else:
            for place in _PLACES[word.kind]:
                self._keyed[place][word.key].append((number, features))

    def _satisfied(self, word: WordForm) -> set[int]:
        """The atoms that a word form satisfies."""
        found: set[int] = set()
        of_form = self._keyed["form"].get(word.lower, ())
        readings = [c for place, c in enumerate(word.candidates) if place == 0 or _is_likely(c, word)]
        for candidate in readings or [Candidate(word.form)]:
            names = feature_names(candidate.pos, candidate.features)
            found.update([atom for atom, wanted in (*of_form, *self._asking(candidate)) if wanted <= names])
            if word.is_word:
                found |= self._of_any_word(names)
        return found

    def _asking(self, candidate: Candidate) -> _Asking:
        """The atoms that ask for the base form or the parts of a reading, looked up once for all forms of a word."""
        word = candidate.lemma, candidate.parts, candidate.bases
        if (asking := self._asked.get(word)) is None:
            if len(self._asked) >= MOST:
                self._asked.clear()
            asked = [pair for place, key in _keys(candidate) for pair in self._keyed[place].get(key, ())]
            self._asked[word] = asking = tuple(dict.fromkeys(asked))
        return asking

    def _of_any_word(self, names: frozenset[str]) -> frozenset[int]:
        """The atoms that ask for nothing but features, or not even for them."""
        if names not in self._freed:
            self._freed[names] = frozenset(atom for atom, wanted in self._free if wanted <= names)
        return self._freed[names]

    def _learn(self, word: WordForm) -> _Known:
        """Find out of a word form what is to be remembered of it."""
        if len(self._remembered) >= MOST:
            self._remembered.clear()
        atoms = self._satisfied(word)
        self._remembered[word] = known = _Known(
            frozenset([atom for atom in atoms if atom in self._uses]),
            tuple([number for atom in atoms if atom in self._alone for number in self._alone[atom]]),
        )
        return known

    def find(self, tokens: Sequence[Token], words: Sequence[WordForm]) -> Spans:
        """Every place where a pattern stands, once for each place of its anchor word.

        Args:
            words: the word form of each token.
        """
        remembered = self._remembered.get
        known = [remembered(word) or self._learn(word) for word in words]
        spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, one in enumerate(known):
            here = (place, place)
            for number in one.alone:
                spans[number].append(here)
        text = _Text([one.atoms for one in known], [token.sentence for token in tokens], words)
        for trigger in self._triggered.keys() & text.atoms:
            for number, anchor, needed in self._triggered[trigger]:
                if needed <= text.atoms:
                    for position in text.places(self._patterns[number][0][anchor]):
                        if span := self._match(number, anchor, position, text):
                            spans[number].append(span)
        return dict(spans)

    def _match(self, number: int, anchor: int, position: int, text: "_Text") -> tuple[int, int] | None:
        """First and last token of a pattern whose anchor, the word of this number in it, stands at `position`."""
        atoms, pattern = self._patterns[number]
        last = first = [position]
        for word in range(anchor + 1, len(atoms)):
            if not (last := text.step(last, atoms[word], 1, pattern.gaps[word] + 1)):
                return None
        for word in range(anchor - 1, -1, -1):
            if not (first := text.step(first, atoms[word], -pattern.gaps[word + 1] - 1, -1)):
                return None
        if pattern.at_start:
            first = [place for place in first if text.begins(place)]
        if pattern.at_end:
            last = [place for place in last if text.ends(place)]
        return (first[-1], last[0]) if first and last else None


class _Text:
    """A text as patterns of several words see it."""

    def __init__(self, rows: Sequence[frozenset[int]], sentences: Sequence[int], words: Sequence[WordForm]) -> None:
        self.atoms = frozenset().union(*rows)
        self._rows, self._sentences, self._words = rows, sentences, words

    def places(self, atom: int) -> list[int]:
        """Where an atom stands."""
        return [place for place, row in enumerate(self._rows) if atom in row]

    def step(self, reached: list[int], atom: int, low: int, high: int) -> list[int]:
        """Places of an atom at a distance of `low` to `high` from a reached place, in rising order."""
        rows, sentences = self._rows, self._sentences
        sentence = sentences[reached[0]]
        if low == high and len(reached) == 1:  # the next word, or the one before: no gap
            place = reached[0] + low
            near = 0 <= place < len(rows) and atom in rows[place] and sentences[place] == sentence
            return [place] if near else []
        places = range(max(reached[0] + low, 0), min(reached[-1] + high, len(rows) - 1) + 1)
        found = [place for place in places if atom in rows[place] and sentences[place] == sentence]
        if len(reached) == 1:
            return found
        return [place for place in found if any(low <= place - start <= high for start in reached)]

    def begins(self, place: int) -> bool:
        """Whether a token is the first of its sentence."""
        return place == 0 or self._sentences[place - 1] != self._sentences[place]

    def ends(self, place: int) -> bool:
        """Whether nothing but closing punctuation follows a word in its sentence."""
        if not self._words[place].is_word:
            return False
        for after in range(place + 1, len(self._words)):
            if self._sentences[after] != self._sentences[place]:
                break
            if self._words[after].is_word:
                return False
        return True

"""Finding patterns in tokens: an inverted index from words to patterns, linear in the text.

Every word that any pattern asks for is an *atom*. A token's atoms are looked up from the keys that its readings offer
(base form, printed form, runs of compound parts) and remembered, so that a word seen before costs one look-up.
Patterns hang on their rarest word; only where that one stands are the others compared, forwards and backwards, each
within a bounded gap.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.labelling.patterns import Pattern, Word
from pipeline.records import Candidate, Token

LIKELY = 0.2  # readings less likely than this do not match
MAX_PARTS = 8
MAX_REMEMBERED = 200_000

_ANCHOR_ORDER = {"form": 0, "lemma": 0, "last": 1, "first": 2, "inside": 3, "group": 4, "class": 5, "any": 6}
_NAMED = frozenset({"Yes"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern found: tokens `first` to `last`, both inclusive."""

    pattern: int
    first: int
    last: int


def feature_names(candidate: Candidate) -> frozenset[str]:
    """What a pattern may ask of a reading: `pass` for `Voice=Pass`, `connegative` for `Connegative=Yes`, the part of
    speech, every feature in full, and `done` for a past tense or a past participle."""
    names = {candidate.pos.lower()} if candidate.pos else set()
    for feature in candidate.features:
        name, _, value = feature.partition("=")
        names.add(feature.lower())
        if name not in ("PartForm", "InfForm"):
            names.add(name.lower() if value in _NAMED else value.lower())
        if value == "Past":
            names.add("done")
    return frozenset(names)


def _is_likely(candidate: Candidate, token: Token) -> bool:
    """Whether a reading after the first counts.

    *lääkäritilanne* is hardly ever "your doctor's room". The form after a negation (*ei enää toimi*) is often ranked
    low; it always counts, since patterns ask for it beside a negation only.
    """
    if "Connegative=Yes" in candidate.features and candidate.lemma == token.lemma:
        return True
    return candidate.score >= LIKELY and not any(feature.startswith("Person[psor]") for feature in candidate.features)


def _keys(candidate: Candidate) -> Iterable[tuple[str, str]]:
    """The (kind, key) pairs under which a reading can be looked up."""
    lemma = candidate.lemma.lower().replace("-", "")
    for kind in ("lemma", "first", "last", "inside"):
        yield kind, lemma
    parts = [part.lower().replace("-", "") for part in candidate.parts[:MAX_PARTS]]
    bases = [base.lower().replace("-", "") for base in candidate.bases[:MAX_PARTS]]
    if len(bases) != len(parts):
        bases = parts
    count = len(parts)
    for start in range(count):
        joined = ""
        for end in range(start, count):
            for ending in {parts[end], bases[end]}:
                key = joined + ending
                yield "inside", key
                if start == 0:
                    yield "first", key
                if end == count - 1:
                    yield "last", key
            joined += parts[end]


class Index:
    """All patterns of a rule set, ready to be found in tokens.

    Patterns are numbered by the order in which they were given.
    """

    def __init__(self, patterns: Sequence[Pattern], classes: Mapping[str, Sequence[Word]]) -> None:
        self._classes = classes
        self._atoms: dict[Word, int] = {}
        self._keyed: dict[tuple[str, str], list[tuple[int, frozenset[str]]]] = defaultdict(list)
        self._free: list[tuple[int, frozenset[str]]] = []
        self._alone: dict[int, list[int]] = defaultdict(list)
        self._anchored: dict[int, list[tuple[int, int, frozenset[int]]]] = defaultdict(list)
        self._remembered: dict[tuple[str, tuple[Candidate, ...]], frozenset[int]] = {}
        self._patterns: list[tuple[tuple[int, ...], Pattern]] = []
        for number, pattern in enumerate(patterns):
            atoms = tuple(self._atom(word) for word in pattern.words)
            self._patterns.append((atoms, pattern))
            if len(atoms) == 1 and not (pattern.at_start or pattern.at_end):
                self._alone[atoms[0]].append(number)
                continue
            anchor = min(range(len(atoms)), key=lambda i: (_ANCHOR_ORDER[pattern.words[i].kind], i))
            self._anchored[atoms[anchor]].append((number, anchor, frozenset(atoms)))

    def _atom(self, word: Word) -> int:
        if word not in self._atoms:
            self._atoms[word] = number = len(self._atoms)
            self._register(word, number, frozenset())
        return self._atoms[word]

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
            self._keyed[word.kind, word.key].append((number, features))

    def atoms(self, token: Token) -> frozenset[int]:
        """The atoms that a token satisfies."""
        remembered = self._remembered.get((token.form, token.candidates))
        if remembered is not None:
            return remembered
        found: set[int] = set()
        readings = [c for place, c in enumerate(token.candidates) if place == 0 or _is_likely(c, token)]
        form = Candidate(token.form)
        is_word = any(character.isalnum() for character in token.form)
        for candidate in readings or [form]:
            names = feature_names(candidate)
            keys = {*_keys(candidate), ("form", token.form.lower())}
            for key in keys:
                found.update(atom for atom, wanted in self._keyed.get(key, ()) if wanted <= names)
            if is_word:
                found.update(atom for atom, wanted in self._free if wanted <= names)
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[token.form, token.candidates] = result = frozenset(found)
        return result

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every place where a pattern stands, once for each place of its anchor word."""
        rows = [self.atoms(token) for token in tokens]
        ends = _last_words(tokens)
        places: dict[int, list[int]] = defaultdict(list)
        for position, atoms in enumerate(rows):
            for atom in atoms:
                places[atom].append(position)
        hits: list[Hit] = []
        for atom, positions in places.items():
            for number in self._alone.get(atom, ()):
                hits += [Hit(number, position, position) for position in positions]
            for number, anchor, needed in self._anchored.get(atom, ()):
                if places.keys() >= needed:
                    found = (self._match(number, anchor, position, tokens, rows, ends) for position in positions)
                    hits += [hit for hit in found if hit is not None]
        return hits

    def _match(
        self,
        number: int,
        anchor: int,
        position: int,
        tokens: Sequence[Token],
        rows: Sequence[frozenset[int]],
        ends: frozenset[int],
    ) -> Hit | None:
        atoms, pattern = self._patterns[number]
        sentence = tokens[position].sentence

        def step(reached: list[int], word: int, gap: int, direction: int) -> list[int]:
            """Places of `word` that follow (or precede) a reached place within the gap, in rising order."""
            low, high = (1, gap + 1) if direction > 0 else (-gap - 1, -1)
            return [
                place
                for place in range(max(reached[0] + low, 0), min(reached[-1] + high, len(rows) - 1) + 1)
                if atoms[word] in rows[place]
                and tokens[place].sentence == sentence
                and any(low <= place - start <= high for start in reached)
            ]

        last = first = [position]
        for word in range(anchor + 1, len(atoms)):
            if not (last := step(last, word, pattern.gaps[word], 1)):
                return None
        for word in range(anchor - 1, -1, -1):
            if not (first := step(first, word, pattern.gaps[word + 1], -1)):
                return None
        if pattern.at_start:
            first = [place for place in first if place == 0 or tokens[place - 1].sentence != sentence]
        if pattern.at_end:
            last = [place for place in last if place in ends]
        return Hit(number, first[-1], last[0]) if first and last else None


def _last_words(tokens: Sequence[Token]) -> frozenset[int]:
    """For each sentence the place of its last token that is no closing punctuation."""
    last: dict[int, int] = {}
    for place, token in enumerate(tokens):
        if any(character.isalnum() for character in token.form):
            last[token.sentence] = place
    return frozenset(last.values())

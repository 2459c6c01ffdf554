"""The pattern language of the rule files: what one line says, parsed into sequences of words.

A pattern is a row of words. `työtön` is a word with that base form, `=sovittiin` exactly that form, `tila-` a word
that begins with that compound part, `-tila` one that ends with it, `-tila-` one that holds it at any place;
`[pass past]` asks for grammatical features and attaches to a word or a group too; `@pulma` is any word of a word
class; `*` is any word. `...` allows up to `GAP` words between its neighbours; `(a|b)` are alternatives, an empty one
makes the group optional; `^` is the start of a sentence and `$` its end.

Alternatives of single words become one word with members, longer ones are written out when a pattern is parsed, so
that matching never backtracks.
"""

import difflib
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

GAP = 5
MAX_ALTERNATIVES = 256

Kind = Literal["lemma", "form", "first", "last", "inside", "any", "class", "group"]

# What a pattern may ask of a word, in the names and values of Universal Dependencies for Finnish.
_VALUES = {
    "case": "nom gen par ess tra ine ela ill ade abl all abe com ins acc",
    "number": "sing plur",
    "person": "0 1 2 3",
    "tense": "pres past",
    "mood": "ind cnd imp pot",
    "voice": "act pass",
    "verbform": "fin inf part",
    "partform": "pres past agt neg",
    "infform": "1 2 3 4 5",
    "degree": "pos cmp sup",
    "polarity": "neg",
    "numtype": "card ord",
    "clitic": "han ka kaan kin ko pa s",
    "derivation": "inen ja lainen llinen minen sti tar ton ttain u vs",
    "prontype": "dem ind int prs rcp rel",
    "style": "arch coll",
    "figure": "over under",
    "against": "limit goal budget earlier",
    "unit": "time share money count",
    **dict.fromkeys(("abbr", "connegative", "foreign", "reflex", "typo"), "yes"),
}
_TAGS = "adj adp adv aux cconj det intj noun num pron propn punct sconj sym verb x"
_IN_FULL = ("partform", "infform")
FEATURES = frozenset(
    {"done", *_TAGS.split()}
    | {f"{name}={value}" for name, values in _VALUES.items() for value in values.split()}
    | {value for name, values in _VALUES.items() if name not in _IN_FULL for value in values.split() if value != "yes"}
    | {name for name, values in _VALUES.items() if values == "yes"}
)

_PIECE = re.compile(r"\s*(\.\.\.|\(|\)(?:\[[^\]]*\])?|\||\^|\$|[^\s()|\[\]^$]*\[[^\]]*\]|[^\s()|\[\]^$]+)")
_ONE = re.compile(r"[\w@=-]+")  # most patterns are one word without features


class PatternError(ValueError):
    """A pattern that cannot be read; the message says what is wrong with it."""


class Word(NamedTuple):
    """What one word of a pattern asks for.

    Attributes:
        kind: `first`, `last` and `inside` are compound parts; `any` asks for nothing but the features.
        key: lower case, without hyphens except for `form` and `class`.
        features: lower-case feature values or `name=value` pairs, all of which one reading must have.
        members: of a `group`, the words one of which must stand here.
    """

    kind: Kind
    key: str
    features: frozenset[str] = frozenset()
    members: tuple["Word", ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to read a pattern: words in a row.

    Attributes:
        gaps: for each word, how many words may stand between it and the one before it.
    """

    words: tuple[Word, ...]
    gaps: tuple[int, ...]
    at_start: bool = False
    at_end: bool = False


@dataclass(slots=True)
class _Draft:
    words: list[Word] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    at_start: bool = False
    at_end: bool = False
    gap: int = 0

    def add(self, word: Word) -> None:
        self.gaps.append(self.gap if self.words else 0)
        self.words.append(word)
        self.gap = 0

    def joined(self, other: "_Draft") -> "_Draft":
        """This draft and, after it, a branch of a group."""
        draft = _Draft([*self.words], [*self.gaps], self.at_start or other.at_start, other.at_end, self.gap)
        for word, gap in zip(other.words, other.gaps, strict=True):
            draft.gap = max(draft.gap, gap)
            draft.add(word)
        draft.gap = max(draft.gap, other.gap)
        return draft

    def is_word(self) -> bool:
        return len(self.words) == 1 and not (self.at_start or self.at_end or self.gap)


def _features(text: str) -> frozenset[str]:
    names = text.lower().split()
    if not names:
        raise PatternError("the brackets [] are empty; write features such as [pass past]")
    return frozenset(names)


@cache  # word classes and rules name the same words again and again
def parse_word(text: str) -> Word:
    """Read one word of a pattern, for instance `-tila-` or `päättää[pass past]`."""
    features: frozenset[str] = frozenset()
    if text.endswith("]"):
        text, _, inside = text[:-1].partition("[")
        features = _features(inside)
    if not text:
        return Word("any", "", features)
    if text.isalpha():
        return Word("lemma", text.lower(), features)
    if text == "*":
        return Word("any", "", features)
    if text.startswith("@"):
        return Word("class", text[1:], features)
    if text.startswith("=") and len(text) > 1:
        return Word("form", text[1:].lower(), features)
    if not any(character.isalnum() for character in text):
        return Word("form", text, features)
    before, after = text.startswith("-"), text.endswith("-")
    kind: Kind = "inside" if before and after else "first" if after else "last" if before else "lemma"
    return Word(kind, text.lower().replace("-", ""), features)


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        found = _PIECE.match(text, position)
        if found is None:
            raise PatternError(f"'{text[position:].strip()}' cannot be read; is a bracket left open?")
        pieces.append(found[1])
        position = found.end()
    return pieces


def _sequence(pieces: list[str], position: int, inside: bool) -> tuple[list[_Draft], int]:
    """Read the pieces up to the end, or up to `|` or `)` inside a group."""
    drafts = [_Draft()]
    while position < len(pieces):
        piece = pieces[position]
        if piece == "|" or piece.startswith(")"):
            if inside:
                return drafts, position
            raise PatternError(f"'{piece}' stands outside a group; write alternatives as (a|b)")
        position += 1
        if piece == "(":
            branches, position = _group(pieces, position)
            features = _features(pieces[position - 1][2:-1]) if pieces[position - 1] != ")" else frozenset()
            if all(branch.is_word() for branch in branches):
                members = tuple(branch.words[0] for branch in branches)
                branches = [_Draft([Word("group", "", features, members)], [0])]
            elif features:
                raise PatternError("features after ')' need single words inside; attach them to the words instead")
            drafts = [draft.joined(branch) for draft in drafts for branch in branches]
            if len(drafts) > MAX_ALTERNATIVES:
                raise PatternError(f"it has more than {MAX_ALTERNATIVES} readings; split it or use a word class")
            continue
        for draft in drafts:
            if piece == "^":
                draft.at_start = True
            elif piece == "$":
                draft.at_end = True
            elif piece == "...":
                draft.gap = GAP
            else:
                draft.add(parse_word(piece))
    return drafts, position


def _group(pieces: list[str], position: int) -> tuple[list[_Draft], int]:
    """Read the branches of a group whose bracket has just been opened."""
    branches: list[_Draft] = []
    while True:
        branch, position = _sequence(pieces, position, True)
        branches += branch
        if position >= len(pieces):
            raise PatternError("a group is left open; add ')'")
        position += 1
        if pieces[position - 1].startswith(")"):
            return branches, position


def parse_pattern(text: str) -> tuple[Pattern, ...]:
    """Read a pattern into its alternatives.

    Raises:
        PatternError: the pattern is empty, a bracket is left open, or it has too many alternatives.
    """
    if _ONE.fullmatch(text):
        return (Pattern((parse_word(text),), (0,)),)
    drafts, _ = _sequence(_pieces(text), 0, False)
    if any(not draft.words for draft in drafts):
        raise PatternError("it asks for no word; write at least one")
    return tuple(Pattern(tuple(d.words), tuple(d.gaps), d.at_start, d.at_end) for d in drafts)


def is_one_word(text: str) -> bool:
    """Whether a pattern asks for one word, wherever it stands, as an entry of a word class must."""
    patterns = parse_pattern(text)
    first = patterns[0]
    return len(patterns) == len(first.words) == 1 and not (first.at_start or first.at_end)


def unknown_features_in(text: str) -> dict[str, str]:
    """The features of a pattern that no word has, so that it never matches, each with the nearest there is or ``."""
    names = [name for inside in re.findall(r"\[([^\]]*)\]", text) for name in inside.lower().split()]
    unknown = [name for name in names if name not in FEATURES]
    return {name: next(iter(difflib.get_close_matches(name, sorted(FEATURES), 1, 0.5)), "") for name in unknown}


def base_forms_in(text: str) -> list[str]:
    """The base forms that a pattern names, as the rule file writes them but without features.

    Printed forms (`=sovittiin`) and first parts of compounds (`varautumis-`) are left out: they need not be base forms.
    """
    words = [piece.partition("[")[0] for piece in _pieces(text)]
    return [word.lstrip("-") for word in words if word.lstrip("-")[:1].isalpha() and not word.endswith("-")]


def classes_in(word: Word) -> list[str]:
    """Names of the word classes that a word of a pattern uses."""
    return [word.key] if word.kind == "class" else [name for member in word.members for name in classes_in(member)]

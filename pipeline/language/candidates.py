"""All the readings that a word form may have: the dictionary's, and those that it does not give.

Beside the dictionary stand a table of function words (*paljon*, *jälkeen*: to Voikko only inflected nouns), readings
that Universal Dependencies names otherwise (*heidän* is *hän*), hyphenated words (known by their last part), colon
endings (*KVTES:n*), numbers and marks, and for what is left `pipeline.language.unknown`.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.language.dictionary import Lookup
from pipeline.language.morphology import candidates
from pipeline.language.treebanks import as_in_treebanks
from pipeline.language.unknown import Endings, by_ending, compounds, place_names, slips
from pipeline.records import Candidate

LONGEST_WORD = 100
"""Longer strings of letters are no words: they stay as they are, and cost no look-up."""

_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2013": "-", "\u00ad": None, "\x00": None, "’": "'"})
_LONGEST_ABBREVIATION = 5
_NUMBER = re.compile(r"[+-]?\d[\d.,:/ \u00a0\u202f-]*$")
_COLON = re.compile(r"(?P<stem>.*[^\W_].*|§|%|€):(?P<ending>[^\W\d_]{0,8})$")
_SYMBOLS = frozenset("§%€$£&+=<>°©®™#@|~^±×÷½¼¾²³→")
_TRAILER = re.compile(r"(?P<stem>.{3,}?)(?P<ending>kin|kaan|kään|han|hän|ni|si|mme|nne|nsa|nsä|sa|sä|an|än)$")
_TRAILERS = {
    "ki": "Clitic=Kin", "ka": "Clitic=Kaan", "kä": "Clitic=Kaan", "ha": "Clitic=Han", "hä": "Clitic=Han",
    "ni": "Person[psor]=1", "mm": "Person[psor]=1", "si": "Person[psor]=2", "nn": "Person[psor]=2",
}  # fmt: skip
_COLON_CASES = (
    ("ssa", "Ine"), ("ssä", "Ine"), ("sta", "Ela"), ("stä", "Ela"), ("lla", "Ade"), ("llä", "Ade"), ("lta", "Abl"),
    ("ltä", "Abl"), ("lle", "All"), ("ksi", "Tra"), ("na", "Ess"), ("nä", "Ess"), ("hen", "Ill"), ("hin", "Ill"),
    ("een", "Ill"), ("iin", "Ill"), ("ään", "Ill"), ("aan", "Ill"), ("n", "Gen"),
    ("a", "Par"), ("ä", "Par"),
)  # fmt: skip

Seen = Callable[[str], list[Candidate] | None]


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known of forms beside the dictionary.

    Attributes:
        words: readings of function words and of forms learnt from treebanks, by lower-case form.
        endings: what becomes of the endings of unknown words.
    """

    words: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    endings: Endings = field(default_factory=dict)


class Analyser:
    """Called with a word form it gives the form's readings, the dictionary's order kept, never none.

    Args:
        seen: what `known` gives for forms whose answers are ready made, None for others.
    """

    def __init__(self, lookup: Lookup, tables: Tables, seen: Seen = lambda _: None) -> None:
        self._lookup = lookup
        self._tables = tables
        self._seen = seen

    def __call__(self, form: str) -> tuple[Candidate, ...]:
        """The readings of `form`."""
        if len(form) > LONGEST_WORD:
            return (Candidate(form, "", frozenset(), (form,), (form,)),)
        word = form if form.isascii() else unicodedata.normalize("NFC", form)
        if not word.isalpha():
            word = word.translate(_HYPHENS)
            if not any(map(str.isalnum, word)):
                return (simple(form, "SYM" if word[:1] in _SYMBOLS else "PUNCT"),)
        lower = word.lower()
        found = [*self._function_words(lower)]
        found += self.known(lower) if lower.isalpha() else self._special(form, word)
        if len(found) == 1:
            return tuple(found)
        return tuple(dict.fromkeys(found or self.known(lower) or self._unknown(word, lower)))

    def known(self, lower: str) -> list[Candidate]:
        """The dictionary's readings with fewest parts first, each followed by what UD sees in it."""
        if (ready := self._seen(lower)) is not None:
            return ready
        outputs = self._lookup(lower) if "-" not in lower else []
        if len(outputs) > 1:
            outputs = sorted(set(outputs), key=lambda output: (output.count("[Bc]"), output))
        return [
            reading
            for output in outputs
            for candidate in candidates(output)
            for reading in as_in_treebanks(lower, candidate)
        ]

    def first_parts(self, lower: str) -> list[Candidate]:
        """The dictionary's readings of what begins a compound: *koti-*, *osallistumis-*, *ulko-*."""
        return [candidate for output in sorted(self._lookup(f"{lower}-")) for candidate in candidates(output)]

    def _function_words(self, lower: str) -> Iterator[Candidate]:
        """Those of the table, also with an ending after it: *kotonakin*, *eteensä*, *mukanaan*."""
        words = self._tables.words
        if lower in words:
            yield from words[lower]
        elif match := _TRAILER.match(lower):
            feature = _TRAILERS.get(match["ending"][:2], "Person[psor]=3")
            for stem in (match["stem"], match["stem"] + "n"):
                for candidate in words.get(stem, ()):
                    if candidate.pos in ("ADV", "ADP"):
                        yield candidate._replace(features=candidate.features | {feature})

    def _special(self, form: str, word: str) -> Iterator[Candidate]:
        """What is not made of letters alone."""
        if _NUMBER.match(word):
            ordinal = word.endswith(".")
            yield simple(form, "ADJ" if ordinal else "NUM", "NumType=Ord" if ordinal else "NumType=Card")
        elif word.endswith("-"):
            stem = word.rstrip("-")
            abbreviation = stem.isupper() and len(stem) <= _LONGEST_ABBREVIATION
            yield from [simple(stem, "PROPN")] if abbreviation else self.first_parts(stem.lower()) or self(stem)
        elif match := _COLON.match(word):
            yield from _colon(match["stem"], match["ending"].lower())
        elif "-" in word:
            yield from self._hyphenated(word)
        elif word.endswith("."):
            yield simple(word, "ADV", "Abbr=Yes")
            yield simple(word, "NOUN", "Abbr=Yes")

    def _hyphenated(self, word: str) -> Iterator[Candidate]:
        """*TE-palvelujen*, *-listalla*: inflected as the last part is."""
        head, _, tail = word.rpartition("-")
        first = [self._first_part(piece) for piece in head.split("-") if piece]
        shown = [part for parts, _ in first for part in parts]
        bases = [base for _, bases in first for base in bases]
        after_number = self._after_number(tail.lower()) if head[-1:].isdigit() else []
        for candidate in after_number or self(tail):
            yield candidate._replace(
                lemma=f"{head}-{candidate.lemma}" if head else candidate.lemma,
                parts=(*shown, *candidate.parts),
                bases=(*bases, *candidate.bases),
            )

    def _first_part(self, piece: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Parts and base forms of a hyphenated word's earlier part (*elin* + *siirto*); names stay as they are."""
        known = (self.first_parts(piece) or self.known(piece)) if piece.isalpha() and piece.islower() else []
        if not known:
            return (piece,), (piece,)
        first = known[0]
        return (first.parts, first.bases) if "".join(first.parts) == piece else ((piece,), (first.lemma,))

    def _after_number(self, tail: str) -> list[Candidate]:
        """*18-vuotiaana*: what only follows a number, as in *kaksivuotiaana*."""
        return [
            reading._replace(lemma=reading.lemma[5:], parts=reading.parts[1:], bases=reading.bases[1:])
            for reading in self.known("kaksi" + tail)
            if reading.parts[0] == "kaksi" and reading.pos != "NUM"
        ]

    def _unknown(self, word: str, lower: str) -> list[Candidate]:
        """Guesses at a word that the dictionary lacks; the form itself is always among them."""
        capital = word[0].isupper()
        known = functools.cache(self.known)  # compounds and place names ask for the same ends
        itself = simple(word, "PROPN", "Case=Nom", "Number=Sing") if capital else simple(word, "")
        if lower.isalpha():
            found = self._after_number(lower) or list(compounds(lower, known, self.first_parts))
            places = list(place_names(word, known)) if capital else []
            if places or (found and not capital):
                return [*places, itself] if places else found
        else:
            found = []
        if not capital:
            found += slips(lower, self.known)
        return [*found, itself, *by_ending(word, self._tables.endings)]


def simple(lemma: str, pos: str, *features: str) -> Candidate:
    """A reading whose parts are what hyphens separate."""
    pieces = tuple(piece for piece in lemma.split("-") if piece) or (lemma,)
    return Candidate(lemma, pos, frozenset(features), pieces, pieces)


def _colon(stem: str, ending: str) -> Iterator[Candidate]:
    """*KVTES:n*, *39:n*, *§:n*: the ending tells the case."""
    case = next((case for suffix, case in _COLON_CASES if ending.endswith(suffix)), "Nom")
    features = (f"Case={case}", "Number=Sing")
    if any(map(str.isalpha, stem)):
        yield simple(stem, "PROPN", "Abbr=Yes", *features)
        yield simple(stem, "NOUN", "Abbr=Yes", *features)
    else:
        yield simple(stem, "SYM" if stem in _SYMBOLS else "NUM", *features)

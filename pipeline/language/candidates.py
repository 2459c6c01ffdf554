"""All the readings that a word form may have: the dictionary's, and those that it does not give.

Beside the dictionary stand a table of function words (*paljon*, *jälkeen*: to Voikko only inflected nouns), readings
that Universal Dependencies names otherwise (*heidän* is *hän*), hyphenated words (known by their last part), colon
endings (*KVTES:n*), numbers and marks, compounds of known words, and for what is left the analogy of endings.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.language.dictionary import Lookup
from pipeline.language.morphology import candidates
from pipeline.records import Candidate

LONGEST_WORD = 100
"""Longer strings of letters are no words: they stay as they are, and cost no look-up."""

LONGEST_ENDING = 7

_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2013": "-", "\u00ad": None, "\x00": None, "’": "'"})
_NUMBER = re.compile(r"[+-]?\d[\d.,:/ \u00a0\u202f-]*$")
_COLON = re.compile(r"(?P<stem>.*[^\W_].*|§|%|€):(?P<ending>[^\W\d_]{0,8})$")
_SYMBOLS = frozenset("§%€$£&+=<>°©®™#@|~^±×÷½¼¾²³→")
_PLURAL_PRONOUNS = {"he": "hän", "me": "minä", "te": "sinä", "ne": "se", "nämä": "tämä", "nuo": "tuo", "ken": "kuka"}
_INDEFINITE = {
    ("joka", "kin"): "jokin", ("mikä", "kin"): "mikin", ("kuka", "kin"): "kukin", ("kumpi", "kin"): "kumpikin",
    ("mikä", "än"): "mikään", ("mikä", "aan"): "mikään", ("kuka", "än"): "kukaan", ("kuka", "aan"): "kukaan",
    ("kumpi", "aan"): "kumpikaan", ("kumpi", "än"): "kumpikaan",
}  # fmt: skip
_PLURAL_ONLY = {
    "vaali": "vaalit", "markkina": "markkinat", "aivo": "aivot", "kasvo": "kasvot",
    "valta": "vallat", "hää": "häät", "olympialainen": "olympialaiset",
    "kuuluminen": "kuulumiset", "terveinen": "terveiset", "sakse": "sakset",
    "housu": "housut", "talkoo": "talkoot", "puite": "puitteet", "opinto": "opinnot",
    "vanhempi": "vanhemmat", "jäinen": "jäiset", "jainen": "jaiset",
    "kisa": "kisat", "vara": "varat", "hartia": "hartiat", "maa": "maat",
    "molempi": "molemmat", "lasi": "lasit", "saari": "saaret", "tikas": "tikkaat",
    "valjas": "valjaat", "ratas": "rattaat", "raami": "raamit",
}  # fmt: skip
_PLURAL_ONLY_END = re.compile(f"(?:{'|'.join(_PLURAL_ONLY)})$")
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


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known of forms beside the dictionary.

    Attributes:
        words: readings of function words and of forms learnt from treebanks, by lower-case form.
        endings: for unknown words: the form's ending, and what may be cut off and put in its place
            (letters cut, letters added, part of speech, features), most frequent first.
    """

    words: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    endings: Mapping[str, tuple[tuple[int, str, str, frozenset[str]], ...]] = field(default_factory=dict)


Analyser = Callable[[str], tuple[Candidate, ...]]


def analyser(lookup: Lookup, tables: Tables) -> Analyser:
    """The function from a word form to its readings, best guesses of the dictionary first, never empty."""

    def analyse(form: str) -> tuple[Candidate, ...]:
        word = form.translate(_HYPHENS)
        if not any(map(str.isalnum, word)):
            return (_simple(form, "SYM" if word[:1] in _SYMBOLS else "PUNCT"),)
        if len(word) > LONGEST_WORD:
            return (_simple(form, ""),)
        lower = word.lower()
        found = [*_function_words(lower), *_special(form, word)]
        if not found:
            found = list(_dictionary(lower))
        else:
            found += _dictionary(lower) if lower.isalpha() else []
        return tuple(dict.fromkeys(found)) or _guess(word, lower)

    def _function_words(lower: str) -> Iterator[Candidate]:
        """Those of the table, also with an ending after it: *kotonakin*, *eteensä*, *mukanaan*."""
        if lower in tables.words:
            yield from tables.words[lower]
        elif match := _TRAILER.match(lower):
            for stem in (match["stem"], match["stem"] + "n"):
                for candidate in tables.words.get(stem, ()):
                    if candidate.pos in ("ADV", "ADP"):
                        feature = _TRAILERS.get(match["ending"][:2], "Person[psor]=3")
                        yield replace(candidate, features=candidate.features | {feature})

    def _dictionary(lower: str) -> Iterator[Candidate]:
        """The dictionary's readings with fewest parts first, each followed by what UD sees in it."""
        if "-" in lower:
            return
        outputs = dict.fromkeys(lookup(lower))
        for output in sorted(outputs, key=lambda output: (output.count("[Bc]"), output)):
            for candidate in candidates(output):
                yield from _as_in_treebanks(lower, candidate)

    def _special(form: str, word: str) -> Iterator[Candidate]:
        if _NUMBER.match(word):
            ordinal = word.endswith(".")
            yield _simple(form, "ADJ" if ordinal else "NUM", "NumType=Ord" if ordinal else "NumType=Card")
        elif word.endswith("-") and len(word) > 1:
            yield from analyse(word.rstrip("-"))
        elif match := _COLON.match(word):
            yield from _colon(match["stem"], match["ending"].lower())
        elif "-" in word:
            yield from _hyphenated(word)
        elif word.endswith(".") and len(word) > 1:
            yield _simple(word, "ADV", "Abbr=Yes")
            yield _simple(word, "NOUN", "Abbr=Yes")

    def _colon(stem: str, ending: str) -> Iterator[Candidate]:
        case = next((case for suffix, case in _COLON_CASES if ending.endswith(suffix)), "Nom")
        features = frozenset({"Abbr=Yes", f"Case={case}", "Number=Sing"})
        if not any(map(str.isalpha, stem)):
            yield Candidate(stem, "SYM" if stem in _SYMBOLS else "NUM", features, (stem,), (stem,))
            return
        for pos in ("PROPN", "NOUN"):
            yield Candidate(stem, pos, features, *_pieces(stem))

    def _hyphenated(word: str) -> Iterator[Candidate]:
        head, _, tail = word.rpartition("-")
        if not head:
            yield from analyse(tail)
            return
        shown = head.split("-")
        bases = [analyse(piece)[0].lemma if piece.isalpha() and piece.islower() else piece for piece in shown]
        for candidate in _after_number(tail.lower()) if head[-1:].isdigit() else analyse(tail):
            yield replace(
                candidate,
                lemma=f"{head}-{candidate.lemma}",
                parts=(*shown, *candidate.parts),
                bases=(*bases, *candidate.bases),
            )

    def _after_number(tail: str) -> Iterator[Candidate]:
        """*18-vuotiaana*: what only follows a number, as in *kaksivuotiaana*; else the word itself."""
        found = False
        for candidate in _dictionary("kaksi" + tail):
            if candidate.parts[0] == "kaksi" and candidate.pos != "NUM":
                found = True
                yield replace(
                    candidate,
                    lemma=candidate.lemma.removeprefix("kaksi"),
                    parts=candidate.parts[1:],
                    bases=candidate.bases[1:],
                )
        if not found:
            yield from analyse(tail)

    def _guess(word: str, lower: str) -> tuple[Candidate, ...]:
        """Readings of a word that nobody knows: a compound of known words, else by its ending, else itself."""
        if lower.isalpha() and (found := tuple(_compound(lower))):
            return found
        guesses = [_simple(word, "")]
        for length in range(min(LONGEST_ENDING, len(lower) - 2), 0, -1):
            for cut, added, pos, features in tables.endings.get(lower[-length:], ()):
                stem = word[: len(word) - cut]
                if len(stem) > 1:
                    guesses.append(_simple(stem + added, pos, *features))
        return tuple(dict.fromkeys(guesses))

    def _compound(lower: str) -> Iterator[Candidate]:
        """*arki* + *seksiä*: cut before the longest known end whose beginning is a known word, too."""
        for cut in range(3, len(lower) - 3):
            tails = [c for c in _dictionary(lower[cut:]) if c.pos in ("NOUN", "ADJ")]
            if not tails:
                continue
            heads = [c for output in lookup(f"{lower[:cut]}-") for c in candidates(output)]
            if heads:
                for tail in tails:
                    yield replace(
                        tail,
                        lemma=lower[:cut] + tail.lemma,
                        parts=(lower[:cut], *tail.parts),
                        bases=(heads[0].bases[0] if len(heads[0].bases) == 1 else lower[:cut], *tail.bases),
                    )
                return

    return analyse


def _as_in_treebanks(form: str, candidate: Candidate) -> Iterator[Candidate]:
    """A reading of the dictionary and those that UD has in its place or beside it."""
    lemma, features = candidate.lemma, candidate.features
    if candidate.pos == "PRON":
        if lemma in _PLURAL_PRONOUNS:
            lemma = _PLURAL_PRONOUNS[lemma]
            yield replace(candidate, lemma=lemma, parts=(lemma,), bases=(lemma,))
            return
        for (pronoun, ending), indefinite in _INDEFINITE.items():
            if pronoun == lemma and form.endswith(ending):
                yield replace(candidate, lemma=indefinite, parts=(indefinite,), bases=(indefinite,))
    yield candidate
    if candidate.pos in ("NOUN", "PROPN") and "Number=Plur" in features and (match := _PLURAL_ONLY_END.search(lemma)):
        plural = _PLURAL_ONLY[match.group()]
        bases, parts = list(candidate.bases), list(candidate.parts)
        bases[-1] = parts[-1] = parts[-1][: len(parts[-1]) - len(match.group())] + plural
        yield replace(candidate, lemma=lemma[: match.start()] + plural, parts=tuple(parts), bases=tuple(bases))


def _simple(lemma: str, pos: str, *features: str) -> Candidate:
    return Candidate(lemma, pos, frozenset(features), *_pieces(lemma))


def _pieces(lemma: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pieces = tuple(piece for piece in lemma.split("-") if piece) or (lemma,)
    return pieces, pieces

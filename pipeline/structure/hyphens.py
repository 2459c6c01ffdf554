"""Words cut at the end of a line are made whole again.

Three things can stand behind a hyphen at a line's end: the word processor cut the word (`tilin-|päätöksen`), the word
has a hyphen of its own (`linja-|autoasema`, `TE-|alueet`), or a compound's tail is left out (`kulttuuri-|ja`). The
spelling rules decide the clear cases; the others follow what the same document does elsewhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SOFT = "\u00ad"
VOWELS = "aeiouyåäö"
# After these words a hyphen stands for a compound's missing tail: `koti- ja ulkomaan`.
LINKS = frozenset(("ja", "tai", "sekä", "eli", "että", "kuin", "saati", "och", "eller", "samt", "–"))
# First parts that Finnish writes with a hyphen before a common noun (Kielitoimiston ohjepankki, yhdysmerkki).
HYPHENATED_FIRST_PARTS = frozenset(
    ("sote", "hyte", "lape", "pk", "it", "ict", "ei", "ex", "non", "e", "os", "yt", "pohjois", "etelä", "itä", "länsi")
)
LONGEST_WORD = 200
HYPHENS = ("-", "\u2010", "\u2011", SOFT)
END = re.compile(r"([\w.]*\w)([-\u2010\u2011\u00ad])$")
START = re.compile(r"(\w[\w-]*)")


@dataclass(frozen=True, slots=True)
class Hyphenation:
    """What a document does elsewhere.

    Attributes:
        words: all its unbroken words, lower case, hyphenated ones as written.
        automatic: the document's lines are cut by a word processor.
    """

    words: frozenset[str] = frozenset()
    automatic: bool = False


def hyphenation_of(texts: Sequence[str]) -> Hyphenation:
    """Learns from the lines of a document how it cuts words."""
    words = frozenset(word.lower() for text in texts for word in re.findall(r"\w[\w-]*\w", text))
    cut = kept = 0
    for above, below in pairwise(texts):
        end, start = _cut_end(above), START.match(below)
        if not end or not start:
            continue
        verdict = _spelling(end.group(1), end.group(2), start.group(1))
        if verdict is None:
            verdict = _seen(end.group(1), start.group(1), words)
        if verdict in ("drop", None):
            cut += 1
        else:
            kept += 1
    return Hyphenation(words, cut >= 2 and cut > kept / 4)


def _cut_end(text: str) -> re.Match[str] | None:
    """The word before a hyphen at the end; most lines end in none, and searching them all would be dear."""
    return END.search(text) if text.endswith(HYPHENS) else None


def _spelling(first: str, hyphen: str, second: str) -> str | None:
    """The verdict of the spelling rules: `drop`, `keep`, `space` or None when they do not tell."""
    if hyphen == SOFT:
        return "drop"
    if second.lower() in LINKS:
        return "space"
    if second[0].isupper() or second[0].isdigit() or first[-1].isdigit():
        return "keep"
    if first.isupper() or first[-1].isupper() or first.lower() in HYPHENATED_FIRST_PARTS:
        return "keep"
    if first[-1].lower() == second[0].lower() and second[0].lower() in VOWELS:
        return "keep"
    if len(first) == 1 or len(second) == 1:
        return "keep" if len(first) == 1 else "drop"
    return None


def _seen(first: str, second: str, words: frozenset[str]) -> str | None:
    """What the rest of the document says: is the word written whole or with a hyphen elsewhere?"""
    if f"{first}-{second}".lower() in words:
        return "keep"
    if f"{first}{second}".lower() in words:
        return "drop"
    return None


def join(texts: Sequence[str], hyphenation: Hyphenation) -> str:
    """One paragraph from its lines, cut words made whole; in time linear to their length."""
    pieces: list[str] = []
    tail = ""  # the end of what is joined so far: all that the next line's start is judged by
    for text in (" ".join(raw.split()) for raw in texts):
        if not text:
            continue
        glue = " " if pieces else ""
        end, start = _cut_end(tail), START.match(text)
        if end and start:
            first = end.group(1).rsplit("-", 1)[-1]
            verdict = _spelling(first, end.group(2), start.group(1)) or _seen(first, start.group(1), hyphenation.words)
            if verdict is None:
                verdict = "drop" if hyphenation.automatic else "keep"
            if verdict == "drop":
                pieces[-1], tail = pieces[-1][:-1], tail[:-1]
            glue = " " if verdict == "space" else ""
        elif tail.endswith(("–", "—")) and tail[-2:-1].isdecimal() and text[0].isdigit():
            glue = ""  # a range of years or hours: `2025–|2026`
        elif tail.endswith("/") and re.search(r"\w/$", tail):
            glue = ""
        pieces.append(glue + text)
        tail = (tail + pieces[-1])[-LONGEST_WORD:]
    return "".join(pieces).replace(SOFT, "").replace("\u2011", "-").replace("\u2010", "-")

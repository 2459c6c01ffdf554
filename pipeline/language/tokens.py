"""Finnish tokens and sentences, with their places in the text.

A token is a word with its inner hyphens, apostrophes and colon endings (*TE-palvelujen*, *KVTES:n*), a number with its
separators (*12,5*, *15.1.2025*, *9.00–11.45*, *18-vuotias*), an address, an abbreviation or ordinal with its full stop
(*esim.*, *31.3.*), or a mark. Digits that a space groups in threes are one token (*1 840*, *3 100*), as in UD Finnish.

Sentences end at `.`, `!`, `?` before a capital, a digit or an opening mark, at blank lines, and before the bullets of a
list; not after abbreviations, initials, ordinals and dates within the sentence.

The pattern's loops are possessive, so that the time is linear whatever the text.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """A token without analyses: `text[start:end] == form`."""

    form: str
    start: int
    end: int
    sentence: int


_COMBINING = "\u0300-\u036f"
_TOKEN = re.compile(
    rf"""
    (?P<address> (?:https?://|www\.) [^\s<>"”»]+ (?<![.,;:!?)]) )
  | (?P<number>
        (?<![\d.,]) \d{{1,3}} (?:[ \u00a0\u202f] \d{{3}} (?!\d))++ (?:,\d++)?       # 1 840,50
      | \d++ (?:[.,:/–-]\d++)*+ (?:[-‑:/]?[^\W\d_]++)*+                              # 12,5  9.00–11.45  18-vuotias
    )
  | (?P<word>
        (?:(?<![^\s(/])[-–‑])? (?=[^\W_])                                           # -listalla
        [^\W_]++
        (?: (?: [-‑'’&_@+\u00ad{_COMBINING}] | :(?=[^\W\d_]{{1,6}}(?![^\W_])) | [.](?=[a-zåäö\d]) )++ [^\W_]++ )*+
        [{_COMBINING}]*+
        (?: [-‑] (?=[\s,;/)]|$) )?                                # koti-
    )
  | (?P<mark> [§%€] (?: :[^\W\d_]{{1,6}} )? | -> | –> | \.{{2,}}+ | -{{2,}}+ | _++ | [^\w\s\u200b\ufeff\x00-\x1f\x7f] )
    """,
    re.VERBOSE,
)
_ABBREVIATIONS = {
    "aik", "ao", "ap", "apul", "as", "ed", "eKr", "em", "ent", "esim", "fil", "fin", "fp", "hlö", "huom", "hum", "ilm",
    "ins", "ip", "jkr", "jms", "joht", "jr", "jsk", "kand", "kaup", "kirj", "kk", "klo", "ko", "kok", "kpl", "krs",
    "ks", "kts", "kv", "lab", "leht", "lis", "lkm", "lk", "lt", "ltk", "luonn", "lyh", "lääk", "maist", "mfl", "milj",
    "min", "mk", "ml", "mm", "mom", "mrd", "n", "nim", "nk", "no", "nro", "ns", "nyk", "oik", "op", "opp", "os", "osk",
    "par", "pj", "ppm", "pnä", "po", "prof", "puh", "puhj", "pv", "pvm", "pöytäk", "rak", "ruots", "rva", "s", "sd",
    "seur", "sh", "siht", "so", "sos", "srk", "st", "synt", "t", "tark", "tav", "tekn", "teol", "til", "tk", "tlk",
    "tri", "ts", "tst", "tt", "ulk", "v", "va", "vanh", "vars", "vas", "vast", "vrt", "vs", "vt", "vv", "yht", "yo",
    "yp", "yliop", "ylim", "alk", "lukum", "kh", "kj", "kvalt", "toim", "toht", "lisens", "pvä", "vk", "viik",
    "vko", "vpj",
}  # fmt: skip
_FINAL_ABBREVIATIONS = {"ym", "yms", "jne", "tms", "jms", "tsv", "ynnä"}
_ENDS = frozenset(".!?…")
_CLOSERS = frozenset("\"”»'’)]")
_CLOSING = _ENDS | _CLOSERS
_BULLETS = frozenset("-–—•*·▪●○◦‣→")
_DAY = re.compile(r"(?:[12]?\d|3[01])\.(?:1[0-2]|0?[1-9])$")


def sentences(text: str) -> Iterator[list[Span]]:
    """The sentences of `text` in order, each a list of its tokens; no sentence is empty."""
    number = 0
    spans: list[Span] = []
    for match in _TOKEN.finditer(text):
        form, (start, end) = match.group(), match.span()
        if spans:
            if spans[-1].form == ".":
                _join_stop(spans, form)
            last = spans[-1]
            # Most tokens are told by this alone to go on with the sentence.
            if (last.form[-1] in _CLOSING or "\n" in text[last.end : start]) and _ends_sentence(
                text, spans, form, start
            ):
                yield spans
                spans = []
                number += 1
        spans.append(Span(form, start, end, number))
    if spans:
        if spans[-1].form == ".":
            _join_stop(spans, "")
        yield spans


def tokenise(text: str) -> Iterator[Span]:
    """The tokens of `text` in order."""
    for spans in sentences(text):
        yield from spans


def spans_of(forms: Sequence[str], number: int) -> list[Span]:
    """Spans of tokens that are given; their offsets count in the tokens joined by single spaces."""
    spans = []
    start = 0
    for form in forms:
        spans.append(Span(form, start, start + len(form), number))
        start += len(form) + 1
    return spans


def _join_stop(spans: list[Span], after: str) -> None:
    """Join the full stop that stands last to the token before it, if it belongs there; `after` is the next token."""
    if len(spans) > 1 and spans[-2].end == spans[-1].start and _keeps_stop(spans[-2].form, len(spans) == 2, after):
        stop, word = spans.pop(), spans.pop()
        spans.append(Span(word.form + ".", word.start, stop.end, word.sentence))


def _keeps_stop(form: str, alone: bool, after: str) -> bool:
    """Whether a full stop belongs to the token before it: an abbreviation, an initial, an ordinal, a day and month."""
    if form.lower() in _ABBREVIATIONS or form.lower() in _FINAL_ABBREVIATIONS:
        return True
    if len(form) == 1 and form.isupper():
        return after[:1].isupper()
    if not form[-1].isdigit() or not form[0].isdigit():
        return False
    if _DAY.match(form):
        return True
    goes_on = after[:1].islower() or (after != "" and after[0] in ",;)–-")
    return goes_on or (len(form) < 4 and alone and after != "")


def _ends_sentence(text: str, spans: Sequence[Span], after: str, start: int) -> bool:
    """Whether a sentence ends between its last token so far and the token `after` at `start`."""
    last, first = spans[-1], after[0]
    breaks = text.count("\n", last.end, start)
    if breaks > 1 or (breaks and first in _BULLETS):
        return True
    if start == last.end and first in _CLOSERS:
        return False
    ending = last
    if last.form in _CLOSERS and len(spans) > 1:
        ending = spans[-2]
    stop = ending.form[-1] in _ENDS
    if not stop or not (first.isupper() or first.isdigit() or first in "\"”»'(§" or first in _BULLETS):
        return False
    if ending.form in _ENDS or ending.form == "...":
        return start > last.end
    word = ending.form.rstrip(".").lower()
    if word in _FINAL_ABBREVIATIONS:
        return first.isupper()
    return _DAY.match(word) is not None and first.isupper()

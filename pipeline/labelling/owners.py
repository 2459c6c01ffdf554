"""Who is to do it: subjects of active verbs, names after *Vastuu:*, and verbless entries such as *sihteeri, 31.3.*"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.labelling.circumstances import hits_of
from pipeline.labelling.clauses import is_finite
from pipeline.labelling.dates import Deadline
from pipeline.labelling.matching import LIKELY, Hit
from pipeline.labelling.verdicts import Reading
from pipeline.records import Token

_MODIFIERS = frozenset(("ADJ", "DET", "NUM", "PRON"))
_LINKS = frozenset(("ja", "sekä", "/", "&", "+", "vs", "."))
_MARKS = frozenset((",", ";", ":", "(", ")", "|", "–", "-", "/", ".", "->", "→"))
_CLOSERS = " \t,;:.–-—|/"
MAX_WORDS = 10


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner as written, or in base form, and the tokens of the clause that it governs."""

    name: str
    first: int
    last: int


def _has(token: Token, feature: str) -> bool:
    return any(
        feature in candidate.features
        for place, candidate in enumerate(token.candidates)
        if place == 0 or candidate.score >= LIKELY
    )


def _is_nominative(token: Token) -> bool:
    """Whether a noun can be a subject; a word without a case (an abbreviation) can."""
    return _has(token, "Case=Nom") or not any(f.startswith("Case=") for f in token.features)


def _written(text: str, tokens: Sequence[Token]) -> str:
    """The words as printed, without the capital that only the sentence's start gives."""
    words = text[tokens[0].start : tokens[-1].end].strip(_CLOSERS)
    first = tokens[0].form
    plain = tokens[0].pos != "PROPN" and not first.isupper() and first[:1].isupper() and first[1:].islower()
    return words[:1].lower() + words[1:] if plain else words


class Owners:
    """Finds owners in one passage."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._text = reading.passage.text
        self._tokens = reading.passage.tokens
        self._actors = self._places("actor")
        self._together = self._places("together")

    def _places(self, kind: str) -> set[int]:
        hits = hits_of(self._reading.rules.owners[kind], self._reading.spans)
        return {place for hit in hits for place in range(hit.first, hit.last + 1)}

    def _name(self, first: int, last: int) -> str:
        while last > first and (last in self._together or self._tokens[last].form in _CLOSERS):
            last -= 1
        return _written(self._text, self._tokens[first : last + 1])

    def _phrase_before(self, place: int) -> tuple[int, int] | None:
        """The nominative phrase with an actor as its head that ends right before `place`."""
        tokens, last = self._tokens, place - 1
        while last >= 0 and (last in self._together or tokens[last].pos == "ADV") and place - last <= 3:
            last -= 1
        if last < 0 or last not in self._actors or not _is_nominative(tokens[last]):
            return None
        first = last
        while first > 0 and last - first < MAX_WORDS and self._belongs(first - 1, first):
            first -= 1
        while first < last and tokens[first].form.lower() in _LINKS:
            first += 1
        return first, last

    def _belongs(self, place: int, following: int) -> bool:
        """Whether a token is part of the subject phrase that starts at `following`."""
        token, after = self._tokens[place], self._tokens[following]
        if token.sentence != after.sentence:
            return False
        if token.form.lower() in _LINKS:
            return place > 0 and (place - 1 in self._actors or token.form == ".")
        if is_finite(token) and token.pos in ("VERB", "AUX"):
            return False
        if after.form.lower() in _LINKS:
            return place in self._actors and _is_nominative(token)
        if token.pos in ("NOUN", "PROPN", *_MODIFIERS):
            return _is_nominative(token) or _has(token, "Case=Gen")
        return False

    def _phrase_after(self, place: int) -> tuple[int, int] | None:
        """The nominative phrase with an actor in it that begins right after `place`."""
        tokens, first = self._tokens, place + 1
        last = first - 1
        for position in range(first, min(first + MAX_WORDS, len(tokens))):
            token = tokens[position]
            linked = token.form.lower() in _LINKS and position > first
            named = token.pos in ("NOUN", "PROPN", "", *_MODIFIERS) and (
                _is_nominative(token) or _has(token, "Case=Gen")
            )
            if not (linked or named) or token.sentence != tokens[place].sentence or token.form in ",;:|":
                break
            if position in self._actors and _is_nominative(token):
                last = position
        return (first, last) if last >= first else None

    def subjects(self) -> list[Owner]:
        """Subjects of verbs that commit, with the stretch from each to the next."""
        rules, spans = self._reading.rules, self._reading.spans
        doing = hits_of(rules.owners["doing"], spans)
        vowing = hits_of(rules.owners["vowing"], spans)
        clause = self._reading.layout.clauses
        saying = self._places("saying")
        found: dict[int, tuple[int, int]] = {}
        for hit in sorted(doing + vowing, key=lambda hit: hit.first):
            if hit.first in saying:
                continue
            phrase = self._phrase_before(hit.first) or self._phrase_after(hit.first)
            if phrase is not None and clause[phrase[0]] not in found:
                found[clause[phrase[0]]] = phrase
        starts = [self._reading.layout.reach(Hit(-1, first, first), "clause")[0] for first, _ in found.values()]
        ends = [*(start - 1 for start in starts[1:]), len(self._tokens) - 1]
        return [
            Owner(self._name(first, last), start, end)
            for (first, last), start, end in zip(found.values(), starts, ends, strict=False)
        ]

    def named(self, deadlines: Sequence[Deadline]) -> Owner | None:
        """The owner that *Vastuu:* and its kin name."""
        rules, tokens = self._reading.rules, self._tokens
        for hit in sorted(hits_of(rules.owners["named"], self._reading.spans), key=lambda h: (h.first, -h.last)):
            start = hit.last + 1
            if tokens[hit.last].pos == "PROPN" or (hit.last in self._actors and hit.last > hit.first):
                start = hit.last
            end = start
            while end < len(tokens) and tokens[end].sentence == tokens[hit.last].sentence:
                token = tokens[end]
                if token.form in ";|(" or any(d.start <= token.start < d.end for d in deadlines):
                    break
                if end not in self._actors and (is_finite(token) or (token.form == "," and not self._goes_on(end + 1))):
                    break
                end += 1
            if end > start and self._name(start, end - 1):
                return Owner(self._name(start, end - 1), hit.first, end - 1)
        return self._possessed()

    def _goes_on(self, place: int) -> bool:
        """Whether a list of owners goes on at a place after a comma."""
        return any(place + step in self._actors for step in range(3))

    def _possessed(self) -> Owner | None:
        """The owner in *asia on Virtasen vastuulla*, in base form."""
        tokens = self._tokens
        for place in sorted(self._places("possessed")):
            if place > 0 and place - 1 in self._actors and _has(tokens[place - 1], "Case=Gen"):
                first = place - 1
                while first > 0 and first - 1 in self._actors and _has(tokens[first - 1], "Case=Gen"):
                    first -= 1
                name = " ".join(token.lemma for token in tokens[first:place])
                return Owner(name, first, place)
        return None

    def entry(self, deadlines: Sequence[Deadline]) -> Owner | None:
        """The owner in a verbless entry (*Runko: sihteeri, 31.3.*), in an aside or after an arrow."""
        tokens = self._tokens
        pieces: list[list[int]] = [[]]
        opened = [""]
        for place, token in enumerate(tokens):
            if place and token.sentence != tokens[place - 1].sentence:
                pieces.append([])
                opened.append(".")
            if token.form in _MARKS or any(d.start <= token.start < d.end for d in deadlines):
                pieces.append([])
                opened.append(token.form)
            else:
                pieces[-1].append(place)
        for piece, mark in reversed(list(zip(pieces, opened, strict=True))):
            if piece and mark and self._is_actor(piece):
                return Owner(self._name(piece[0], piece[-1]), piece[0], piece[-1])
        return None

    def _is_actor(self, piece: Sequence[int]) -> bool:
        tokens = [self._tokens[place] for place in piece]
        if len(piece) > MAX_WORDS or any(is_finite(token) and token.pos in ("VERB", "AUX") for token in tokens):
            return False
        return (
            piece[-1] in self._actors
            and _is_nominative(tokens[-1])
            and all(
                token.pos in ("NOUN", "PROPN", "", "CCONJ", *_MODIFIERS)
                and (_is_nominative(token) or _has(token, "Case=Gen"))
                for token in tokens
            )
        )

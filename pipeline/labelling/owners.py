"""Who is to do it: subjects of active verbs, names after *Vastuu:*, and verbless entries such as *sihteeri, 31.3.*"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.labelling.circumstances import hits_of
from pipeline.labelling.clauses import is_finite
from pipeline.labelling.dates import Deadline
from pipeline.labelling.matching import Hit
from pipeline.labelling.verdicts import Reading
from pipeline.labelling.words import CLOSERS, as_written, has_feature, is_nominative, may_do, plural_of

_MODIFIERS = frozenset(("ADJ", "DET", "NUM", "PRON"))
_LINKS = frozenset(("ja", "sekä", "/", "&", "+", "vs", "."))
_MARKS = frozenset((",", ";", ":", "(", ")", "|", "–", "-", "/", ".", "->", "→"))
_RELATIVE = frozenset(("joka", "mikä"))  # *kysely, jonka Salonen laatii*
_DEPENDENT = frozenset(("jos", "mikäli", "jotta", "kun", "koska", "jolloin", "jossa", "vaikka", "missä"))
MAX_WORDS = 10
MAX_LABEL = 6
MOST_BETWEEN = 2  # words between *ja* and a verb that has the subject of the clause before


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner as written, or in base form, and the tokens of the clause that it governs."""

    name: str
    first: int
    last: int


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
        while last > first and (last in self._together or self._tokens[last].form in CLOSERS):
            last -= 1
        tokens = self._tokens
        inside = first > 0 and tokens[first - 1].sentence == tokens[first].sentence and tokens[first - 1].pos != "PUNCT"
        if inside and tokens[first].form.istitle():  # a capital inside a sentence is a name's
            return self._text[tokens[first].start : tokens[last].end].strip(CLOSERS)
        return as_written(self._text, tokens[first : last + 1])

    def _phrase_before(self, place: int) -> tuple[int, int] | None:
        """The nominative phrase with an actor as its head that ends right before `place`."""
        tokens, last = self._tokens, place - 1
        while last >= 0 and (last in self._together or tokens[last].pos in ("ADV", "AUX")) and place - last <= 3:
            last -= 1
        if last < 0 or tokens[last].sentence != tokens[place].sentence:
            return None
        if not (last in self._actors and is_nominative(tokens[last])) and not self._is_agent(last, place):
            return None
        first = last
        while first > 0 and last - first < MAX_WORDS and self._belongs(first - 1, first):
            first -= 1
        while first < last and (tokens[first].form.lower() in (*_LINKS, ",") or tokens[first].lemma in _RELATIVE):
            first += 1
        return first, last

    def _is_agent(self, place: int, verb: int) -> bool:
        """Whether a noun that is no listed actor does what the verb right after it says: a surname that is a word, too
        (*Ruoho soittaa*), or people (*kehittäjät tutkivat*)."""
        token = self._tokens[place]
        if place != verb - 1 or token.pos not in ("NOUN", "ADJ") or not token.form[:1].isalpha():
            return False
        one = has_feature(self._tokens[verb], "Number=Sing") or (place > 0 and self._tokens[place - 1].form in _LINKS)
        named = token.form.istitle() and one
        people = (
            token.pos == "NOUN" and has_feature(token, "Number=Plur") and has_feature(self._tokens[verb], "Number=Plur")
        )
        return (named or people) and is_nominative(token)

    def _belongs(self, place: int, following: int) -> bool:
        """Whether a token is part of the subject phrase that starts at `following`."""
        token, after = self._tokens[place], self._tokens[following]
        if token.sentence != after.sentence:
            return False
        if token.form[:1].isdigit() and "." in token.form:
            return False  # a date
        if token.form.lower() in _LINKS:
            before = self._tokens[place - 1]
            return place > 0 and (place - 1 in self._actors or token.form == "." or before.form.istitle())
        if is_finite(token) and token.pos in ("VERB", "AUX"):
            return False
        if token.form == ",":
            return self._is_listed(place, following)
        if after.form.lower() in (*_LINKS, ","):
            return (place in self._actors or token.form[:1].isupper()) and is_nominative(token)
        if token.pos in ("NOUN", "PROPN", *_MODIFIERS):
            return is_nominative(token) or has_feature(token, "Case=Gen")
        return False

    def _is_listed(self, comma: int, following: int) -> bool:
        """Whether a comma stands between two names of a list that ends in *ja* (*Lan, Oksana ja Yusuf*)."""
        tokens = self._tokens
        names = comma > 0 and tokens[comma - 1].form.istitle() and tokens[following].form.istitle()
        ahead = (token.form.lower() for token in tokens[following + 1 : following + MAX_WORDS])
        return names and next((form for form in ahead if form in _LINKS or form == "."), "") in ("ja", "sekä", "&", "+")

    def _phrase_after(self, place: int) -> tuple[int, int] | None:
        """The nominative phrase with an actor in it that begins right after `place`."""
        tokens, first = self._tokens, place + 1
        last = first - 1
        for position in range(first, min(first + MAX_WORDS, len(tokens))):
            token = tokens[position]
            linked = token.form.lower() in _LINKS and position > first
            named = token.pos in ("NOUN", "PROPN", "", *_MODIFIERS) and (
                is_nominative(token) or has_feature(token, "Case=Gen")
            )
            if not (linked or named) or token.sentence != tokens[place].sentence or token.form in ",;:|":
                break
            if (position in self._actors or token.form.istitle()) and is_nominative(token):
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
        starts = []
        for hit in sorted(doing + vowing + self._hidden_verbs(), key=lambda hit: hit.first):
            if hit.first in saying or self._is_dependent(hit) or clause[hit.first] in found:
                continue
            phrase = self._phrase_before(hit.first) or self._phrase_after(hit.first)
            if phrase is None and hit not in vowing and (shared := self._shared_subject(hit.first, found)):
                found[clause[hit.first]] = shared
                starts.append(self._reading.layout.reach(Hit(-1, hit.first, hit.first), "clause")[0])
            elif phrase is not None and phrase not in found.values():
                found[clause[hit.first]] = phrase
                whole = clause[phrase[0]] == clause[hit.first]
                starts.append(self._reading.layout.reach(Hit(-1, *phrase), "clause")[0] if whole else phrase[0])
        ends = [*(start - 1 for start in starts[1:]), len(self._tokens) - 1]
        return [
            Owner(self._name(first, last), start, end)
            for (first, last), start, end in zip(found.values(), starts, ends, strict=False)
        ]

    def _shared_subject(self, verb: int, found: Mapping[int, tuple[int, int]]) -> tuple[int, int] | None:
        """The subject of the clause before, where a clause goes on from it: *Salo tilaa salin ja lähettää kutsut*."""
        clause = self._reading.layout.clauses
        first = self._reading.layout.reach(Hit(-1, verb, verb), "clause")[0]
        joined = self._tokens[first].form.lower() in ("ja", "sekä") and verb - first <= MOST_BETWEEN
        before = [place for place in range(first) if self._tokens[place].sentence == self._tokens[verb].sentence]
        if not joined or not before:
            return None
        return found.get(clause[before[-1]])

    def _hidden_verbs(self) -> list[Hit]:
        """Verbs that are likelier infinitives, in clauses without a finite verb (*Kutsut lähettää sihteeri*)."""
        clause = self._reading.layout.clauses
        finite = {clause[place] for place, token in enumerate(self._tokens) if is_finite(token)}
        return [
            Hit(-1, place, place)
            for place, token in enumerate(self._tokens)
            if clause[place] not in finite and may_do(token)
        ]

    def _is_dependent(self, hit: Hit) -> bool:
        """Whether a verb stands in a clause of condition, cause or place (*jotta lautakunta pääsee maastoon*)."""
        first = self._reading.layout.reach(Hit(-1, hit.first, hit.first), "clause")[0]
        return any(token.form.lower() in _DEPENDENT for token in self._tokens[first : min(first + 2, hit.first)])

    def charged(self) -> list[Owner]:
        """Those whom a decision charges with something: *valtuutti päällikön allekirjoittamaan*, base form."""
        tokens, found = self._tokens, []
        for hit in hits_of(self._reading.rules.owners["charging"], self._reading.spans):
            place = hit.last + 1
            while place < len(tokens) and tokens[place].sentence == tokens[hit.first].sentence:
                if place in self._actors and (
                    has_feature(tokens[place], "Case=Gen") or has_feature(tokens[place], "Case=Par")
                ):
                    first = place
                    while tokens[first - 1].pos == "ADJ" and has_feature(tokens[first - 1], "Case=Gen"):
                        first -= 1  # teknisen johtajan
                    while place + 1 in self._actors and tokens[place + 1].pos == "PROPN":
                        place += 1
                    if self._task_follows(place):
                        end = self._reading.layout.reach(hit, "sentence")[1]
                        found.append(Owner(self._base(first, place), hit.first, end))
                        break
                place += 1
        return found

    def _task_follows(self, place: int) -> bool:
        return any("InfForm=3" in token.features for token in self._tokens[place + 1 : place + 3])

    def _base(self, first: int, last: int) -> str:
        """A phrase in its base form, plural where it is."""
        words = [
            plural_of(t.lemma) if has_feature(t, "Number=Plur") else t.lemma for t in self._tokens[first : last + 1]
        ]
        return " ".join(words)

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
            if place > 0 and place - 1 in self._actors and has_feature(tokens[place - 1], "Case=Gen"):
                first = place - 1
                while first > 0 and first - 1 in self._actors and has_feature(tokens[first - 1], "Case=Gen"):
                    first -= 1
                return Owner(self._base(first, place - 1), first, place)
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
        for number in range(len(pieces) - 1, -1, -1):
            piece, mark = pieces[number], opened[number]
            if piece and mark and self._is_actor(piece):
                first = piece[0]
                while mark == "," and number > 1 and pieces[number - 1] and self._is_actor(pieces[number - 1]):
                    number -= 1  # (poliisi, koulut)
                    first, mark = pieces[number][0], opened[number]
                return Owner(self._name(first, piece[-1]), first, piece[-1])
        return self._in_brackets() or self._last_word() or self._label() or self._before_deadline(pieces, deadlines)

    def _in_brackets(self) -> Owner | None:
        """A capitalised word alone in brackets at the end of an entry (*kuntakirje ensi viikolla (Unhola)*)."""
        tokens = self._tokens
        for place in range(1, len(tokens) - 1):
            alone = tokens[place - 1].form == "(" and tokens[place + 1].form == ")"
            if alone and tokens[place].form.istitle() and is_nominative(tokens[place]):
                return Owner(tokens[place].form, place, place)
        return None

    def _last_word(self) -> Owner | None:
        """A capitalised word alone after the last comma or stop (*Akut vaihdetaan marraskuussa, Särkilahti.*)."""
        places = [place for place, token in enumerate(self._tokens) if token.form != "."]
        if len(places) < MAX_LABEL or not (name := self._tokens[places[-1]]).form.istitle():
            return None
        before = self._tokens[places[-1] - 1]
        alone = before.form == "," or before.sentence != name.sentence
        named = name.pos in ("NOUN", "PROPN", "") and is_nominative(name)
        return Owner(name.form, places[-1], places[-1]) if alone and named else None

    def _label(self) -> Owner | None:
        """Names before the colon that an entry begins with (*Salli + Onni: palkinnot kaupoilta*)."""
        tokens = self._tokens
        marks = (":", "->", "→")
        colon = next((place for place in range(1, min(MAX_LABEL, len(tokens))) if tokens[place].form in marks), 0)
        words = [t for t in tokens[:colon] if t.form.lower() not in (*_LINKS, ",")]
        named = all(t.pos == "PROPN" for t in words) or (len(words) > 1 and all(t.form.istitle() for t in words))
        if words and named and all(is_nominative(t) or t.pos == "VERB" for t in words):
            return Owner(self._name(0, colon - 1), 0, colon - 1)
        return None

    def _before_deadline(self, pieces: Sequence[Sequence[int]], deadlines: Sequence[Deadline]) -> Owner | None:
        """Actors right before the deadline or the end of a verbless entry (*äänieristys tilapalvelut viim. vko 43*)."""
        tokens = self._tokens
        if any(is_finite(token) for token in tokens) or not deadlines:
            return None
        for piece in pieces[:1]:
            start = len(piece)
            while start > 0 and self._is_actor(piece[start - 1 :]):
                start -= 1
            while start < len(piece) and tokens[piece[start]].pos not in ("NOUN", "PROPN", "PRON", "DET", ""):
                start += 1
            if 0 < start < len(piece) and not has_feature(tokens[piece[start - 1]], "Case=Gen"):
                return Owner(self._name(piece[start], piece[-1]), piece[start], piece[-1])
        return None

    def _is_actor(self, piece: Sequence[int]) -> bool:
        tokens = [self._tokens[place] for place in piece]
        if len(piece) > MAX_WORDS or any(is_finite(token) and token.pos in ("VERB", "AUX") for token in tokens):
            return False
        return (
            piece[-1] in self._actors
            and is_nominative(tokens[-1])
            and all(
                token.form in ("+", "&", "/")
                or (
                    token.pos in ("NOUN", "PROPN", "", "CCONJ", *_MODIFIERS)
                    and (is_nominative(token) or has_feature(token, "Case=Gen"))
                )
                for token in tokens
            )
        )

"""Figures held against a target or an earlier figure: *odotus on 7 viikkoa, tavoite 3* is over what it should be.

The guidelines let a figure be a challenge or a success where the text sets it against a target. Each such figure gets
the features `Figure=Over` or `Figure=Under`, `Against=Limit`, `Goal`, `Budget` or `Earlier`, and `Unit=` with `Time`,
`Share`, `Money` or `Count`; whether that is good or bad is left to the rules, which know that a queue should be short
and a hall full.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Token

# What a figure is held against, by the base form of a word before it; those of `_BEHIND` may also follow it (*7 päivän
# raja*). A limit says at most, a goal at least.
_MEASURES = {
    word: kind
    for kind, words in {
        "Limit": "raja yläraja hälytysraja suositus enimmäisaika enimmäismäärä takuuaika mitoitus normi laki",
        "Goal": "tavoite tavoitetaso tavoiteaika vaatimus vaade lupaus luvata luvattu ehto kriteeri tarve",
        "Budget": "ta budjetti budjetoida budjetoitu talousarvio arvioitu ennakoida ennakoitu varata varattu",
        "Earlier": "ennen aiemmin aikaisemmin viimeksi edellisvuosi edellisvuonna viime edellinen",
    }.items()
    for word in words.split()
}
_BEHIND = frozenset(
    ("raja", "suositus", "enimmäisaika", "määräaika", "tavoite", "tavoiteaika", "hoitotakuu", "vaatimus")
)
_AT_MOST = frozenset(("alle", "enintään", "korkeintaan", "max", "<"))
_AT_LEAST = frozenset(("vähintään", "yli", ">"))
_ONES = {
    word: value
    for value, word in enumerate(
        ("yksi", "kaksi", "kolme", "neljä", "viisi", "kuusi", "seitsemän", "kahdeksan", "yhdeksän", "kymmenen"), 1
    )
}
_HOURS = {
    **dict.fromkeys(("sekunti", "s"), 1 / 3600),
    **dict.fromkeys(("minuutti", "min"), 1 / 60),
    **dict.fromkeys(("tunti", "h"), 1.0),
    **dict.fromkeys(("vuorokausi", "vrk", "päivä", "pv", "arkipäivä"), 24.0),
    **dict.fromkeys(("viikko", "vk", "vko"), 168.0),
    **dict.fromkeys(("kuukausi", "kk"), 730.0),
}
_MONEY = frozenset(("€", "e", "euro", "m€", "t€", "te", "milj", "miljoona", "tuhat"))
_PLAIN = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_BEFORE, _AFTER = 4, 2  # words between a figure and the word that makes it a measure
_YEARS = range(1900, 2100)
_MINUS = frozenset("-−–")
_STOPS = frozenset((",", ";", "verrattuna", "nähden", "kuin"))  # after *verrattuna* stands a difference
_NOT_AMOUNTS = frozenset(("vuosi", "klo", "kello", "§", "nro", "numero", "kohta", "liite", "sivu"))


@dataclass(frozen=True, slots=True)
class _Figure:
    """An amount: its token's place, its value (times in hours), what it counts, what makes it a measure or ""."""

    place: int
    value: float
    unit: str
    of: str
    sentence: int
    measure: str


def with_figures(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens, of which figures that are held against others say so in their features.

    Returns:
        The same tokens, but for those figures; `tokens` itself where there is none.
    """
    places = [place for place, token in enumerate(tokens) if token.pos == "NUM"]
    if len(places) < 2:
        return tokens
    figures = [figure for place in places if (figure := _figure(tokens, place))]
    found = {}
    for measure in figures:
        if measure.measure and (held := _held_against(measure, figures)):
            limit = measure.value if measure.of else measure.value * _HOURS.get(_next(tokens, held.place), 1.0)
            if held.value != limit:
                side = "Over" if held.value > limit else "Under"
                found[held.place] = frozenset((f"Figure={side}", f"Against={measure.measure}", f"Unit={held.unit}"))
    if not found:
        return tokens
    return [_marked(token, found[place]) if place in found else token for place, token in enumerate(tokens)]


def _marked(token: Token, features: frozenset[str]) -> Token:
    return token._replace(
        candidates=tuple([one._replace(features=one.features | features) for one in token.candidates])
    )


def _next(tokens: Sequence[Token], place: int) -> str:
    """The word after a place, an abbreviation of a unit as printed; nothing at the end of its sentence."""
    if place + 1 >= len(tokens) or tokens[place + 1].sentence != tokens[place].sentence:
        return ""
    form = tokens[place + 1].form.lower().rstrip(".")
    return form if form in _HOURS or form in _MONEY else tokens[place + 1].lemma.lower()


def _figure(tokens: Sequence[Token], place: int) -> _Figure | None:
    """The amount at a place; None where the digits are a year, a day, a time of day, a sum or a name."""
    token = tokens[place]
    before = tokens[place - 1].lemma.lower() if place else ""
    if _PLAIN.fullmatch(token.form):
        value = float(re.sub(r"[ \u00a0\u202f]", "", token.form).replace(",", "."))
    elif token.lemma in _ONES:
        value = float(_ONES[token.lemma])
    else:
        return None
    unit = _next(tokens, place)
    if before in _NOT_AMOUNTS or unit[:1] in ("§", "+") or (value in _YEARS and len(token.form) == 4):
        return None
    if before == "+" and place > 1 and tokens[place - 2].pos == "NUM":
        return None
    if before in _MINUS and tokens[place - 1].end == token.start:
        value = -value
    kind, what = "Count", unit if unit.isalpha() and tokens[place + 1].pos in ("NOUN", "PROPN") else ""
    if unit in _HOURS:
        value, kind, what = value * _HOURS[unit], "Time", "hours"
    elif unit.startswith(("%", "prosent")):
        kind = what = "Share"
    elif unit in _MONEY:
        kind = what = "Money"
    return _Figure(place, value, kind, what, token.sentence, _measure(tokens, place))


def _measure(tokens: Sequence[Token], place: int) -> str:
    """What makes a figure a measure for another: `Limit`, `Goal`, `Budget`, `Earlier`, or nothing."""
    sentence = tokens[place].sentence
    bound = tokens[place - 1].form.lower() if place else ""
    for before in range(place - 1, max(place - 2 - _BEFORE, -1), -1):
        token = tokens[before]
        if token.sentence != sentence or token.form in _STOPS or token.pos == "NUM":
            break
        if kind := _MEASURES.get(token.lemma.lower()):
            if kind in ("Limit", "Goal"):
                return "Limit" if bound in _AT_MOST else "Goal" if bound in _AT_LEAST else kind
            return kind
    for token in tokens[place + 1 : place + 2 + _AFTER]:
        if token.sentence != sentence or token.form in _STOPS or token.pos == "NUM":
            break
        if token.lemma.lower() in _BEHIND:
            return _MEASURES.get(token.lemma.lower(), "Limit")
    return ""


def _held_against(measure: _Figure, figures: Sequence[_Figure]) -> _Figure | None:
    """The figure that a measure is for: the nearest one before it in its sentence, or else in the sentence before."""
    fit = [one for one in figures if not one.measure and measure.of in ("", one.of) and one.place < measure.place]
    return next((one for one in reversed(fit) if one.sentence >= measure.sentence - 1), None)

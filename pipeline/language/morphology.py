"""From the Voikko transducer's output to Universal Dependencies: lemma, part of speech, features, compound parts.

The output is a string of tags and letters, for instance

    [Lt][Xp]päättää[X]pääte[Ll][Rt]t[Xj]ty[X]ty[Sn][Ny]          päätetty

`[L?]` opens a word class (`[Lt]` a verb, then `[Ll]` an adjective derived from it), `[Xp]…[X]` holds the base form of
what follows and `[Xj]…[X]` the base form of a derivation's ending, `[Bc]` is the seam of a compound. Letters outside
`[X.]…[X]` are the word as it stands. The other tags are inflection. A reading keeps its derivations as layers, so that
both *päätetty* and *päättää* are at hand.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.records import Candidate

_SEAM = "="

_CLASSES: dict[str, tuple[str, ...]] = {
    "n": ("NOUN",),
    "l": ("ADJ",),
    "nl": ("NOUN", "ADJ"),
    "h": ("INTJ",),
    "ee": ("PROPN",),
    "es": ("PROPN",),
    "ep": ("PROPN",),
    "em": ("PROPN",),
    "t": ("VERB",),
    "a": ("NOUN",),
    "s": ("ADV",),
    "u": ("NUM",),
    "ur": ("NUM",),
    "r": ("PRON",),
    "c": ("CCONJ",),
    "d": ("ADP",),
    "k": ("AUX",),
    "p": ("ADJ",),
}
_CASES = {
    "n": "Nom", "g": "Gen", "p": "Par", "es": "Ess", "tr": "Tra", "ine": "Ine", "ela": "Ela", "ill": "Ill",
    "ade": "Ade", "abl": "Abl", "all": "All", "ab": "Abe", "ko": "Com", "in": "Ins", "ak": "Acc",
}  # fmt: skip
_PARTICIPLES = {
    "v": ("Pres", "Act"), "a": ("Pres", "Pass"), "u": ("Past", "Act"), "t": ("Past", "Pass"), "m": ("Agt", "Act"),
    "e": ("Neg", "Act"),
}  # fmt: skip
_MOODS = {"t": "Ind", "e": "Cnd", "k": "Imp", "m": "Pot"}
_DEGREES = {"c": "Cmp", "s": "Sup"}
_OWNERS = {
    "1y": ("Number[psor]=Sing", "Person[psor]=1"), "2y": ("Number[psor]=Sing", "Person[psor]=2"),
    "1m": ("Number[psor]=Plur", "Person[psor]=1"), "2m": ("Number[psor]=Plur", "Person[psor]=2"),
    "3": ("Person[psor]=3",),
}  # fmt: skip
_NUMBERS = {"y": "Sing", "m": "Plur"}
_SUBORDINATORS = {"että", "jotta", "koska", "jos", "kun", "vaikka", "ellei", "jollei", "mikäli", "kunnes", "jahka"}
_AUXILIARIES = {"olla", "voida", "pitää", "täytyä", "saattaa", "taitaa", "tulla", "joutua", "saada"}
_PIECE = re.compile(r"\[([^\[\]]*)\]?([^\[]*)")
# What stands after a number: *kaksi* + *kymmentä* is UD's *kaksikymmenen*.
_MULTIPLIERS = {
    "toista": "toista", "kymmentä": "kymmenen", "sataa": "sata", "tuhatta": "tuhat", "miljoonaa": "miljoona",
    "miljardia": "miljardi",
}  # fmt: skip
_LOAN_PREFIX = re.compile(rf"\b(di|tri|mono|tetra|poly|iso|meta|orto){_SEAM}")
"""Voikko's seam in *di=oksidi* is for hyphenation: what no word begins with alone is no part."""
_ORDINAL = re.compile(r"(?:ensimmäinen|toinen|s)$")


@dataclass(slots=True)
class _Layer:
    """One word class within a part: the verb, then the adjective that its participle is."""

    kind: str
    base: str = ""
    stem: str = ""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Part:
    """One part of a compound: the letters as they stand and its layers of derivation, outermost last."""

    surface: str
    layers: list[_Layer]


def candidates(output: str) -> list[Candidate]:
    """All UD readings of one output of the transducer; several where Voikko keeps apart what UD does not, or back."""
    parts = [part for part in map(_part, output.split("[Bc]")) if part.layers]
    tail: list[str] = []
    while len(parts) > 1 and parts[-1].layers[-1] == _Layer("u", parts[-1].surface):
        tail.insert(0, parts.pop().surface)
    if not parts:
        return []
    *first, last = parts
    if not first and not tail and _SEAM not in output and "[Bm]" not in output:
        return [
            Candidate(lemma, pos, frozenset(features), (lemma,), (lemma,)) for lemma, pos, features in _readings(last)
        ]
    found = []
    for lemma, pos, features in _readings(last):
        case = next((feature for feature in features if feature.startswith("Case=")), "")
        shown = [*(_inner(part, case, pos) for part in first), lemma, *tail]
        bases = [*(part.layers[-1].base for part in first), lemma, *tail]
        cuts, base_cuts = (_SEAM.join(pieces).split(_SEAM) for pieces in (shown, bases))
        if len(base_cuts) != len(cuts):  # a seam that the base form has not: *uuden=vuoden*, *uusivuosi*
            base_cuts = [*cuts[:-1], base_cuts[-1]]
        found.append(
            Candidate(
                "".join(shown).replace(_SEAM, ""),
                pos,
                frozenset(features),
                tuple(cuts),
                tuple(base_cuts),
            )
        )
    return found


@lru_cache(maxsize=20_000)
def _part(output: str) -> _Part:
    """Read one part of a compound."""
    layers: list[_Layer] = []
    surface = base = ""
    block = ""
    for tag, letters in _PIECE.findall(output if output.startswith("[") else f"[]{output}"):
        if tag.startswith("X"):
            block = "" if tag == "X" else tag
            if block in ("Xp", "Xj"):
                base = surface
        elif tag.startswith("L"):
            if layers:
                layers[-1].base = base
            layers.append(_Layer(tag[1:]))
        elif tag == "Bm":
            surface += _SEAM
        elif layers and tag:
            layers[-1].tags.setdefault(tag[0], tag[1:])
            if tag == "Tn4":
                layers[-1].stem = surface
        if letters:
            if block in ("Xp", "Xj"):
                base = surface + letters
            elif not block:
                surface += letters
    if layers:
        base = _LOAN_PREFIX.sub(r"\1", base or surface).rstrip("-")
        surface = _LOAN_PREFIX.sub(r"\1", surface)
        layers[-1].base = _MULTIPLIERS.get(base, base)
    elif surface in _MULTIPLIERS:
        surface = _MULTIPLIERS[surface]
        layers = [_Layer("u", surface)]
    return _Part(surface, layers)


def _inner(part: _Part, case: str, pos: str) -> str:
    """A compound's earlier part as the lemma shows it: as it stands, but for one that inflects with the last part."""
    layer = part.layers[-1]
    agrees = f"Case={_CASES.get(layer.tags.get('S', ''), '')}" == case != "Case=Nom"
    inflects = layer.kind in ("l", "nl") or (layer.kind in ("u", "ur") and pos == "NUM")
    return layer.base if agrees and inflects else part.surface


def _readings(part: _Part) -> list[tuple[str, str, set[str]]]:
    """Lemma, part of speech and features of the last part, in every way that UD may see it."""
    layer = part.layers[-1]
    verb = part.layers[-2] if len(part.layers) > 1 and part.layers[-2].kind == "t" else None
    if layer.kind == "t":
        return _verb(layer)
    if layer.kind == "k":
        return [(layer.base, "AUX", _finite(layer.tags) | {"Polarity=Neg"})]
    features = _nominal(layer.tags)
    if layer.kind in ("l", "nl") and layer.tags.get("S") in ("sti", "in") and "O" not in layer.tags:
        return _adverb(part, layer, features)
    if verb and "R" in layer.tags:
        form, voice = _PARTICIPLES[layer.tags["R"]]
        marked = features | {f"PartForm={form}", "VerbForm=Part", f"Voice={voice}"}
        found = [(verb.base, "AUX" if verb.base == "olla" else "VERB", marked)]
        # *Tehtyään* is a clause of its own, never an adjective.
        if not (layer.tags["R"] == "t" and layer.tags.get("S") == "p" and "O" in layer.tags):
            found.append((layer.base, "NOUN" if layer.kind == "n" else "ADJ", features))
        return found
    found = []
    for pos in _CLASSES.get(layer.kind, ()):
        if pos in ("ADJ", "NOUN") and layer.kind != "p":
            found.append((layer.base, pos, features | ({_degree(layer.tags)} if pos == "ADJ" else set())))
        elif pos == "CCONJ":
            found.append((layer.base, "SCONJ" if layer.base in _SUBORDINATORS else "CCONJ", features))
        elif pos == "NUM" and _ORDINAL.search(layer.base):
            found.append((layer.base, "ADJ", features | {"NumType=Ord"}))
        elif pos == "NUM":
            found.append((layer.base, "NUM", features | {"NumType=Card"}))
        else:
            found.append((layer.base, pos, features))
    if layer.kind == "a" and layer.base != layer.base.lower():
        found.append((layer.base, "PROPN", features))
    return found


def _adverb(part: _Part, layer: _Layer, features: set[str]) -> list[tuple[str, str, set[str]]]:
    """*nopeasti*, *nopeammin*: Voikko inflects the adjective; UD has an adverb."""
    degree = _degree(layer.tags)
    if layer.tags["S"] == "sti":
        return [
            (_unclitic(part.surface, layer), "ADV", {"Derivation=Sti"} | _clitic(layer.tags)),
            (layer.base, "ADJ", {degree}),
        ]
    adjective = (layer.base, "ADJ", features | {degree})
    if degree == "Degree=Pos":
        return [adjective]
    stem = re.sub("(?:i?mmin|imm?in)(?:kin|kaan|kään)?$", "", part.surface)
    if stem.endswith("e") and layer.base[-1:] in "aä":
        stem = stem[:-1] + layer.base[-1]
    return [(f"{stem}sti", "ADV", {degree, "Derivation=Sti"}), (part.surface, "ADV", {degree}), adjective]


def _unclitic(surface: str, layer: _Layer) -> str:
    return re.sub("(?:kin|kaan|kään|han|hän|ko|kö)$", "", surface) if "F" in layer.tags else surface


def _verb(layer: _Layer) -> list[tuple[str, str, set[str]]]:
    mood = layer.tags.get("T", "")
    pos = "AUX" if layer.base in _AUXILIARIES else "VERB"
    if mood == "n4":
        noun = f"{layer.stem}minen"
        features = _nominal(layer.tags)
        return [
            (noun, "NOUN", features | {"Derivation=Minen"}),
            (layer.base, "VERB", features | {"InfForm=4", "VerbForm=Inf"}),
        ]
    if mood.startswith("n"):
        features = _nominal(layer.tags) | {f"InfForm={mood[1]}", "VerbForm=Inf", "Voice=Act"}
        if mood == "n2" and "S" not in layer.tags:
            features.add("Case=Ine")
        return _with_auxiliary(layer.base, pos, features)
    finite = _finite(layer.tags)
    found = []
    if layer.tags.get("E") != "t":
        found += _with_auxiliary(layer.base, pos, finite)
    if layer.tags.get("E") in ("b", "t"):
        kept = {feature for feature in finite if feature.startswith(("Tense", "Mood", "Clitic", "Voice"))}
        if "Mood=Imp" in kept:
            kept = (kept - {"Mood=Imp"}) | {"Mood=Ind", "Tense=Pres"}
        found += _with_auxiliary(layer.base, pos, kept | {"Connegative=Yes", "VerbForm=Fin"})
    return found


def _with_auxiliary(lemma: str, pos: str, features: set[str]) -> list[tuple[str, str, set[str]]]:
    """*voida*, *pitää*: an auxiliary in one sentence and a verb in the next; *olla* is always an auxiliary in UD."""
    if pos == "AUX" and lemma != "olla":
        return [(lemma, "AUX", features), (lemma, "VERB", features)]
    return [(lemma, pos, features)]


def _finite(tags: dict[str, str]) -> set[str]:
    features = {"VerbForm=Fin"} | _clitic(tags)
    if mood := _MOODS.get(tags.get("T", "")):
        features.add(f"Mood={mood}")
    if mood == "Ind" and "A" in tags:
        features.add("Tense=Past" if tags["A"] == "i" else "Tense=Pres")
    if tags.get("P") == "4":
        features.add("Voice=Pass")
    else:
        features.add("Voice=Act")
        if "P" in tags:
            features.add(f"Person={tags['P']}")
        if "N" in tags:
            features.add(f"Number={_NUMBERS[tags['N']]}")
    return features


def _nominal(tags: dict[str, str]) -> set[str]:
    features = _clitic(tags)
    if case := _CASES.get(tags.get("S", "")):
        features.add(f"Case={case}")
    if number := _NUMBERS.get(tags.get("N", "")):
        features.add(f"Number={number}")
    features.update(_OWNERS.get(tags.get("O", ""), ()))
    return features


def _clitic(tags: dict[str, str]) -> set[str]:
    clitic = tags.get("F")
    return {f"Clitic={clitic.capitalize()}"} if clitic else set()


def _degree(tags: dict[str, str]) -> str:
    return f"Degree={_DEGREES.get(tags.get('C', ''), 'Pos')}"

"""Readings that Universal Dependencies names otherwise than the dictionary."""

import re
from collections.abc import Iterator

from pipeline.records import Candidate

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
    "kulu": "kulut", "bikini": "bikinit", "käräjä": "käräjät", "bile": "bileet", "laude": "lauteet",
    "valjas": "valjaat", "ratas": "rattaat", "raami": "raamit",
}  # fmt: skip
_PLURAL_ONLY_END = re.compile(f"(?:{'|'.join(_PLURAL_ONLY)})$")


def as_in_treebanks(form: str, candidate: Candidate) -> Iterator[Candidate]:
    """A reading of the dictionary and those that UD has in its place or beside it."""
    lemma, features = candidate.lemma, candidate.features
    if candidate.pos == "PRON":
        if lemma in _PLURAL_PRONOUNS:
            lemma = _PLURAL_PRONOUNS[lemma]
            yield candidate._replace(lemma=lemma, parts=(lemma,), bases=(lemma,))
            return
        for (pronoun, ending), indefinite in _INDEFINITE.items():
            if pronoun == lemma and form.endswith(ending):
                yield candidate._replace(lemma=indefinite, parts=(indefinite,), bases=(indefinite,))
    yield candidate
    if candidate.pos in ("NOUN", "PROPN") and "Number=Plur" in features and (match := _PLURAL_ONLY_END.search(lemma)):
        plural = _PLURAL_ONLY[match.group()]
        bases, parts = list(candidate.bases), list(candidate.parts)
        bases[-1] = parts[-1] = parts[-1][: len(parts[-1]) - len(match.group())] + plural
        yield candidate._replace(lemma=lemma[: match.start()] + plural, parts=tuple(parts), bases=tuple(bases))

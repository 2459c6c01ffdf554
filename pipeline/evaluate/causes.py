"""Why a label is missing or too many: the phenomenon, as far as the rules and the learned part tell it themselves."""

from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.evaluate.runs import Judged
from pipeline.labelling import Passage, Rules
from pipeline.labelling.verdicts import Blocked, Reading

NOT_FOUND, TOO_MANY = "the item was not found", "the item should not be there"
DROPPED, ADDED = "dropped by the learned part", "added by the learned part"
WEAK, UNKNOWN = "words known, but too weak or out of place", "no word known"
OTHER, TAKEN = "no word known, another theme given", "taken from the heading or an item above"
INSTEAD, SENSE = "words of a rule, another theme meant", "words of a rule, nothing meant"

BLOCKED = {
    "negated": "blocked by a negation",
    "hoped": "blocked by a wish or proposal",
    "past": "blocked as past",
    "solved": "blocked as solved",
    "law": "blocked as law",
    "procedure": "blocked as procedure",
    "title": "blocked inside a title or a name",
    "alike": "blocked by a look-alike",
    "beside": "blocked by a word beside, or for want of one",
}

MISSES = (NOT_FOUND, UNKNOWN, OTHER, *BLOCKED.values(), WEAK, DROPPED)
_TELLING = (DROPPED, *BLOCKED.values())
ALARMS = (TOO_MANY, SENSE, INSTEAD, TAKEN, ADDED)


def causes(judged: Judged, rules: Rules) -> Iterator[tuple[str, bool, str]]:
    """(label, whether it is missing, cause from `MISSES` or `ALARMS`) of everything wrong with an item's labels."""
    missing, extra = judged.wrong()
    for label in sorted(missing):
        yield label, True, _of_miss(judged, label, rules)
    for label in sorted(extra):
        yield label, False, _of_alarm(judged, label)


def confusions(items: Iterable[Judged], rules: Rules) -> dict[str, Counter[tuple[bool, str]]]:
    """For themes and types how often each (missing, cause) stands, by axis."""
    found: dict[str, Counter[tuple[bool, str]]] = {"themes": Counter(), "types": Counter()}
    for one in items:
        for label, missing, cause in causes(one, rules):
            found["types" if label in rules.types else "themes"][missing, cause] += 1
    return found


def _of_miss(judged: Judged, label: str, rules: Rules) -> str:
    if judged.passage is None:
        return NOT_FOUND
    shut = [_blocked(one) for one in judged.labelled.blocked if one.label == label]
    if shut:  # of several rules that found words, the one nearest to a label tells most
        return min(shut, key=_TELLING.index)
    if _has_words(judged.passage, label, rules):
        return WEAK
    rival = label not in rules.types and any(one.axis == "theme" for one in judged.labelled.labels)
    return OTHER if rival else UNKNOWN


def _blocked(one: Blocked) -> str:
    """The cause that the reason for a block tells, which `labelling` words as the end of a sentence."""
    if one.circumstance:
        return BLOCKED[one.circumstance]
    if one.masked:
        return BLOCKED["title"]
    if one.reason.startswith("the learned part"):
        return DROPPED
    return BLOCKED["alike" if one.reason.endswith("means something else") else "beside"]


def _has_words(passage: Passage, label: str, rules: Rules) -> bool:
    """Whether a rule of the label finds words of its own, whatever came of it."""
    spans = Reading(passage, rules, ()).spans
    found = {number for number, hits in spans.items() if hits}
    return any(rule.label == label and not rule.any.numbers.isdisjoint(found) for rule in rules.candidates(found))


def _of_alarm(judged: Judged, label: str) -> str:
    if judged.gold is None:
        return TOO_MANY
    given = next(one for one in judged.labelled.labels if one.label == label)
    if given.method == "model":
        return ADDED
    if given.method == "heading":
        return TAKEN
    return INSTEAD if given.axis == "theme" and judged.gold.themes else SENSE

"""Labels by rules: themes, types and actions of items, each with the rule and the words that gave it.

The rules are data in `models/rules/` (`docs/rules.md` describes their language). Three doors: `load_rules`,
`label_passages` for anything that can be made into passages, `label_minutes` for a document that the structure stage
has read.
"""

from dataclasses import replace

from pipeline.labelling.engine import Labelled, label_passages
from pipeline.labelling.passages import Heading, Passage, heading, lemmas, part_named, passages_of
from pipeline.labelling.rulebook import Rules
from pipeline.labelling.rulefiles import load_rules
from pipeline.labelling.traces import ended, with_traces
from pipeline.language import Lemmatiser
from pipeline.records import Minutes, occurrence_ids

__all__ = [
    "Heading",
    "Labelled",
    "Passage",
    "Rules",
    "ended",
    "heading",
    "label_minutes",
    "label_passages",
    "lemmas",
    "load_rules",
    "part_named",
    "passages_of",
]


def label_minutes(minutes: Minutes, rules: Rules, lemmatiser: Lemmatiser) -> Minutes:
    """Fill in the lemmas, labels, actions and traces of a document's items.

    The Swedish of a bilingual page gets no labels.
    """
    passages = passages_of(minutes, lemmatiser)
    labelled = [
        one if item.language != "sv" else Labelled((), ())
        for item, one in zip(minutes.items, label_passages(passages, rules), strict=True)
    ]
    items = tuple(
        replace(item, lemmas=lemmas(passage.tokens)) for item, passage in zip(minutes.items, passages, strict=True)
    )
    actions = [action for one in labelled for action in one.actions]
    ids = occurrence_ids(minutes.document.document_id, (f"{action.item_id}\x1f{action.task}" for action in actions))
    named = [replace(action, action_id=action_id) for action, action_id in zip(actions, ids, strict=True)]
    told, traces = with_traces(passages, named, rules)
    return replace(
        minutes,
        items=items,
        labels=tuple(label for one in labelled for label in one.labels),
        actions=told,
        traces=traces,
    )

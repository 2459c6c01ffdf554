"""What `muistio rules check` looks for in usable files: failed examples, contradictions, what takes no effect."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path

from pipeline.labelling.engine import in_place, is_formal, label_passages
from pipeline.labelling.matching import Index, Spans
from pipeline.labelling.passages import Passage, heading
from pipeline.labelling.patterns import (
    Pattern,
    PatternError,
    base_forms_in,
    is_one_word,
    parse_pattern,
    unknown_features_in,
)
from pipeline.labelling.rulebook import Cue, Rule, Rules, WordClass
from pipeline.labelling.verdicts import THRESHOLD, Reading, apply_rules
from pipeline.language import Lemmatiser
from pipeline.records import Token

Source = Rule | Cue | WordClass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a rule, a cue or a word class that is worth a look.

    Attributes:
        serious: whether the rule does not do what it says; what is not serious is a hint.
    """

    rule: Source
    message: str
    serious: bool = False

    def __str__(self) -> str:
        kind = {Rule: "rule", Cue: "cue", WordClass: "word class"}[type(self.rule)]
        return f"{self.rule.file}, line {self.rule.line}, {kind} '{self.rule.id}': {self.message}"


def check_rules(rules: Rules, lemmatiser: Lemmatiser, only: Path | None = None) -> list[Finding]:
    """Every finding, in the order of the files; of one file where `only` names it."""
    findings = [
        finding for finding in (*_shared_patterns(rules), *_too_weak(rules)) if only in (None, finding.rule.file)
    ]
    for rule in rules.rules:
        if only in (None, rule.file):
            findings += _examples(rule, rules, lemmatiser)
            findings += _contradictions(rule)
            findings += _without_effect(rule)
            findings += _idle_look_alikes(rule, rules, lemmatiser)
    known: dict[str, bool] = {}
    sources: tuple[Source, ...] = (*rules.rules, *rules.cues, *rules.masks, *rules.class_texts)
    for one in sources:
        if only in (None, one.file):
            findings += _long_entries(one)
            findings += _unknown_features(one)
            findings += _unknown_words(one, lemmatiser, known)
    return findings


def _examples(rule: Rule, rules: Rules, lemmatiser: Lemmatiser) -> Iterator[Finding]:
    """Examples that the rules in force do not label as they should, whatever the learned part makes of them.

    One that gets its label from other rules alone says nothing of its own rule.
    """
    title = (heading(rule.section.texts[0], lemmatiser),) if rule.section else ()
    for text, wanted in [*((text, True) for text in rule.yes), *((text, False) for text in rule.no)]:
        passage = Passage(text=text, tokens=lemmatiser.analyse(text), headings=title, date="2025-01-15")
        labels = label_passages([passage], replace(rules, model=None))[0].labels
        found = {label.label for label in labels}
        if (rule.label in found) != wanted:
            verdict = f"gets no label '{rule.label}' but should" if wanted else f"gets '{rule.label}' but should not"
            yield Finding(rule, f"the example '{text}' {verdict}.", serious=True)
        elif wanted and not _fires(rule, passage, rules):
            other = next(label.rule for label in labels if label.label == rule.label)
            yield Finding(
                rule,
                f"the example '{text}' gets its label from '{other}'; write one that this rule finds its words in.",
            )


def _fires(rule: Rule, passage: Passage, rules: Rules) -> bool:
    passages = in_place([passage], rules)
    headings = [_spans(one.text, one.tokens, rules) for one in passages[0].headings]
    fired, _ = apply_rules(Reading(passages[0], rules, headings, is_formal(passages)))
    return any(one.rule.id == rule.id for one in fired)


def _spans(text: str, tokens: tuple[Token, ...], rules: Rules) -> Spans:
    """What the patterns find in a text that stands alone."""
    return Reading(Passage(text=text, tokens=tokens), rules, ()).spans


def _contradictions(rule: Rule) -> list[Finding]:
    """Patterns that a rule both looks for and shuts out."""
    out = {*rule.look_alikes.texts, *rule.unless.texts}
    return [
        Finding(rule, f"'{text}' stands both under 'any' and under 'not' or 'unless'; drop one.", serious=True)
        for text in rule.any.texts
        if text in out
    ]


def _without_effect(rule: Rule) -> Iterator[Finding]:
    """Keys that change nothing beside the others."""
    if rule.becomes and "negated" in rule.keeps:
        yield Finding(
            rule, "'becomes' has no effect while denied finds are kept; write 'negated: block' beside it.", serious=True
        )
    for text in rule.with_.texts:
        if text in rule.any.texts:
            yield Finding(
                rule, f"'{text}' stands both under 'any' and under 'with', so that it is its own company; drop one."
            )
    for text in dict.fromkeys(text for text in rule.any.texts if rule.any.texts.count(text) > 1):
        yield Finding(rule, f"'{text}' stands twice under 'any'; keep one.")


def _too_weak(rules: Rules) -> Iterator[Finding]:
    """Labels that all their rules together cannot give."""
    labels = {label: [rule for rule in rules.rules if rule.label == label] for label in {r.label for r in rules.rules}}
    for label, ones in sorted(labels.items()):
        most = 1 - prod(1 - rule.weight for rule in ones)
        if most < THRESHOLD and not any(rule.becomes == label for rule in rules.rules):
            yield Finding(
                ones[0],
                f"the rules of '{label}' reach {most:.2f} together and a label needs {THRESHOLD:g}; raise a weight.",
                serious=True,
            )


def _idle_look_alikes(rule: Rule, rules: Rules, lemmatiser: Lemmatiser) -> list[Finding]:
    """Look-alikes none of whose words is one that the rule looks for, so that they shut nothing out.

    Only whole words are tried: what a part of a compound may grow to cannot be told.
    """
    if not rule.any:
        return []
    wanted = [word for text in rule.any.texts for pattern in parse_pattern(text) for word in pattern.words]
    singles = [Pattern((word._replace(features=frozenset()),), (0,)) for word in wanted]
    sought = replace(rules, index=Index(singles, rules.classes), own_negation=frozenset())
    idle = []
    for text in rule.look_alikes.texts:
        words = [word for pattern in parse_pattern(text) for word in pattern.words]
        if all(word.kind in ("lemma", "form") and word.key.isalpha() for word in words) and "-" not in text:
            found = any(_spans(word.key, lemmatiser.analyse(word.key), sought) for word in words)
            idle += [] if found else [text]
    if not idle:
        return []
    texts = ", ".join(f"'{text}'" for text in idle)
    return [Finding(rule, f"'any' has no word in common with {texts} under 'not', so that nothing is shut out.")]


def _texts(one: Source) -> Iterable[str]:
    if isinstance(one, WordClass):
        return one.texts
    near = (*one.unless.texts, *one.with_.texts) if isinstance(one, Rule) else ()
    return (*one.any.texts, *one.look_alikes.texts, *near, *one.section.texts)


def _unknown_features(one: Source) -> Iterator[Finding]:
    """Features in brackets that no word has, so that the pattern never matches."""
    for text in _texts(one):
        for name, near in unknown_features_in(text).items():
            fix = f"did you mean '{near}'?" if near else "docs/rules.md tells which there are."
            yield Finding(one, f"no word has the feature '{name}', so that '{text}' finds nothing; {fix}", serious=True)


def _long_entries(one: Source) -> Iterator[Finding]:
    """Entries of a word class that are more than one word, and so are never found."""
    for text in one.texts if isinstance(one, WordClass) else ():
        try:
            single = is_one_word(text)
        except PatternError:
            single = False
        if not single:
            fix = "write it as a pattern of the rule beside the class"
            yield Finding(one, f"'{text}' is more than one word, which a word class never finds; {fix}.", serious=True)


def _unknown_words(one: Source, lemmatiser: Lemmatiser, known: dict[str, bool]) -> list[Finding]:
    """Words that no reading of the lemmatiser has as its base form, so that the pattern hardly ever matches."""
    unknown = []
    for text in _texts(one):
        for word in base_forms_in(text):
            if word not in known:
                tokens = lemmatiser.analyse(word)
                readings = tokens[0].candidates if len(tokens) == 1 else ()
                lemmas = {reading.lemma.lower() for reading in readings if reading.pos}
                known[word] = not readings or (bool(readings[0].pos) and word.lower() in lemmas)
            if not known[word]:
                unknown.append(word)
    if not unknown:
        return []
    words = ", ".join(f"'{word}'" for word in dict.fromkeys(unknown))
    return [Finding(one, f"the lemmatiser has no base form {words}; check the spelling, or write =word for a form.")]


def _shared_patterns(rules: Rules) -> list[Finding]:
    """Patterns that more than one label claims at full weight."""
    users: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in rules.rules:
        if not (rule.unless or rule.with_ or rule.section) and rule.weight == 1:
            for text in rule.any.texts:
                users[rule.axis, text].append(rule)
    return [
        Finding(group[1], f"'{text}' stands in '{group[0].id}', too; both labels are then given.")
        for (_, text), group in users.items()
        if len({rule.label for rule in group}) > 1
    ]

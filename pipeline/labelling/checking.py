"""What `muistio rules check` looks for in usable files: failed examples, dead cues, contradictions."""

from collections import defaultdict
from dataclasses import dataclass, replace

from pipeline.labelling.engine import label_passages
from pipeline.labelling.passages import Passage, heading
from pipeline.labelling.patterns import base_forms_in
from pipeline.labelling.rulebook import Rule, Rules
from pipeline.language import Lemmatiser


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a rule that is worth a look.

    Attributes:
        serious: whether the rule does not do what it says; what is not serious is a hint.
    """

    rule: Rule
    message: str
    serious: bool = False

    def __str__(self) -> str:
        return f"{self.rule.file}, line {self.rule.line}, rule '{self.rule.id}': {self.message}"


def check_rules(rules: Rules, lemmatiser: Lemmatiser) -> list[Finding]:
    """Every finding, in the order of the files."""
    findings = _shared_patterns(rules)
    known: dict[str, bool] = {}
    for rule in rules.rules:
        findings += _examples(rule, rules, lemmatiser)
        findings += _contradictions(rule)
        findings += _unknown_words(rule, lemmatiser, known)
    return findings


def _examples(rule: Rule, rules: Rules, lemmatiser: Lemmatiser) -> list[Finding]:
    """Examples that the rules in force do not label as they should, whatever the learned part makes of them."""
    findings = []
    title = (heading(rule.section.texts[0], lemmatiser),) if rule.section else ()
    for text, wanted in [*((text, True) for text in rule.yes), *((text, False) for text in rule.no)]:
        passage = Passage(text=text, tokens=lemmatiser.analyse(text), headings=title, date="2025-01-15")
        found = {label.label for label in label_passages([passage], replace(rules, model=None))[0].labels}
        if (rule.label in found) != wanted:
            verdict = f"gets no label '{rule.label}' but should" if wanted else f"gets '{rule.label}' but should not"
            findings.append(Finding(rule, f"the example '{text}' {verdict}.", serious=True))
    return findings


def _contradictions(rule: Rule) -> list[Finding]:
    """Patterns that a rule both looks for and shuts out."""
    out = {*rule.look_alikes.texts, *rule.unless.texts}
    return [
        Finding(rule, f"'{text}' stands both under 'any' and under 'not' or 'unless'; drop one.", serious=True)
        for text in rule.any.texts
        if text in out
    ]


def _unknown_words(rule: Rule, lemmatiser: Lemmatiser, known: dict[str, bool]) -> list[Finding]:
    """Words that no reading of the lemmatiser has as its base form, so that the pattern hardly ever matches."""
    unknown = []
    for text in (*rule.any.texts, *rule.look_alikes.texts, *rule.unless.texts, *rule.with_.texts):
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
    return [Finding(rule, f"the lemmatiser has no base form {words}; check the spelling, or write =word for a form.")]


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

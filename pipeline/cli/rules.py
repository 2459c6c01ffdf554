"""`muistio rules`: check, show and compare the rules in force."""

from collections import Counter
from pathlib import Path

import click

from pipeline.cli.explain import stored_passages
from pipeline.cli.terminal import say, store_option
from pipeline.config import LEMMATISERS
from pipeline.errors import UsageError
from pipeline.labelling import Labelled, Rules, label_passages, load_rules
from pipeline.labelling.checking import check_rules
from pipeline.labelling.rows import label_rows, parse_rows
from pipeline.labelling.rulebook import Rule
from pipeline.language import Lemmatiser, load_lemmatiser
from pipeline.safe import printable
from pipeline.store import open_store

_EXAMPLES = 10
_themes = click.option(
    "--themes", type=click.Path(path_type=Path), metavar="FILE", help="Your own theme rules, added to ours."
)
_lemmatiser = click.option("--lemmatiser", type=click.Choice(LEMMATISERS), default="voikko", show_default=True)


@click.group(name="rules", short_help="Check, show and compare the rules in force.")
def command() -> None:
    """Check, show and compare the rules that give the labels."""


@command.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]")
@_lemmatiser
def check(files: tuple[Path, ...], lemmatiser: str) -> int:
    """Check the shipped rules, or your own theme FILEs (or folders of rules).

    A file that cannot be used ends the check with its fault: file, line, key and the likely fix. Then come examples
    that are not labelled as they should, patterns that contradict one another or can never take effect, and words that
    the lemmatiser does not know.
    """
    words = load_lemmatiser(lemmatiser)
    serious = 0
    for path in files or (None,):
        rules = _load(path)
        only = None if path is None or path.is_dir() else path
        own = [rule for rule in rules.rules if only in (None, rule.file)]
        findings = check_rules(rules, words, only)
        for finding in findings:
            click.echo(f"{'fault' if finding.serious else 'hint'}: {finding}")
        serious += sum(finding.serious for finding in findings)
        patterns = sum(len(rule.any.texts) for rule in own)
        say(f"{path or 'The shipped rules'}: {len(own)} rules, {patterns} patterns, version {rules.version}.")
    if serious:
        raise UsageError(
            f"{serious} {'fault' if serious == 1 else 'faults'} found; each names its file and line above."
        )
    return 0


@command.command()
@click.argument("rule_id", metavar="[ID]", required=False)
@_themes
@store_option
def show(rule_id: str | None, themes: Path | None, store: Path) -> int:
    """List the rules, or show the rule (or the rules of the label) called ID, with what it matched in the store."""
    rules = load_rules(themes, model=False)
    chosen = [rule for rule in rules.rules if rule_id in (None, rule.id, rule.label)]
    if not chosen:
        raise UsageError(f"There is no rule or label '{rule_id}'; `muistio rules show` lists them.")
    for rule in chosen:
        if rule_id is None or (len(chosen) > 1 and rule_id != rule.id):
            note = f"  {rule.note}" if rule.note else ""
            click.echo(f"{rule.id:32} {rule.label:14} {len(rule.any.texts):4} patterns{note}")
        else:
            _show(rule)
            for theme in rules.themes:
                if theme.label == rule.label and theme.uri:
                    click.echo(f"  concept: {theme.uri}")
            _matches(rule, store)
    return 0


def _show(rule: Rule) -> None:
    click.echo(f"{rule.id} gives {rule.axis} '{rule.label}' ({rule.file.name}, line {rule.line})")
    lists = {
        "any": rule.any.texts,
        "not": rule.look_alikes.texts,
        "unless": rule.unless.texts,
        "with": rule.with_.texts,
        "section": rule.section.texts,
        "parts": sorted(rule.parts),
        "kinds": sorted(rule.kinds),
    }
    for key, values in lists.items():
        if values:
            click.echo(f"  {key}: {', '.join(values)}")
    click.echo(f"  scope: {rule.scope}, weight: {rule.weight:g}, counts even when: {', '.join(sorted(rule.keeps))}")
    if rule.becomes:
        click.echo(f"  denied, it counts as: {rule.becomes}")
    if rule.note:
        click.echo(f"  note: {rule.note}")


def _matches(rule: Rule, store: Path) -> None:
    """Some of the items in the store that the rule labelled."""
    try:
        connection = open_store(store)
    except UsageError as error:
        return say(str(error))
    with connection:
        rows = connection.execute(
            "SELECT l.evidence, i.text, i.item_id FROM labels l JOIN items i USING (item_id) WHERE l.rule = ? "
            "ORDER BY i.document_id, i.ordinal",
            [rule.id],
        ).fetchall()
    click.echo(f"  labels in the store: {len(rows)}")
    for evidence, text, item_id in rows[:_EXAMPLES]:
        click.echo(printable(f"    {evidence!r}: {' '.join(text.split())} · {item_id}"))
    return None


@command.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--on", type=click.Path(path_type=Path), metavar="FILE", help="JSON lines to label, not the store's items."
)
@_lemmatiser
@store_option
def diff(old: Path, new: Path, on: Path | None, lemmatiser: str, store: Path) -> int:
    """Say which labels move between OLD and NEW, each a folder of rules or a theme file that is added to ours."""
    words = load_lemmatiser(lemmatiser)
    before, after = _load(old), _load(new)
    moved: Counter[str] = Counter()
    pairs = _on_rows(on, before, after, words) if on else _on_store(store, before, after, words)
    for text, was, now in pairs:
        signs = [f"-{label}" for label in sorted(was - now)] + [f"+{label}" for label in sorted(now - was)]
        if signs:
            moved.update(signs)
            click.echo(printable(f"{' '.join(signs)}: {' '.join(text.split())}"))
    summary = ", ".join(f"{sign} {count}" for sign, count in sorted(moved.items()))
    say(f"{len(pairs)} items compared; " + (f"{summary}." if summary else "no label moves."))
    return 0


_Pairs = list[tuple[str, set[str], set[str]]]


def _on_rows(path: Path, before: Rules, after: Rules, lemmatiser: Lemmatiser) -> _Pairs:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {path} as UTF-8 text ({error}); check the path.") from error
    rows = parse_rows(text, "jsonl", str(path))
    return [
        (was["text"], {*was["themes"], *was["types"]}, {*now["themes"], *now["types"]})
        for was, now in zip(label_rows(rows, before, lemmatiser), label_rows(rows, after, lemmatiser), strict=True)
    ]


def _on_store(store: Path, before: Rules, after: Rules, lemmatiser: Lemmatiser) -> _Pairs:
    pairs = []
    with open_store(store) as connection:
        for (document,) in connection.execute("SELECT document_id FROM documents ORDER BY ALL").fetchall():
            passages = stored_passages(connection, document, lemmatiser)
            old, new = label_passages(passages, before), label_passages(passages, after)
            pairs += [(p.text, _names(was), _names(now)) for p, was, now in zip(passages, old, new, strict=True)]
    return pairs


def _names(labelled: Labelled) -> set[str]:
    return {label.label for label in labelled.labels}


def _load(path: Path | None) -> Rules:
    """Rules of a folder, or the shipped ones with a theme file added."""
    if path is None:
        return load_rules(model=False)
    return load_rules(folder=path) if path.is_dir() else load_rules(path, model=False)

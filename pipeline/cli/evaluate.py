"""`muistio evaluate`: structure and label scores against gold documents."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.explain import explanation
from pipeline.cli.terminal import model_option, say
from pipeline.config import LEMMATISERS, Settings
from pipeline.errors import UsageError
from pipeline.labelling import Rules, load_rules
from pipeline.language import load_lemmatiser
from pipeline.safe import printable

if TYPE_CHECKING:
    from pipeline.evaluate import Interval, Scored, Scores

_WIDE = 26  # characters of the first column
_Group = tuple[str, "list[Scored]", "dict[str, list[Scores]]"]


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--lemmatiser", default="voikko", type=click.Choice(LEMMATISERS), help="Who gives the base forms.")
@click.option(
    "--themes", type=click.Path(path_type=Path), metavar="FILE", help="A theme file added to the shipped ones."
)
@model_option
@click.option("--baselines", is_flag=True, help="Score keyword search and a TF-IDF classifier beside it (slow).")
@click.option("--json", "as_json", is_flag=True, help="Scores as JSON, for machines.")
@click.option(
    "--errors",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write everything that was wrong, each with its explanation.",
)
def command(
    gold: tuple[Path, ...],
    lemmatiser: str,
    themes: Path | None,
    model: bool,
    baselines: bool,
    as_json: bool,
    errors: Path | None,
) -> int:
    """Score structure and labels against gold documents.

    GOLD is a folder of gold documents (each a JSON file with the same document as .txt or .pdf beside it), one such
    JSON file, or a file of labelled rows (.jsonl). Documents are scored from end to end, once for each format they
    have: an item that is not found loses its labels, an item too many is a false alarm. Rows are scored as they are.

    Each F1 has the range in which it falls for 95 of 100 draws of as many documents from these. Why labels are missing
    or too many follows, by what the rules and the learned part say of it.
    """
    for path in gold:
        if not path.exists():
            raise UsageError(
                f"{path} does not exist; name a folder of gold documents or a .jsonl file of labelled rows."
            )
    rules = load_rules(themes, model=model)
    groups = list(_groups(gold, Settings(lemmatiser=lemmatiser, themes=themes, model=model), rules, baselines))
    if errors:
        lines = [line for title, scored, _ in groups for line in _mistakes(title, scored, rules)]
        try:
            errors.write_text("\n".join(lines) + "\n" if lines else "", encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"Cannot write {errors} ({error.strerror}); name a file in a folder that exists."
            ) from error
    if as_json:
        click.echo(json.dumps(_plain(groups, rules), ensure_ascii=False, indent=1))
    else:
        for group in groups:
            for line in _table(*group, rules):
                click.echo(printable(line))
    return 0


def _groups(paths: Sequence[Path], settings: Settings, rules: Rules, baselines: bool) -> Iterator[_Group]:
    """(title, documents scored, each baseline's scores): each format together, the gold items, files of rows."""
    from pipeline.evaluate import load_documents, load_rows, score_documents, score_rows

    lemmatiser = load_lemmatiser(settings.lemmatiser)
    documents = [d for path in paths if path.suffix != ".jsonl" for d in load_documents(path)]
    for suffix in sorted({file.suffix for d in documents for file in d.files}, reverse=True):
        having = [d for d in documents if any(file.suffix == suffix for file in d.files)]
        yield (
            f"{_count(having, 'document')} as {suffix[1:]}",
            score_documents(having, suffix, settings, rules, lemmatiser),
            {},
        )
    tables = [(path.name, load_rows(path)) for path in paths if path.suffix == ".jsonl"]
    sets = [(f"labels of {_count(rows, 'row')} of {name}", rows) for name, rows in tables]
    if documents:
        title = f"labels of the gold items of {_count(documents, 'document')}"
        sets.insert(0, (title, [row for d in documents for row in d.rows()]))
    for title, rows in sets:
        scored = score_rows(rows, rules, lemmatiser)
        others: dict[str, list[Scores]] = {}
        if baselines:
            from pipeline.evaluate.baselines import keyword_search, tfidf_svm

            if rules.model:
                alone = score_rows(rows, load_rules(settings.themes, model=False), lemmatiser)
                others["the rules alone"] = [one.scores for one in alone]
            others["keyword search"] = keyword_search(scored, rules)
            if len(scored) > 1:
                say(f"Training a classifier without each of {len(scored)} documents in turn ...")
                others["TF-IDF + linear SVM"] = tfidf_svm(scored)
        yield title, scored, others


def _table(
    title: str, scored: Sequence["Scored"], others: Mapping[str, Sequence["Scores"]], rules: Rules
) -> Iterator[str]:
    """What a person reads of one group; at most 80 characters a line but for its title."""
    from pipeline.evaluate import intervals, total

    parts = [one.scores for one in scored]
    scores = total(parts)
    keys = sorted(scores, key=_order)
    ranges = intervals(parts, keys)
    yield f"\n{title}"
    yield f"{'':{_WIDE}}      P     R    F1  95 % of F1  right  extra missing"
    for key in keys:
        counts = scores[key]
        numbers = f"{counts.precision:6.3f}{counts.recall:6.3f}{counts.f1:6.3f}  {_range(ranges.get(key)):10}"
        yield f"  {key:{_WIDE - 1}}{numbers}{counts.tp:7}{counts.fp:7}{counts.fn:8}"
    yield from _moved(scored)
    if others:
        yield f"\n  {'Beside it, F1':{_WIDE + 6}}{'themes':20}types"
        for name, ones in {"this labelling": parts, **others}.items():
            sums, spread = total(ones), intervals(ones, ("themes", "types"))
            cells = [f"{sums[k].f1:.3f} {_range(spread.get(k)):10}" if k in sums else "-" for k in ("themes", "types")]
            yield f"  {name:{_WIDE + 6}}{cells[0]:20}{cells[1]}".rstrip()
    yield from _causes(scored, rules)


def _moved(scored: Sequence["Scored"]) -> Iterator[str]:
    """What leaving out one document at a time makes of the F1 of themes and types."""
    from pipeline.evaluate import without_each

    if len(scored) < 2:
        return
    for key in ("themes", "types"):
        if any(key in one.scores for one in scored):
            left = without_each([one.scores for one in scored], key)
            ends = [(left[place], _short(scored[place].name)) for place in (int(left.argmin()), int(left.argmax()))]
            yield f"  without one document, {key}: " + " to ".join(f"{f1:.3f} ({name})" for f1, name in ends)


def _causes(scored: Sequence["Scored"], rules: Rules) -> Iterator[str]:
    from pipeline.evaluate.causes import ALARMS, MISSES, confusions

    found = confusions((item for one in scored for item in one.items), rules)
    for missing, names, head in ((True, MISSES, "Missing, because"), (False, ALARMS, "Too many, because")):
        lines = [(name, *(found[axis][missing, name] for axis in ("themes", "types"))) for name in names]
        if any(themes or types for _, themes, types in lines):
            yield f"\n  {head:{_WIDE + 22}} themes  types"
            yield from (f"    {name:{_WIDE + 20}}{a:7}{b:7}" for name, a, b in lines if a or b)


def _mistakes(title: str, scored: Sequence["Scored"], rules: Rules) -> Iterator[str]:
    """Everything wrong: faults of structure a line each, labels with their cause and what `explain` says."""
    from pipeline.evaluate.causes import causes

    for one in scored:
        yield from (f"{title}: {one.name}: {fault}" for fault in one.faults)
        for item in one.items:
            wrong = list(causes(item, rules))
            if not wrong:
                continue
            signs = " ".join(f"{'-' if missing else '+'}{label}" for label, missing, _ in wrong)
            text = item.gold.text if item.gold else item.passage.text if item.passage else ""
            yield f"{title}: {one.name}: {signs}: {' '.join(text.split())}"
            yield from (f"    {'-' if missing else '+'}{label}: {cause}" for label, missing, cause in wrong)
            if item.passage:
                said = explanation(item.passage, item.labelled, rules)
                yield from (f"    {printable(' '.join(line.split()))}" for line in said if line.strip())


def _plain(groups: Sequence[_Group], rules: Rules) -> dict[str, Any]:
    """The scores by title and key; each baseline is a title of its own, causes stand under `confusions`."""
    from pipeline.evaluate.causes import confusions

    plain: dict[str, Any] = {}
    for title, scored, others in groups:
        plain[title] = _numbers([one.scores for one in scored])
        found = confusions((item for one in scored for item in one.items), rules)
        plain[title]["confusions"] = {
            axis: [
                {"error": "missing" if missing else "extra", "cause": cause, "labels": number}
                for (missing, cause), number in counted.most_common()
            ]
            for axis, counted in found.items()
        }
        for name, parts in others.items():
            plain[f"{title}, by {name}"] = _numbers(parts)
    return plain


def _numbers(parts: Sequence["Scores"]) -> dict[str, Any]:
    from pipeline.evaluate import intervals, total, without_each

    scores = total(parts)
    ranges = intervals(parts, list(scores))
    numbers: dict[str, Any] = {}
    for key, counts in scores.items():
        numbers[key] = {name: getattr(counts, name) for name in ("precision", "recall", "f1", "tp", "fp", "fn")}
        if key in ranges:
            numbers[key]["interval"] = ranges[key]
            left = without_each(parts, key)
            numbers[key]["without_one"] = [float(left.min()), float(left.max())]
    return numbers


def _order(key: str) -> tuple[int, str]:
    """Structure first, then labels with those of one axis together, then actions."""
    groups = ("items", "sections", "levels", "speakers", "metadata", "themes", "theme ", "types", "type ", "actions")
    return next((k for k, group in enumerate(groups) if key.startswith(group)), len(groups)), key


def _range(measures: "Mapping[str, Interval] | None") -> str:
    """The interval of F1, `.71-.84`; a dash where one document alone gives none."""
    if not measures:
        return "-"
    return "-".join(f"{edge:.2f}".removeprefix("0") for edge in measures["f1"])


def _count(things: Sequence[object], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def _short(name: str) -> str:
    return name if len(name) <= 14 else f"{name[:13]}…"

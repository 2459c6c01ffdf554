"""`muistio evaluate`: structure and label scores against gold documents."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipeline.cli.terminal import model_option
from pipeline.config import LEMMATISERS, Settings
from pipeline.errors import UsageError


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--lemmatiser", default="voikko", type=click.Choice(LEMMATISERS), help="Who gives the base forms.")
@click.option("--themes", type=click.Path(path_type=Path), help="A theme file added to the shipped ones.")
@model_option
@click.option("--json", "as_json", is_flag=True, help="Scores as JSON, for machines.")
@click.option("--errors", type=click.Path(path_type=Path), help="Write everything that was wrong to this file.")
def command(
    gold: tuple[Path, ...], lemmatiser: str, themes: Path | None, model: bool, as_json: bool, errors: Path | None
) -> int:
    """Score structure and labels against gold documents.

    GOLD is a folder of gold documents (each a JSON file with the same document as .txt or .pdf beside it), one such
    JSON file, or a file of labelled rows (.jsonl). Documents are scored from end to end, once for each format they
    have: an item that is not found loses its labels, an item too many is a false alarm. Rows are scored as they are.
    """
    settings = Settings(lemmatiser=lemmatiser, themes=themes, model=model)
    for path in gold:
        if not path.exists():
            raise UsageError(
                f"{path} does not exist; name a folder of gold documents or a .jsonl file of labelled rows."
            )
    results: dict[str, Any] = {}
    wrong: list[str] = []
    for title, scores, mistakes in _scores(gold, settings):
        results[title] = scores
        wrong += [f"{title}: {mistake}" for mistake in mistakes]
    if errors:
        errors.write_text("\n".join(wrong) + "\n", encoding="utf-8")
    if as_json:
        plain = {title: {key: _numbers(counts) for key, counts in scores.items()} for title, scores in results.items()}
        click.echo(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        for title, scores in results.items():
            click.echo(f"\n{title}\n{'':30}     P     R    F1   right  extra missing")
            for key in sorted(scores, key=_order):
                counts = scores[key]
                numbers = f"{counts.precision:6.3f}{counts.recall:6.3f}{counts.f1:6.3f}"
                click.echo(f"  {key:30}{numbers}{counts.tp:7}{counts.fp:7}{counts.fn:8}")
    return 0


def _order(key: str) -> tuple[int, str]:
    """Structure first, then labels with those of one axis together, then actions."""
    groups = ("items", "sections", "levels", "speakers", "metadata", "themes", "theme ", "types", "type ", "actions")
    return next((k for k, group in enumerate(groups) if key.startswith(group)), len(groups)), key


def _numbers(counts: Any) -> dict[str, float]:
    return {
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
    }


def _scores(paths: tuple[Path, ...], settings: Settings) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """(title, scores, mistakes) for each format of the documents together, then for each file of rows."""
    from pipeline.evaluate import load_documents, load_rows, score_documents, score_rows
    from pipeline.labelling import load_rules
    from pipeline.language import load_lemmatiser

    rules = load_rules(settings.themes, model=settings.model)
    lemmatiser = load_lemmatiser(settings.lemmatiser)
    documents = [d for path in paths if path.suffix != ".jsonl" for d in load_documents(path)]
    for suffix in sorted({file.suffix for d in documents for file in d.files}, reverse=True):
        having = [d for d in documents if any(file.suffix == suffix for file in d.files)]
        scores, mistakes = score_documents(having, suffix, settings, rules, lemmatiser)
        yield f"{len(having)} documents as {suffix[1:]}", scores, mistakes
    if documents:
        scores, mistakes = score_rows([row for d in documents for row in d.rows()], rules, lemmatiser)
        yield f"labels of the gold items of {len(documents)} documents", scores, mistakes
    for path in paths:
        if path.suffix == ".jsonl":
            rows = load_rows(path)
            scores, mistakes = score_rows(rows, rules, lemmatiser)
            yield f"labels of {len(rows)} rows of {path.name}", scores, mistakes

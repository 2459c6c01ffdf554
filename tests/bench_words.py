"""What the lemmatisers cost and give, side by side: `python -m tests.bench_words UD_DIR [--text FILE] [--write FILE]`.

Each system reads the same text in a process of its own: speed of the first and of the second pass, memory, start,
accuracy on PUD, and the share of fictional items whose labels differ from those with the default lemmatiser. Seconds
of CPU and not of the clock. `--text` names JSON lines with a `text`, of documents that the table of seen forms was not
made from if it is to tell how new text fares; without it the fictional minutes are read. `--write` puts the tables
between the marks in `docs/words.md`.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.evaluate.gold import load_documents
from pipeline.language import Lemmatiser
from pipeline.language.conllu import read_file
from pipeline.language.evaluate import Score, score
from pipeline.language.model import read_function_words
from pipeline.language.seen import SeenForms
from pipeline.language.stanza_fi import stanza_lemmatiser
from pipeline.language.train import cross_validate

ROOT = Path(__file__).resolve().parent.parent
FICTION = ROOT / "data" / "corpus" / "fiction"
BEGIN, END = "<!-- written by tests.bench_words -->\n", "<!-- end -->\n"
TOKENS, FEWER, DOCUMENTS = 60_000, 5_000, 10


def _voikko(reader: str, *, table: bool = True) -> Lemmatiser:
    from pipeline.language import voikko

    if not table:
        voikko.SeenForms = lambda edition: SeenForms("")  # type: ignore[assignment,misc]
    return voikko.VoikkoLemmatiser(reader)


def _spacy() -> Lemmatiser:
    from pipeline.language.spacy_fi import spacy_lemmatiser

    return spacy_lemmatiser()


SYSTEMS: dict[str, Callable[[], Lemmatiser]] = {
    "voikko": lambda: _voikko("native"),
    "voikko without the table": lambda: _voikko("native", table=False),
    "pyvoikko": lambda: _voikko("pyvoikko"),
    "spacy": _spacy,
    "stanza": lambda: stanza_lemmatiser(),
}


def labels(lemmatiser: Lemmatiser) -> list[list[str]]:
    """Themes and types of every item of the first fictional minutes."""
    from pipeline.labelling import load_rules
    from pipeline.labelling.rows import label_rows, parse_rows

    rows = [row for document in load_documents(FICTION)[:DOCUMENTS] for row in document.rows()]
    lines = "".join(
        json.dumps({key: row[key] for key in ("doc", "text", "section_title", "part", "date")} | {"id": str(number)})
        + "\n"
        for number, row in enumerate(rows)
    )
    done = label_rows(parse_rows(lines, "jsonl", "fiction"), load_rules(), lemmatiser)
    return [sorted([*row["themes"], *row["types"]]) for row in done]


def one(name: str, ud: Path, text: Path | None) -> dict[str, Any]:
    """Measure one system, in this process."""
    began = time.process_time()
    lemmatiser = SYSTEMS[name]()
    lemmatiser.analyse("Kokous.")
    found: dict[str, Any] = {"version": lemmatiser.version, "start": time.process_time() - began, "at start": _peak()}
    texts = (
        [json.loads(line)["text"] for line in text.read_text(encoding="utf-8").splitlines()]
        if text
        else [row["text"] for document in load_documents(FICTION) for row in document.rows()]
    )
    wanted = TOKENS if "voikko" in name else FEWER
    for turn in ("first", "second"):
        began, tokens = time.process_time(), 0
        for piece in texts:
            tokens += len(lemmatiser.analyse(piece))
            if tokens >= wanted:
                break
        found[turn], found["tokens"] = tokens / (time.process_time() - began), tokens
    found["after"] = _peak()
    blocks = read_file(ud / "fi_pud-ud-test.conllu")
    # An untagged Stanza model is slow and no candidate for use: a part of PUD tells enough.
    result = score(lemmatiser, islice(blocks, 200) if name == "stanza" else blocks)
    found["score"] = {field: getattr(result, field) for field in Score.__slots__}
    found["labels"] = labels(lemmatiser)
    return found


def _peak() -> float:
    """Most memory so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(name: str, ud: Path, text: Path | None) -> dict[str, Any] | str:
    """Measure one system in a process of its own; the last line of its error where it is not installed."""
    command = [sys.executable, "-m", "tests.bench_words", str(ud), "--task", name, *(["--text", text] if text else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2] or f"it ended with code {done.returncode}"
    result: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return result


def table(found: dict[str, dict[str, Any]], text: str) -> str:
    """The systems side by side, in Markdown."""
    scores = {name: Score(**one["score"]) for name, one in found.items()}
    default = found["voikko"]

    def changed(name: str) -> str:
        pairs = list(zip(default["labels"], found[name]["labels"], strict=True))
        return f"{sum(left != right for left, right in pairs) / len(pairs):.1%} of {len(pairs):,} items"

    def share(field: str, name: str, of: str = "words") -> str:
        return f"{getattr(scores[name], field) / getattr(scores[name], of):.4f}"

    rows: list[tuple[str, Callable[[str], str]]] = [
        ("lemma right, PUD", lambda name: share("lemmas", name)),
        ("the same, a hyphen for `#` counted wrong", lambda name: share("strict", name)),
        ("part of speech right, PUD", lambda name: share("pos", name)),
        ("compound cut as the treebank cuts it, PUD", lambda name: share("splits", name, "compounds")),
        ("the same, or its parts' base forms", lambda name: share("cuts", name, "compounds")),
        ("words of PUD read", lambda name: f"{scores[name].words:,}"),
        ("tokens a second, first pass", lambda name: f"{found[name]['first']:,.0f}"),
        ("the same, second pass", lambda name: f"{found[name]['second']:,.0f}"),
        ("first pass against the default's", lambda name: f"{found[name]['first'] / default['first']:.3f}"),
        ("tokens read", lambda name: f"{found[name]['tokens']:,}"),
        ("memory at the start, MB", lambda name: f"{found[name]['at start']:.0f}"),
        ("memory after two passes, MB", lambda name: f"{found[name]['after']:.0f}"),
        ("start, seconds of CPU", lambda name: f"{found[name]['start']:.1f}"),
        ("items whose labels differ from the default's", changed),
    ]
    lines = [f"| | {' | '.join(found)} |", f"| --- |{' --- |' * len(found)}"]
    lines += [f"| {label} | {' | '.join(map(value, found))} |" for label, value in rows]
    systems = "; ".join(f"{name}: {one['version']}" for name, one in found.items())
    return (
        "\n".join(lines)
        + f"\n\nText: {text}. {systems}. Python {platform.python_version()}, {os.cpu_count()} cores, load "
        + f"{os.getloadavg()[0]:.1f}.\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ud", type=Path)
    parser.add_argument("--text", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--cross-validate", action="store_true", help="also train and score on TDT's development set")
    parser.add_argument("--task", choices=SYSTEMS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.task:
        print(json.dumps(one(given.task, given.ud, given.text)))
        return
    found, left_out = {}, []
    for name in SYSTEMS:
        result = run(name, given.ud, given.text)
        if isinstance(result, str):
            left_out.append(f"{name} was left out: {result}\n")
        else:
            found[name] = result
    text = "real minutes" if given.text else "the fictional minutes"
    report = "\n".join([table(found, text), *left_out])
    if given.cross_validate:
        words = read_function_words(ROOT / "models" / "ranker" / "function_words.tsv")
        crossed = cross_validate(list(read_file(given.ud / "fi_tdt-ud-dev.conllu")), words)
        report += f"\nTDT dev, 5-fold cross-validation by document: {crossed}.\n"
    print(report)
    if given.write:
        page = given.write.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        given.write.write_text(f"{before}{BEGIN}\n{report}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()

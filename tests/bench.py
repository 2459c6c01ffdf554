"""What a run costs, as ratios measured side by side: `python -m tests.bench [PDF or folder ...] [--write FILE]`.

The whole run is set against bare text extraction by pypdfium2, against the literal way (pdfplumber's words, spaCy's
lemmas) on some of the pages, and against itself with two workers. Seconds of CPU and not of the clock, but for the
workers: what else the machine does then matters little. Without paths the sample minutes and generated ones are read.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from tests.archive import make

ROOT = Path(__file__).resolve().parent.parent
LITERAL_PAGES = 60
ROUNDS = 3
"""How often everything is measured in turn: a machine's clock wanders from one minute to the next."""


class Cost(NamedTuple):
    """Seconds of CPU and of the clock."""

    cpu: float = 0.0
    wall: float = 0.0

    def plus(self, other: "Cost") -> "Cost":
        """Both costs together."""
        return Cost(self.cpu + other.cpu, self.wall + other.wall)


def cost(command: list[str | Path]) -> Cost:
    """What a program and all that it starts and waits for costs."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def program(task: str, paths: Iterable[Path]) -> list[str | Path]:
    """The command that does one of the tasks below in a process of its own."""
    return [sys.executable, "-m", "tests.bench", "--task", task, *paths]


def bare(paths: list[Path]) -> None:
    """The floor: text out of PDF and nothing else."""
    import pypdfium2

    for path in paths:
        with pypdfium2.PdfDocument(path) as document:
            for page in document:
                page.get_textpage().get_text_range()
                page.close()


def literal(paths: list[Path]) -> None:
    """The literal way: pdfplumber's words with their fonts, spaCy's lemmas without names."""
    import pdfplumber
    import spacy

    language = spacy.load("spacy_fi_experimental_web_md", exclude=["ner"])
    left = LITERAL_PAGES
    for path in paths:
        with pdfplumber.open(path) as document:
            for page in document.pages[:left]:
                words = page.extract_words(extra_attrs=["fontname", "size"])
                [token.lemma_ for token in language(" ".join(word["text"] for word in words))]
                page.close()
            left -= len(document.pages[:left])


def nothing(_: list[Path]) -> None:
    """The literal way's start alone: its libraries and its model."""
    import pdfplumber  # noqa: F401
    import spacy

    spacy.load("spacy_fi_experimental_web_md", exclude=["ner"])


TASKS: dict[str, Callable[[list[Path]], None]] = {"bare": bare, "literal": literal, "nothing": nothing}


def run(paths: list[Path], out: Path, workers: int) -> Cost:
    """The whole run, from files to tables, with its start."""
    command = [sys.executable, "-m", "pipeline", "run", *paths, "--out", out, "--workers", str(workers), "--no-ocr"]
    return cost([*command, "--metrics", out.with_suffix(".prom")])


def peak(out: Path) -> float:
    """Most memory of a run's main process, in megabytes."""
    rows = dict(line.rsplit(" ", 1) for line in out.with_suffix(".prom").read_text().splitlines())
    return int(rows["muistio_main_process_peak_bytes"]) / 2**20


def stages(paths: list[Path]) -> dict[str, float]:
    """Seconds of CPU of each stage over the documents, in this process."""
    from pipeline.batch.worker import load_tools
    from pipeline.config import Settings
    from pipeline.encoding import encode
    from pipeline.labelling import label_minutes
    from pipeline.reading import read
    from pipeline.records import document_id
    from pipeline.structure import parse
    from pipeline.tables import check, columns

    spent: dict[str, float] = {}

    def timed(name: str, what: Callable[..., Any], *given: Any, **more: Any) -> Any:
        began = time.process_time()
        result = what(*given, **more)
        spent[name] = spent.get(name, 0.0) + time.process_time() - began
        return result

    tools = timed("start: rules and dictionary", load_tools, Settings())
    for path in paths:
        data = path.read_bytes()
        reading = timed("reading", read, data, path.name, ocr=False)
        minutes = timed("structure", parse, reading, document_id=document_id(data), path=path.name)
        labelled = timed("words and labels", label_minutes, minutes, tools.rules, tools.lemmatiser)
        timed("check and packing", lambda one: (check(columns([one])), encode(one)), labelled)
    return spent


def pages(paths: list[Path]) -> int:
    """Pages of PDF files."""
    import pypdfium2

    total = 0
    for path in paths:
        with pypdfium2.PdfDocument(path) as document:
            total += len(document)
    return total


def measure(paths: list[Path], folder: Path) -> str:
    """The report, in Markdown."""
    number = pages(paths)
    ways: dict[str, Callable[[Path], Cost]] = {
        "bare": lambda _: cost(program("bare", paths)),
        "one": lambda out: run(paths, out / "one", 1),
        "two": lambda out: run(paths, out / "two", 2),
        "again": lambda out: run(paths, out / "one", 1),
    }
    if find_spec("spacy_fi_experimental_web_md"):
        ways |= {
            "literal": lambda _: cost(program("literal", paths)),
            "nothing": lambda _: cost(program("nothing", [])),
        }
    spent = dict.fromkeys(ways, Cost())
    for turn in range(ROUNDS):
        for name, way in ways.items():
            spent[name] = spent[name].plus(way(folder / str(turn)))
    floor, one, two = spent["bare"].cpu, spent["one"], spent["two"]
    rows = [
        ("CPU of the whole run, one worker, against bare pypdfium2 extraction", f"{one.cpu / floor:.1f} x"),
        ("2 workers against 1, wall", f"{one.wall / two.wall:.2f} x faster"),
        ("unchanged rerun against the first run, CPU", f"{spent['again'].cpu / one.cpu:.2f} x"),
    ]
    if "literal" in spent:
        plain = (spent["literal"].cpu - spent["nothing"].cpu) * number / min(LITERAL_PAGES, number)
        rows.insert(1, ("against the literal pdfplumber + spaCy way, CPU", f"{plain / one.cpu:.1f} x faster"))
    spent_by = stages(paths)
    total = sum(spent_by.values())
    lines = [
        "# Performance",
        "",
        f"Written by `make bench`: ratios of seconds measured in turn, {ROUNDS} times over, which hold better than the",
        f"seconds do. The literal way is measured on {LITERAL_PAGES} pages without its start, and reckoned up.",
        "",
        f"{len(paths)} PDF files, {number} pages; Python {platform.python_version()}, {os.cpu_count()} cores.",
        "",
        "| measure | ratio |",
        "| --- | --- |",
        *(f"| {name} | {value} |" for name, value in rows),
        "",
        f"A page costs {1000 * one.cpu / number / ROUNDS:.0f} ms of CPU in the whole run,"
        f" {1000 * floor / number / ROUNDS:.1f} ms in bare extraction. The main process had at most"
        f" {peak(folder / '0' / 'one'):.0f} MB.",
        "",
        "| stage | share of CPU |",
        "| --- | --- |",
        *(f"| {name} | {100 * seconds / total:.0f} % |" for name, seconds in spent_by.items()),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.task:
        TASKS[given.task](given.paths)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        roots = given.paths or [ROOT / "data" / "raw", folder / "made"]
        make(folder / "made", range(0 if given.paths else 60), pdfs=1.0, sections=(4, 8))
        paths = sorted(path.resolve() for root in roots for path in ([root] if root.is_file() else root.rglob("*.pdf")))
        report = measure(paths, folder)
    print(report)
    if given.write:
        given.write.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Golden files: what reading and structure make of every fictional document and every trap, to the letter.

`pytest tests/test_golden.py --update-golden` writes them anew; the difference belongs in the commit and, as "changed
outputs", in the changelog. A missing golden file fails.
"""

from pathlib import Path

import pytest

from pipeline.reading import read
from pipeline.records import Minutes
from pipeline.structure import parse

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(path.name for path in (ROOT / "data" / "raw").iterdir())
NUMBERS = {"A": range(1, 9), "B": range(1, 7)}
GOLD = [f"{series}{n}{suffix}" for series, numbers in NUMBERS.items() for n in numbers for suffix in (".txt", ".pdf")]
TRAPS = [
    "a_muistio.pdf",
    "b_pykalat.pdf",
    "c_taulukko.pdf",
    "d_sisennys.pdf",
    "g_numerot.docx",
]


def described(minutes: Minutes) -> str:
    """Minutes as a person reads them, a line a fact, so that a difference shows what moved."""
    document = minutes.document
    fields = "kind title body counterpart date start_time end_time place language sections_listed sections_found"
    lines = [f"{name}: {getattr(document, name)}" for name in fields.split()]
    lines += [f"person: {p.name} | {p.role} | {p.side} | {p.presence}" for p in minutes.participants]
    sections = {section.section_id: section for section in minutes.sections}
    at: str | None = None
    for item in minutes.items:
        if item.section_id != at:
            at = item.section_id
            section = sections.get(at or "")
            lines.append(f"== {section.number} {section.title} (level {section.level})" if section else "== head")
            if section and section.case_number:
                lines.append(f"   case {section.case_number}")
        about = [f"p{item.page}", item.kind, f"level {item.level}", item.part, item.speaker]
        lines.append(f"[{', '.join(str(a) for a in about if a)}] {item.text}")
    lines += [f"problem: {p.stage}, {p.severity}, page {p.page}: {p.message}" for p in minutes.problems]
    return "\n".join(lines) + "\n"


def compare(path: Path, golden: Path, update: bool) -> None:
    minutes = parse(read(path.read_bytes(), path.name), document_id="0" * 16, path=path.name)
    assert all(minutes.text[item.start : item.end] == item.text for item in minutes.items)
    text = described(minutes)
    if update:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.is_file(), f"{golden.name} is missing; write it with --update-golden and look at it"
    assert text == golden.read_text(encoding="utf-8")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_read_as_before(name, samples, update):
    compare(samples / name, GOLDEN / "samples" / f"{name}.txt", update)


@pytest.mark.parametrize("name", GOLD)
def test_gold_documents_are_read_as_before(name, shared, update):
    compare(shared / "gold" / "dev" / name, GOLDEN / "gold" / f"{name}.txt", update)


@pytest.mark.parametrize("name", TRAPS)
def test_traps_are_read_as_before(name, shared, update):
    compare(shared / "traps" / "layout" / name, GOLDEN / "traps" / f"{name}.txt", update)

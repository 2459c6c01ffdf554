"""The house holds: no stage imports a later one, each heavy library has one door, help comes at once."""

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIPELINE = ROOT / "pipeline"

# Earlier stages first; modules on one line may not import one another unless they are the same package.
ORDER = [
    ["errors", "trace"],
    ["records"],
    ["config", "safe", "encoding"],
    ["reading"],
    ["structure"],
    ["language"],
    ["labelling"],
    ["schema"],
    ["tables"],
    ["process"],
    ["store", "state"],
    ["following"],
    ["publish", "export", "pseudonyms"],
    ["search", "corrections"],
    ["batch"],
    ["diff"],
    ["report", "evaluate", "review", "register"],
    ["cli"],
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}

# Each heavy library is named in one place.
DOORS = {
    "docx": {"reading", "register"},
    "fsspec": {"batch"},
    "icalendar": {"register"},
    "libvoikko": {"language"},
    "lxml": {"reading", "report"},
    "markdown_it": {"reading"},
    "pdfplumber": {"reading"},
    "pypdfium2": {"reading"},
    "pytesseract": {"reading"},
    "pyvoikko": {"language"},
    "spacy": {"language"},
    "stanza": {"language"},
    "sklearn": {"evaluate"},
    "dask": {"batch"},
    "distributed": {"batch"},
}


def modules():
    return sorted(PIPELINE.rglob("*.py"))


def stage(path: Path) -> str:
    parts = path.relative_to(PIPELINE).with_suffix("").parts
    return parts[0]


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level


def test_every_module_has_its_place_in_the_order():
    known = {*RANK, "__init__", "__main__"}
    assert {stage(path) for path in modules()} <= known


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PIPELINE)))
def test_no_stage_imports_a_later_one(path):
    here = stage(path)
    for name, level in imports(path):
        assert level == 0, f"{path.name} has a relative import"
        parts = name.split(".")
        if parts[0] != "pipeline" or len(parts) < 2 or here in ("__init__", "__main__") or parts[1] == here:
            continue
        assert RANK[parts[1]] < RANK[here], f"{here} imports {parts[1]}, which comes after it or beside it"


def test_each_heavy_library_has_one_door():
    for path in modules():
        for name, _ in imports(path):
            allowed = DOORS.get(name.split(".")[0])
            assert allowed is None or stage(path) in allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from pipeline.cli import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas','duckdb','pyarrow','pdfplumber','sklearn','spacy','stanza','yaml','jinja2','rich'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Commands" in done.stdout


def test_publishing_does_not_load_pandas(tmp_path):
    code = (
        "import sys; from pathlib import Path; from pipeline.publish import prepare, publish\n"
        "from tests.examples import example\n"
        "out = Path(sys.argv[1]); prepare(out); publish(out, [example()], [])\n"
        "assert (out / 'muistio.duckdb').is_file() and 'pandas' not in sys.modules"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_of_the_contract_answers_help():
    from click.testing import CliRunner

    from pipeline.cli import COMMANDS, cli

    contract = "run label lemmatise report find query explain actions export evaluate rules doctor"
    assert set(contract.split()) <= set(COMMANDS)
    for name in COMMANDS:
        result = CliRunner().invoke(cli, [name, "--help"])
        assert result.exit_code == 0, (name, result.output, result.exception)
        assert "Usage" in result.output


def test_no_module_is_overlong():
    for path in modules():
        lines = path.read_text(encoding="utf-8").count("\n")
        assert lines <= 330, f"{path.relative_to(ROOT)} has {lines} lines: it does more than one thing"


def test_help_comes_at_once():
    best = 9.0
    for _ in range(3):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "pipeline", "--help"], cwd=ROOT, check=True, capture_output=True)
        best = min(best, time.perf_counter() - begin)
    bare = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import click"], cwd=ROOT, check=True, capture_output=True)
    bare = time.perf_counter() - bare
    assert best < 3 * bare + 0.3

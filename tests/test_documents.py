"""The documents tell the truth: the README's example runs, links lead somewhere, every command is described."""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from pipeline.cli import COMMANDS, cli
from pipeline.schema import TABLES, VIEWS

ROOT = Path(__file__).resolve().parent.parent
MADE = ROOT / "docs" / "reference"
"""Pages that `make docs` makes from the code."""
FOLDERS = ("docs/**/*.md", "models/**/*.md", "data/*.md", "data/corpus/*.md", "notebooks/*.md", "tests/*.md")
DOCUMENTS = sorted(
    path for pattern in ("*.md", *FOLDERS) for path in ROOT.glob(pattern) if not path.is_relative_to(MADE)
)


def tokens(path: Path):
    """All tokens of a Markdown file, those inside lines too."""
    for token in MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8")):
        yield token
        yield from token.children or ()


def anchors(path: Path) -> set[str]:
    """What `#...` may name in a Markdown file: its headings, as forges write them."""
    found, inside = set(), False
    for token in tokens(path):
        if token.type == "inline" and inside:
            found.add(re.sub(r"[^\w\- ]", "", token.content.lower()).replace(" ", "-"))
        inside = token.type == "heading_open"
    return found


def console_blocks(text: str):
    """(command, what it prints) of each console block."""
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
        command: str | None = None
        output: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, output
                command, output = line[2:], []
            else:
                output.append(line)
        if command:
            yield command, output


def test_the_readme_example_gives_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    blocks = list(console_blocks((ROOT / "README.md").read_text(encoding="utf-8")))
    assert len(blocks) >= 2
    for command, expected in blocks:
        words = shlex.split(command)
        assert words[0] == "muistio"
        result = CliRunner().invoke(cli, words[1:], standalone_mode=False)
        assert result.return_value in (0, None), (command, result.output, result.exception)
        assert result.exception is None, (command, result.exception)
        if expected:
            assert result.stdout.split("\n")[: len(expected)] == expected


def test_a_newcomer_can_follow_the_finnish_quick_start_by_the_letter(tmp_path, monkeypatch, samples):
    few = ("harjulahti-neuvottelu-2024-10-29.txt", "korpivaara-*.pdf", "vehmalahti-*.pdf")
    for folder in ("data/raw", "polku/omiin/muistioihin"):
        (tmp_path / folder).mkdir(parents=True)
        for pattern in few:
            (sample,) = samples.glob(pattern)
            (tmp_path / folder / sample.name).symlink_to(sample)
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "aloita.md").read_text(encoding="utf-8")
    commands = re.findall(r"^(?:\|.*\| `)?\.venv/bin/muistio ([^`\n]+)", text, flags=re.MULTILINE)
    assert len(commands) >= 12
    for command in commands:
        result = CliRunner().invoke(cli, shlex.split(command), standalone_mode=False)
        assert (result.exception, result.return_value) == (None, 0), f"{command}: {result.output}"
    for made in (
        "kokeilu/report.html",
        "data/processed/report.html",
        "maaraajat.ics",
        "seuranta.docx",
        "tarkistus.xlsx",
    ):
        assert made in text
        assert (tmp_path / made).exists()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    for token in tokens(path):
        target = str(token.attrs.get("href") or token.attrs.get("src") or "")
        parts = urlsplit(target)
        if not target or parts.scheme:
            assert not target or parts.scheme in ("https", "http", "mailto"), f"{path.name} links to {target}"
            assert parts.scheme not in ("https", "http") or "." in parts.netloc, f"{path.name} links to {target}"
            continue
        there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        assert there.is_relative_to(ROOT), f"{path.name} links to {target}, which is outside of the project"
        assert there.exists(), f"{path.name} links to {target}, which does not exist"
        assert not parts.fragment or parts.fragment in anchors(there), f"{path.name}: {target} names no heading"


def test_every_page_is_in_the_contents_of_the_documentation():
    listed = re.findall(r"^([\w./]+)$", (ROOT / "docs" / "index.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    pages = {(ROOT / "docs" / f"{name}.md").resolve() for name in listed if not name.startswith("reference/")}
    assert {path for path in DOCUMENTS if path.name != "index.md"} == pages


def test_the_reference_is_made_from_the_code(tmp_path):
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    commands, tables = reference.write(tmp_path)
    assert anchors(commands) >= set(COMMANDS) | {"rules-check", "review-import"}
    assert anchors(tables) >= {*TABLES, *VIEWS}
    shown = commands.read_text(encoding="utf-8")
    for words in (["diff"], ["run"], ["rules", "check"]):
        usage = CliRunner().invoke(cli, [*words, "--help"]).output
        options = set(re.findall(r"--[a-z][a-z-]+", usage))
        part = shown.split(f" {' '.join(words)}\n", 1)[1].split("\n##", 1)[0]
        assert options <= set(re.findall(r"--[a-z][a-z-]+", part))
    cells = [token.content for token in tokens(tables) if token.type == "inline"]
    for table in TABLES.values():
        assert all(any(column.description in cell for cell in cells) for column in table.columns)


def test_every_command_is_named_in_the_readme_or_the_changelog():
    text = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`{name}`" not in text and f"muistio {name}" not in text] == []


def test_the_readme_line_gives_completion_in_bash(tmp_path):
    (line,) = re.findall(r"`(eval .*bash_source.*?)` in", (ROOT / "README.md").read_text(encoding="utf-8"))
    program = tmp_path / "muistio"
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pipeline.cli import main; main()"
    program.write_text(f"#!{sys.executable}\n{code}\n")
    program.chmod(0o755)
    script = f"""{line}
    tab() {{ COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _muistio_completion muistio; echo "${{COMPREPLY[*]}}"; }}
    (tab muistio rev); (tab muistio export --format '')
    """
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"PATH": path}
    )
    assert done.stdout.splitlines() == ["review", "csv xlsx jsonl parquet sqlite"], done.stderr


def test_every_make_target_has_a_help_line():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE).group(1).split()
    described = re.findall(r"^([a-z-]+):.*## \S", makefile, flags=re.MULTILINE)
    assert set(phony) <= set(described)

"""`muistio lemmatise`: base forms of running text or of a CoNLL-U file."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

import click

from pipeline.config import LEMMATISERS
from pipeline.errors import UsageError
from pipeline.language import Lemmatiser, load_lemmatiser
from pipeline.language.conllu import FEATS, FORM, LEMMA, MISC, UPOS, feature_column, read_blocks
from pipeline.records import Candidate, Token

_PIECE = 100_000
_BATCH = 64


@click.command(name="lemmatise", short_help="Give the base forms of running text or of a CoNLL-U file.")
@click.argument("source", metavar="[IN]", default="-")
@click.option(
    "--format", "form", type=click.Choice(["text", "conllu"]), help="Default: conllu for *.conllu, else text."
)
@click.option("--output", type=click.Path(path_type=Path), help="File to write; standard output by default.")
@click.option("--lemmatiser", type=click.Choice(LEMMATISERS), default="voikko", show_default=True)
@click.option("--candidates", is_flag=True, help="Show the other readings of each word, too, with their scores.")
def command(source: str, form: str | None, output: Path | None, lemmatiser: str, candidates: bool) -> int:
    """Give the base forms of IN, a file in UTF-8; `-` or nothing reads standard input.

    Running text comes out as one token a line, with tabs between form, base form, part of speech and features (both
    of Universal Dependencies, `_` where there is none), and a blank line after each sentence. With --candidates a
    score follows, and each other reading has a line of its own with an empty form.

    A CoNLL-U file keeps its tokens, comments and other columns: LEMMA is filled, UPOS and FEATS where they were `_`.
    With --candidates the readings stand in MISC as Candidates=lemma:pos:score;...
    """
    system = load_lemmatiser(lemmatiser)
    name = "standard input" if source == "-" else source
    if form is None:
        form = "conllu" if source.endswith(".conllu") else "text"
    work = _conllu if form == "conllu" else _text
    with _reading(source) as lines, _writing(output) as out:
        try:
            for piece in work(lines, name, system, candidates):
                out.write(piece)
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{name} is not UTF-8 text (byte 0x{error.object[error.start]:02x}); convert it first, for instance "
                "with `iconv -f ISO-8859-1 -t UTF-8`."
            ) from error
    return 0


def _text(lines: TextIO, name: str, system: Lemmatiser, candidates: bool) -> Iterator[str]:
    """Running text, a paragraph at a time."""
    del name
    for paragraph in _paragraphs(lines):
        sentence = 0
        for token in system.analyse(paragraph):
            if token.sentence != sentence:
                sentence = token.sentence
                yield "\n"
            yield _line(token, candidates)
        yield "\n"


def _line(token: Token, candidates: bool) -> str:
    if not candidates:
        return f"{token.form}\t{_columns(token.candidates[0])}\n"
    readings = [f"{_columns(reading)}\t{reading.score:.3f}\n" for reading in token.candidates]
    return f"{token.form}\t" + "\t".join(readings)


def _columns(reading: Candidate) -> str:
    return f"{reading.lemma}\t{reading.pos or '_'}\t{feature_column(reading.features)}"


def _paragraphs(lines: TextIO) -> Iterator[str]:
    """Paragraphs of the text, long ones in pieces that end at a space where there is one."""
    kept = ""
    while line := lines.readline(_PIECE):
        if not line.strip() and kept.endswith("\n"):
            yield kept
            kept = ""
        elif line.strip() or kept:
            kept += line
        if len(kept) > _PIECE:
            cut = max(kept.rfind("\n"), kept.rfind(" ")) + 1 or len(kept)
            yield kept[:cut]
            kept = kept[cut:]
    if kept.strip():
        yield kept


def _conllu(lines: TextIO, name: str, system: Lemmatiser, candidates: bool) -> Iterator[str]:
    """CoNLL-U, a batch of sentences at a time."""
    blocks = read_blocks(lines, name)
    while batch := list(islice(blocks, _BATCH)):
        analysed = system.analyse_tokens([row[FORM] for row in block.words] for block in batch)
        for block, tokens in zip(batch, analysed, strict=True):
            for row, token in zip(block.words, tokens, strict=True):
                _fill(row, token, candidates)
            yield "".join("\t".join(row) + "\n" for row in block.lines) + "\n"


def _fill(row: list[str], token: Token, candidates: bool) -> None:
    row[LEMMA] = token.lemma
    if row[UPOS] == "_":
        row[UPOS] = token.pos or "X"
    if row[FEATS] == "_":
        row[FEATS] = feature_column(token.features)
    if candidates:
        readings = ";".join(f"{reading.lemma}:{reading.pos}:{reading.score:.3f}" for reading in token.candidates)
        row[MISC] = f"Candidates={readings}" if row[MISC] == "_" else f"{row[MISC]}|Candidates={readings}"


@contextmanager
def _reading(source: str) -> Iterator[TextIO]:
    if source == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig")
        return
    try:
        lines = Path(source).open(encoding="utf-8-sig")  # noqa: SIM115 - errors of opening alone are the user's
    except OSError as error:
        raise UsageError(f"Cannot read {source}: {error.strerror}. Check the path and its permissions.") from error
    with lines:
        yield lines


@contextmanager
def _writing(output: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears only when it is whole."""
    if output is None:
        out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
        try:
            yield out
        finally:
            out.flush()
            out.detach()
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out:
            yield out
        part.replace(output)
    except OSError as error:
        raise UsageError(f"Cannot write {output}: {error.strerror}. Check the path and its permissions.") from error
    finally:
        part.unlink(missing_ok=True)

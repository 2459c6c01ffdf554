"""CoNLL-U, the treebanks' format: ten columns a token, a blank line after each sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError

FORM, LEMMA, UPOS, FEATS, MISC = 1, 2, 3, 5, 9
_COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Block:
    """One sentence: its lines as they stand, comments among them, and its words.

    Attributes:
        lines: one list of columns a line; a comment is a list of one.
        words: the lines of whole words, that is without comments, multiword ranges (`3-4`) and empty nodes (`5.1`).
    """

    lines: list[list[str]]
    words: list[list[str]]


def read_blocks(lines: Iterable[str], name: str) -> Iterator[Block]:
    """The sentences of a CoNLL-U file, one at a time.

    Args:
        lines: the file's lines.
        name: how messages call the file.

    Raises:
        UsageError: a line has not ten columns, or its id is no id; the message names file and line.
    """
    block = Block([], [])
    for number, line in enumerate(lines, start=1):
        line = line.rstrip("\r\n")
        if not line.strip():
            if block.lines:
                yield block
                block = Block([], [])
            continue
        if line.startswith("#"):
            block.lines.append([line])
            continue
        columns = line.split("\t")
        identifier = columns[0]
        if len(columns) != _COLUMNS:
            raise UsageError(
                f"{name}, line {number}: {len(columns)} columns where CoNLL-U has ten; separate them by tabs, or read "
                "running text with --format text."
            )
        if not identifier.replace("-", "", 1).replace(".", "", 1).isdecimal():
            raise UsageError(
                f"{name}, line {number}: '{identifier}' is no token id of CoNLL-U; give a number such as 7, 7-8 or 7.1."
            )
        if not columns[FORM]:
            raise UsageError(f"{name}, line {number}: the FORM column is empty; write _ where there is no form.")
        block.lines.append(columns)
        if identifier.isdecimal():
            block.words.append(columns)
    if block.lines:
        yield block


def read_file(path: Path) -> Iterator[Block]:
    """The sentences of the file at `path`."""
    with path.open(encoding="utf-8") as lines:
        yield from read_blocks(lines, str(path))


def features_of(column: str) -> frozenset[str]:
    """The features of a FEATS column."""
    return frozenset() if column == "_" else frozenset(column.split("|"))


def feature_column(features: frozenset[str]) -> str:
    """The FEATS column of features, in the order that CoNLL-U asks for."""
    return "|".join(sorted(features, key=str.lower)) or "_"

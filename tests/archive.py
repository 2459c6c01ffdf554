"""An archive of fictional minutes, as large as asked: `python -m tests.archive DIR --documents 10000 [--seed N]`.

Each document takes sections out of one of the fictional minutes of `data/corpus/fiction`, under a day of its own and
set in one of several layouts; every tenth is a PDF unless told otherwise. Document n depends on nothing but n, the seed
and the corpus, so that an archive can be made in parts, and again.
"""

import argparse
import json
import random
import re
import textwrap
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.test_reading_pdf import at, pdf

CORPUS = Path(__file__).resolve().parent.parent / "data" / "corpus" / "fiction"
BULLETS = ("-", "–", "•", "*")
NUMBERS = ("{}.", "§ {}", "{} §")
A_FOLDER = 500
"""Documents in one folder, as an archive by years has them."""
_DAY = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{4}\b")
_UNREAD = ("w6", "w7")
"""Batches kept for the release test; they serve nothing else."""


class Layout(NamedTuple):
    """How a text is set; `width` is in characters, 0 for paragraphs on one line."""

    width: int
    bullet: str
    number: str
    page_lines: int


@cache
def corpus() -> tuple[dict[str, Any], ...]:
    """The fictional minutes that may be taken from."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("*.json"))]
    return tuple(one for one in found if one["batch"] not in _UNREAD)


def document(number: int, *, seed: int = 1, pdfs: float = 0.1, sections: tuple[int, int] = (2, 4)) -> tuple[str, bytes]:
    """Path and bytes of the archive's n-th document.

    Args:
        pdfs: share of documents that are PDF; the others are text.
        sections: fewest and most sections of a document.
    """
    dice = random.Random(f"{seed}/{number}")
    source = dice.choice(corpus())
    layout = Layout(dice.choice((0, 72, 90)), dice.choice(BULLETS), dice.choice(NUMBERS), dice.choice((0, 52)))
    typeset = dice.random() < pdfs
    if typeset:
        layout = layout._replace(width=86, page_lines=50)
    day = date(2015, 1, 1) + timedelta(days=dice.randrange(4000))
    lines = list(_lines(source, number, day, dice, layout, sections))
    pages = _pages(lines, layout.page_lines, f"{source['body']} {day.year}")
    path = f"{number // A_FOLDER:03}/{day.isoformat()}-{number:06}"
    if typeset:
        return f"{path}.pdf", pdf(*map(_typeset, pages))
    return f"{path}.txt", "\f".join("\n".join(page) for page in pages).encode()


def _lines(
    source: dict[str, Any], number: int, day: date, dice: random.Random, layout: Layout, sections: tuple[int, int]
) -> Iterator[str]:
    yield source["title"]
    yield f"Kokous {number}"
    yield ""
    for line in source["preamble"]:
        yield _DAY.sub(f"{day.day}.{day.month}.{day.year}", line)
    chosen = sorted(dice.sample(range(len(source["sections"])), min(dice.randint(*sections), len(source["sections"]))))
    for ordinal, index in enumerate(chosen, start=1):
        yield ""
        yield f"{layout.number.format(ordinal)} {source['sections'][index]['title']}"
        yield ""
        for block in source["sections"][index]["blocks"]:
            yield from _block(block, layout)


def _block(block: dict[str, Any], layout: Layout) -> Iterator[str]:
    mark = f"{layout.bullet} " if block["kind"] == "bullet" else ""
    indent = "  " * (block["level"] - 1) if mark else ""
    if layout.width:
        hang = indent + " " * len(mark)
        yield from textwrap.wrap(block["text"], layout.width, initial_indent=indent + mark, subsequent_indent=hang)
    else:
        yield indent + mark + block["text"]
    if not mark:
        yield ""


def _pages(lines: list[str], most: int, header: str) -> list[list[str]]:
    """Lines cut into pages with a running header and a counter, one page without either when `most` is 0."""
    if not most:
        return [lines]
    cuts = range(0, len(lines), most)
    return [[f"{header} {n} ({len(cuts)})", "", *lines[cut : cut + most]] for n, cut in enumerate(cuts, start=1)]


def _typeset(page: list[str]) -> str:
    return "".join(
        at(57 + 5 * (len(line) - len(line.lstrip())), 50 + 14 * row, _latin(line.strip()), size=10)
        for row, line in enumerate(page)
        if line.strip()
    )


def _latin(text: str) -> str:
    """What the standard fonts can show."""
    return text.encode("cp1252", "replace").decode("cp1252")


def make(folder: Path, numbers: Iterable[int], **how: Any) -> None:
    """Write documents of the archive; those that are there already are left alone."""
    for number in numbers:
        name, data = document(number, **how)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pdfs", type=float, default=0.1, help="share of PDF")
    parser.add_argument("--sections", type=int, nargs=2, default=(2, 4), help="fewest and most a document")
    given = parser.parse_args()
    make(given.folder, range(given.documents), seed=given.seed, pdfs=given.pdfs, sections=tuple(given.sections))


if __name__ == "__main__":
    main()

"""Markdown: turned into HTML, which has a reader. Emphasis goes, headings, nested lists and tables stay."""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it import MarkdownIt

from pipeline.errors import DocumentError
from pipeline.reading import html
from pipeline.reading.source import Source, within_limit
from pipeline.reading.text import decode
from pipeline.records import Line, Reading

# What note-taking programs put first: kept, for it may tell the title and the date.
PROPERTIES = re.compile(r"\s*---[ \t]*\n((?:[ \t]*[\w-]+:.*\n|[ \t]+.*\n|-[ \t].*\n)+)(?:---|\.\.\.)[ \t]*(?:\n|$)")
TITLE = re.compile(r"^(?:title|otsikko):[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE | re.IGNORECASE)
NUMBERED = re.compile(r"\d+\.")
MOST_LETTERS = 90  # of a list item that is a heading


def read(source: Source) -> Reading:
    """One line a heading, list item, table row or line of a paragraph.

    Raises:
        DocumentError: it holds no text.
    """
    text, encoding, problems = decode(source.data)
    text = within_limit(text, source, problems)
    text = text.replace("\r\n", "\n")
    title = ""
    if properties := PROPERTIES.match(text):
        named = TITLE.search(properties.group(1))
        title = named.group(1) if named else ""
        text = TITLE.sub(r"\1", properties.group(1)) + "\n" + text[properties.end() :]
    # Line breaks count: who types `Aika:` and `Paikka:` on two lines means two, and `•` starts no list in Markdown.
    page = MarkdownIt("commonmark", {"breaks": True}).enable("table").render(text)
    if not page.strip():
        raise DocumentError(f"{source.name} holds no text, only white space; fetch the file again.")
    reading = html.read(replace(source, data=codecs.BOM_UTF8 + page.encode("utf-8")))
    lines = reading.lines
    if sum(line.heading > 0 for line in lines) < 2:  # a title at most
        lines = tuple(_with_numbered_headings(lines))
    problems += reading.problems
    return replace(reading, reader=f"markdown-it-py ({encoding})", lines=lines, problems=tuple(problems), title=title)


def _with_numbered_headings(lines: Sequence[Line]) -> Iterator[Line]:
    """Outermost numbers become headings: `1. Kokouksen avaus` is a list item to Markdown, not to who wrote it.

    What a list item has under it moves one level out.
    """
    under = False
    for line in lines:
        if line.marker and line.level == 1:
            under = bool(NUMBERED.fullmatch(line.marker)) and len(line.text) <= MOST_LETTERS and line.text[-1] != "."
            yield replace(line, level=0, heading=2) if under else line
        elif under and line.level:
            yield replace(line, level=line.level - 1, x0=max(0.0, line.x0 - html.INDENT))
        else:
            yield line

"""Section numbers as Finnish minutes print them, and what only looks like one.

Forms: `§ 138 Otsikko`, `138 § Otsikko`, `1. Otsikko`, `2.1 Otsikko`, `2 Otsikko`, `3) Otsikko`; the title can stand on
the next line. Not headings: dates (`4.6.2019 klo 16.00 mennessä`), times (`11.00 alkaen`), references (`39 §:n`,
`Kaupunginhallitus 20.3.2017 § 10`) and quantities (`3 suojaa`).
"""

import re
from dataclasses import dataclass
from typing import Literal

Style = Literal["section sign", "dot", "plain", "paren"]

SIGN_FIRST = re.compile(r"§\s*(\d{1,4}[a-z]?)\s*(?:[.:]?\s+(?P<title>\S.*))?$")
SIGN_LAST = re.compile(r"(\d{1,4}[a-z]?)\s*§(?![:\w])\s*(?:[.:]?\s+(?P<title>\S.*))?$")
DOTTED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})(?P<mark>[.)]?)(?:\s+(?P<title>\S.*))?$")
DATE_OR_TIME = re.compile(
    r"\d{1,2}\.\d{1,2}\.(?:\d{2,4})?(?!\d)|\d{1,2}\.\d{2}\s*(?:[–-]|alkaen|mennessä|$)|\d{1,2}\.\s*\w+kuuta"
)
LETTER = re.compile(r"(?P<mark>\(?[a-zåäö][.)])\s+(?=\S)")
# A title starts like a name does: with a capital, a digit or a quotation mark.
TITLE_START = re.compile(r"[A-ZÅÄÖÜÉŠŽ0-9\"”»(]")
MONTH_OR_UNIT = re.compile(
    r"(?:prosent|%|euro|€|milj|kpl|henki|htv|vuotia|m²|klo\b|pv\b|kk\b|lk\b|luok|vk\b|viikko|neliö|km\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Number:
    """A section number found at the start of a line.

    Attributes:
        printed: as it stands on the page: `§ 138`, `2.1`, `3)`.
        path: its parts as numbers: (2, 1) for `2.1`.
        title: the rest of the line; empty when the title stands on the next line.
    """

    printed: str
    style: Style
    path: tuple[int, ...]
    title: str


def parse_number(text: str) -> Number | None:
    """The section number at the start of `text`, or None when there is none."""
    text = text.strip()
    if not text or not (text[0].isdigit() or text[0] == "§"):
        return None
    for pattern in (SIGN_FIRST, SIGN_LAST):
        found = pattern.match(text)
        if found:
            title = (found.group("title") or "").strip()
            if title and not TITLE_START.match(title):
                return None
            printed = re.sub(r"\s+", " ", text[: found.start("title")] if title else text).strip().rstrip(".:")
            return Number(printed, "section sign", (int(re.sub(r"\D", "", found.group(1))),), title)
    found = DOTTED.match(text)
    if not found or DATE_OR_TIME.match(text):
        return None
    title = (found.group("title") or "").strip()
    path = tuple(int(part) for part in found.group(1).split("."))
    if path[0] > 60 or not title or not TITLE_START.match(title) or MONTH_OR_UNIT.match(title):
        return None
    mark = found.group("mark")
    style: Style = "paren" if mark == ")" else "dot" if mark == "." and len(path) == 1 else "plain"
    if style == "plain" and len(path) == 1 and title[0].isdigit():
        return None  # `3 100 asukasta`
    return Number(found.group(1) + mark, style, path, title)

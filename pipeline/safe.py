"""Text of documents made harmless for what shows it: terminals, spreadsheets, JSON readers."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

# What moves a terminal's cursor or turns the direction of writing; a line break and a tab are left alone.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What spreadsheets take for the beginning of a formula, also in its full-width form.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")


def printable(text: str) -> str:
    """The text without characters that steer a terminal."""
    return _CONTROL.sub("", text)


def joined(value: Any) -> Any:
    """The value for a format without lists: a list becomes its texts joined by `; `."""
    return "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def csv_row(values: Sequence[Any]) -> list[Any]:
    """Values for a CSV file: null is empty, and a text that a spreadsheet would calculate starts with an apostrophe."""
    return [_csv_cell(joined(value)) for value in values]


def _csv_cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if _FORMULA.match(text) else text


def json_line(value: Any) -> str:
    """JSON on one line, dates as ISO texts, without characters that steer a terminal."""
    text = json.dumps(value, ensure_ascii=False, default=lambda v: float(v) if isinstance(v, Decimal) else str(v))
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

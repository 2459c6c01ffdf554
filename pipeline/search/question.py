"""The language of questions: words, phrases in quotation marks, AND, OR, NOT, parentheses and `field:value`.

Words side by side are joined by AND, and a minus before a term is NOT. The operators are written in capitals, so that
the Finnish words *and* and *or*, should they occur, are words.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.errors import UsageError

FIELDS = ("theme", "type", "body", "party", "year", "title", "section", "speaker", "side", "part")

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()])|(?P<minus>-(?=[\w"(]))|(?:(?P<field>[a-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+)))"""
)


@dataclass(frozen=True, slots=True)
class Words:
    """A word or, when it is several, a phrase."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A value that a field is to have or, for texts, to hold."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    inner: "Question"


@dataclass(frozen=True, slots=True)
class Joined:
    """Questions joined by `AND` or `OR`."""

    operator: str
    inner: tuple["Question", ...]


Question = Words | Field | Not | Joined


def parse(text: str) -> Question:
    """The question that a text asks.

    Raises:
        UsageError: it cannot be understood.
    """
    return _Parser(text).whole()


def leaves(question: Question, wanted: bool = True) -> Iterator[tuple[Words | Field, bool]]:
    """Words and fields of a question in order, each with whether it is asked for rather than ruled out."""
    match question:
        case Joined(_, inner):
            for one in inner:
                yield from leaves(one, wanted)
        case Not(inner):
            yield from leaves(inner, not wanted)
        case _:
            yield question, wanted


def to_sql(question: Question, leaf: Callable[[Words | Field], str]) -> str:
    """The question as an SQL condition; `leaf` gives the condition of a word or field."""
    match question:
        case Joined(operator, inner):
            return "(" + f" {operator} ".join(to_sql(one, leaf) for one in inner) + ")"
        case Not(inner):
            return f"NOT coalesce({to_sql(inner, leaf)}, false)"
        case _:
            return leaf(question)


class _Parser:
    """Recursive descent: OR binds less than AND, AND less than NOT."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._scan())
        self._at = 0

    def whole(self) -> Question:
        question = self._either()
        if self._at < len(self._tokens):
            raise self._error(f"there is a '{self._peek()}' too many")
        return question

    def _scan(self) -> Iterator[str | Words | Field]:
        at = 0
        while self._text[at:].strip():
            found = _TOKEN.match(self._text, at)
            if found is None:
                raise self._error("a quotation mark is not closed")
            at = found.end()
            name, value = found["field"], found["word"] if found["phrase"] is None else found["phrase"]
            if found["mark"]:
                yield found["mark"]
            elif found["minus"]:
                yield "NOT"
            elif name is not None and name not in FIELDS:
                raise self._error(f"there is no field '{name}'; the fields are {', '.join(FIELDS)}")
            elif name is not None:
                yield Field(name, value)
            elif found["phrase"] is None and value in ("AND", "OR", "NOT"):
                yield value
            elif any(map(str.isalnum, value)):
                yield Words(value)

    def _peek(self) -> str | Words | Field | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _either(self) -> Question:
        parts = [self._both()]
        while self._peek() == "OR":
            self._at += 1
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Joined("OR", tuple(parts))

    def _both(self) -> Question:
        parts = [self._one()]
        while self._peek() not in (None, "OR", ")"):
            if self._peek() == "AND":
                self._at += 1
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Joined("AND", tuple(parts))

    def _one(self) -> Question:
        token = self._peek()
        self._at += 1
        if token == "NOT":
            return Not(self._one())
        if token == "(":
            inner = self._either()
            if self._peek() != ")":
                raise self._error("a parenthesis is not closed")
            self._at += 1
            return inner
        if token is None or isinstance(token, str):
            where = f"before '{token}'" if token else "at its end"
            raise self._error(f"a word is missing {where}" if self._tokens else "there is no word to look for")
        return token

    def _error(self, reason: str) -> UsageError:
        return UsageError(
            f"The question '{self._text}' cannot be understood: {reason}."
            ' Write words, "a phrase", AND, OR, NOT, ( ) and field:value.'
        )

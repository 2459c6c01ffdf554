"""Reading a rule file so that every key and value keeps its line, and every fault names file, line, key and fix.

All scalars are strings: no `no` becomes False on the way, and nothing in a file is ever executed.
"""

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn, TypeVar

import yaml

from pipeline.errors import RuleError

_Loader: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
MAX_BYTES = 5_000_000
Value = TypeVar("Value")


def _suggestion(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    return f"did you mean '{close[0]}'?" if close else f"use one of {', '.join(names)}."


class Entry:
    """A node of a rule file that knows where it stands."""

    def __init__(self, file: Path, node: yaml.Node, key: str = "") -> None:
        self.file = file
        self.key = key
        self.line = node.start_mark.line + 1
        self._node = node

    def fail(self, what: str) -> NoReturn:
        """Raise a RuleError that names file, line and key."""
        key = f", key '{self.key}'" if self.key else ""
        raise RuleError(f"{self.file}, line {self.line}{key}: {what}")

    def mapping(self, known: Iterable[str]) -> dict[str, "Entry"]:
        """The keys of a mapping, all of which must be in `known`; an empty node is an empty mapping."""
        pairs = self.pairs()
        names = list(known)
        for key, entry in pairs.items():
            if key not in names:
                entry.fail(f"there is no such key; {_suggestion(key, names)}")
        return pairs

    def pairs(self) -> dict[str, "Entry"]:
        """The keys of a mapping, whatever they are called."""
        if isinstance(self._node, yaml.ScalarNode) and not self._node.value:
            return {}
        if not isinstance(self._node, yaml.MappingNode):
            self.fail("here should stand keys with values, one a line, such as 'theme: sport'.")
        pairs: dict[str, Entry] = {}
        for key_node, value_node in self._node.value:
            key = str(key_node.value)
            entry = Entry(self.file, value_node, key)
            entry.line = key_node.start_mark.line + 1
            if key in pairs:
                entry.fail(f"the key stands twice, first on line {pairs[key].line}; keep one.")
            pairs[key] = entry
        return pairs

    def items(self) -> list["Entry"]:
        """The entries of a list; a single value counts as a list of one."""
        if isinstance(self._node, yaml.ScalarNode):
            return [self] if self._node.value else []
        if not isinstance(self._node, yaml.SequenceNode):
            self.fail("here should stand a list; write [one, another] or one '- entry' a line.")
        return [Entry(self.file, node, self.key) for node in self._node.value]

    def text(self) -> str:
        """The one value that stands here."""
        if not isinstance(self._node, yaml.ScalarNode):
            self.fail("here should stand one value; put it in quotation marks if it holds ':' or '[' or '#'.")
        return str(self._node.value).strip()

    def texts(self) -> list[str]:
        """The values of a list."""
        return [entry.text() for entry in self.items()]

    def choice(self, allowed: Iterable[str]) -> str:
        """One of `allowed`."""
        value = self.text()
        names = list(allowed)
        if value not in names:
            self.fail(f"'{value}' is no possible value; {_suggestion(value, names)}")
        return value

    def parsed(self, parse: Callable[[str], Value]) -> list[Value]:
        """Every value of a list as `parse` reads it; a ValueError becomes a RuleError on that line."""
        values = []
        for entry in self.items():
            text = entry.text()
            try:
                values.append(parse(text))
            except ValueError as error:
                entry.fail(f"the pattern '{text}' cannot be used: {error}.")
        return values


def read_yaml(path: Path) -> Entry:
    """The root of a rule file.

    Raises:
        RuleError: the file cannot be read, is no UTF-8 or no YAML.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RuleError(f"Cannot read the rule file {path}: {error.strerror}. Check the path.") from error
    if len(data) > MAX_BYTES:
        raise RuleError(f"The rule file {path} has more than {MAX_BYTES} bytes; split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RuleError(f"{path}, line {line}: the file is not UTF-8; save it as UTF-8.") from error
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        fix = "check indentation, closing brackets and quotation marks; a value with ':' or '[' needs quotation marks"
        raise RuleError(f"{path}, line {line}: this is not YAML ({error.problem}); {fix}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise RuleError(f"{path}: this is not YAML ({str(error).splitlines()[0]}); check the file.") from error
    if node is None:
        raise RuleError(f"{path}, line 1: the file is empty; see docs/rules.md for what a rule file says.")
    return Entry(path, node)

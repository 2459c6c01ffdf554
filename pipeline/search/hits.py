"""Answers a question from the store: the items, ranked, with the places of the words in them."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.errors import UsageError
from pipeline.language import Lemmatiser
from pipeline.schema import party
from pipeline.search.question import Field, Joined, Question, Words, leaves, parse, to_sql
from pipeline.search.vocabulary import Vocabulary

_LABELLED = "items.item_id IN (SELECT item_id FROM labels WHERE axis = '{axis}' AND label = {value})"
_HOLDS = "contains(lower({column}), lower({value}))"
_FIELDS = {
    "theme": _LABELLED.replace("{axis}", "theme"),
    "type": _LABELLED.replace("{axis}", "type"),
    "body": _HOLDS.replace("{column}", "documents.body"),
    "party": _HOLDS.replace("{column}", party()),
    "year": "left(documents.date, 4) = {value}",
    "title": _HOLDS.replace("{column}", "documents.title"),
    "section": _HOLDS.replace("{column}", "concat_ws(' ', sections.number, sections.title)"),
    "speaker": _HOLDS.replace("{column}", "concat_ws(' ', items.speaker, items.speaker_role)"),
    "side": "items.speaker_side = {value}",
    "part": "items.part = {value}",
}
_FROM = "FROM items JOIN documents USING (document_id) LEFT JOIN sections USING (section_id)"
_HITS = """
    WITH found AS (
        SELECT items.item_id, items.document_id, documents.path, documents.title, documents.date, items.page,
            sections.number, sections.title AS section, items.speaker, items.text, items.ordinal,
            {exact} AS exact, round({score}, 3) AS score, count(*) OVER () AS total
        {tables} WHERE {condition}
        ORDER BY exact DESC, score DESC, date DESC NULLS LAST, path, document_id, ordinal LIMIT $limit
    )
    SELECT * EXCLUDE (ordinal),
        (SELECT list(label ORDER BY axis, label) FROM labels WHERE labels.item_id = found.item_id) AS labels
    FROM found ORDER BY exact DESC, score DESC, date DESC NULLS LAST, path, document_id, ordinal
"""
_IDS = "SELECT items.item_id {tables} WHERE {condition}"
_SATURATION, _LENGTH = 1.2, 0.75
"""The usual constants of BM25: how soon more of the same word counts no more, how much a long text pays."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that answers the question.

    Attributes:
        exact: every word asked for stands there by itself, not only as a part of a compound.
        score: how well it answers (BM25 over base forms); 0 where only fields were asked for.
        matches: places of the words in `text`, start inclusive and end exclusive.
    """

    item_id: str
    document_id: str
    path: str
    title: str | None
    date: str | None
    page: int
    number: str | None
    section: str | None
    speaker: str | None
    text: str
    labels: tuple[str, ...]
    exact: bool
    score: float
    matches: tuple[tuple[int, int], ...]


def find(
    connection: duckdb.DuckDBPyConnection,
    lemmatiser: Lemmatiser,
    text: str,
    *,
    fields: Sequence[Field] = (),
    limit: int = 20,
) -> tuple[int, list[Hit]]:
    """Items that answer the question: exact words before compounds, then by score, then the newest meeting first.

    Args:
        connection: an open store.
        text: the question, see `pipeline.search.question`.
        fields: further fields that must hold.
        limit: the most hits to give.

    Returns:
        How many there are in all, and the first of them.

    Raises:
        UsageError: the question cannot be understood, or names a theme or type that the store has not.
    """
    plan = _planned(connection, lemmatiser, text, fields)
    cursor = connection.execute(plan.sql, plan.parameters | {"limit": limit})
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return (rows[0]["total"] if rows else 0), [_hit(row, lemmatiser, plan.lemmas) for row in rows]


def matching(connection: duckdb.DuckDBPyConnection, lemmatiser: Lemmatiser, text: str) -> list[str]:
    """Ids of all items that answer the question, without rank; raises as `find` does."""
    plan = _planned(connection, lemmatiser, text)
    used = {name: value for name, value in plan.parameters.items() if not name.endswith("_exact")}
    found = connection.execute(_IDS.format(tables=_FROM, condition=plan.condition), used).fetchall()
    return [item for (item,) in found]


def _planned(
    connection: duckdb.DuckDBPyConnection, lemmatiser: Lemmatiser, text: str, fields: Sequence[Field] = ()
) -> "_Plan":
    question = parse(text)
    if fields:
        question = Joined("AND", (question, *fields))
    for leaf, _ in leaves(question):
        if isinstance(leaf, Field) and leaf.name in ("theme", "type"):
            _check_label(connection, leaf.name, leaf.value)
    return _Plan(connection, Vocabulary(lemmatiser), question)


class _Plan:
    """A question as SQL with its parameters; `lemmas` are the base forms to mark."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, question: Question) -> None:
        self.parameters: dict[str, Any] = {}
        self._words: dict[Words, list[str]] = {}
        split = {leaf: vocabulary.split(leaf.text) for leaf, _ in leaves(question) if isinstance(leaf, Words)}
        wanted = [word for words in split.values() for word in words]
        stored = connection.execute("SELECT DISTINCT unnest(lemmas) AS lemma FROM items ORDER BY lemma").fetchall()
        answers = iter(vocabulary.answers(wanted, [lemma for (lemma,) in stored]))
        asked = {leaf for leaf, positive in leaves(question) if positive}
        scored: list[str] = []
        self.lemmas: set[str] = set()
        for leaf, words in split.items():
            names = []
            for _ in words:
                name, answer = f"w{len(self.parameters)}", next(answers)
                self.parameters[name] = answer.all
                names.append(name)
                if leaf in asked:
                    self.parameters[f"{name}_exact"] = answer.exact
                    self.lemmas.update(answer.all)
                    scored.append(name)
            self._words[leaf] = names
            if len(names) > 1:
                self.parameters[f"{names[0]}_phrase"] = _phrase([self.parameters[name] for name in names])
        self.condition = to_sql(question, self._condition)
        self.sql = _HITS.format(
            tables=_FROM,
            condition=self.condition,
            exact="(" + (" AND ".join(f"list_has_any(items.lemmas, ${name}_exact)" for name in scored) or "true") + ")",
            score=" + ".join(self._score(connection, name) for name in scored) or "0",
        )

    def _condition(self, leaf: Words | Field) -> str:
        if isinstance(leaf, Field):
            name = f"f{len(self.parameters)}"
            self.parameters[name] = leaf.value
            return _FIELDS[leaf.name].format(value=f"${name}")
        names = self._words[leaf]
        words = [f"list_has_any(items.lemmas, ${name})" for name in names]
        if len(names) > 1:
            words.append(f"regexp_matches(' ' || array_to_string(items.lemmas, '  ') || ' ', ${names[0]}_phrase)")
        return "(" + " AND ".join(words) + ")"

    def _score(self, connection: duckdb.DuckDBPyConnection, name: str) -> str:
        """What one word adds to the score of an item."""
        found = connection.execute(
            "SELECT count(*), coalesce(avg(len(lemmas)), 1), count(*) FILTER (list_has_any(lemmas, $lemmas))"
            " FROM items",
            {"lemmas": self.parameters[name]},
        ).fetchone()
        assert found is not None
        items, length, hits = found
        rarity = math.log(1 + (items - hits + 0.5) / (hits + 0.5))
        times = f"len(list_filter(items.lemmas, lambda lemma: list_contains(${name}, lemma)))"
        pays = f"{_SATURATION} * ({1 - _LENGTH} + {_LENGTH} * len(items.lemmas) / {float(length)})"
        return f"{rarity} * {_SATURATION + 1} * {times} / ({times} + {pays})"


def _phrase(words: Sequence[Sequence[str]]) -> str:
    """A pattern for base forms that stand side by side, over base forms with two spaces between them."""
    return " " + "  ".join(f"(?:{'|'.join(map(re.escape, answers)) or '$.'})" for answers in words) + " "


def _check_label(connection: duckdb.DuckDBPyConnection, axis: str, label: str) -> None:
    rows = connection.execute("SELECT DISTINCT label FROM labels WHERE axis = ? ORDER BY label", [axis]).fetchall()
    known = [name for (name,) in rows]
    if label not in known:
        raise UsageError(f"The store has no {axis} '{label}'; it has {', '.join(known) or 'none'}.")


def _hit(row: dict[str, Any], lemmatiser: Lemmatiser, lemmas: Collection[str]) -> Hit:
    del row["total"]
    matches = tuple(
        (token.start, token.end)
        for token in lemmatiser.analyse(row["text"])
        if any(candidate.lemma in lemmas for candidate in token.candidates)
    )
    return Hit(**row | {"labels": tuple(row["labels"] or ()), "score": float(row["score"])}, matches=matches)

"""Finds items by their words: whatever the inflection, and also as a part of a compound.

Both the question and the items are base forms, so *oppilashuolto* finds *oppilashuollon*. A compound counts when the
word asked for is one or more of its parts, whole: *huolto* finds *oppilashuoltoryhmä*, *uolto* does not.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipeline.errors import UsageError
from pipeline.language import Lemmatiser
from pipeline.records import Axis, Candidate, Token

_HEAD = 2  # letters that a word keeps however it inflects as a compound's part: käsi, käden|taito

_HITS = """
    SELECT items.item_id, items.document_id, documents.path, documents.title, documents.date, items.page,
        sections.number, sections.title AS section, items.speaker, items.text,
        (SELECT list(label ORDER BY axis, label) FROM labels WHERE labels.item_id = items.item_id) AS labels,
        {exact} = {words} AS exact, count(*) OVER () AS total
    FROM items JOIN documents USING (document_id) LEFT JOIN sections USING (section_id)
    WHERE {all} AND {labelled}
    ORDER BY {exact} DESC, documents.date DESC NULLS LAST, documents.path, items.document_id, items.ordinal
    LIMIT $limit
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that holds every word asked for.

    Attributes:
        exact: every word stands there by itself, not only as a part of a compound.
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
    matches: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of the question and the lemmas of the store that answer it."""

    exact: list[str] = field(default_factory=list)
    compound: list[str] = field(default_factory=list)


def find(
    connection: duckdb.DuckDBPyConnection,
    lemmatiser: Lemmatiser,
    words: str,
    *,
    theme: str | None = None,
    kind: str | None = None,
    limit: int = 20,
) -> tuple[int, list[Hit]]:
    """Items that hold all the words: exact words before compounds, then the newest meeting first.

    Args:
        connection: an open store.
        theme: only items of this theme.
        kind: only items of this type.
        limit: the most hits to give.

    Returns:
        How many there are in all, and the first of them.

    Raises:
        UsageError: there is no word to look for, or no such theme or type in the store.
    """
    asked = _answers(connection, lemmatiser, words)
    parameters: dict[str, Any] = {"limit": limit}
    labelled = ["true"]
    axes: tuple[tuple[Axis, str | None], ...] = (("theme", theme), ("type", kind))
    for axis, label in axes:
        if label is not None:
            _check_label(connection, axis, label)
            parameters[axis] = label
            labelled.append(f"items.item_id IN (SELECT item_id FROM labels WHERE axis = '{axis}' AND label = ${axis})")
    for number, word in enumerate(asked):
        parameters |= {f"exact{number}": word.exact, f"all{number}": word.exact + word.compound}
    sql = _HITS.format(
        exact="(" + " + ".join(f"list_has_any(items.lemmas, $exact{n})::INT" for n in range(len(asked))) + ")",
        all=" AND ".join(f"list_has_any(items.lemmas, $all{n})" for n in range(len(asked))),
        words=len(asked),
        labelled=" AND ".join(labelled),
    )
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    total = rows[0]["total"] if rows else 0
    lemmas = {lemma for word in asked for lemma in word.exact + word.compound}
    return total, [_hit(row, lemmatiser, lemmas) for row in rows]


def _answers(connection: duckdb.DuckDBPyConnection, lemmatiser: Lemmatiser, words: str) -> list[_Word]:
    """For each word of the question the lemmas of the store that answer it."""
    tokens = [token for token in lemmatiser.analyse(words) if any(map(str.isalnum, token.form))]
    if not tokens:
        raise UsageError(f"There is no word to look for in '{words}'; give at least one.")
    wanted = [{_plain(one.lemma) for one in _readings(token, token.form)} or {_plain(token.form)} for token in tokens]
    answers = [_Word() for _ in wanted]
    compounds = []
    heads = {lemma[:_HEAD] for lemmas in wanted for lemma in lemmas}
    for (lemma,) in connection.execute("SELECT DISTINCT unnest(lemmas) AS lemma FROM items ORDER BY lemma").fetchall():
        plain = _plain(lemma)
        for word, lemmas in zip(answers, wanted, strict=True):
            if plain in lemmas:
                word.exact.append(lemma)
        if any(head in plain for head in heads):
            compounds.append(lemma)
    for lemma, analysed in zip(compounds, lemmatiser.analyse_tokens([lemma] for lemma in compounds), strict=True):
        spans = {span for token in analysed for candidate in _readings(token, lemma) for span in _spans(candidate)}
        for word, lemmas in zip(answers, wanted, strict=True):
            if spans & lemmas and _plain(lemma) not in lemmas:
                word.compound.append(lemma)
    return answers


def _readings(token: Token, base: str) -> Sequence[Candidate]:
    """The analyses that take the word for the base form it looks like (*tilanne* is no form of *tila*), else all."""
    return [one for one in token.candidates if _plain(one.lemma) == _plain(base)] or token.candidates


def _spans(candidate: Candidate) -> Iterable[str]:
    """The runs of a compound's parts, the last part of each as it stands and in its base form."""
    for start in range(len(candidate.parts)):
        for end in range(start, len(candidate.parts)):
            before = "".join(candidate.parts[start:end])
            yield _plain(before + candidate.parts[end])
            yield _plain(before + candidate.bases[end])


def _plain(word: str) -> str:
    """A word without what does not tell words apart: capitals and hyphens."""
    return word.casefold().replace("-", "")


def _check_label(connection: duckdb.DuckDBPyConnection, axis: Axis, label: str) -> None:
    rows = connection.execute("SELECT DISTINCT label FROM labels WHERE axis = ? ORDER BY label", [axis]).fetchall()
    known: Sequence[str] = [name for (name,) in rows]
    if label not in known:
        raise UsageError(f"The store has no {axis} '{label}'; it has {', '.join(known) or 'none'}.")


def _hit(row: dict[str, Any], lemmatiser: Lemmatiser, lemmas: Collection[str]) -> Hit:
    del row["total"]
    matches = tuple(
        (token.start, token.end)
        for token in lemmatiser.analyse(row["text"])
        if any(candidate.lemma in lemmas for candidate in token.candidates)
    )
    return Hit(**row | {"labels": tuple(row["labels"] or ())}, matches=matches)

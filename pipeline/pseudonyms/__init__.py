"""Names of persons replaced by pseudonyms: the tables of a store made anew, to be exported as any others.

A pseudonym is `Henkilö-` and six characters of the HMAC-SHA256 of the base form of a name under a key: the same person
has the same one in every document and every export with that key, and without it no name can be tried out. Known are
the names of participants, of speakers and owners, and names after a post; they are found in the texts of the same
document by their base forms, whole or by the surname alone. Whoever is named in no such place stays, and so do file
names and posts. What is left is still personal data: this lessens what an export tells, it does not make it anonymous.
"""

import base64
import hmac
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.labelling import lemmas
from pipeline.language import Lemmatiser
from pipeline.pseudonyms.keys import KEY_FILE as KEY_FILE
from pipeline.pseudonyms.keys import read_key as read_key
from pipeline.records import Token
from pipeline.schema import TABLES
from pipeline.store import ordered
from pipeline.structure.people import NAME, ORGANISATION, people_in
from pipeline.tables import Columns, arrow

if TYPE_CHECKING:
    import duckdb

_AT_ONCE = 200
"""Documents whose rows are in memory at one time."""
_ENDING = r"(?::?i?(?:n|[aä]|t[aä]|ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|ksi|n[aä]|[aeiouyäö]n|h[aeiouyäö]n|seen))?"
"""Case endings after a name that the dictionary does not know."""
_NAME = re.compile(NAME)
_BODY = re.compile(rf"\s+{ORGANISATION}")

Person = tuple[str, ...]
"""The words of a name in base form and lower case, the surname last."""


class Span(NamedTuple):
    """Where a name stands in a text, and what is to stand there."""

    start: int
    end: int
    pseudonym: str


class Replaced(NamedTuple):
    """A text with its names replaced, and where its code points have gone."""

    text: str
    spans: tuple[Span, ...]

    def at(self, position: int, *, end: bool = False) -> int:
        """The new place of a place in the text before; one within a name goes to the name's start, or its `end`."""
        count = bisect_left(self.spans, position, key=lambda span: span.start)
        moved = position + sum(len(span.pseudonym) - (span.end - span.start) for span in self.spans[:count])
        if not count or position >= self.spans[count - 1].end:
            return moved
        last = self.spans[count - 1]
        return moved + last.end - position - (0 if end else len(last.pseudonym))


def pseudonym(person: Person, key: bytes) -> str:
    """What stands for a person."""
    made = hmac.digest(key, " ".join(person).encode(), "sha256")
    return f"Henkilö-{base64.b32encode(made).decode().lower()[:6]}"


def pseudonymised(
    connection: "duckdb.DuckDBPyConnection", key: bytes, lemmatiser: Lemmatiser
) -> "duckdb.DuckDBPyConnection":
    """The tables of an open store in a database in memory, with pseudonyms for names; all offsets hold in them."""
    import duckdb

    made = duckdb.connect()
    documents = [row[0] for row in connection.execute("SELECT document_id FROM documents ORDER BY path").fetchall()]
    for cut in range(0, max(1, len(documents)), _AT_ONCE):
        tables = _rows_of(connection, documents[cut : cut + _AT_ONCE])
        replace_names(tables, key, lemmatiser)
        for name, table in arrow(tables).items():
            made.register("part", table)
            made.execute(f"INSERT INTO {name} FROM part" if cut else f"CREATE TABLE {name} AS FROM part")
            made.unregister("part")
    return made


def _rows_of(connection: "duckdb.DuckDBPyConnection", documents: list[str]) -> dict[str, Columns]:
    """All rows that belong to some documents, in their order."""
    tables = {}
    for name, table in TABLES.items():
        names = [column.name for column in table.columns]
        where = "document_id IN (SELECT unnest(?))"
        rows = connection.execute(ordered(name, where), [documents]).fetchall()
        tables[name] = {column: [row[place] for row in rows] for place, column in enumerate(names)}
    return tables


def replace_names(tables: dict[str, Columns], key: bytes, lemmatiser: Lemmatiser) -> None:
    """Put pseudonyms for names into the tables of some documents, all their rows."""
    owner_of = dict(zip(tables["items"]["item_id"], tables["items"]["document_id"], strict=True))
    names: dict[str, _Names] = {}
    for document in tables["documents"]["document_id"]:
        names[document] = _Names(key, lemmatiser)
    for table, column in (("participants", "name"), ("items", "speaker"), ("actions", "owner")):
        for document, value in zip(_documents_of(tables[table], owner_of), tables[table][column], strict=True):
            for name in (value or "").split("; "):
                if table == "participants" or _NAME.fullmatch(name) or names[document].is_proper(name):
                    names[document].add(name)
    texts = dict(zip(tables["texts"]["document_id"], tables["texts"]["text"], strict=True))
    for document, text in texts.items():
        for line in text.splitlines():
            for person in people_in(line):
                names[document].add(person.name, inflected=True)
    for row, document in enumerate(tables["documents"]["document_id"]):
        about = [tables["documents"][column][row] for column in ("body", "counterpart", "place")]
        names[document].leave(word for value in about for word in (value or "").split())
    replaced = {document: names[document].replace(text) for document, text in texts.items()}
    tables["texts"]["text"] = [replaced[document].text for document in tables["texts"]["document_id"]]
    _move_labels(tables, owner_of, replaced, names)
    for name in ("sections", "items"):
        _move(tables[name], replaced)
    items = tables["items"]
    for row, (document, start, end) in enumerate(zip(items["document_id"], items["start"], items["end"], strict=True)):
        text = replaced[document].text[start:end]
        if text != items["text"][row]:
            items["text"][row] = text
            items["lemmas"][row] = list(lemmas(lemmatiser.analyse(text)))
    people = tables["participants"]
    people["name"] = [names[own].participant(n) for own, n in zip(people["document_id"], people["name"], strict=True)]
    for name, columns in _FREE.items():
        rows, owners = tables[name], _documents_of(tables[name], owner_of)
        for column in columns:
            rows[column] = [names[own].value(value) for own, value in zip(owners, rows[column], strict=True)]


_FREE = {
    "documents": ("title", "body", "counterpart", "place"),
    "participants": ("role",),
    "sections": ("title",),
    "items": ("columns", "speaker", "speaker_role"),
    "actions": ("task", "owner", "counterpart", "deadline_text", "status_evidence"),
    "problems": ("message",),
}
"""Columns whose texts stand for themselves, by no offset."""


def _documents_of(rows: Columns, owner_of: dict[str, str]) -> list[str]:
    """The document of each row, told by the row or by its item."""
    return rows["document_id"] if "document_id" in rows else [owner_of[item] for item in rows["item_id"]]


def _move(rows: Columns, replaced: dict[str, Replaced]) -> None:
    for row, document in enumerate(rows["document_id"]):
        if document in replaced:
            start, end = rows["start"][row], rows["end"][row]
            rows["start"][row] = replaced[document].at(start)
            rows["end"][row] = replaced[document].at(end, end=True) if end > start else rows["start"][row]


def _move_labels(
    tables: dict[str, Columns], owner_of: dict[str, str], replaced: dict[str, Replaced], names: "dict[str, _Names]"
) -> None:
    """Evidence and its offsets, which count from the start of the item, while the items stand where they stood."""
    labels, starts = tables["labels"], dict(zip(tables["items"]["item_id"], tables["items"]["start"], strict=True))
    for row, item in enumerate(labels["item_id"]):
        start, end = labels["evidence_start"][row], labels["evidence_end"][row]
        if start is None:
            labels["evidence"][row] = names[owner_of[item]].value(labels["evidence"][row])
            continue
        text, origin = replaced[owner_of[item]], starts[item]
        first, last = text.at(origin + start), text.at(origin + end, end=True)
        labels["evidence"][row] = text.text[first:last]
        labels["evidence_start"][row], labels["evidence_end"][row] = first - text.at(origin), last - text.at(origin)


class _Names:
    """The names of one document and where they stand in a text."""

    def __init__(self, key: bytes, lemmatiser: Lemmatiser) -> None:
        self._key = key
        self._lemmatiser = lemmatiser
        self._printed: dict[str, Person] = {}
        self._known: dict[str, set[Person]] = {}
        self._left: set[str] = set()

    def is_proper(self, name: str) -> bool:
        """Whether a single word is a name and nothing else, as *Salonen* is as an owner."""
        tokens = self._lemmatiser.analyse(name)
        return len(tokens) == 1 and tokens[0].pos == "PROPN" and name[:1].isupper()

    def add(self, name: str, *, inflected: bool = False) -> None:
        """Make a name known, in base form as lists give it, or as it stands in a sentence."""
        tokens = [token for word in name.split() for token in self._lemmatiser.analyse(word)[:1]]
        if not tokens or not tokens[-1].form[:1].isupper():
            return
        if inflected and any(_is(person, tokens) for persons in self._known.values() for person in persons):
            return
        person = tuple(_base(token, inflected=inflected) for token in tokens)
        self._printed[" ".join(name.split())] = person
        self._known.setdefault(person[-1], set()).add(person)

    def leave(self, words: Iterable[str]) -> None:
        """Take single words for no names: they name the body that met, or its place."""
        for word in words:
            for token in self._lemmatiser.analyse(word):
                self._left.add(_base(token, inflected=True))
        for surname in self._left & self._known.keys():
            self._known[surname] = {person for person in self._known[surname] if len(person) > 1}
            self._printed = {name: who for name, who in self._printed.items() if who != (surname,)}

    def participant(self, name: str) -> str:
        """The pseudonym of a name, whatever it looks like."""
        known = self.value(name)
        return known if known != name else pseudonym(tuple(name.casefold().split()), self._key)

    def value(self, value: Any) -> Any:
        """A text or a list of texts with the names replaced."""
        if isinstance(value, (list, tuple)):
            return [self.value(one) for one in value]
        return self.replace(value).text if value else value

    def replace(self, text: str) -> Replaced:
        """The text with the names replaced."""
        spans = self._spans(text)
        pieces, place = [], 0
        for span in spans:
            pieces += [text[place : span.start], span.pseudonym]
            place = span.end
        return Replaced("".join([*pieces, text[place:]]), spans)

    def _spans(self, text: str) -> tuple[Span, ...]:
        """Names in a text, in order; of names that stand in one another the longest."""
        found = [] if not self._known else list(self._everywhere(text))
        kept: list[Span] = []
        for span in sorted(found, key=lambda span: (span.start, -span.end)):
            if not kept or span.start >= kept[-1].end:
                kept.append(span)
        return tuple(kept)

    def _everywhere(self, text: str) -> Iterator[Span]:
        for name, person in self._printed.items():
            pattern = r"\s+".join(map(re.escape, name.split())) + _ENDING
            if len(person) > 1:
                for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text):
                    yield Span(match.start(), match.end(), pseudonym(person, self._key))
        begins = {surname[:2] for surname in self._known}
        place = 0
        for line in text.splitlines(keepends=True):
            if any(begin in line.casefold() for begin in begins):
                yield from self._in_line(line, place)
            place += len(line)

    def _in_line(self, line: str, offset: int) -> Iterator[Span]:
        tokens = self._lemmatiser.analyse(line)
        inflected = re.compile(f"({'|'.join(map(re.escape, sorted(self._known)))}){_ENDING}")
        for place, token in enumerate(tokens):
            surname = self._surname(token, inflected)
            if surname is None:
                continue
            first, person = self._whole(tokens, place, surname)
            if len(person) == 1 and (surname in self._left or _BODY.match(line, token.end)):
                continue
            yield Span(offset + tokens[first].start, offset + token.end, pseudonym(person, self._key))

    def _surname(self, token: Token, inflected: re.Pattern[str]) -> str | None:
        """The known surname that a word is, in whatever case; `inflected` finds those that the dictionary lacks."""
        if not token.form[:1].isupper():
            return None
        if found := _bases(token) & self._known.keys():
            return min(found)
        match = inflected.fullmatch(token.form.casefold())
        return match[1] if match else None

    def _whole(self, tokens: Sequence[Token], last: int, surname: str) -> tuple[int, Person]:
        """The first word of the name that ends in a surname, and whose it is.

        A surname alone is that of the only person in the document who has it, and nobody's in particular else. Before
        it the given name of somebody unknown makes another person.
        """
        persons = sorted(self._known[surname], key=len, reverse=True)
        for person in persons:
            first = last - len(person) + 1
            if len(person) > 1 and first >= 0 and _is(person[:-1], tokens[first:last]):
                return first, person
        before = tokens[last - 1] if last else None
        if before is not None and before.pos == "PROPN" and before.form.istitle() and "Case=Gen" not in before.features:
            return last - 1, (_base(before, inflected=False), surname)
        whole = [person for person in persons if len(person) > 1]
        return last, whole[0] if len(whole) == 1 else (surname,)


def _bases(token: Token) -> set[str]:
    """All that the base form of a word can be, and its form, in lower case."""
    return {token.form.casefold(), *(candidate.lemma.casefold() for candidate in token.candidates)}


def _is(person: Person, tokens: Sequence[Token]) -> bool:
    """Whether words can be those of a name, each in some case."""
    return len(person) == len(tokens) and all(word in _bases(token) for word, token in zip(person, tokens, strict=True))


def _base(token: Token, *, inflected: bool) -> str:
    """The base form of a word of a name; the form itself where it can be one, unless it is likelier to be inflected."""
    names = [c.lemma.casefold() for c in token.candidates if c.pos == "PROPN"]
    printed = token.form.casefold()
    return printed if not names or (not inflected and printed in names) else names[0]

"""The records that flow from stage to stage.

All are frozen: a stage never changes what it was given, it returns new records. Those of words are named tuples, which
are made in half the time, since there are so many. Field names are the column names of the published tables
(`pipeline.tables`), so that nothing is renamed on the way. Offsets are 0-based code points, `start` inclusive and `end`
exclusive. Pages count from 1. Dates are ISO 8601, times HH:MM.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.trace import Trace

Severity = Literal["info", "warning", "error"]
Status = Literal["ok", "partial", "failed"]
Side = Literal["municipality", "county", "other"]
Part = Literal["background", "proposal", "discussion", "decision"]
ItemKind = Literal["bullet", "paragraph", "table_row"]
Axis = Literal["theme", "type"]
Method = Literal["rule", "heading", "model", "human"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong or looks doubtful, in words that a person understands.

    Attributes:
        stage: `reading`, `structure`, `language`, `labelling` or `batch`.
        page: 1-based page, None when the whole document is meant.
    """

    stage: str
    severity: Severity
    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands on the page; for DOCX and HTML one whole paragraph.

    Geometry is in points from the top left corner of the page. Plain text counts as a page set in a fixed pitch: one
    character is one point wide and one line one point high, so that blank lines and indents look the same to the
    next stage whatever the format.

    Attributes:
        text: the line without its line break; soft hyphens at its end are kept as U+00AD for the hyphen rules.
        x0, top, x1, bottom: the box of the inked characters.
        size: font size in points; 0 where the format has none.
        cells: the cells of a table row, in order; empty for running text. `text` is then the cells joined by ` | `.
        marker: the bullet or number that the format itself resolves (DOCX numbering, HTML lists), not part of `text`.
        level: 1-based nesting depth that the format itself tells; 0 where only the layout tells.
        heading: 1-based heading rank that the format itself tells; 0 where only the layout tells.
        paragraph: True where the format itself says that a paragraph starts here (DOCX, HTML).
        language: `fi`, `sv` or an empty string where it was not told.
        table: number of the table on the page that the row belongs to; 0 for running text.
    """

    text: str
    page: int = 1
    x0: float = 0.0
    top: float = 0.0
    x1: float = 0.0
    bottom: float = 0.0
    size: float = 0.0
    bold: bool = False
    cells: tuple[str, ...] = ()
    marker: str = ""
    level: int = 0
    heading: int = 0
    paragraph: bool = False
    language: str = ""
    table: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader got out of one file: lines in reading order.

    Attributes:
        media_type: of the bytes, not of the file name.
        reader: the library that read it, for instance `pypdfium2` or `tesseract`.
        pages: number of pages; 1 for formats without pages.
        title: the title that the file's own properties give, often wrong and used as a last resort.
    """

    media_type: str
    reader: str
    pages: int
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A source document, a row of `documents`."""

    document_id: str
    path: str
    media_type: str | None = None
    reader: str | None = None
    pages: int = 0
    characters: int = 0
    language: str | None = None
    kind: Literal["memo", "minutes", "agenda", "other"] = "other"
    title: str | None = None
    body: str | None = None
    counterpart: str | None = None
    date: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    place: str | None = None
    status: Status = "ok"
    sections_listed: int | None = None
    sections_found: int = 0
    pipeline_version: str = ""
    rules_version: str = ""
    lemmatiser: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """A person present or absent."""

    document_id: str
    name: str
    role: str | None = None
    side: Side | None = None
    presence: Literal["present", "absent"] = "present"


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered or titled section; `text[start:end]` is its heading."""

    section_id: str
    document_id: str
    ordinal: int
    number: str | None
    title: str
    case_number: str | None = None
    level: int = 1
    parent_id: str | None = None
    listed: bool = False
    page: int = 1
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A bullet, a paragraph or a table row; `text[start:end]` of the document is `text` exactly.

    Attributes:
        section_id: the section it stands in; None before the first heading.
        level: 1 for the outermost bullets and for paragraphs.
        parent_id: the bullet that a nested bullet stands under.
        lemmas: one a word, filled by the language stage.
        columns: for a table row, the header cells above its cells; empty when the table has no header.
        language: `sv` for the Swedish column of a bilingual page, `fi` for the Finnish one; None where it was not told.
        speaker: several speakers of one item are joined by `; `, their roles and sides likewise.
    """

    item_id: str
    document_id: str
    section_id: str | None
    ordinal: int
    kind: ItemKind
    text: str
    level: int = 1
    parent_id: str | None = None
    part: Part | None = None
    lemmas: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    language: str | None = None
    speaker: str | None = None
    speaker_role: str | None = None
    speaker_side: str | None = None
    page: int = 1
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    """One label of one item and why it was given.

    Attributes:
        label: a theme or a type, for instance `premises` or `challenge`.
        score: 0..1; the labelling stage keeps labels of at least its threshold.
        rule: id of the rule that fired, `file:id`.
        evidence: the words that made it fire. `item.text[evidence_start:evidence_end] == evidence`; the offsets are
            None when the evidence stands elsewhere, for instance in the heading.
    """

    item_id: str
    axis: Axis
    label: str
    score: float
    method: Method
    rule: str
    evidence: str
    evidence_start: int | None = None
    evidence_end: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing somebody is to do.

    Attributes:
        owner: who does it, base form where only the case ending changes; several owners are joined by `; `.
        deadline: last day, ISO date.
        deadline_text: the words that say it.
        status: `superseded` when a later row stands in its place, or when it was dropped.
        status_evidence: the words that say the status, in its own item or in the one that follows it.
        follows: the `action_id` of an earlier meeting that this one reports on.
    """

    action_id: str
    item_id: str
    task: str
    owner: str | None = None
    counterpart: str | None = None
    deadline: str | None = None
    deadline_text: str | None = None
    status: Literal["open", "done", "superseded"] = "open"
    status_evidence: str | None = None
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """Everything known of one document: what the structure stage gives and the later stages fill in."""

    document: Document
    text: str = ""
    participants: tuple[Participant, ...] = ()
    sections: tuple[Section, ...] = ()
    items: tuple[Item, ...] = ()
    labels: tuple[Label, ...] = ()
    actions: tuple[Action, ...] = ()
    problems: tuple[Problem, ...] = ()
    traces: tuple[Trace, ...] = ()


class Candidate(NamedTuple):
    """One analysis of a word form.

    Attributes:
        lemma: base form, compound boundaries not marked.
        pos: Universal Dependencies part of speech (`NOUN`, `VERB`, `AUX`, `ADJ`, `PROPN`, ...); empty if unknown.
        features: Universal Dependencies features such as `Tense=Past`, `Voice=Pass`, `Case=Gen`.
        parts: the compound's parts as they stand in the lemma, in order: joined they give the lemma but for hyphens
            (`työn`, `antaja`); the lemma itself for a simplex word.
        bases: the base form of each part (`työ`, `antaja`).
        score: higher is likelier; scores of one word's candidates sum to 1.
    """

    lemma: str
    pos: str = ""
    features: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    score: float = 1.0


class Token(NamedTuple):
    """A word or a punctuation mark: `text[start:end] == form`. The first candidate is the chosen one."""

    form: str
    start: int
    end: int
    sentence: int
    candidates: tuple[Candidate, ...] = ()

    @property
    def lemma(self) -> str:
        """Base form of the likeliest analysis; the form itself where nothing is known."""
        return self.candidates[0].lemma if self.candidates else self.form

    @property
    def parts(self) -> tuple[str, ...]:
        """Compound parts of the likeliest analysis."""
        return self.candidates[0].parts if self.candidates else (self.form,)

    @property
    def pos(self) -> str:
        """Universal part of speech of the likeliest analysis."""
        return self.candidates[0].pos if self.candidates else ""

    @property
    def features(self) -> frozenset[str]:
        """Universal features of the likeliest analysis."""
        return self.candidates[0].features if self.candidates else frozenset()


def digest(*values: str) -> str:
    """A 16-character id that depends on nothing but `values`, the same on every machine and in every run."""
    return hashlib.sha256("\x1f".join(values).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def document_id(data: bytes) -> str:
    """Id of a document, from its bytes: the same file under two names is one document."""
    return hashlib.sha256(data).hexdigest()[:16]


def occurrence_ids(owner: str, keys: Iterable[str]) -> list[str]:
    """Ids of the things in one document, each from its key and the key's n-th occurrence.

    An id survives a rerun, and a change elsewhere in the document: it does not count positions.
    """
    seen: Counter[str] = Counter()
    ids = []
    for key in keys:
        seen[key] += 1
        ids.append(digest(owner, key, str(seen[key])))
    return ids

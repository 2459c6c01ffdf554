"""The published tables in words: names, columns, keys and what each column means.

Nothing but data, so that publication, export, `muistio query --list` and the documentation all say the same. Field
names are those of `pipeline.records`.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from pipeline.records import Axis, ItemKind, Method, Part, Severity, Side, Status

Kind = Literal["text", "date", "integer", "number", "flag", "list"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        kind: `list` is a list of texts, `date` an ISO 8601 day as text; times are text too, HH:MM.
        required: never null.
        values: the only values allowed; empty where any is.
        refers: `table.column` that holds the value.
    """

    name: str
    kind: Kind
    description: str
    required: bool = True
    values: tuple[str, ...] = ()
    refers: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `key` names the columns that no two rows share, none where rows may repeat."""

    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _text(name: str, description: str, *, values: tuple[str, ...] = (), refers: str = "") -> Column:
    return Column(name, "text", description, values=values, refers=refers)


def _maybe(name: str, description: str, *, values: tuple[str, ...] = (), refers: str = "") -> Column:
    return Column(name, "text", description, required=False, values=values, refers=refers)


def _count(name: str, description: str) -> Column:
    return Column(name, "integer", description)


_OF_DOCUMENT = _text("document_id", "the document it belongs to", refers="documents.document_id")
_OF_ITEM = _text("item_id", "the item it belongs to", refers="items.item_id")
_PLACE = (
    _count("page", "page it starts on, from 1"),
    _count("start", "first code point in texts.text, from 0"),
    _count("end", "the code point after its last one in texts.text"),
)

TABLES: dict[str, Table] = {
    "files": Table(
        "Files that were seen. One document can stand in several files.",
        ("path",),
        (
            _text("path", "path of the file, as the command named it"),
            _OF_DOCUMENT,
            _count("size", "bytes"),
            _text("modified", "last change of the file, ISO 8601 in UTC"),
            Column("present", "flag", "whether the file was there when its folder was last read"),
        ),
    ),
    "documents": Table(
        "Source documents, one a distinct content.",
        ("document_id",),
        (
            _text("document_id", "id made from the bytes: the same file under two names is one document"),
            _text("path", "first of its files"),
            _maybe("media_type", "media type of the bytes, whatever the file name says"),
            _maybe("reader", "library that read it"),
            _count("pages", "number of pages"),
            _count("characters", "code points of its text"),
            _maybe("language", "main language, ISO 639-1"),
            _text("kind", "what sort of document it is", values=("memo", "minutes", "agenda", "other")),
            _maybe("title", "title as printed"),
            _maybe("body", "the body that met"),
            _maybe("counterpart", "the other party of a negotiation"),
            Column("date", "date", "day of the meeting, ISO 8601", required=False),
            _maybe("start_time", "when the meeting was opened, HH:MM"),
            _maybe("end_time", "when the meeting was closed, HH:MM"),
            _maybe("place", "where the body met"),
            _text("status", "ok, partial (something is missing, see problems) or failed", values=get_args(Status)),
            Column("sections_listed", "integer", "matters in its table of contents", required=False),
            _count("sections_found", "sections found in its text"),
            _text("pipeline_version", "version of the program that made the rows"),
            _text("rules_version", "fingerprint of the rules that made the labels"),
            _text("lemmatiser", "what gave the base forms"),
        ),
    ),
    "texts": Table(
        "Cleaned text of each document: a block a line, hyphens mended, table cells joined by ' | '.",
        ("document_id",),
        (_OF_DOCUMENT, _text("text", "the whole text; all offsets count code points in it")),
    ),
    "participants": Table(
        "Persons present at or absent from a meeting.",
        (),
        (
            _OF_DOCUMENT,
            _text("name", "name as printed"),
            _maybe("role", "post or role as printed"),
            _maybe("side", "side of the table", values=get_args(Side)),
            _text("presence", "present or absent", values=("present", "absent")),
        ),
    ),
    "sections": Table(
        "Numbered or titled sections.",
        ("section_id",),
        (
            _text("section_id", "id made from the document and the heading"),
            _OF_DOCUMENT,
            _count("ordinal", "place in the document's order"),
            _maybe("number", "number as printed, for instance '§ 138' or '2.1'"),
            _text("title", "title as printed"),
            _maybe("case_number", "number of the matter in the case management system"),
            _count("level", "1 for the outermost"),
            _maybe("parent_id", "section it stands in", refers="sections.section_id"),
            Column("listed", "flag", "whether the table of contents lists it"),
            *_PLACE,
        ),
    ),
    "items": Table(
        "Bullets, paragraphs and table rows: what labels are given to.",
        ("item_id",),
        (
            _text("item_id", "id made from the document, the text and its n-th occurrence"),
            _OF_DOCUMENT,
            _maybe("section_id", "section it stands in, null before the first heading", refers="sections.section_id"),
            _count("ordinal", "place in the document's order"),
            _text("kind", "bullet, paragraph or table_row", values=get_args(ItemKind)),
            _count("level", "1 for paragraphs and the outermost bullets"),
            _maybe("parent_id", "bullet that a nested bullet stands under", refers="items.item_id"),
            _maybe("part", "part of the matter's treatment", values=get_args(Part)),
            _text("text", "the item's text, texts.text[start:end] exactly"),
            Column("lemmas", "list", "base forms, one a word"),
            Column("columns", "list", "for a table row, the header cells above its cells"),
            _maybe("language", "sv for the Swedish column of a bilingual page, fi for the Finnish one"),
            _maybe("speaker", "who said it; several are joined by '; '"),
            _maybe("speaker_role", "post of the speaker"),
            _maybe("speaker_side", "side of the speaker: municipality, county or other"),
            *_PLACE,
        ),
    ),
    "labels": Table(
        "Themes and types given to items, with the reason.",
        ("item_id", "axis", "label"),
        (
            _OF_ITEM,
            _text("axis", "theme (what it is about) or type (what sort of statement it is)", values=get_args(Axis)),
            _text("label", "the theme or the type"),
            Column("score", "number", "how sure the label is, 0..1"),
            _text("method", "what gave it", values=get_args(Method)),
            _text("rule", "rule that fired, 'file:id'"),
            _text("evidence", "words that made it fire"),
            Column("evidence_start", "integer", "first code point of the evidence in items.text", required=False),
            Column("evidence_end", "integer", "the code point after its last one in items.text", required=False),
        ),
    ),
    "actions": Table(
        "What somebody is to do.",
        ("action_id",),
        (
            _text("action_id", "id made from the item and the task"),
            _OF_ITEM,
            _text("task", "what is to be done"),
            _maybe("owner", "who does it; several are joined by '; '"),
            _maybe("counterpart", "with whom"),
            Column("deadline", "date", "last day, ISO 8601", required=False),
            _maybe("deadline_text", "words that say the deadline"),
            _text("status", "open, done or superseded (by a later row)", values=("open", "done", "superseded")),
            _maybe("status_evidence", "words that say the status, in its own item or in the one that follows it"),
            _maybe("follows", "action_id of an earlier meeting that this one reports on"),
        ),
    ),
    "problems": Table(
        "What went wrong or looks doubtful.",
        (),
        (
            _OF_DOCUMENT,
            _text("stage", "stage of the pipeline that noticed it"),
            _text("severity", "info, warning or error", values=get_args(Severity)),
            _text("message", "what it is and what to do about it"),
            Column("page", "integer", "page, null when the whole document is meant", required=False),
        ),
    ),
}


def party(documents: str = "documents") -> str:
    """SQL for the other party of a negotiation, else the municipality or county whose body met.

    Args:
        documents: name or alias of the table `documents`.
    """
    return f"coalesce({documents}.counterpart, nullif(split_part({documents}.body, ', ', 1), ''))"


@dataclass(frozen=True, slots=True)
class View:
    """A ready question over the tables, kept in the published database."""

    description: str
    sql: str


VIEWS: dict[str, View] = {
    "open_actions": View(
        "Open actions with their meeting, the earliest deadline first.",
        """SELECT a.deadline, a.owner, a.task, d.date AS meeting, d.title AS document, s.number AS section_number,
            s.title AS section, d.path, a.action_id, a.item_id
        FROM actions a JOIN items i USING (item_id) JOIN documents d USING (document_id)
            LEFT JOIN sections s USING (section_id)
        WHERE a.status = 'open' ORDER BY a.deadline NULLS LAST, d.date, i.document_id, i.ordinal, a.action_id""",
    ),
    "labelled_items": View(
        "Items with their themes and types as lists, their meeting and section, in order of time.",
        """SELECT i.item_id, d.date, d.body, d.counterpart, d.title AS document, s.number AS section_number,
            s.title AS section, i.part, i.speaker, i.text,
            coalesce(list(l.label ORDER BY l.label) FILTER (l.axis = 'theme'), []) AS themes,
            coalesce(list(l.label ORDER BY l.label) FILTER (l.axis = 'type'), []) AS types
        FROM items i JOIN documents d USING (document_id) LEFT JOIN sections s USING (section_id)
            LEFT JOIN labels l USING (item_id)
        GROUP BY ALL ORDER BY d.date, min(d.path), min(i.ordinal)""",
    ),
    "theme_counts": View(
        "How many items and documents each theme has, by type of statement; type is null for items without one.",
        """SELECT theme.label AS theme, kind.label AS type, count(DISTINCT theme.item_id) AS items,
            count(DISTINCT i.document_id) AS documents
        FROM labels theme JOIN items i USING (item_id)
            LEFT JOIN labels kind ON kind.item_id = theme.item_id AND kind.axis = 'type'
        WHERE theme.axis = 'theme' GROUP BY ALL ORDER BY theme, type""",
    ),
    "theme_by_year": View(
        "How many items each theme has a year.",
        """SELECT l.label AS theme, left(d.date, 4) AS year, count(*) AS items
        FROM labels l JOIN items i USING (item_id) JOIN documents d USING (document_id)
        WHERE l.axis = 'theme' GROUP BY ALL ORDER BY theme, year""",
    ),
    "meetings": View(
        "Meetings in order of time: who met with whom, how many items, challenges, successes and actions there are.",
        f"""SELECT d.date, left(d.date, 4) AS year, {party("d")} AS party, d.body, d.counterpart, d.title, d.kind,
            d.pages, d.status, count(DISTINCT i.item_id) AS items,
            count(DISTINCT l.item_id) FILTER (l.label = 'challenge') AS challenges,
            count(DISTINCT l.item_id) FILTER (l.label = 'success') AS successes,
            count(DISTINCT a.action_id) AS actions, d.path, d.document_id
        FROM documents d LEFT JOIN items i USING (document_id) LEFT JOIN labels l USING (item_id)
            LEFT JOIN actions a ON a.item_id = i.item_id
        GROUP BY ALL ORDER BY d.date, d.path""",
    ),
    "challenges_by_municipality": View(
        "How many challenges each party has by theme; theme is null for challenges without one.",
        f"""SELECT {party("d")} AS party, theme.label AS theme, count(DISTINCT kind.item_id) AS challenges,
            count(DISTINCT i.document_id) AS documents
        FROM labels kind JOIN items i USING (item_id) JOIN documents d USING (document_id)
            LEFT JOIN labels theme ON theme.item_id = kind.item_id AND theme.axis = 'theme'
        WHERE kind.label = 'challenge' GROUP BY ALL ORDER BY challenges DESC, party, theme""",
    ),
    "themes_by_side": View(
        "How many items of each theme and type each side of the table said; side is null where nobody is named.",
        """SELECT i.speaker_side AS side, theme.label AS theme, kind.label AS type, count(DISTINCT i.item_id) AS items
        FROM items i JOIN labels theme ON theme.item_id = i.item_id AND theme.axis = 'theme'
            LEFT JOIN labels kind ON kind.item_id = i.item_id AND kind.axis = 'type'
        GROUP BY ALL ORDER BY side NULLS LAST, theme, type""",
    ),
    "actions_by_owner": View(
        "How many actions each owner has, how many are open, and the next deadline of those.",
        """SELECT owner, count(*) AS actions, count(*) FILTER (status = 'open') AS open,
            min(deadline) FILTER (status = 'open') AS next_deadline
        FROM actions GROUP BY owner ORDER BY open DESC, owner NULLS LAST""",
    ),
    "overdue_actions": View(
        "Open actions whose deadline was before the newest meeting in the store, the oldest first.",
        f"""SELECT a.deadline, a.owner, a.task, d.date AS meeting, {party("d")} AS party, d.title AS document,
            a.action_id, a.item_id
        FROM actions a JOIN items i USING (item_id) JOIN documents d USING (document_id)
        WHERE a.status = 'open' AND a.deadline < (SELECT max(date) FROM documents)
        ORDER BY a.deadline, d.path, a.action_id""",
    ),
    "uncertain_labels": View(
        "Labels that no person has checked, the least certain first.",
        """SELECT l.score, l.axis, l.label, l.evidence, i.text, l.rule, d.title AS document, i.page, l.item_id
        FROM labels l JOIN items i USING (item_id) JOIN documents d USING (document_id)
        WHERE l.method <> 'human' ORDER BY l.score, l.item_id, l.axis, l.label""",
    ),
    "rules_used": View(
        "How many labels each rule has given, and how certain they are on average.",
        """SELECT rule, axis, label, count(*) AS labels, round(avg(score), 2) AS mean_score
        FROM labels GROUP BY ALL ORDER BY labels DESC, rule, label""",
    ),
    "reading_problems": View(
        "What was not read or looks doubtful, the gravest first, with its document.",
        """SELECT p.severity, p.stage, p.message, p.page, d.status, d.path
        FROM problems p JOIN documents d USING (document_id)
        ORDER BY array_position(['error', 'warning', 'info'], p.severity), d.path, p.page, p.message""",
    ),
}

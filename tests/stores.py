"""Small fictional stores for the tests of what reads a store."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from pipeline.records import Action, Document, Item, Label, Minutes, Problem, Section, document_id
from pipeline.tables import File, arrow, columns


def make_store(folder: Path, minutes: Iterable[Minutes]) -> Path:
    """Publishes `minutes` as tables and database in `folder`; returns the database."""
    minutes = list(minutes)
    files = [File(one.document.path, one.document.document_id, 1, "2025-01-01T00:00:00Z", True) for one in minutes]
    tables = folder / "tables"
    tables.mkdir(parents=True)
    store = folder / "muistio.duckdb"
    with duckdb.connect(str(store)) as connection:
        for name, table in arrow(columns(minutes, files)).items():
            connection.register("incoming", table)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
            connection.execute(f"COPY \"{name}\" TO '{tables / name}.parquet' (FORMAT parquet)")
            connection.unregister("incoming")
    return store


def document(
    path: str,
    *,
    title: str | None,
    date: str | None,
    section: tuple[str | None, str] = ("1.", "Ajankohtaista"),
    items: Sequence[tuple[str, dict[str, str], dict[str, object]]] = (),
    status: str = "ok",
    problems: tuple[Problem, ...] = (),
) -> Minutes:
    """Minutes with one section.

    Args:
        items: text, labels as `{label: evidence}` and further fields of the item. The type `agreed_action` gives an
            action too, with the fields `owner` and `deadline`.
    """
    owner = document_id(path.encode())
    number, heading = section
    text = heading
    made: list[Item] = []
    labels: list[Label] = []
    actions: list[Action] = []
    for ordinal, (words, given, more) in enumerate(items, start=1):
        start = len(text) + 1
        text += "\n" + words
        name = f"{owner[:8]}-{ordinal}"
        task = {key: more[key] for key in ("owner", "deadline", "deadline_text") if key in more}
        rest = {key: value for key, value in more.items() if key not in task}
        made.append(
            Item(name, owner, f"{owner}-s", ordinal, "bullet", words, start=start, end=len(text), **rest)  # type: ignore[arg-type]
        )
        for label, evidence in given.items():
            axis = "type" if label in ("challenge", "success", "agreed_action") else "theme"
            at = words.find(evidence)
            here = (at, at + len(evidence)) if at >= 0 else (None, None)
            method = "rule" if at >= 0 else "heading"
            labels.append(Label(name, axis, label, 0.9, method, f"{axis}s.yaml:{label}", evidence, *here))  # type: ignore[arg-type]
        if "agreed_action" in given:
            actions.append(Action(f"{name}-a", name, words, **task))  # type: ignore[arg-type]
    return Minutes(
        document=Document(
            owner,
            path,
            pages=2,
            characters=len(text),
            title=title,
            date=date,
            status=status,  # type: ignore[arg-type]
            sections_found=1,
            pipeline_version="0.1",
            rules_version="abc",
            lemmatiser="voikko",
        ),
        text=text if items else "",
        sections=(Section(f"{owner}-s", owner, 1, number, heading, end=len(heading)),) if items else (),
        items=tuple(made),
        labels=tuple(labels),
        actions=tuple(actions),
        problems=problems,
    )

from dataclasses import fields, replace
from typing import Any

import pyarrow as pa
import pytest

from pipeline.records import Action, Document, Item, Label, Minutes, Participant, Problem, Section
from pipeline.schema import TABLES
from pipeline.tables import File, arrow, check, columns, frames
from tests.examples import ITEM, example


def test_tables_hold_every_field_of_the_records() -> None:
    records = {
        "documents": Document, "participants": Participant, "sections": Section, "items": Item, "labels": Label,
        "actions": Action,
    }  # fmt: skip
    for name, record in records.items():
        assert {column.name for column in TABLES[name].columns} == {field.name for field in fields(record)}
    assert {field.name for field in fields(Problem)} < {column.name for column in TABLES["problems"].columns}


def test_one_document_becomes_rows_in_every_table() -> None:
    minutes = example()
    owner = minutes.document.document_id
    found = frames([minutes], [File("kokous.txt", owner, 6, "2025-01-16T08:00:00Z", True)])
    assert {name: len(frame) for name, frame in found.items()} == {
        "files": 1, "documents": 1, "texts": 1, "participants": 1, "sections": 1, "items": 2, "labels": 2, "actions": 1,
        "problems": 1,
    }  # fmt: skip
    assert list(found["items"].lemmas[0]) == ["tuki", "olla"]
    assert found["problems"].document_id[0] == owner


def test_a_document_without_text_has_no_row_in_texts() -> None:
    failed = Minutes(Document("d", "tyhja.pdf", status="failed"), problems=(Problem("reading", "error", "Tyhjä."),))
    assert check(columns([failed])) == []
    assert columns([failed])["texts"]["text"] == []


def test_arrow_tables_say_what_their_columns_mean_and_which_may_be_null() -> None:
    schema = arrow(columns([example()]))["items"].schema
    assert schema.field("lemmas").type == pa.list_(pa.string())
    assert not schema.field("text").nullable
    assert schema.field("speaker").nullable
    assert b"exactly" in schema.field("text").metadata[b"description"]


def test_arrow_tables_hold_the_values_as_pyarrow_itself_takes_them() -> None:
    rows: dict[str, list[Any]] = {
        "text": [None, "", "hyvä 𝄞"], "date": ["2025-01-02", None, None], "integer": [-1, None, 2**40],
        "number": [0.1, 1, None], "flag": [True, False, None], "list": [("a", "ä"), (), ("",)],
    }  # fmt: skip
    given = {name: {column.name: rows[column.kind] * 3 for column in table.columns} for name, table in TABLES.items()}
    for name, table in arrow(given).items():
        for field in table.schema:
            wanted = pa.array(given[name][field.name], field.type)
            assert table[field.name].combine_chunks().equals(wanted), (name, field.name)


def test_sound_tables_have_no_faults() -> None:
    assert check(columns([example(), example("toinen.txt", data=b"toinen")])) == []


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("items", "text", None, "Table items, row 1 (b5e6bb1a6eb2f4ce-1): column text is empty but required."),
        ("items", "page", "1", "column page holds str '1' where integer belongs"),
        ("items", "level", True, "column level holds bool True where integer belongs"),
        ("items", "kind", "poem", "which is none of bullet, paragraph, table_row"),
        ("items", "section_id", "elsewhere", "refers to 'elsewhere', which is not in sections.section_id"),
        ("items", "start", 0, "column text is not what start and end point at"),
        ("items", "end", 10_000, "lies outside the text"),
        ("items", "speaker", "\ud83d", "holds half a character"),
        ("labels", "evidence_start", 1, "column evidence is not what its offsets point at"),
        ("labels", "evidence_end", None, "column evidence_start or evidence_end is missing"),
        ("documents", "date", "15.1.2025", "which is no date like 2025-03-31"),
    ],
)
def test_a_fault_names_table_row_and_column(table: str, column: str, value: Any, words: str) -> None:
    tables = columns([example()])
    tables[table][column][0] = value
    assert any(words.replace("b5e6bb1a6eb2f4ce", example().document.document_id) in fault for fault in check(tables))


def test_two_rows_cannot_share_a_key() -> None:
    minutes = example()
    twice = replace(minutes, labels=minutes.labels * 2)
    assert [fault.split(":")[0] for fault in check(columns([twice]))] == [
        f"Table labels, row {row} ({minutes.items[0].item_id}, {axis}, {label})"
        for row, axis, label in ((3, "type", "challenge"), (4, "theme", "pupil_welfare"))
    ]


def test_a_missing_column_is_told() -> None:
    tables = columns([example()])
    del tables["items"]["lemmas"]
    assert check(tables) == ["Table items lacks the column lemmas."]


def test_offsets_count_code_points() -> None:
    minutes = example(title="Neuvottelu \U0001f600 ä")
    assert check(columns([minutes])) == []
    assert minutes.text[minutes.items[0].start : minutes.items[0].end] == ITEM

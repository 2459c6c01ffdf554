"""A description of the exported files in the form of a Data Package (Frictionless), for people and programs."""

import json
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.schema import TABLES, Column, Table

_TYPES = {
    "text": "string",
    "date": "date",
    "integer": "integer",
    "number": "number",
    "flag": "boolean",
    "list": "array",
}
_MEDIA = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
_ABOUT = (
    "Tables made by muistio from minutes of meetings: documents, sections, items, labels with their evidence, actions."
    " The labels were made by machine and may be wrong. The texts stand under the terms of the minutes they come from,"
    " and minutes name people."
)


def write_package(folder: Path, form: str, *, excel: bool, licence: str | None) -> Path:
    """Write `datapackage.json` beside the files of an export.

    Args:
        excel: the CSV files are in the form that Finnish Excel expects.
    """
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": "muistio",
        "title": "Meeting minutes as tables",
        "description": _ABOUT,
        "version": __version__,
        **licences(licence),
        "resources": [_resource(name, table, form, excel=excel) for name, table in TABLES.items()],
    }
    path = folder / "datapackage.json"
    path.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def licences(licence: str | None) -> dict[str, Any]:
    """The licence as a data package says it."""
    return {} if licence is None else {"licenses": [{"name": licence}]}


def _resource(name: str, table: Table, form: str, *, excel: bool) -> dict[str, Any]:
    keys = [
        {"fields": column.name, "reference": {"resource": parent if parent != name else "", "fields": target}}
        for column in table.columns
        for parent, _, target in [column.refers.partition(".")]
        if parent
    ]
    schema: dict[str, Any] = {"fields": [_field(column, form, excel=excel) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if keys:
        schema["foreignKeys"] = keys
    csv = {"profile": "tabular-data-resource", "dialect": {"delimiter": ";" if excel else ","}} if form == "csv" else {}
    return {
        "name": name,
        "path": f"{name}.{form}",
        "description": table.description,
        "format": form,
        "mediatype": _MEDIA[form],
        "encoding": "utf-8",
        **csv,
        "schema": schema,
    }


def _field(column: Column, form: str, *, excel: bool) -> dict[str, Any]:
    listed = form == "csv" and column.kind == "list"
    constraints: dict[str, Any] = {"required": True} if column.required and column.kind != "list" else {}
    if column.values:
        constraints["enum"] = list(column.values)
    return {
        "name": column.name,
        "type": "string" if listed else _TYPES[column.kind],
        **({"decimalChar": ","} if excel and column.kind == "number" else {}),
        **({"trueValues": ["True"], "falseValues": ["False"]} if form == "csv" and column.kind == "flag" else {}),
        "description": f"{column.description}; joined by '; '" if listed else column.description,
        **({"constraints": constraints} if constraints else {}),
    }

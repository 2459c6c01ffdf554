"""Opening a published store to read it, and nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.schema import TABLES
from pipeline.tables import Columns

if TYPE_CHECKING:
    import duckdb


def open_store(path: Path) -> "duckdb.DuckDBPyConnection":
    """Open a published database read-only; SQL in it reaches no other file, no network and no extension.

    The snapshot that stands now is opened and stays as it is while it is open, whatever a run publishes meanwhile.

    Args:
        path: `muistio.duckdb`, or the output folder that holds it.

    Raises:
        UsageError: there is no store, or it cannot be read.
    """
    import duckdb

    where = path / "muistio.duckdb" if path.is_dir() else path
    if not where.is_file():
        raise UsageError(f"There is no store at {where}; `muistio run PATH` makes one, and --store names another.")
    try:
        connection = duckdb.connect(
            str(where.resolve()),
            read_only=True,
            config={"enable_external_access": "false", "lock_configuration": "true"},
        )
        there = set(connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall())
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise UsageError(
            f"The store {where} cannot be opened ({reason}); remove it, and `muistio run PATH` makes it anew."
        ) from error
    for name, table in TABLES.items():
        for column in table.columns:
            if (name, column.name) not in there:
                connection.close()
                raise UsageError(
                    f"{where} is no store of this version of muistio (it lacks {name}.{column.name});"
                    " `muistio run PATH` makes it anew, and --store names another."
                )
    return connection


def ordered(name: str, where: str = "") -> str:
    """SQL for a table with its columns in the order of the schema and its rows in the published order.

    That is by path of the document, and within one as its rows were put in. A table as it lies may have rows of
    documents that have changed at its end.

    Args:
        where: a condition; `document_id` means the document of a row in every table.
    """
    names = ", ".join(f't."{column.name}"' for column in TABLES[name].columns)
    condition = f"WHERE {where}" if where else ""
    if name in ("files", "documents"):
        return f"SELECT {names} FROM {name} t {condition} ORDER BY path"
    of_item = all(column.name != "document_id" for column in TABLES[name].columns)
    joined = "LEFT JOIN items USING (item_id)" if of_item else ""
    return (
        f"SELECT {names} FROM {name} t {joined} LEFT JOIN documents USING (document_id) {condition}"
        " ORDER BY documents.path, t.rowid"
    )


def read_columns(connection: "duckdb.DuckDBPyConnection") -> dict[str, Columns]:
    """All tables of an open store as plain lists, what `pipeline.tables.check` takes."""
    tables = {}
    for name in TABLES:
        answer = connection.execute(ordered(name))
        names = [column[0] for column in answer.description]
        rows = answer.fetchall()
        tables[name] = {column: [row[number] for row in rows] for number, column in enumerate(names)}
    return tables

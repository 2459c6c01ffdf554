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
        raise UsageError(f"The store {where} cannot be opened ({reason}); `muistio run PATH` makes it anew.") from error
    for name, table in TABLES.items():
        for column in table.columns:
            if (name, column.name) not in there:
                connection.close()
                raise UsageError(
                    f"{where} is no store of this version of muistio (it lacks {name}.{column.name});"
                    " `muistio run PATH` makes it anew, and --store names another."
                )
    return connection


def read_columns(connection: "duckdb.DuckDBPyConnection") -> dict[str, Columns]:
    """All tables of an open store as plain lists, what `pipeline.tables.check` takes."""
    tables = {}
    for name in TABLES:
        answer = connection.execute(f"SELECT * FROM {name}")
        names = [column[0] for column in answer.description]
        rows = answer.fetchall()
        tables[name] = {column: [row[number] for row in rows] for number, column in enumerate(names)}
    return tables

"""The tables as one DuckDB database, made from their Parquet files."""

import glob
from collections.abc import Iterator
from pathlib import Path

from pipeline.schema import TABLES, VIEWS


def make_database(tables: Path, database: Path) -> None:
    """Make the database.

    Raises:
        OSError: it cannot be written, or a table cannot be read.
    """
    import duckdb

    try:
        with duckdb.connect(str(database)) as connection:
            connection.begin()
            for name in TABLES:
                connection.read_parquet(glob.escape(str(tables / f"{name}.parquet"))).create(name)
            for statement in _descriptions():
                connection.execute(statement)
            connection.commit()
            connection.execute("CHECKPOINT")  # closing does it too, but says nothing when the disk is full
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from error


def _descriptions() -> Iterator[str]:
    """Statements that make the views and say what everything means."""
    for name, table in TABLES.items():
        yield f"COMMENT ON TABLE {name} IS {_quoted(table.description)}"
        for column in table.columns:
            yield f'COMMENT ON COLUMN {name}."{column.name}" IS {_quoted(column.description)}'
    for name, view in VIEWS.items():
        yield f"CREATE VIEW {name} AS {view.sql}"
        yield f"COMMENT ON VIEW {name} IS {_quoted(view.description)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

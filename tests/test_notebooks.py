"""The notebooks run from start to end on a store, and are kept without outputs."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.cli.run import command as run_command
from tests.conftest import ROOT, missing

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
IDS = [path.stem for path in NOTEBOOKS]


def cells(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def store(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `muistio run` makes of the samples."""
    out = tmp_path_factory.mktemp("processed")
    done = CliRunner().invoke(run_command, [str(samples), "--out", str(out)], standalone_mode=False)
    assert done.exception is None
    return out / "muistio.duckdb"


def test_there_is_a_notebook_to_start_from() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_outputs_are_cleared(path: Path) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_runs_on_a_store(path: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        import ipykernel  # noqa: F401
        import matplotlib  # noqa: F401
        import nbformat
        from nbclient import NotebookClient
    except ImportError as error:
        missing(error.name or "a notebook library")
    monkeypatch.setenv("MUISTIO_STORE", str(store))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    assert not any(output.output_type == "stream" and output.name == "stderr" for output in outputs)

"""The lock and pyproject agree; the wheel carries what a run needs and works far from the checkout."""

import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def name_of(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement).group(0).lower().replace("_", "-").replace(".", "-")


def locked() -> dict[str, list[str]]:
    versions: dict[str, list[str]] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        found = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line)
        if found:
            versions.setdefault(name_of(found.group(1)), []).append(found.group(2))
    return versions


def test_every_dependency_is_locked_to_a_version_that_pyproject_allows():
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted += extra
    versions = locked()
    for text in wanted:
        requirement = Requirement(text)
        pins = versions.get(name_of(requirement.name))
        assert pins, f"{requirement.name} is not in constraints.txt; run `make lock`"
        for pin in pins:
            assert requirement.specifier.contains(pin, prereleases=True), f"{text} does not allow the locked {pin}"


def test_the_installed_core_is_the_locked_one():
    from importlib.metadata import version

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for text in project["dependencies"]:
        name = name_of(text)
        assert version(name) in locked()[name], f"{name} {version(name)} is installed, not the locked {locked()[name]}"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The `muistio` command of a fresh environment into which the built wheel was installed."""
    work = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(work), str(ROOT)]
    subprocess.run(build, check=True, cwd=work)
    wheel = next(work.glob("muistio-*.whl"))
    environment = work / "env"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, "-c", str(ROOT / "constraints.txt"), str(wheel)], check=True, cwd=work)
    return environment / "bin" / "muistio"


def test_the_wheel_runs_far_from_the_checkout(installed, samples, tmp_path):
    sample = samples / "tervaniemi-turvallisuustyoryhma-2025-05-14.txt"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [str(installed), "run", str(sample), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    query = "SELECT count(*) FROM labels"
    store = str(tmp_path / "out" / "muistio.duckdb")
    asked = subprocess.run(
        [str(installed), "query", query, "--store", store, "--format", "csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert asked.returncode == 0, asked.stderr
    assert int(asked.stdout.split()[-1]) > 10

"""The lock and pyproject agree; the wheel carries what a run needs and works far from the checkout; CI and image."""

import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
import yaml

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


def test_ci_runs_what_a_contributor_can_run_on_every_python_we_name():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert {"push", "pull_request"} <= set(workflow[True]), "YAML 1.1 reads the key 'on' as true"
    job = workflow["jobs"]["test"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run", "make docs"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {text.rsplit(" ", 1)[1] for text in project["classifiers"] if "Python :: 3." in text}
    assert set(job["strategy"]["matrix"]["python"]) == named


def test_what_the_dockerfile_copies_and_installs_is_there():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (base,) = (line for line in lines if line.startswith("FROM "))
    assert re.search(r"python:(3\.\d+)-", base).group(1) in " ".join(project["classifiers"])
    (install,) = (line for line in lines if "pip install" in line)
    assert set(re.search(r"\[([\w,]+)\]", install).group(1).split(",")) <= set(project["optional-dependencies"])
    assert (ROOT / re.search(r"-c /src/(\S+)", install).group(1)).exists()
    assert f'ENTRYPOINT ["{next(iter(project["scripts"]))}"]' in lines
    assert any(line.startswith("USER ") and line != "USER root" for line in lines)


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

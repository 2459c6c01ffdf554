"""Fixtures that several test files share."""

import os
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden` writes the golden files anew; look at the difference before you commit it."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ anew instead of comparing")


ROOT = Path(__file__).resolve().parent.parent


def missing(what: str) -> None:
    """Skip because `what` is not installed here; fail instead where everything is required."""
    if os.environ.get("MUISTIO_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is missing although MUISTIO_REQUIRE_ALL=1")
    pytest.skip(f"{what} is not installed; `make system` and `make setup-all` install everything")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of gold documents and traps beside the checkout; it is not part of the project."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with gold documents is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample minutes that ship with the project."""
    return ROOT / "data" / "raw"

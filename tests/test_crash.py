"""The short form of `tests.crash`: a run killed, a file that may not grow."""

import random
import sys
from pathlib import Path

import pytest

from tests.crash import Archive, full_disk, kill

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found by /proc")


def test_a_run_after_a_disturbed_one_gives_the_tables_of_an_undisturbed_one(tmp_path: Path) -> None:
    archive = Archive(tmp_path, documents=4)
    archive.measure()
    dice = random.Random(3)
    for disturb in (kill, full_disk):
        disturb(archive, dice)

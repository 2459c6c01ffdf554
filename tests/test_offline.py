"""A run reaches no network: not the run itself, not its workers, not the libraries that they load."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

CUT = """
import os, sys

def watch(event, given):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        os.write(2, b"NETWORK: asked for a name\\n")
        os._exit(99)
    if event in ("socket.connect", "socket.sendto", "socket.bind") and isinstance(given[1], tuple):
        os.write(2, b"NETWORK: opened a connection\\n")
        os._exit(99)

sys.addaudithook(watch)
from pipeline.cli import main
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers do not inherit the watch")
def test_a_run_reaches_no_network(tmp_path: Path, samples: Path) -> None:
    script = tmp_path / "cut.py"
    script.write_text(CUT + "main()\n")
    command = [sys.executable, script, "run", samples, "--out", tmp_path / "out", "--workers", "1", "--no-ocr"]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "NETWORK" not in done.stderr


def test_the_watch_would_notice(tmp_path: Path) -> None:
    code = CUT + "import socket\nsocket.create_connection(('127.0.0.1', 9))\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (99, "NETWORK: asked for a name\n")

"""Runs that are disturbed, and what the next one makes of it: `python -m tests.crash --kills 100 --disks 20 --dask 20`.

A small archive has two states, and each round turns it into the other one. A run over it is disturbed (the run or a
worker killed at a random moment, the disk full, a Dask worker killed), then it is run once more: the tables must be
those of an undisturbed run over that state, byte for byte, whatever happened in all the rounds before. Needs Linux; a
full disk needs the right to mount a small tmpfs, and is a limit on the size of files without it.
"""

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.store import open_store, read_columns
from pipeline.tables import check
from tests.archive import document

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ("--workers", "2", "--no-ocr")
_ENOUGH = 200_000
"""Kilobytes that hold any snapshot of the archive."""


FULL = "was full"


class Disturbed(AssertionError):
    """The tables are not those of an undisturbed run."""


class Archive:
    """A folder of documents with two states, the output folder of the disturbed runs, and what they must come to.

    Attributes:
        seconds: how long an undisturbed run takes.
    """

    def __init__(self, folder: Path, *, documents: int = 24, options: tuple[str, ...] = OPTIONS) -> None:
        self.raw, self.out = folder / "raw", folder / "disturbed" / "out"
        self._documents, self._options, self._state = documents, options, 1
        self._wanted: list[dict[str, bytes]] = []
        self.seconds = 0.0
        self.out.parent.mkdir()
        for state in (0, 1):
            self._write(state)
            began = time.monotonic()
            self.finish(out := folder / f"undisturbed-{state}")
            self.seconds = time.monotonic() - began
            self._wanted.append(tables(out))

    def _write(self, state: int) -> None:
        """Every third document differs between the states; those of the second are older, as if the clock went back."""
        self.raw.mkdir(exist_ok=True)
        for number in range(self._documents):
            other = 1000 if state and number % 3 == 0 else 0
            name, data = document(number + other, pdfs=number % 8 == 0, sections=(1, 2))
            path = self.raw / f"{number:03}{Path(name).suffix}"
            path.write_bytes(data)
            os.utime(path, (1_700_000_000 - state, 1_700_000_000 - state))

    def room(self) -> int:
        """Kilobytes that a run needs at least for its snapshot, beside the one that stands.

        Pages of zeros do not count: the database leaves them as holes in its file, or does not, as it comes.
        """
        page = 4096
        written = [path.read_bytes() for path in (self.out / "current").rglob("*") if path.is_file()]
        full = sum(any(data[at : at + page]) for data in written for at in range(0, len(data), page))
        return full * page // 1024

    def turn(self) -> None:
        """Bring the archive into its other state."""
        self._state = 1 - self._state
        self._write(self._state)

    def start(self, *more: str, limit: int | None = None) -> "subprocess.Popen[str]":
        """Begin a run; `limit` is the size in bytes that no file may pass."""

        def lowered() -> None:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        command = [sys.executable, "-m", "pipeline", "run", self.raw, "--out", self.out, *self._options, *more]
        return subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
            preexec_fn=lowered,
        )  # fmt: skip

    def finish(self, out: Path | None = None) -> None:
        """Run undisturbed to the end."""
        command = [sys.executable, "-m", "pipeline", "run", self.raw, "--out", out or self.out, *self._options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Disturbed(f"The run after it ends with {done.returncode}: {done.stdout}{done.stderr}")

    def compare(self) -> None:
        """See that the tables are those of an undisturbed run, and the database with them."""
        found, wanted = tables(self.out), self._wanted[self._state]
        wrong = [name for name in wanted if found.get(name) != wanted[name]]

        if wrong:
            raise Disturbed(f"These tables differ: {', '.join(wrong)}")
        self.sound()

    def sound(self) -> None:
        """See that a reader finds a whole snapshot, if any."""
        if (self.out / "muistio.duckdb").exists():
            with open_store(self.out) as connection:
                faults = check(read_columns(connection))
            if faults:
                raise Disturbed(faults[0])


def tables(out: Path) -> dict[str, bytes]:
    """The published Parquet files."""
    return {path.name: path.read_bytes() for path in (out / "tables").iterdir()}


def children(pid: int) -> list[int]:
    """All processes that come from one."""
    try:
        below = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return below + [one for child in below for one in children(child)]


def kill(archive: Archive, dice: random.Random) -> str:
    """SIGKILL for the run or for one of its workers, at a random moment."""
    archive.turn()
    process = archive.start()
    time.sleep(dice.uniform(0.2, 1.1) * archive.seconds)
    below = children(process.pid)
    victim = dice.choice(below) if below and dice.random() < 0.5 else process.pid
    with suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    process.communicate()
    archive.sound()
    archive.finish()
    archive.compare()
    return "main" if victim == process.pid else "worker"


def full_disk(archive: Archive, dice: random.Random) -> str:
    """A disk with a random rest of space, less than a run needs, then one with enough."""
    archive.turn()
    with small_disk(archive.out.parent, kilobytes := dice.randrange(archive.room())) as mounted:
        process = archive.start(limit=None if mounted else kilobytes * 1024)
        _, words = process.communicate()
    if "Traceback" in words:
        raise Disturbed(words)
    archive.sound()
    archive.finish()
    archive.compare()
    return f"{FULL if process.returncode else 'was large enough'} ({kilobytes} kB, exit {process.returncode})"


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[bool]:
    """Let `folder`, if it is a tmpfs, have so much room more than it uses now; tells whether it is one."""
    if not folder.is_mount():
        yield False
        return
    space = os.statvfs(folder)
    used = (space.f_blocks - space.f_bfree) * space.f_frsize // 1024
    _remount(folder, f"size={used + kilobytes}k")
    try:
        yield True
    finally:
        _remount(folder, f"size={_ENOUGH}k")


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@contextmanager
def tmpfs(folder: Path) -> Iterator[None]:
    """A small disk at `folder`, where that is allowed."""
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_ENOUGH}k", "tmpfs", folder], capture_output=True, check=False
    ).returncode
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)


def read_only(archive: Archive, _: random.Random) -> str:
    """A folder that cannot be written to."""
    if not archive.out.parent.is_mount():
        return "not tried: no right to mount"
    archive.turn()
    _remount(archive.out.parent, "ro")
    try:
        process = archive.start()
        _, words = process.communicate()
    finally:
        _remount(archive.out.parent, "rw")
    if process.returncode != 2 or "Cannot write to the output folder" not in words:
        raise Disturbed(f"exit {process.returncode}: {words}")
    archive.finish()
    archive.compare()
    return "exit 2"


def truncated(archive: Archive, dice: random.Random) -> str:
    """A state cut off somewhere: the run says so, and without it all is made anew."""
    archive.turn()
    state = archive.out / "state.sqlite"
    data = state.read_bytes()
    state.write_bytes(data[: dice.randrange(1, len(data))])
    process = archive.start()
    _, words = process.communicate()
    if process.returncode == 2 and "damaged" in words:
        for path in archive.out.glob("state.sqlite*"):
            path.unlink()
    elif process.returncode:
        raise Disturbed(f"exit {process.returncode}: {words}")
    archive.finish()
    archive.compare()
    return f"exit {process.returncode}"


def dask_rounds(archive: Archive, dice: random.Random) -> Iterator[str]:
    """A worker of a Dask cluster killed at a random moment, again and again."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        while True:
            archive.turn()
            process = archive.start("--executor", "dask", "--scheduler", cluster.scheduler_address)
            time.sleep(dice.uniform(0.3, 1.2) * archive.seconds)
            while not (living := [nanny.pid for nanny in cluster.workers.values() if nanny.pid]):
                time.sleep(0.1)  # both of them were killed and are being replaced
            victim = dice.choice(living)
            with suppress(ProcessLookupError):  # the cluster may be replacing it already
                os.kill(victim, signal.SIGKILL)
            _, words = process.communicate()
            if process.returncode:
                raise Disturbed(f"exit {process.returncode}: {words}")
            archive.compare()
            yield f"worker {victim}"


def rounds(number: int, what: Callable[[Archive, random.Random], str], archive: Archive, dice: random.Random) -> int:
    """Do the same disturbance so often; returns how often it left its mark."""
    bad = full = 0
    for one in range(number):
        try:
            told = what(archive, dice)
        except Disturbed as error:
            told, bad = f"WRONG: {error}", bad + 1
        full += told.startswith(FULL)
        print(f"{what.__name__} {one + 1}/{number}: {told}", flush=True)
    if what is full_disk:
        print(f"The disk was really full in {full} of {number} rounds.", flush=True)
    return bad


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("kills", 100), ("disks", 20), ("dask", 20), ("others", 3), ("documents", 24), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args()
    dice = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = Archive(folder, documents=given.documents)
        with tmpfs(archive.out.parent):
            archive.finish()
            bad = rounds(given.kills, kill, archive, dice)
            bad += rounds(given.disks, full_disk, archive, dice)
            bad += rounds(given.others, read_only, archive, dice) + rounds(given.others, truncated, archive, dice)
            if given.dask:
                repeat = dask_rounds(archive, dice)

                def dask_worker(_: Archive, __: random.Random) -> str:
                    return next(repeat)

                bad += rounds(given.dask, dask_worker, archive, dice)
                repeat.close()
    print(f"{bad} rounds left their mark.")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()

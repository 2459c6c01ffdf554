"""Runs that are disturbed, and what the next one makes of it: `python -m tests.crash --kills 100 --disks 20 --dask 20`.

A small archive has two states, and each round turns it into the other one. A run over it is disturbed (the run or a
worker killed at a random moment, the disk full, a Dask worker killed), then it is run once more: the tables must be
those of an undisturbed run over that state, byte for byte, whatever happened in all the rounds before. One kill in
four falls anywhere in the run; the others are meant for the three stages after its start, which would be hit too
seldom. What counts is the stage that the run had really come to. Needs Linux; a full disk needs the right to mount a
small tmpfs, and is a limit on the size of files without it.
"""

import argparse
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import UsageError
from pipeline.store import open_store, read_columns
from pipeline.tables import check
from tests.archive import document

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ("--workers", "2", "--no-ocr")
_ENOUGH = 200_000
"""Kilobytes that hold any snapshot of the archive."""
FULL = "was full"
STAGES = ("starting", "reading", "keeping", "publishing")
"""Reading is labelling too; keeping is each change of the state; publishing goes on until that is noted."""


class Disturbed(AssertionError):
    """The tables are not those of an undisturbed run."""


class Archive:
    """A folder of documents with two states, the output folder of the disturbed runs, and what they must come to.

    Attributes:
        lasts: seconds that an undisturbed run from one state to the other is in each stage.
    """

    def __init__(self, folder: Path, *, documents: int = 24, options: tuple[str, ...] = OPTIONS) -> None:
        self.raw, self.out = folder / "raw", folder / "disturbed" / "out"
        self._documents, self._options, self._state = documents, options, 1
        self._wanted: list[dict[str, bytes]] = []
        self._stage = folder / "stage"
        self.lasts: Counter[str] = Counter()
        self.out.parent.mkdir()
        for state in (0, 1):
            self._write(state)
            self.finish(out := folder / f"undisturbed-{state}")
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

    def measure(self, *more: str) -> None:
        """Bring the archive into its other state, and see how long each stage lasts."""
        self.turn()
        process, self.lasts = self.start(*more), Counter()
        while process.poll() is None:
            began, stage = time.monotonic(), self.stage()
            time.sleep(0.0005)
            self.lasts[stage] += time.monotonic() - began
        if process.returncode:
            raise Disturbed(f"The first run ends with {process.returncode}: {process.communicate()[1]}")
        self.compare()

    def stage(self) -> str:
        """Where the run that was started last is, or was when it ended."""
        return self._stage.read_text().strip()

    def start(self, *more: str, limit: int | None = None) -> "subprocess.Popen[str]":
        """Begin a run; `limit` is the size in bytes that no file may pass."""

        def lowered() -> None:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        self._stage.write_text(STAGES[0])
        watched = [sys.executable, "-c", "from tests.crash import watched; watched()", self._stage]
        command = [*watched, "run", self.raw, "--out", self.out, *self._options, *more]
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


def watched() -> None:
    """Be `muistio`, and write the stage that its run comes to into the file named first; done in the run's process."""
    from pipeline import batch, cli
    from pipeline.state import State

    place = os.open(sys.argv.pop(1), os.O_WRONLY)
    stages = [STAGES[0]]

    def note() -> None:
        os.pwrite(place, stages[-1].ljust(max(map(len, STAGES))).encode(), 0)

    @contextmanager
    def within(stage: str) -> Iterator[None]:
        stages.append(stage)
        note()
        try:
            yield
        finally:
            stages.pop()
            note()

    def noted(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def through(*arguments: Any) -> Any:
            with within(stage):
                return function(*arguments)

        return through

    def loaded(settings: Any, load: Callable[..., Any] = batch.load_tools) -> Any:
        tools = load(settings)
        stages[0] = "reading"
        note()
        return tools

    @contextmanager
    def change(state: State, plain: Callable[..., Any] = State.change) -> Iterator[None]:
        with within("keeping"), plain(state):
            yield

    batch.load_tools, batch.publish_state = loaded, noted("publishing", batch.publish_state)
    State.change = change  # type: ignore[method-assign, assignment]
    cli.main()


def await_moment(
    archive: Archive, process: "subprocess.Popen[str]", dice: random.Random, aims: tuple[str, ...]
) -> None:
    """Let the run go on to a random moment, in a stage that is drawn from `aims`, or anywhere for "any"."""
    aim = dice.choice(aims)
    if aim == "any":
        time.sleep(dice.uniform(0, archive.lasts.total()))
        return
    reached = STAGES[STAGES.index(aim) - (aim == "keeping") :]
    while process.poll() is None and archive.stage() not in reached:
        time.sleep(0.001)
    time.sleep(dice.uniform(0, archive.lasts["reading" if aim == "keeping" else aim]))
    while aim == "keeping" and process.poll() is None and archive.stage() not in STAGES[2:]:
        pass  # a change takes less than a millisecond


def kill(archive: Archive, dice: random.Random) -> str:
    """SIGKILL for the run or for one of its workers, at a random moment."""
    while True:
        archive.turn()
        process = archive.start()
        whom = dice.choice(("main", "main", "worker"))
        await_moment(archive, process, dice, ("any", *STAGES[1:]))
        stage, over = archive.stage(), False
        if whom == "main":
            process.kill()
        else:
            over = not (below := children(process.pid))
            with suppress(ProcessLookupError, IndexError):
                os.kill(dice.choice(below), signal.SIGKILL)
        process.communicate()
        if whom == "main":
            stage, over = archive.stage(), process.returncode != -signal.SIGKILL
        archive.sound()
        archive.finish()
        archive.compare()
        if not over:  # nobody was there to be killed
            return f"{whom} {stage}"


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


def clock_back(archive: Archive, _: random.Random) -> str:
    """Files of a clock that was years ahead, then the same and changed ones of the right time."""
    for path in archive.raw.iterdir():
        os.utime(path, (4_000_000_000, 4_000_000_000))
    archive.finish()
    archive.turn()
    archive.finish()
    archive.compare()
    return "ran"


def older(archive: Archive, dice: random.Random) -> str:
    """State and database as an earlier version left them: a reader is told so, and the next run brings both up."""
    archive.turn()
    version = dice.choice((1, 2))
    with sqlite3.connect(archive.out / "state.sqlite") as state:
        state.execute("DROP TABLE followed")
        if version == 1:
            state.execute("ALTER TABLE results DROP COLUMN mark")
        state.execute(f"PRAGMA user_version = {version}")
    state.close()
    with duckdb.connect((archive.out / "muistio.duckdb").resolve()) as database:
        database.execute("DROP VIEW IF EXISTS meetings")
        database.execute("ALTER TABLE documents DROP COLUMN lemmatiser")
    try:
        archive.sound()
    except UsageError as error:
        told = str(error)
    else:
        told = ""
    if "is no store of this version" not in told:
        raise Disturbed(f"A database without a column is opened: {told}")
    archive.finish()
    archive.compare()
    return f"state of format {version}"


def dask_rounds(archive: Archive, dice: random.Random) -> Iterator[str]:
    """A worker of a Dask cluster killed at a random moment, again and again."""
    from distributed import LocalCluster

    while True:
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
            to_cluster = ("--executor", "dask", "--scheduler", cluster.scheduler_address)
            archive.measure(*to_cluster)
            while living := _living(cluster.workers.values()):
                archive.turn()
                process = archive.start(*to_cluster)
                await_moment(archive, process, dice, ("any", "reading"))
                stage = archive.stage()
                victim = dice.choice(_living(cluster.workers.values()) or living)
                with suppress(ProcessLookupError):  # the cluster may be replacing it already
                    os.kill(victim, signal.SIGKILL)
                _, words = process.communicate()
                if process.returncode and "has had no workers" not in words:
                    raise Disturbed(f"exit {process.returncode}: {words}")
                if process.returncode:
                    archive.finish()
                archive.compare()
                yield f"worker {stage}" + (", and the cluster replaced none" if process.returncode else "")


def _living(nannies: Any) -> list[int]:
    """Processes of the cluster's workers; waits for those that are being replaced, but not for ever."""
    for _ in range(300):
        if living := [nanny.pid for nanny in nannies if nanny.pid]:
            return living
        time.sleep(0.1)
    return []


def rounds(number: int, what: Callable[[Archive, random.Random], str], archive: Archive, dice: random.Random) -> int:
    """Do the same disturbance so often; returns how often it left its mark."""
    bad = full = 0
    seen: Counter[str] = Counter()
    for one in range(number):
        try:
            told = what(archive, dice)
        except Disturbed as error:
            told, bad = f"WRONG: {error}", bad + 1
        full += told.startswith(FULL)
        seen[told] += 1
        print(f"{what.__name__} {one + 1}/{number}: {told}", flush=True)
    if what is kill and number:
        print("Killed: " + ", ".join(f"{told} {times}" for told, times in sorted(seen.items())), flush=True)
    if what is full_disk and number:
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
            archive.measure()
            lasts = ", ".join(f"{stage} {archive.lasts[stage]:.2f} s" for stage in STAGES)
            print(f"An undisturbed run: {lasts}", flush=True)
            bad = rounds(given.kills, kill, archive, dice)
            bad += rounds(given.disks, full_disk, archive, dice)
            for other in (read_only, truncated, clock_back, older):
                bad += rounds(given.others, other, archive, dice)
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

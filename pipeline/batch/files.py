"""Which files a run is about."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

from pipeline.batch.remote import Remote, Stat, address, is_remote, listed
from pipeline.errors import UsageError
from pipeline.reading import SUFFIXES
from pipeline.tables import File

Source = Path | Remote
"""A file that a run reads, here or elsewhere."""
Root = Path | str
"""What a command names: a file or folder here, or an address."""


@dataclass(frozen=True, slots=True)
class Found:
    """Files under the paths of a run.

    Attributes:
        paths: in sorted order, each once.
        other: how many files were left out because no reader is for their type.
        empty: folders named by the command that hold nothing to read.
    """

    paths: tuple[Source, ...]
    other: int
    empty: tuple[Root, ...]


def find(roots: Iterable[Root], out: Path) -> Found:
    """Documents under `roots`: every file that is named, and those of a known type in folders that are named.

    Hidden files, lock files of office programs and the output folder itself are left out.

    Raises:
        UsageError: a path does not exist, or there is nothing to read under any of them.
    """
    paths: dict[str, Source] = {}
    other = 0
    empty: list[Root] = []
    for root in roots:
        if is_remote(root):
            there, single = listed(str(root))
            readable = there if single else [one for one in there if _is_known(one.as_posix())]
            other += len(there) - len(readable)
            if not readable:
                empty.append(address(str(root)))
            paths.update((one.as_posix(), one) for one in readable)
            continue
        root = Path(root)
        if not root.exists():
            raise UsageError(f"There is no {root}; check the path.")
        if root.is_file():
            paths[str(root)] = root
            continue
        if not root.is_dir():
            raise UsageError(f"{root} is neither a file nor a folder; name a document or a folder of documents.")
        files = list(_walk(root, out.resolve()))
        known = [path for path in files if _is_known(path)]
        other += len(files) - len(known)
        if not known:
            empty.append(root)
        paths.update((path, Path(path)) for path in known)
    if not paths:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UsageError(
            f"There are no minutes under {', '.join(map(str, empty))}; put files there that end in {kinds}."
        )
    return Found(tuple(paths[name] for name in sorted(paths)), other, tuple(empty))


def _is_known(path: str) -> bool:
    return path.lower().endswith(tuple(SUFFIXES))


def _walk(folder: Path | str, own: Path) -> Iterator[str]:
    """Files under a folder; plain texts and not `Path`, which for an archive of ten thousand would take longest."""
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
    except OSError as error:
        raise UsageError(f"Cannot look into the folder {folder}: {error.strerror}. Check its permissions.") from error
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if Path(entry.path).resolve() != own:
                yield from _walk(entry.path, own)
        elif entry.is_file() and not entry.name.startswith("~$"):
            yield entry.path


def shown(path: PurePath | Remote) -> str:
    """A path as the tables have it: as it was named, with `/`, bytes that are no UTF-8 written out."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def is_under(path: str, roots: Iterable[Root]) -> bool:
    """Whether a path of the tables lies under one of the roots that a command names."""
    folders = (address(str(root)) if is_remote(root) else root for root in roots)
    return any(PurePath(path).is_relative_to(root) and not path.startswith("../") for root in folders)


def file_row(path: Source, document_id: str, stat: os.stat_result | Stat) -> File:
    """The row of `files` for a file that is there."""
    modified = datetime.fromtimestamp(stat.st_mtime_ns // 10**9, UTC).isoformat().replace("+00:00", "Z")
    return File(shown(path), document_id, stat.st_size, modified, present=True)

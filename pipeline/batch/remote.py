"""Documents that lie elsewhere (`s3://`, `sftp://` and what else fsspec knows): listed, and read whole.

Who may look is settled by what the system for such places takes (environment, configuration files); a password in an
address is used and not written anywhere.
"""

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pipeline.errors import DocumentError, MissingDependency, UsageError

_TIMES = ("mtime", "LastModified", "last_modified", "modified", "created")
"""What file systems call the time of the last change."""
_PASSWORD = re.compile(r"(?<=://)([^:@/]*):[^@/]*(?=@)")


class Stat(NamedTuple):
    """Size in bytes and time of the last change, 0 where it is not told, under the names that `Path.stat` uses."""

    st_size: int
    st_mtime_ns: int


class Remote:
    """A file elsewhere, with what a run needs of a `Path`."""

    def __init__(self, url: str, system: Any, place: str, stat: Stat) -> None:
        self._url, self._system, self._place, self._stat = url, system, place, stat

    def as_posix(self) -> str:
        """Its address without a password."""
        return self._url

    def stat(self) -> Stat:
        """Size and time as they were listed."""
        return self._stat

    def read_bytes(self) -> bytes:
        """All of it.

        Raises:
            DocumentError: it cannot be fetched.
        """
        try:
            data: bytes = self._system.cat_file(self._place)
        except Exception as error:  # each system has errors of its own
            raise DocumentError(f"It cannot be fetched: {_words(error)}.") from error
        return data


def is_remote(root: object) -> bool:
    """Whether a path that a command names is an address."""
    return "://" in str(root)


def address(root: str) -> str:
    """An address as tables and messages have it: without a password or a last slash."""
    return _PASSWORD.sub(r"\1", root).rstrip("/")


def listed(root: str) -> tuple[list[Remote], bool]:
    """The files at an address, and whether it is itself a file; hidden ones are left out.

    Raises:
        MissingDependency: fsspec, or what it needs for such an address, is not installed.
        UsageError: there is nothing, or it cannot be looked into.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise MissingDependency(
            f"{address(root)} is an address; reading such needs fsspec: pip install 'muistio[remote]'."
        ) from error
    try:
        system, place = url_to_fs(root)
        single = system.isfile(place)
        found = {place: system.info(place)} if single else system.find(place, detail=True)
        if not found and not system.exists(place):
            raise UsageError(f"There is no {address(root)}; check the address.")
    except ImportError as error:
        raise MissingDependency(
            f"{address(root)} needs a library that is not installed ({_words(error)}); install it with pip."
        ) from error
    except UsageError:
        raise
    except Exception as error:  # each system has errors of its own
        raise UsageError(f"Cannot look into {address(root)}: {_words(error)}. Check address and rights.") from error
    files = []
    for path, info in found.items():
        rest = "" if single else path[len(place) :].lstrip("/")
        if not any(part.startswith((".", "~$")) for part in rest.split("/")):
            url = f"{address(root)}/{rest}" if rest else address(root)
            files.append(Remote(url, system, path, Stat(int(info.get("size") or 0), _nanoseconds(info))))
    return files, single


def _nanoseconds(info: dict[str, Any]) -> int:
    """When it was last changed."""
    for name in _TIMES:
        value = info.get(name)
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            value = (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
        if isinstance(value, (int, float)):
            return int(value * 10**6) * 1000
    return 0


def _words(error: Exception) -> str:
    """What an error says, on one line and without a password."""
    return _PASSWORD.sub(r"\1", " ".join(str(error).split())[:200]).rstrip(".") or type(error).__name__

"""The key that decides the pseudonyms."""

import os
import secrets
import tempfile
from pathlib import Path

from pipeline.errors import UsageError

KEY_FILE = "pseudonyms.key"
_SHORTEST_KEY = 16


def read_key(path: Path | None, store: Path) -> bytes:
    """The key of a file, or that kept beside the store, which is made once, readable by its owner only.

    Args:
        store: the database or its folder.

    Raises:
        UsageError: the file cannot be read or written, or the key is shorter than 16 bytes.
    """
    where = path or (store if store.is_dir() else store.parent) / KEY_FILE
    try:
        if path is None and not where.exists():
            _make_key(where)
        key = where.read_bytes().strip()
    except OSError as error:
        raise UsageError(f"The key {where} cannot be used: {error.strerror}. Name one with --key-file.") from error
    if len(key) < _SHORTEST_KEY:
        raise UsageError(f"The key in {where} is shorter than {_SHORTEST_KEY} bytes; take one that cannot be guessed.")
    return key


def _make_key(where: Path) -> None:
    """Make a key, whole or not at all, so that of two exports at once both use the same."""
    handle, aside = tempfile.mkstemp(dir=where.parent, prefix=f".{where.name}")  # for its owner only
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        if not where.exists():
            os.link(aside, where)
    except FileExistsError:
        pass
    finally:
        Path(aside).unlink()

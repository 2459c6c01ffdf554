"""Where things are and which settings a run has, checked before a document is read."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import UsageError

LEMMATISERS = ("voikko", "spacy", "stanza")
DEFAULT_OUT = Path("data/processed")
DEFAULT_STORE = DEFAULT_OUT / "muistio.duckdb"


def models_dir() -> Path:
    """Folder of rules and trained weights: inside the installed package, or `models/` of the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"


def rules_dir() -> Path:
    """Folder of the shipped rule files."""
    return models_dir() / "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost; a document that asks for more is recorded as failed and its neighbours go on.

    Attributes:
        seconds: wall time for one document.
        megabytes: address space of the process that reads it.
        pages: pages read of one document; the rest is left out and said so in `problems`.
        characters: characters read of one document, likewise.
    """

    seconds: float = 120.0
    megabytes: int = 3000
    pages: int = 5000
    characters: int = 50_000_000

    def __post_init__(self) -> None:
        for name in ("seconds", "megabytes", "pages", "characters"):
            if getattr(self, name) <= 0:
                raise UsageError(f"The limit '{name}' is {getattr(self, name)}; give a number above zero.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that decides what a run does to a document."""

    out: Path = DEFAULT_OUT
    workers: int = max(1, os.cpu_count() or 1)
    executor: Literal["local", "dask"] = "local"
    scheduler: str | None = None
    lemmatiser: str = "voikko"
    themes: Path | None = None
    model: bool = True
    password: str | None = None
    ocr: bool = True
    retry: bool = False
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise UsageError(f"--workers is {self.workers}; give a number of at least 1.")
        if self.lemmatiser not in LEMMATISERS:
            raise UsageError(f"There is no lemmatiser '{self.lemmatiser}'; choose one of {', '.join(LEMMATISERS)}.")
        if self.themes is not None and not self.themes.is_file():
            raise UsageError(f"The theme file {self.themes} does not exist; check the path given to --themes.")
        if self.executor == "dask" and not self.scheduler:
            raise UsageError("--executor dask needs --scheduler ADDRESS, for instance tcp://127.0.0.1:8786.")


def fingerprint(paths: list[Path]) -> str:
    """A short id of the content of `paths`, so that a changed rule file is noticed.

    Raises:
        UsageError: a file cannot be read.
    """
    total = hashlib.sha256()
    for path in sorted(paths):
        try:
            total.update(path.name.encode() + b"\x00" + path.read_bytes() + b"\x00")
        except OSError as error:
            raise UsageError(f"Cannot read {path}: {error.strerror}. Check the path and its permissions.") from error
    return total.hexdigest()[:12]

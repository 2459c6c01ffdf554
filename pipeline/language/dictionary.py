"""The two readers of the Voikko dictionary: the native library, and pyvoikko where it is not installed.

Both give the same thing, the transducer's raw output for a word; `pipeline.language.morphology` makes sense of it.
"""

import os
import re
import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.errors import MissingDependency

_BASES = re.compile(r"\[X\w\][^\[]*(?:\[(?!X\])[^\]]*\][^\[]*)*\[X\]")
_SAME_VOWEL = re.compile(r"([aeiouyäö])(?:\[[^\]]*\])*\[Bc\](?:\[[^\]]*\])*\1", re.IGNORECASE)
_KINDS = ("lib", "share")
READERS = ("native", "pyvoikko")

Lookup = Callable[[str], list[str]]
"""From a lower-case word to the transducer's outputs, most plausible first; empty for a word it does not know."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A reader of the Voikko dictionary and which one it is.

    Attributes:
        version: the reader's, for people.
        edition: checksum of the dictionary's file, which tells whether two answer alike; empty if it was not found.
    """

    lookup: Lookup
    version: str
    edition: str


def open_dictionary(reader: str | None = None) -> Dictionary:
    """Open the dictionary by the `native` library or by `pyvoikko`; None takes the native one if it loads.

    Raises:
        MissingDependency: neither is installed, or not the one asked for.
    """
    reasons = []
    for name in [reader] if reader else READERS:
        try:
            return _native() if name == "native" else _pyvoikko()
        except MissingDependency as error:
            reasons.append(str(error))
    raise MissingDependency(" ".join(reasons))


def _native() -> Dictionary:
    try:
        from libvoikko import Voikko, VoikkoLibrary

        # Not by `Voikko("fi")`: where the library is missing, its destructor prints a traceback.
        library = VoikkoLibrary.open()
    except (ImportError, OSError) as error:
        raise MissingDependency("The native Voikko library is not installed; run `make system`.") from error
    handle = _NativeHandle(library)
    handle("kissa")  # a missing dictionary shows at the first word
    return Dictionary(handle, f"libvoikko {Voikko.getVersion()}", _edition(_native_files()))


class _NativeHandle(threading.local):
    """One library handle a thread and process: a shared one aborts the process.

    Only the transducer's output is asked for, which is three times as fast as `libvoikko.Voikko.analyze`.
    """

    def __init__(self, library: Any) -> None:
        self._library = library
        self._owner = 0
        self._handle: int | None = None

    def __call__(self, word: str) -> list[str]:
        if self._owner != os.getpid():
            self._open()
        library = self._library
        found = library.voikkoAnalyzeWordUcs4(self._handle, word)
        outputs = []
        position = 0
        while found[position]:
            # Voikko repeats an analysis as a possible name of an organisation, then without output.
            if output := library.voikko_mor_analysis_value_ucs4(found[position], b"FSTOUTPUT"):
                outputs.append(output)
            position += 1
        library.voikko_free_mor_analysis(found)
        return outputs

    def _open(self) -> None:
        from ctypes import byref, c_char_p

        error = c_char_p()
        self._handle = self._library.voikkoInit(byref(error), b"fi", None)
        if error.value is not None:
            raise MissingDependency(f"Voikko does not start: {error.value.decode()}; run `make system`.")
        self._owner = os.getpid()


def _native_files() -> list[Path]:
    """The dictionary files in the first of the library's folders that has any."""
    named = [os.environ.get("VOIKKO_DICTIONARY_PATH"), "~/.voikko", "/etc/voikko"]
    built_in = [f"{prefix}/{kind}/voikko" for prefix in ("/usr", "/usr/local", "/opt/homebrew") for kind in _KINDS]
    folders = (Path(folder).expanduser() for folder in [*named, *built_in] if folder)
    return next(filter(None, (sorted(folder.glob("5/*/mor.vfst")) for folder in folders)), [])


def _edition(files: Sequence[Path]) -> str:
    """Checksum of the one file; nothing where it is not certain which file is read."""
    return f"{zlib.crc32(files[0].read_bytes()):08x}" if len(files) == 1 else ""


def _wants_hyphen(output: str) -> bool:
    """Whether two parts meet in one vowel (*kuolema* + *ansa*): Finnish asks for a hyphen there."""
    return _SAME_VOWEL.search(_BASES.sub("", output)) is not None


def _pyvoikko() -> Dictionary:
    found = find_spec("pyvoikko")
    if found is None or found.origin is None:
        raise MissingDependency("The dictionary reader pyvoikko is not installed; run `pip install pyvoikko`.")
    files = sorted(Path(found.origin).parent.glob("*.kfst"))
    return Dictionary(_pyvoikko_lookup, f"pyvoikko {metadata.version('pyvoikko')}", _edition(files))


def _pyvoikko_lookup(word: str) -> list[str]:
    # Imported late: it loads the dictionary, which takes a second.
    from pyvoikko import VOIKKO_FST, TokenizationException

    try:
        return [output for output, _ in VOIKKO_FST.lookup(word) if not _wants_hyphen(output)]
    except TokenizationException:
        return []

"""The two readers of the Voikko dictionary: the native library, and pyvoikko where it is not installed.

Both give the same thing, the transducer's raw output for a word; `pipeline.language.morphology` makes sense of it.
"""

import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from pipeline.errors import MissingDependency

_BASES = re.compile(r"\[X\w\][^\[]*(?:\[(?!X\])[^\]]*\][^\[]*)*\[X\]")
_SAME_VOWEL = re.compile(r"([aeiouyäö])(?:\[[^\]]*\])*\[Bc\](?:\[[^\]]*\])*\1", re.IGNORECASE)

Lookup = Callable[[str], list[str]]
"""From a lower-case word to the transducer's outputs, most plausible first; empty for a word it does not know."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A reader of the Voikko dictionary and which one it is."""

    lookup: Lookup
    version: str


def open_dictionary(reader: str | None = None) -> Dictionary:
    """Open the dictionary by the `native` library or by `pyvoikko`; None takes the native one if it loads.

    Raises:
        MissingDependency: neither is installed, or not the one asked for.
    """
    openers = {"native": _native, "pyvoikko": _pyvoikko}
    reasons = []
    for name in [reader] if reader else openers:
        try:
            return openers[name]()
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
    return Dictionary(handle, f"libvoikko {Voikko.getVersion()}")


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


def _wants_hyphen(output: str) -> bool:
    """Whether two parts meet in one vowel (*kuolema* + *ansa*): Finnish asks for a hyphen there."""
    return _SAME_VOWEL.search(_BASES.sub("", output)) is not None


def _pyvoikko() -> Dictionary:
    try:
        from pyvoikko import VOIKKO_FST, TokenizationException
    except ImportError as error:
        raise MissingDependency(
            "The dictionary reader pyvoikko is not installed; run `pip install pyvoikko`."
        ) from error

    def lookup(word: str) -> list[str]:
        try:
            return [output for output, _ in VOIKKO_FST.lookup(word) if not _wants_hyphen(output)]
        except TokenizationException:
            return []

    return Dictionary(lookup, f"pyvoikko {metadata.version('pyvoikko')}")

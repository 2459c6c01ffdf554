"""A table of forms seen before, with the dictionary's readings ready made: what a cold start reads in place of Voikko.

    python -m pipeline.language.seen [TEXT ...]

builds `models/words/forms.tsv` anew from the forms that it holds and from the words of the text or CoNLL-U files named.
Only forms that the dictionary knows go in, without a count or a context, so that nobody's text can be read from it.

The file is text in UTF-8: a line with the editions of the dictionaries that it was made with, a line for each part of
speech with its features, an empty line, then the forms, sorted: `form<TAB>number parts[ bases]<TAB>...`, where the
number counts the lines of parts of speech and `#` stands between a compound's parts. It is read whole: simpler than a
mapped file or SQLite, and safe for threads and forks.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.config import models_dir
from pipeline.errors import MuistioError, UsageError
from pipeline.language.candidates import LONGEST_WORD, Analyser, Tables
from pipeline.language.conllu import FORM, read_file
from pipeline.language.dictionary import READERS, open_dictionary
from pipeline.language.tokens import tokenise
from pipeline.records import Candidate


class SeenForms:
    """Called with a lower-case form it gives the dictionary's readings, or None for a form that is not in the table.

    Args:
        edition: of the dictionary that is open (`Dictionary.edition`); a table made with others is left alone.
        path: of the table; by default the shipped one.
    """

    def __init__(self, edition: str, path: Path | None = None) -> None:
        self._bundles: list[tuple[str, frozenset[str]]] = []
        self._lines: dict[str, str] = {}
        head, forms = _read(path or table_path())
        if edition and edition in head[0].split("\t"):
            for pos, _, features in (bundle.partition(" ") for bundle in head[1:]):
                self._bundles.append((pos, frozenset(features.split("|")) if features else frozenset()))
            self._lines = forms

    def __len__(self) -> int:
        return len(self._lines)

    def __call__(self, lower: str) -> list[Candidate] | None:
        """The readings of `lower`, in the order of `Analyser.known`."""
        line = self._lines.get(lower)
        if line is None:
            return None
        readings = []
        for reading in line.split("\t"):
            number, joined, *others = reading.split(" ")
            parts = tuple(joined.split("#"))
            bases = tuple(others[0].split("#")) if others else parts
            readings.append(Candidate("".join(parts), *self._bundles[int(number)], parts, bases))
        return readings


def table_path() -> Path:
    """Where the shipped table is."""
    return models_dir() / "words" / "forms.tsv"


def _read(path: Path) -> tuple[list[str], dict[str, str]]:
    """The head's lines and, by form, the readings; nothing where there is no table."""
    if not path.is_file():
        return [""], {}
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    pairs = (line.partition("\t") for line in body.splitlines())
    return head.split("\n"), {form: readings for form, _, readings in pairs}


def build(forms: Iterable[str], path: Path) -> int:
    """Write the table of those `forms` that both readers of the dictionary know and read alike; say how many."""
    dictionaries = [open_dictionary(reader) for reader in READERS]
    known = [Analyser(dictionary.lookup, Tables()).known for dictionary in dictionaries]
    numbers: dict[str, int] = {}
    lines = []
    for form in sorted({form for form in map(str.lower, forms) if form.isalpha() and len(form) <= LONGEST_WORD}):
        readings = known[0](form)
        if readings and all(other(form) == readings for other in known[1:]) and all(map(_fits, readings)):
            columns = [_column(reading, numbers) for reading in readings]
            lines.append("\t".join([form, *columns]) + "\n")
    editions = "\t".join(dictionary.edition for dictionary in dictionaries)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{editions}\n" + "\n".join(numbers) + "\n\n" + "".join(lines), encoding="utf-8")
    return len(lines)


def _fits(reading: Candidate) -> bool:
    return reading.lemma == "".join(reading.parts) and " " not in reading.lemma


def _column(reading: Candidate, numbers: dict[str, int]) -> str:
    bundle = f"{reading.pos} {'|'.join(sorted(reading.features))}".rstrip()
    words = ["#".join(reading.parts)] + (["#".join(reading.bases)] if reading.bases != reading.parts else [])
    return " ".join([str(numbers.setdefault(bundle, len(numbers))), *words])


def main(arguments: Sequence[str]) -> None:
    """Build the shipped table anew."""
    path = table_path()
    forms = set(_read(path)[1])
    for name in map(Path, arguments):
        if not name.is_file():
            raise UsageError(f"There is no text {name}; name text or CoNLL-U files in UTF-8.")
        if name.suffix == ".conllu":
            forms.update(row[FORM] for block in read_file(name) for row in block.words)
        else:
            forms.update(span.form for span in tokenise(name.read_text(encoding="utf-8")))
    count = build(forms, path)
    print(f"{path}: {count:,} forms, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except MuistioError as error:
        sys.exit(f"seen: {error}")

"""Labels for a person to check: a sheet goes out, comes back in whatever order, and each row is checked.

A row is one label of one item. In the column *arvio* (verdict) the person writes *pidä*, *poista* or *lisää* (keep,
remove, add); a row left empty was not looked at. To add a label she writes *lisää* on a copy of a row of the item and
the label in its column. Rows are known by item and label, so that the sheet may be sorted, filtered or half filled.
"""

import csv
import io
import random
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from zipfile import BadZipFile

from pipeline.corrections import Chosen, Correction, Verdict, text_id
from pipeline.errors import MissingDependency, UsageError
from pipeline.records import Axis
from pipeline.safe import csv_row, printable

if TYPE_CHECKING:
    import duckdb

    Connection = duckdb.DuckDBPyConnection

COLUMNS = {
    "arvio": 10, "uusi tai arvioitava merkintä": 26, "akseli": 8, "teksti": 70, "peruste": 30, "otsikko": 30,
    "asiakirja": 36, "päivä": 12, "sivu": 7, "puhuja": 20, "varmuus": 9, "sääntö": 30, "otanta": 11, "kohta": 18,
}  # fmt: skip
"""The columns of a sheet and their widths in characters."""
VERDICTS: dict[str, Verdict] = {
    "pidä": "keep", "poista": "remove", "lisää": "add", "keep": "keep", "remove": "remove", "add": "add",
}  # fmt: skip
_LABEL = "uusi tai arvioitava merkintä"
_NEEDED = ("arvio", _LABEL, "akseli", "kohta")
_TYPES = ("challenge", "success", "agreed_action")
_CHOSEN: dict[str, Chosen] = {"satunnainen": "random", "epävarmin": "uncertain"}
_HELP = (
    "Kirjoita sarakkeeseen arvio: pidä, jos merkintä on oikein; poista, jos se on väärin. Tyhjä rivi jää arvioimatta.",
    "Jos kohdasta puuttuu merkintä, kopioi jokin sen rivi, kirjoita arvioksi lisää ja vaihda merkintä ja akseli.",
    "akseli on theme (aihe) tai type (challenge haaste, success onnistuminen, agreed_action sovittu toimenpide).",
    "Rivejä saa lajitella, suodattaa ja poistaa. Sarakkeita kohta, akseli ja otanta ei saa muuttaa.",
    "Vie taulukko takaisin komennolla: muistio review import TIEDOSTO",
)
_LABELS = """
    SELECT l.label, l.axis, i.text, l.evidence, concat_ws(' ', s.number, s.title), coalesce(d.title, d.path), d.date,
        i.page, i.speaker, l.score, l.rule, l.item_id
    FROM labels l JOIN items i USING (item_id) JOIN documents d USING (document_id)
        LEFT JOIN sections s USING (section_id)
    WHERE l.method <> 'human' ORDER BY l.score, l.item_id, l.axis, l.label
"""


@dataclass(frozen=True, slots=True)
class Proportion:
    """How many of those judged were right, with the Wilson interval of 95 %."""

    right: int
    judged: int

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound; 0 and 1 when nothing was judged."""
        if not self.judged:
            return 0.0, 1.0
        z = 1.959964
        share, n = self.right / self.judged, self.judged
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __str__(self) -> str:
        if not self.judged:
            return "not measured"
        low, high = self.interval
        return f"{self.right / self.judged:.2f} ({low:.2f}–{high:.2f}, {self.right} of {self.judged})"


@dataclass(frozen=True, slots=True)
class Checked:
    """What came back: corrections, faults of rows in words, and rows nobody judged."""

    corrections: tuple[Correction, ...]
    faults: tuple[str, ...]
    empty: int


def sheet(connection: "Connection", *, number: int, seed: int | None) -> list[list[Any]]:
    """Rows for a person to judge, in the order of `COLUMNS`.

    Args:
        number: the most rows.
        seed: a random sample drawn by this seed; None for the least certain labels.
    """
    labels = connection.execute(_LABELS).fetchall()
    chosen = labels[:number] if seed is None else random.Random(seed).sample(labels, min(number, len(labels)))
    how = next(word for word, name in _CHOSEN.items() if name == ("uncertain" if seed is None else "random"))
    return [["", *row[:11], how, row[11]] for row in chosen]


def write_sheet(rows: Sequence[Sequence[Any]], path: Path) -> None:
    """Write a sheet as a workbook (.xlsx) or as the CSV of Finnish Excel.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".xlsx":
            _write_xlsx(rows, path)
        else:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, delimiter=";")
                writer.writerow(COLUMNS)
                writer.writerows(csv_row(row) for row in rows)
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror}. Name another file.") from error


def _write_xlsx(rows: Sequence[Sequence[Any]], path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head, wrapped = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        work = book.add_worksheet("tarkistus")
        for place, (name, width) in enumerate(COLUMNS.items()):
            work.set_column(place, place, width, wrapped)
            work.write_string(0, place, name, head)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                work.write(line, place, printable(value) if isinstance(value, str) else value)
        work.freeze_panes(1, 2)
        work.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
        allowed = {"validate": "list", "source": ["pidä", "poista", "lisää"]}
        work.data_validation(1, 0, len(rows) + 1000, 0, allowed)
        guide = book.add_worksheet("ohje")
        guide.set_column(0, 0, 110, wrapped)
        for line, text in enumerate(_HELP):
            guide.write_string(line, 0, text)


def read_sheet(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a sheet with their numbers as the spreadsheet shows them, values as text.

    Raises:
        UsageError: it is no sheet of ours.
        MissingDependency: a workbook, and what reads it is not installed.
    """
    try:
        lines = _xlsx_lines(path) if path.suffix.lower() == ".xlsx" else _csv_lines(path)
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror}.") from error
    header, *rows = lines or [[]]
    names = [name.strip().lower() for name in header]
    lacking = [name for name in _NEEDED if name not in names]
    if lacking:
        raise UsageError(f"{path} is no sheet of `muistio review export`: it lacks the column {', '.join(lacking)}.")
    return [(number, dict(zip(names, row, strict=False))) for number, row in enumerate(rows, start=2)]


def _xlsx_lines(path: Path) -> list[list[str]]:
    try:
        import openpyxl
    except ImportError as error:
        raise MissingDependency("Workbooks are read by openpyxl: `pip install openpyxl`, or save as CSV.") from error
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (ValueError, KeyError, BadZipFile) as error:
        raise UsageError(f"{path} cannot be read as a workbook ({error}).") from error
    work = book["tarkistus"] if "tarkistus" in book.sheetnames else book.worksheets[0]
    return [["" if value is None else str(value) for value in row] for row in work.iter_rows(values_only=True)]


def _csv_lines(path: Path) -> list[list[str]]:
    """Lines of a CSV file, in UTF-8 or as older Excel saves it, with ; or , or tab between."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=head.count)))


def check(
    connection: "Connection", rows: Iterable[tuple[int, dict[str, str]]], before: Sequence[Correction]
) -> Checked:
    """Every row of a sheet against the store.

    Args:
        before: the corrections that stand; a row may judge anew what one of them says.
    """
    items = {
        item: (document, text_id(text))
        for item, document, text in connection.execute("SELECT item_id, document_id, text FROM items").fetchall()
    }
    rules = {
        (item, axis, label): rule
        for item, axis, label, rule in connection.execute("SELECT item_id, axis, label, rule FROM labels").fetchall()
    }
    standing = {one.key: one for one in before}
    found: dict[tuple[str, str, str, str], tuple[int, Correction]] = {}
    faults: list[str] = []
    empty = 0
    for number, row in rows:
        word = row.get("arvio", "").strip().lower()
        if not word:
            empty += any(value.strip() for value in row.values())
            continue
        item, axis, label = row.get("kohta", "").strip(), row.get("akseli", "").strip(), row.get(_LABEL, "").strip()
        verdict = VERDICTS.get(word)
        fault = _fault(word, item, axis, label, items)
        if fault or verdict is None:
            faults.append(f"Row {number}: {fault}; nothing was stored of it.")
            continue
        document, text = items[item]
        earlier = standing.get((document, text, axis, label))
        if verdict != "add" and (item, axis, label) not in rules and earlier is None:
            faults.append(f"Row {number}: the item has no label '{label}' to keep or remove; nothing was stored of it.")
            continue
        chosen = _CHOSEN.get(row.get("otanta", "").strip().lower(), "uncertain")
        rule = earlier.rule if earlier else "" if verdict == "add" else rules.get((item, axis, label), "")
        one = Correction(document, text, "theme" if axis == "theme" else "type", label, verdict, chosen, rule)
        twin = found.setdefault(one.key, (number, one))
        if twin[1].verdict != verdict:
            faults.append(f"Row {number}: it says '{word}', but row {twin[0]} says otherwise of the same label.")
    return Checked(tuple(one for _, one in found.values()), tuple(faults), empty)


def _fault(word: str, item: str, axis: str, label: str, items: Container[str]) -> str:
    """What is wrong with the cells of a row, empty when nothing is."""
    if word not in VERDICTS:
        return f"the verdict '{word}' is none of pidä, poista, lisää"
    if item not in items:
        return f"there is no item '{item}' in the store"
    if axis not in get_args(Axis):
        return f"the axis '{axis}' is neither theme nor type"
    if not label:
        return "it names no label"
    if axis == "type" and label not in _TYPES:
        return f"there is no type '{label}'"
    return ""


def merged(before: Iterable[Correction], new: Iterable[Correction]) -> tuple[Correction, ...]:
    """Corrections with newer ones in place of those on the same label."""
    return tuple(sorted(({one.key: one for one in before} | {one.key: one for one in new}).values()))


def precision(corrections: Iterable[Correction], *, chosen: Chosen = "random") -> dict[str, Proportion]:
    """How many of the labels judged were right, by label and, under an empty name, of all.

    Args:
        chosen: labels drawn at random measure all labels; the least certain ones measure but themselves.
    """
    judged = [one for one in corrections if one.chosen == chosen and one.verdict != "add"]
    names = ["", *sorted({one.label for one in judged})]
    return {
        name: Proportion(
            sum(one.verdict == "keep" for one in judged if name in ("", one.label)),
            sum(name in ("", one.label) for one in judged),
        )
        for name in names
    }


def spoken_against(corrections: Iterable[Correction]) -> list[tuple[str, Proportion]]:
    """Rules whose labels were removed, with how many of theirs were right, the worst first."""
    judged = [one for one in corrections if one.rule and one.verdict != "add"]
    rules = sorted({one.rule for one in judged if one.verdict == "remove"})
    found = [
        (rule, Proportion(sum(one.verdict == "keep" for one in own), len(own)))
        for rule in rules
        if (own := [one for one in judged if one.rule == rule])
    ]
    return sorted(found, key=lambda one: (one[1].right - one[1].judged, one[0]))

"""What the report calls things, in Finnish and in English. A theme of a user's own rules goes by its own name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.report.texts import EN, FI

LanguageCode = Literal["fi", "en"]

THEMES = ("employment", "pupil_welfare", "security", "premises", "ngos")
TYPES = ("challenge", "success", "agreed_action")

_FI = {
    "employment": "Työllisyys",
    "pupil_welfare": "Opiskeluhuolto",
    "security": "Turvallisuus",
    "premises": "Tilat ja kiinteistöt",
    "ngos": "Järjestöt",
    "challenge": "Haaste",
    "success": "Onnistuminen",
    "agreed_action": "Sovittu toimenpide",
    "rule": "sääntö",
    "heading": "otsikko",
    "model": "malli",
    "human": "ihmisen merkintä",
    "ok": "kunnossa",
    "partial": "osittain luettu",
    "failed": "ei luettu",
    "error": "virhe",
    "warning": "varoitus",
    "info": "huomautus",
    "reading": "luku",
    "structure": "rakenne",
    "language": "sanat",
    "labelling": "merkinnät",
    "batch": "ajo",
    "background": "selostus",
    "proposal": "ehdotus",
    "discussion": "käsittely",
    "decision": "päätös",
    "municipality": "Kunta",
    "county": "Hyvinvointialue",
    "other": "Muu",
}
_FI_PLURAL = {"challenge": "Haasteet", "success": "Onnistumiset", "agreed_action": "Sovitut toimenpiteet"}
_EN = {
    "employment": "Employment",
    "pupil_welfare": "Pupil welfare",
    "security": "Security",
    "premises": "Premises",
    "ngos": "NGOs",
    "challenge": "Challenge",
    "success": "Success",
    "agreed_action": "Agreed action",
    "human": "given by a person",
    "ok": "whole",
    "partial": "read in part",
    "failed": "not read",
    "language": "words",
    "labelling": "labels",
    "batch": "run",
    "municipality": "Municipality",
    "county": "Wellbeing services county",
    "other": "Other",
}
_EN_PLURAL = {"challenge": "Challenges", "success": "Successes", "agreed_action": "Agreed actions"}


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language.

    Attributes:
        names: of values of the tables.
        plurals: of types, for headings.
        texts: everything else on the page, by key.
    """

    code: LanguageCode
    names: Mapping[str, str]
    plurals: Mapping[str, str]
    texts: Mapping[str, str]

    def name(self, value: str) -> str:
        """The name of a value of the tables; the value itself where there is none."""
        return self.names.get(value, value)

    def plural(self, value: str) -> str:
        """The name of a type as a heading of many."""
        return self.plurals.get(value, value)

    def day(self, iso: str | None) -> str:
        """An ISO date as it is written: `2025-01-22` is 22.1.2025, in English 22 Jan 2025."""
        if not iso:
            return ""
        when = date.fromisoformat(iso)
        if self.code == "fi":
            return f"{when.day}.{when.month}.{when.year}"
        return f"{when.day} {self.texts['months'].split()[when.month - 1]} {when.year}"

    def period(self, first: str | None, last: str | None) -> str:
        """The days from `first` to `last`, both ISO dates."""
        return self.day(first) if first == last else f"{self.day(first)}–{self.day(last)}"


LANGUAGES: dict[LanguageCode, Language] = {
    "fi": Language("fi", _FI, _FI_PLURAL, FI),
    "en": Language("en", _EN, _EN_PLURAL, EN),
}


def amount(number: int) -> str:
    """A number with no-break spaces between the thousands."""
    return f"{number:,}".replace(",", "\u00a0")


def count(number: int, one: str, many: str) -> str:
    """A number with its noun: 1 asiakirja, 14 asiakirjaa."""
    return f"{amount(number)}\u00a0{one if number == 1 else many}"

"""What the report calls things, in Finnish. A theme that a user's own rules add goes by its own name."""

from datetime import date

THEMES = {
    "employment": "Työllisyys",
    "pupil_welfare": "Opiskeluhuolto",
    "security": "Turvallisuus",
    "premises": "Tilat ja kiinteistöt",
    "ngos": "Järjestöt",
}
TYPES = {"challenge": "Haaste", "success": "Onnistuminen", "agreed_action": "Sovittu toimenpide"}
TYPES_PLURAL = {"challenge": "Haasteet", "success": "Onnistumiset", "agreed_action": "Sovitut toimenpiteet"}
METHODS = {"rule": "sääntö", "heading": "otsikko", "model": "malli", "human": "ihmisen merkintä"}
STATUSES = {"ok": "kunnossa", "partial": "osittain luettu", "failed": "ei luettu"}
SEVERITIES = {"error": "virhe", "warning": "varoitus", "info": "huomautus"}
STAGES = {
    "reading": "luku",
    "structure": "rakenne",
    "language": "sanat",
    "labelling": "merkinnät",
    "batch": "ajo",
}
PARTS = {"background": "selostus", "proposal": "ehdotus", "discussion": "käsittely", "decision": "päätös"}

NAMES = THEMES | TYPES | METHODS | STATUSES | SEVERITIES | STAGES | PARTS


def name(value: str) -> str:
    """The Finnish name of a value of the tables; the value itself where there is none."""
    return NAMES.get(value, value)


def day(iso: str | None) -> str:
    """An ISO date as Finns write it: `2025-01-22` is 22.1.2025."""
    if not iso:
        return ""
    when = date.fromisoformat(iso)
    return f"{when.day}.{when.month}.{when.year}"


def period(first: str | None, last: str | None) -> str:
    """The days from `first` to `last`, both ISO dates: 18.9.2024–5.11.2025."""
    return day(first) if first == last else f"{day(first)}–{day(last)}"


def amount(number: int) -> str:
    """A number with no-break spaces between the thousands."""
    return f"{number:,}".replace(",", "\u00a0")


def count(number: int, one: str, many: str) -> str:
    """A number with its noun: 1 asiakirja, 14 asiakirjaa."""
    return f"{amount(number)}\u00a0{one if number == 1 else many}"

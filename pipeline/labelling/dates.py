"""Deadlines in Finnish words: where they stand and which day they mean, seen from the day of the meeting.

A period means its last day (*viikolla 12* its Sunday, *kevään aikana* 31 May); a day or month without a year is the
next one, the meeting's own day included; *heti* keeps its text and has no date.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ("tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu")
WEEKDAYS = ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai")
NUMERALS = {
    "yhden": 1, "kahden": 2, "kolmen": 3, "neljän": 4, "viiden": 5, "kuuden": 6, "seitsemän": 7, "kahdeksan": 8,
    "yhdeksän": 9, "kymmenen": 10, "kahdentoista": 12, "parin": 2, "muutaman": 3,
}  # fmt: skip
ORDINALS = {"ensimmäi": 1, "toi": 2, "kolman": 3, "neljän": 4, "viimei": 4}
SEASON_ENDS = {"talv": (2, 28), "kevä": (5, 31), "kesä": (8, 31), "syks": (11, 30)}
SEASON_STARTS = {"talv": (11, 30), "kevä": (2, 28), "kesä": (5, 31), "syks": (8, 31)}


@dataclass(frozen=True, slots=True)
class Deadline:
    """Words that say by when: `text[start:end] == words`.

    Attributes:
        day: the last day; None where the words name none (*heti*) or the meeting's date is not known.
        firm: whether the words themselves say "by" (*mennessä, viimeistään*), so that no other day in the sentence
            can be meant.
        relative: *siihen mennessä* or *ensi kokoukseen*, which another part of the text resolves.
    """

    start: int
    end: int
    words: str
    day: date | None
    firm: bool = False
    relative: bool = False


Resolver = Callable[[re.Match[str], date | None], date | None]


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_end(year: int, month: int) -> date:
    """Last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _year(text: str | None) -> int | None:
    if not text:
        return None
    number = int(text)
    return number + 2000 if number < 100 else number


def _next(month: int, day: int, year: int | None, meeting: date | None) -> date | None:
    """The day in the year given, else the next one from the meeting on; day 0 is the month's last."""

    def made(in_year: int) -> date | None:
        return month_end(in_year, month) if day == 0 else _safe(in_year, month, day)

    if year is not None:
        return made(year)
    if meeting is None:
        return None
    this = made(meeting.year)
    return this if this is None or this >= meeting else made(meeting.year + 1)


def _numbered_day(found: re.Match[str], meeting: date | None) -> date | None:
    month = int(found["m"])
    return _next(month, int(found["d"]), _year(found["y"]), meeting) if 1 <= month <= 12 else None


def _month(found: re.Match[str]) -> int:
    return MONTHS.index(found["month"].lower()) + 1


def _in_month(found: re.Match[str], meeting: date | None) -> date | None:
    return _next(_month(found), 0, _year(found["y"]), meeting)


def _month_point(found: re.Match[str], meeting: date | None) -> date | None:
    point = found["point"].lower()
    day = 10 if point.startswith("al") else 15 if point.startswith("puoli") else 0
    return _next(_month(found), day, _year(found["y"]), meeting)


def _month_day(found: re.Match[str], meeting: date | None) -> date | None:
    return _next(_month(found), int(found["d"]), _year(found["y"]), meeting)


def _week(found: re.Match[str], meeting: date | None) -> date | None:
    week, year = int(found["w"]), _year(found["y"])
    try:
        if year is not None:
            return date.fromisocalendar(year, week, 7)
        if meeting is None:
            return None
        this = date.fromisocalendar(meeting.isocalendar().year, week, 7)
        return this if this >= meeting else date.fromisocalendar(meeting.isocalendar().year + 1, week, 7)
    except ValueError:
        return None


def _relative_week(found: re.Match[str], meeting: date | None) -> date | None:
    if meeting is None:
        return None
    which = (found["which"] or "").lower()
    weeks = 1 if which.startswith(("ens", "seuraav")) else 0
    return meeting + timedelta(days=7 - meeting.isoweekday() + 7 * weeks)


def _relative_month(found: re.Match[str], meeting: date | None) -> date | None:
    if meeting is None:
        return None
    later = (found["which"] or "").lower().startswith(("ens", "seuraav"))
    month = meeting.month + (1 if later else 0)
    return month_end(meeting.year + (month > 12), (month - 1) % 12 + 1)


def _weekday(found: re.Match[str], meeting: date | None) -> date | None:
    if meeting is None:
        return None
    stem = found["weekday"].lower()
    target = next(number for number, name in enumerate(WEEKDAYS) if name.startswith(stem[:4]))
    return meeting + timedelta(days=(target - meeting.weekday() - 1) % 7 + 1)


def _season(ends: dict[str, tuple[int, int]]) -> Resolver:
    def resolve(found: re.Match[str], meeting: date | None) -> date | None:
        month, day = ends[found["season"].lower()[:4]]
        year = _year(found["y"])
        if year is None and (found["which"] or "").lower().startswith("ens") and meeting is not None:
            year = meeting.year + 1
        return _next(month, day if month != 2 else 0, year, meeting)

    return resolve


def _year_end(found: re.Match[str], meeting: date | None) -> date | None:
    year = _year(found["y"])
    if year is None and meeting is not None:
        year = meeting.year + (1 if (found["which"] or "").lower().startswith(("ens", "seuraav")) else 0)
    return None if year is None else date(year, 12, 31)


def _year_start(found: re.Match[str], meeting: date | None) -> date | None:
    if found["y"]:
        return date(int(found["y"]), 3, 31)
    return _next(3, 31, None, meeting)


def _turn_of_year(_found: re.Match[str], meeting: date | None) -> date | None:
    return _next(12, 31, None, meeting)


def _christmas(found: re.Match[str], meeting: date | None) -> date | None:
    return _next(12, 23 if found[0].lower().startswith("ennen") else 24, None, meeting)


def _quarter(found: re.Match[str], meeting: date | None) -> date | None:
    word = found["q"].lower()
    number = int(word) if word.isdigit() else next(value for stem, value in ORDINALS.items() if word.startswith(stem))
    return _next(3 * number, 0, _year(found["y"]), meeting)


def _half(found: re.Match[str], meeting: date | None) -> date | None:
    first = found["half"].lower() in ("1", "alku") or found["half"].lower().startswith("ensim")
    return _next(6 if first else 12, 0, _year(found["y"]), meeting)


def _within(found: re.Match[str], meeting: date | None) -> date | None:
    if meeting is None:
        return None
    word = (found["n"] or "1").lower()
    number = int(word) if word.isdigit() else NUMERALS[word]
    unit = found["unit"].lower()
    if unit.startswith(("päiv", "vuorok")):
        return meeting + timedelta(days=number)
    if unit.startswith(("viik", "vk")):
        return meeting + timedelta(weeks=number)
    months = number if unit.startswith("kuuk") else 12 * number
    year, month = divmod(meeting.year * 12 + meeting.month - 1 + months, 12)
    return _safe(year, month + 1, min(meeting.day, calendar.monthrange(year, month + 1)[1]))


def _none(_found: re.Match[str], _meeting: date | None) -> date | None:
    return None


# Building blocks of the forms below; each form defines the groups that its resolver reads.
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})kuu"
_DAY = r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>20\d\d)?(?!\d)"
_Y = r"(?:\s(?:vuonna\s)?(?P<y>20\d\d))?"
_YN = r"(?:\s(?P<y>20\d\d))?"
_BY = r"(?:\s(?:mennessä|asti|saakka))"
_END = r"(?:\sloppuun(?:\smennessä)?)"
_LATEST = r"(?:viimeistään\s)"
_DL = r"(?:viimeistään\s|\bdl:?\s|deadline:?\s)"
_WEEK = (
    r"(?:viikolla|viikko|viikon|viikkoon|viikoilla|vkolla|vko|vk|vkoon|vkon)\.?\s"
    r"(?:\d{1,2}\s?[-–]\s?)?(?P<w>\d{1,2})(?:\s?/\s?(?P<y>20\d\d|\d\d))?"
)
_SEASON = r"(?:(?P<which>ensi|tulevan|kuluvan|tämän)\s)?"
_IN_SEASON = r"(?P<season>talvella|talvesta|keväällä|keväästä|kesällä|kesästä|syksyllä|syksystä)"
_THIS_YEAR = r"(?:(?P<which>ensi|kuluvan|tämän)\s)?vuoden\s(?:(?P<y>20\d\d)\s)?"
_THIS = r"(?P<which>ensi|seuraavan|tämän|kuluvan)"
_COUNT = rf"(?P<n>\d{{1,3}}|{'|'.join(NUMERALS)})\s"
_QUARTER = r"(?:vuosi)?(?:neljänne|kvartaali)\w*"
_MEETING = r"(?:kokoukse|neuvottelu|palaveri|tapaamise)(?:en|un|in|ssa|ksi)"
_AT_ONCE = (
    r"(?:heti(?:\s(?:kun\smahdollista|alkuun))?|välittömästi|viipymättä|asap|pikaisesti|pikimmiten|ensi\stilassa"
    r"|mahdollisimman\s(?:pian|nopeasti|pikaisesti))\b"
)
_FIRM, _SOFT, _RELATIVE = "firm", "soft", "relative"

_FORMS: tuple[tuple[str, str, Resolver], ...] = (
    (_FIRM, rf"{_DL}{_DAY}(?:{_BY})?", _numbered_day),
    (_FIRM, rf"{_DAY}(?:{_BY}|\s(?:pidettävä(?:än|ssä)\s)?{_MEETING}(?:\smennessä)?)", _numbered_day),
    (_FIRM, rf"{_LATEST}?{_MONTH}n{_YN}\s(?P<d>\d{{1,2}})\.?\s?(?:päivään|pv:ään|päivänä)(?:{_BY})?", _month_day),
    (_FIRM, rf"(?P<d>\d{{1,2}})\.\s{_MONTH}ta{_Y}{_BY}", _month_day),
    (_SOFT, rf"(?P<d>\d{{1,2}})\.\s{_MONTH}ta{_Y}", _month_day),
    (_FIRM, rf"{_DL}?{_MONTH}n{_YN}\s(?P<point>loppu|alku|puoliväli|puolivälii)n?(?:un|in)?(?:{_BY})?", _month_point),
    (_SOFT, rf"{_MONTH}n{_YN}\s(?P<point>lopu|alu|puolivälis)s(?:sa|sä|a|ä)", _month_point),
    (_SOFT, rf"{_MONTH}n{_YN}\s(?:aikana|kuluessa|{_MEETING}(?:\smennessä)?)", _in_month),
    (_FIRM, rf"{_LATEST}{_MONTH}ssa{_Y}", _in_month),
    (_FIRM, rf"{_MONTH}hun{_Y}{_BY}", _in_month),
    (_SOFT, rf"(?:(?:{'|'.join(MONTHS)})-\s?)?{_MONTH}ssa{_Y}", _in_month),
    (_FIRM, rf"{_LATEST}{_WEEK}(?:\sloppuun)?(?:{_BY})?", _week),
    (_FIRM, rf"{_WEEK}(?:\sloppuun)?{_BY}", _week),
    (_SOFT, rf"{_WEEK}(?:\s(?:aikana|loppuun|loppupuolella))?", _week),
    (_FIRM, rf"{_THIS}\sviikon(?:{_END}|\saikana|\skuluessa)", _relative_week),
    (_SOFT, r"(?P<which>ensi|seuraavalla|tällä|kuluvalla)\sviikolla", _relative_week),
    (_FIRM, r"(?<!\d\s)(?P<which>)viikon\sloppuun\smennessä", _relative_week),
    (_FIRM, rf"{_THIS}\skuun(?:{_END}|\saikana)", _relative_month),
    (_FIRM, r"(?P<which>)(?:kuukauden|kuun)\sloppuun\smennessä", _relative_month),
    (_SOFT, r"(?P<which>ensi|tässä)\skuussa", _relative_month),
    (_FIRM, rf"(?:ensi\s)?(?P<weekday>{'|'.join(WEEKDAYS)})(?:hin|in|seen|ihin)\smennessä", _weekday),
    (_FIRM, rf"ennen\s(?P<which>ensi\s)?(?P<season>talve|kevät|kevää|kesä|syksy)\w{{0,12}}{_YN}",
     _season(SEASON_STARTS)),
    (_FIRM, rf"{_SEASON}(?P<season>talveen|kevääseen|kesään|syksyyn){_YN}\smennessä", _season(SEASON_STARTS)),
    (_SOFT, rf"{_SEASON}(?P<season>talven|kevään|kesän|syksyn){_YN}(?:{_END}|\s(?:aikana|kuluessa|mittaan))",
     _season(SEASON_ENDS)),
    (_SOFT, rf"{_SEASON}(?:loppu|alku)?{_IN_SEASON}{_Y}", _season(SEASON_ENDS)),
    (_FIRM, rf"{_THIS_YEAR}loppuun(?:{_BY})?", _year_end),
    (_SOFT, rf"{_THIS_YEAR}(?:aikana|kuluessa|lopussa)", _year_end),
    (_SOFT, r"(?P<which>loppuvuo)(?:den\saikana|desta|nna)(?P<y>)", _year_end),
    (_SOFT, rf"(?:alkuvuo(?:den\saikana|desta|nna)|vuoden\salussa|vuoden\salkuun\smennessä){_YN}", _year_start),
    (_FIRM, r"vuodenvaihteeseen(?:\smennessä)?|ennen\svuodenvaihdetta", _turn_of_year),
    (_SOFT, r"vuodenvaihteessa", _turn_of_year),
    (_FIRM, r"ennen\sjoulua|jouluun\smennessä", _christmas),
    (_SOFT, r"q(?P<q>[1-4])(?:\s?/?\s?(?P<y>20\d\d))?", _quarter),
    (_SOFT, rf"(?P<q>[1-4])\.\s{_QUARTER}(?:{_END}|\saikana)?(?P<y>)", _quarter),
    (_SOFT, rf"(?P<q>ensimmäi|toi|kolman|neljän|viimei)[sn]\w+\s{_QUARTER}(?:{_END}|\saikana)?(?P<y>)", _quarter),
    (_SOFT, rf"(?P<half>alku|loppu|ensimmäi|toi)(?:s\w+\s)?vuosipuolisko\w*(?:{_END}|\saikana)?(?P<y>)", _half),
    (_FIRM, rf"(?:{_COUNT})?(?P<unit>päivän|vuorokauden|viikon|vkon|kuukauden|vuoden)\s(?:kuluessa|sisällä|päästä)",
     _within),
    (_SOFT, rf"{_COUNT}(?P<unit>päivän|viikon|kuukauden)\saikana", _within),
    (_RELATIVE, r"siihen\s(?:mennessä|saakka|asti)", _none),
    (_RELATIVE, rf"{_LATEST}?(?:ensi|seuraava\w*)\s(?:\w+\s)?(?:{_MEETING}|kerta(?:an|ksi)|kerralla)(?:\smennessä)?",
     _none),
    (_FIRM, rf"(?:aikataulu|määräaika|deadline|dl):?\s{_MONTH}{_YN}\b", _in_month),
    (_SOFT, _AT_ONCE, _none),
    (_SOFT, _DAY, _numbered_day),
)  # fmt: skip

_COMPILED = tuple((kind, re.compile(rf"(?<![\w]){form}", re.IGNORECASE), resolve) for kind, form, resolve in _FORMS)
_START_ONLY = re.compile(
    r"\s*(?:alkaen|lähtien|lukien|alkava|alkavaksi|jälkeen|pidety|päivätty|päivätyn|hyväksyt|tehdy|§)", re.IGNORECASE
)


def find_deadlines(text: str, meeting: date | None, *, next_meeting: date | None = None) -> list[Deadline]:
    """Every deadline that `text` names, in the order of the text; where two forms overlap the one that stands first in
    the table does.

    *1.8. alkaen* is none, nor is a day with a year before the meeting.
    """
    found: list[Deadline] = []
    taken = bytearray(len(text))
    for kind, form, resolve in _COMPILED:
        for match in form.finditer(text):
            start, end = match.span()
            if _START_ONLY.match(text, end) or any(taken[start:end]):
                continue
            day = next_meeting if kind == _RELATIVE else resolve(match, meeting)
            if day is not None and meeting is not None and day < meeting:
                continue
            taken[start:end] = b"\x01" * (end - start)
            words = text[start:end].rstrip()
            found.append(
                Deadline(start, start + len(words), words, day, firm=kind == _FIRM, relative=kind == _RELATIVE)
            )
    return sorted(found, key=lambda deadline: deadline.start)

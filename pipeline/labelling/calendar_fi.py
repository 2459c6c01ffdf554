"""The days that Finnish words for time mean, seen from the day of the meeting: one resolver a kind of words.

A resolver reads the groups of its match and the meeting's date (None where it is not known) and returns the last day
meant, or None where there is none.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

MONTHS = ("tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu")
WEEKDAYS = ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai")
NUMERALS = {
    "yhden": 1, "kahden": 2, "kolmen": 3, "neljän": 4, "viiden": 5, "kuuden": 6, "seitsemän": 7, "kahdeksan": 8,
    "yhdeksän": 9, "kymmenen": 10, "kahdentoista": 12, "parin": 2, "muutaman": 3,
}  # fmt: skip
INESSIVE = {
    "yhdessä": 1, "kahdessa": 2, "kolmessa": 3, "neljässä": 4, "viidessä": 5, "kuudessa": 6, "parissa": 2,
    "muutamassa": 3,
}  # fmt: skip
ORDINALS = {"ensimmäi": 1, "toi": 2, "kolman": 3, "neljän": 4, "viimei": 4}
SEASON_ENDS = {"talv": (2, 28), "kevä": (5, 31), "kesä": (8, 31), "syks": (11, 30)}
SEASON_STARTS = {"talv": (11, 30), "kevä": (2, 28), "kesä": (5, 31), "syks": (8, 31)}

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


def _before_month(found: re.Match[str], meeting: date | None) -> date | None:
    first = _next(_month(found), 1, _year(found["y"]), meeting)
    return first - timedelta(days=1) if first else None


def _month_point(found: re.Match[str], meeting: date | None) -> date | None:
    point = found["point"].lower()
    day = 10 if point.startswith("al") else 15 if point.startswith("puol") else 0
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


def _easter(year: int) -> date:
    """Easter Sunday, by the Gregorian computus."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * e + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * week) // 451
    month, day = divmod(h + week - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _feast_of(name: str, year: int) -> date:
    if name.startswith("pääsi"):
        return _easter(year)
    if name.startswith("juhannu"):  # the Saturday from 20 to 26 June
        return date(year, 6, 20) + timedelta(days=(5 - date(year, 6, 20).weekday()) % 7)
    if name.startswith("pyh"):  # All Saints: the Saturday from 31 October to 6 November
        return date(year, 10, 31) + timedelta(days=(5 - date(year, 10, 31).weekday()) % 7)
    if name.startswith("adv"):  # the fourth Sunday before Christmas Day
        return date(year, 11, 27) + timedelta(days=(6 - date(year, 11, 27).weekday()) % 7)
    return {"vap": date(year, 5, 1), "its": date(year, 12, 6), "lop": date(year, 1, 6)}[name[:3]]


def _feast(found: re.Match[str], meeting: date | None) -> date | None:
    if meeting is None:
        return None
    name = found["feast"].lower()
    day = _feast_of(name, meeting.year)
    day = day if day >= meeting else _feast_of(name, meeting.year + 1)
    return day - timedelta(days=1) if found[0].lower().startswith("ennen") else day


def _this_day(found: re.Match[str], meeting: date | None) -> date | None:
    if meeting is None:
        return None
    return meeting + timedelta(days=1 if found[0].lower().startswith("huom") else 0)


def _term(found: re.Match[str], meeting: date | None) -> date | None:
    month, day = (5, 31) if found["term"].lower() == "kevät" else (12, 31)
    return _next(month, day, _year(found["y"]), meeting)


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
    number = int(word) if word.isdigit() else NUMERALS.get(word) or INESSIVE[word]
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


# What the forms of deadlines name: the last day that their words mean.
RESOLVERS: dict[str, Resolver] = {
    "before month": _before_month,
    "christmas": _christmas,
    "feast": _feast,
    "half": _half,
    "in month": _in_month,
    "month day": _month_day,
    "month point": _month_point,
    "none": _none,
    "numbered day": _numbered_day,
    "quarter": _quarter,
    "relative month": _relative_month,
    "relative week": _relative_week,
    "term": _term,
    "this day": _this_day,
    "turn of year": _turn_of_year,
    "week": _week,
    "weekday": _weekday,
    "within": _within,
    "year end": _year_end,
    "year start": _year_start,
    "season end": _season(SEASON_ENDS),
    "season start": _season(SEASON_STARTS),
}

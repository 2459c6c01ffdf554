"""Deadlines in Finnish words: where they stand and which day they mean, seen from the day of the meeting.

A period means its last day (*viikolla 12* its Sunday, *kevään aikana* 31 May), a feast the day itself and *ennen* the
day before it; a day or month without a year is the next one, the meeting's own day included; *heti* keeps its text and
has no date.
"""

import re
from dataclasses import dataclass
from datetime import date

from pipeline.labelling.calendar_fi import INESSIVE, MONTHS, NUMERALS, RESOLVERS, WEEKDAYS


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


# Building blocks of the forms below; each form defines the groups that its resolver reads.
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})kuu"
_DAY = r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>20\d\d)?(?!\d)"
_Y = r"(?:\s(?:vuonna\s)?(?P<y>20\d\d))?"
_YN = r"(?:\s(?P<y>20\d\d))?"
_BY = r"(?:\s(?:mennessä|asti|saakka))"
_END = r"(?:\sloppuun(?:\smennessä)?)"
_LATEST = r"(?:viimeistään\s|viim\.?\s)"
_DL = r"(?:viimeistään\s|viim\.?\s|\bdl:?\s|deadline:?\s)"
_WEEK = (
    r"(?:viikolla|viikolle|viikoksi|viikko|viikon|viikkoon|viikoilla|vkolla|vkolle|vko|vk|vkoon|vkon)\.?\s"
    r"(?:\d{1,2}\s?[-–]\s?)?(?P<w>\d{1,2})(?:\s?/\s?(?P<y>20\d\d|\d\d))?"
)
_SEASON = r"(?:(?P<which>ensi|tulevan|kuluvan|tämän)\s)?"
_IN_SEASON = r"(?P<season>talvella|talvesta|keväällä|keväästä|kesällä|kesästä|syksyllä|syksystä)"
_THIS_YEAR = r"(?:(?P<which>ensi|kuluvan|tämän)\s)?vuoden\s(?:(?P<y>20\d\d)\s)?"
_THIS = r"(?P<which>ensi|seuraavan|tämän|kuluvan)"
_COUNT = rf"(?P<n>\d{{1,3}}|{'|'.join(NUMERALS)})\s"
_ABBREVIATED = ("ma", "ti", "ke", "to", "pe", "la", "su")
_FEAST = r"(?P<feast>vap|juhannu|pääsiäi|itsenäisyyspäiv|loppiai|adventt|pyhäinpäiv)"
_QUARTER = r"(?:vuosi)?(?:neljänne|kvartaali)\w*"
_MEETING = r"(?:kokoukse|neuvottelu|palaveri|tapaamise)(?:en|un|in|ssa|ksi)"
_AT_ONCE = (
    r"(?:heti(?:\s(?:kun\smahdollista|alkuun))?|välittömästi|viipymättä|asap|pikaisesti|pikimmiten|ensi\stilassa"
    r"|mahdollisimman\s(?:pian|nopeasti|pikaisesti))\b"
)
_FIRM, _SOFT, _RELATIVE = "firm", "soft", "relative"

_FORMS: tuple[tuple[str, str, str], ...] = (
    (_FIRM, rf"{_DL}{_DAY}(?:{_BY})?", "numbered day"),
    (_FIRM, rf"{_DAY}(?:{_BY}|\s(?:pidettävä(?:än|ssä)\s)?{_MEETING}(?:\smennessä)?)", "numbered day"),
    (_FIRM, rf"{_DL}?{_MONTH}n{_YN}\s(?P<point>puole)(?:nväliin|enväliin|ssavälissä)(?:{_BY})?", "month point"),
    (_FIRM, rf"{_LATEST}?{_MONTH}n{_YN}\s(?P<d>\d{{1,2}})\.?\s?(?:päivään|pv:ään|päivänä)(?:{_BY})?", "month day"),
    (_FIRM, rf"(?P<d>\d{{1,2}})\.\s{_MONTH}ta{_Y}{_BY}", "month day"),
    (_SOFT, rf"(?P<d>\d{{1,2}})\.\s{_MONTH}ta{_Y}", "month day"),
    (_FIRM, rf"{_DL}?{_MONTH}n{_YN}\s(?P<point>loppu|alku|puoliväli|puolivälii)n?(?:un|in)?(?:{_BY})?", "month point"),
    (_SOFT, rf"{_MONTH}n{_YN}\s(?P<point>lopu|alu|puolivälis)s(?:sa|sä|a|ä)", "month point"),
    (_SOFT, rf"{_MONTH}n{_YN}\s(?:aikana|ajan|kuluessa|listalle|{_MEETING}(?:\smennessä)?)", "in month"),
    (_SOFT, rf"{_MONTH}(?:lle|ksi|ks){_Y}\b", "in month"),
    (_FIRM, rf"{_LATEST}{_MONTH}ssa{_Y}", "in month"),
    (_FIRM, rf"{_MONTH}hun{_Y}{_BY}", "in month"),
    (_FIRM, rf"ennen\s{_MONTH}ta{_YN}(?!\w)", "before month"),
    (_SOFT, rf"(?:(?:{'|'.join(MONTHS)})-\s?)?{_MONTH}ssa{_Y}", "in month"),
    (_SOFT, r"(?P<which>ensi|seuraavalla|tällä|kuluvalla)\sviikolla(?=\s\d+\s[a-zåäö])", "relative week"),
    (_FIRM, rf"{_LATEST}{_WEEK}(?:\sloppuun)?(?:{_BY})?", "week"),
    (_FIRM, rf"{_WEEK}(?:\sloppuun)?{_BY}", "week"),
    (_SOFT, rf"{_WEEK}(?:\s(?:aikana|loppuun|loppupuolella))?", "week"),
    (_FIRM, rf"{_THIS}\sviikon(?:{_END}|\saikana|\skuluessa)", "relative week"),
    (_SOFT, r"(?P<which>ensi|seuraavalla|tällä|kuluvalla)\sviikolla", "relative week"),
    (_FIRM, r"(?<!\d\s)(?P<which>)viikon\sloppuun\smennessä", "relative week"),
    (_FIRM, rf"{_THIS}\skuun(?:{_END}|\saikana)", "relative month"),
    (_FIRM, r"(?P<which>)(?:kuukauden|kuun)\sloppuun\smennessä", "relative month"),
    (_SOFT, r"(?P<which>ensi|tässä)\skuussa", "relative month"),
    (_SOFT, r"(?<!\w)(?P<which>)kuun\s(?:lopulla|lopussa|vaihteessa)", "relative month"),
    (_FIRM, rf"(?:ensi\s)?(?P<weekday>{'|'.join(WEEKDAYS)})(?:hin|in|seen|ihin)\smennessä", "weekday"),
    (_SOFT, rf"(?:ensi\s)?(?P<weekday>{'|'.join(WEEKDAYS)})(?:na|nä)(?!\s*\d)", "weekday"),
    (_FIRM, rf"(?P<weekday>{'|'.join(_ABBREVIATED)})\smennessä", "weekday"),
    (_SOFT, rf"(?P<weekday>{'|'.join(_ABBREVIATED)})(?=\s*(?:$|[.;)|]\s*$))", "weekday"),
    (_FIRM, rf"ennen\s{_FEAST}\w*", "feast"),
    (_FIRM, rf"{_FEAST}\w*(?:{_BY}|ksi\b)", "feast"),
    (_SOFT, r"tänään|huomenna|huomiseksi", "this day"),
    (_FIRM, rf"ennen\s(?P<which>ensi\s)?(?P<season>talve|kevät|kevää|kesä|syksy)\w{{0,12}}{_YN}",
     "season start"),
    (_FIRM, rf"{_SEASON}(?P<season>talveen|kevääseen|kesään|syksyyn){_YN}\smennessä", "season start"),
    (_SOFT, rf"{_SEASON}(?P<season>talven|kevään|kesän|syksyn){_YN}(?:{_END}|\s(?:aikana|kuluessa|mittaan))",
     "season end"),
    (_SOFT, rf"{_SEASON}(?:loppu|alku)?{_IN_SEASON}{_Y}", "season end"),
    (_FIRM, rf"{_THIS_YEAR}loppuun(?:{_BY})?", "year end"),
    (_SOFT, rf"{_THIS_YEAR}(?:aikana|kuluessa|lopussa)", "year end"),
    (_SOFT, r"(?P<which>loppuvuo)(?:den\saikana|desta|nna)(?P<y>)", "year end"),
    (_SOFT, r"(?P<which>ensi)\svuonna(?P<y>)", "year end"),
    (_SOFT, rf"(?P<term>kevät|syys)lukukau\w+{_YN}(?:{_END}|\saikana)?", "term"),
    (_SOFT, rf"(?:alkuvuo(?:den\saikana|desta|nna)|vuoden\salussa|vuoden\salkuun\smennessä){_YN}", "year start"),
    (_FIRM, r"vuodenvaihteeseen(?:\smennessä)?|ennen\svuodenvaihdetta", "turn of year"),
    (_SOFT, r"vuodenvaihteessa", "turn of year"),
    (_FIRM, r"ennen\sjoulua|jouluun\smennessä", "christmas"),
    (_SOFT, r"q(?P<q>[1-4])(?:\s?/?\s?(?P<y>20\d\d))?", "quarter"),
    (_SOFT, rf"(?P<q>[1-4])\.\s{_QUARTER}(?:{_END}|\saikana)?(?P<y>)", "quarter"),
    (_SOFT, rf"(?P<q>ensimmäi|toi|kolman|neljän|viimei)[sn]\w+\s{_QUARTER}(?:{_END}|\saikana)?(?P<y>)", "quarter"),
    (_SOFT, rf"(?P<half>alku|loppu|ensimmäi|toi)(?:s\w+\s)?vuosipuolisko\w*(?:{_END}|\saikana)?(?P<y>)", "half"),
    (_FIRM, rf"(?:{_COUNT})?(?P<unit>päivän|vuorokauden|viikon|vkon|kuukauden|vuoden)\s(?:kuluessa|sisällä|päästä)",
     "within"),
    (_SOFT, rf"{_COUNT}(?P<unit>päivän|viikon|kuukauden)\saikana", "within"),
    (_SOFT, rf"(?P<n>\d{{1,2}}|{'|'.join(INESSIVE)})\s(?P<unit>päivässä|viikossa|kuukaudessa|vkossa)", "within"),
    (_SOFT, r"(?P<n>\d{1,2})\s(?P<unit>vk|viikkoa|kuukautta)(?=\s*(?:$|[.,;)]))", "within"),
    (_RELATIVE, r"siihen\s(?:mennessä|saakka|asti)", "none"),
    (_RELATIVE, r"ennen\s(?:ensi|seuraavaa)\s(?:\w+\s)?(?:kokousta|neuvottelua|palaveria|tapaamista|kertaa)", "none"),
    (_RELATIVE, rf"{_LATEST}?(?:ensi?|seuraava\w*)\s(?:\w+\s)?(?:{_MEETING}|kerta(?:an|ksi)|kerralla)(?:\smennessä)?",
     "none"),
    (_FIRM, rf"(?:aikataulu|määräaika|deadline|dl):?\s{_MONTH}{_YN}\b", "in month"),
    (_SOFT, rf"{_MONTH}{_YN}(?=\s*(?:$|[.;)|]\s*$))", "in month"),
    (_SOFT, _AT_ONCE, "none"),
    (_SOFT, _DAY, "numbered day"),
)  # fmt: skip

_COMPILED = tuple(
    (kind, re.compile(rf"(?<![\w]){form}", re.IGNORECASE), RESOLVERS[days]) for kind, form, days in _FORMS
)
_MEETING_IN_MONTH = re.compile(rf"{_MONTH}n\s(?:20\d\d\s)?{_MEETING}", re.IGNORECASE)
_IN_FORCE = re.compile(r"(?:voimaan|voimassa|alkaen|alkaa|alkavat)\s$", re.IGNORECASE)
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
            if _START_ONLY.match(text, end) or _IN_FORCE.search(text[:start]) or any(taken[start:end]):
                continue
            day = next_meeting if kind == _RELATIVE else resolve(match, meeting)
            if next_meeting and day and (day.year, day.month) == (next_meeting.year, next_meeting.month):
                day = next_meeting if _MEETING_IN_MONTH.match(text, start) else day
            if day is not None and meeting is not None and day < meeting:
                continue
            taken[start:end] = b"\x01" * (end - start)
            words = text[start:end].rstrip()
            found.append(
                Deadline(start, start + len(words), words, day, firm=kind == _FIRM, relative=kind == _RELATIVE)
            )
    return sorted(found, key=lambda deadline: deadline.start)

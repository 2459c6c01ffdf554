"""Puts the report into its page: template, style, script and packed items become one file that loads nothing."""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from urllib.parse import urlencode

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline import diff
from pipeline.language import Lemmatiser
from pipeline.report.blocks import blocks, index, pack, words
from pipeline.report.changes import changes, memory
from pipeline.report.chart import Bar, bars
from pipeline.report.data import Entry, Report, read
from pipeline.report.names import LANGUAGES, Language, LanguageCode, amount, count
from pipeline.search import Vocabulary

_WIDTHS = {"wide": 720, "narrow": 344}
_MOST_PARTIES = 12
"""Parties in the chart."""
_MOST_NEW = 8
"""New documents named among the changes."""
_SCRIPT_TEXTS = (
    *("item_one", "item_many", "no_labels", "elsewhere", "certainty", "item_id", "page", "speaker", "nothing", "shown"),
    *("only_document", "only_item", "csv_columns", "csv_name"),
)


def render(
    connection: duckdb.DuckDBPyConnection,
    lemmatiser: Lemmatiser,
    language: LanguageCode = "fi",
    before: diff.State | None = None,
) -> str:
    """The report of an open store as one HTML page; it tells what changed since the state `before`, if there is one.

    The page allows no other script or style than its own: should a document's text ever slip through the escaping,
    the browser still would not run it.
    """
    words_of = LANGUAGES[language]
    environment = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"name": words_of.name, "plural": words_of.plural, "day": words_of.day}
    environment.filters |= {"count": count, "amount": amount}
    report = read(connection)
    now = diff.read(connection)
    own = {kind: _source(environment, f"report.{kind}") for kind in ("css", "js")}
    return environment.get_template("report.html").render(
        report=report,
        changes=None if before is None else changes(before, now),
        memory=pack(memory(now, before)),
        most_new=_MOST_NEW,
        lang=language,
        t=words_of.texts,
        period=words_of.period(report.oldest, report.newest),
        address=address,
        charts=_charts(report, words_of),
        bodies=_values(report, lambda entry: entry.source.body),
        parties=_values(report, lambda entry: entry.source.party),
        sides=_values(report, lambda entry: entry.side),
        years=_values(report, lambda entry: entry.source.year),
        most_parties=_MOST_PARTIES,
        index=pack(index(report)),
        words=pack(words(report.entries, Vocabulary(lemmatiser))),
        blocks=blocks(report.entries),
        script_texts={key: words_of.texts[key] for key in _SCRIPT_TEXTS} | {"lang": language, "names": words_of.names},
        style=own["css"],
        script=own["js"],
        policy=f"default-src 'none'; style-src {_hash(own['css'])}; script-src {_hash(own['js'])}",
    )


def address(**fields: str | None) -> str:
    """The link that sets the filters; a theme or type of `-` stands for the items without one."""
    return "#" + urlencode({name: value for name, value in fields.items() if value})


def _values(report: Report, of: Callable[[Entry], str | None]) -> list[str]:
    return sorted({value for value in map(of, report.entries) if value})


def _charts(report: Report, language: Language) -> dict[str, dict[str, Markup]]:
    """Every chart in its sizes: bars of the types for each theme, year, party and side."""
    years = _values(report, lambda entry: entry.source.year)
    sides = _values(report, lambda entry: entry.side)
    sizes = Counter(entry.source.party for entry in report.entries if entry.source.party and entry.labels("type"))
    parties = [name for name, _ in sorted(sizes.items(), key=lambda one: (-one[1], one[0]))[:_MOST_PARTIES]]
    return {
        "theme": _chart(report, language, "theme", report.themes, lambda entry: entry.labels("theme")),
        "year": _chart(report, language, "year", years, lambda entry: (entry.source.year,)),
        "party": _chart(report, language, "party", parties, lambda entry: (entry.source.party,)),
        "side": _chart(report, language, "side", sides, lambda entry: (entry.side,)),
    }


def _chart(
    report: Report,
    language: Language,
    field: str,
    groups: Sequence[str],
    of: Callable[[Entry], Sequence[str | None]],
) -> dict[str, Markup]:
    """A chart of types for each group; empty where nothing would be compared."""
    if len(groups) < 2:
        return {}
    numbers = Counter(
        (group, type_) for entry in report.entries for group in of(entry) for type_ in entry.labels("type")
    )
    series = []
    for type_ in report.types:
        row = []
        for group in groups:
            filters = {"from": group, "to": group} if field == "year" else {field: group}
            words_said = f"{language.name(group)}, {language.plural(type_)}"
            row.append(Bar(numbers[group, type_], address(**filters, type=type_), words_said))
        series.append(row)
    labels = [language.name(group) for group in groups]
    return {size: Markup(bars(labels, series, width=width, name=f"{field}-{size}")) for size, width in _WIDTHS.items()}


def _source(environment: Environment, template: str) -> Markup:
    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, template)[0])


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

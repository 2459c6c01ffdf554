"""Puts the report into its page: template, style and script become one file that loads nothing."""

import re
from base64 import b64encode
from hashlib import sha256

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report import names
from pipeline.report.chart import Bar, bars
from pipeline.report.data import Report, read


def render(connection: duckdb.DuckDBPyConnection) -> str:
    """The report of an open store as one HTML page.

    The page allows no other script or style than its own: should a document's text ever slip through the escaping,
    the browser still would not run it.
    """
    environment = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"name": names.name, "day": names.day, "count": names.count, "amount": names.amount}
    report = read(connection)
    own = {kind: _source(environment, f"report.{kind}") for kind in ("css", "js")}
    return environment.get_template("report.html").render(
        report=report,
        period=names.period(report.oldest, report.newest),
        plural=names.TYPES_PLURAL,
        anchor=anchor,
        charts={size: Markup(_chart(report, size, width)) for size, width in {"wide": 720, "narrow": 344}.items()},
        style=own["css"],
        script=own["js"],
        policy=f"default-src 'none'; style-src {_hash(own['css'])}; script-src {_hash(own['js'])}",
    )


def anchor(*labels: str | None) -> str:
    """The id of the items of a theme, or of a theme and a type; None stands for the items without one.

    A user may name a theme as she likes, but an id holds no white space.
    """
    return "-".join(["kohdat", *(re.sub(r"\W", "_", label or "muut") for label in labels)])


def _chart(report: Report, size: str, width: int) -> str:
    series = [
        [
            Bar(
                number=len(report.cells.get((theme, type_), ())),
                href=f"#{anchor(theme, type_)}",
                words=f"{names.name(theme)}, {names.TYPES_PLURAL.get(type_, type_)}",
            )
            for theme in report.themes
        ]
        for type_ in report.types
    ]
    return bars([names.name(theme) for theme in report.themes], series, width=width, name=size)


def _source(environment: Environment, template: str) -> Markup:
    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, template)[0])


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

"""The report's charts, as SVG. The one door to pygal.

pygal's own style sheet, scripts and tooltips are left out: the report's style sheet dresses the chart, so that it
follows light, dark and print like the rest of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from lxml import etree
from pygal.style import Style

from pipeline.report.names import amount

_LINK = "{http://www.w3.org/1999/xlink}href"
_NOT_NEEDED = {"defs", "desc", "title"}
_LONGEST = 22  # characters of a label
_FONT = 14
"""Size of labels in the report's style sheet: pygal leaves them as much room as they take."""
_ROW = 18  # height of one bar with its margins, in units of the view box


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: how many items, where they are on the page, and the words a screen reader says."""

    number: int
    href: str
    words: str


def bars(labels: Sequence[str], series: Sequence[Sequence[Bar]], *, width: int, name: str) -> str:
    """A horizontal bar chart, one group a label and one bar a series, each bar a link to what it counts.

    Args:
        labels: names of the groups, from the top.
        series: a row of bars for each series, a bar for each label.
        width: of the view box; the height follows from the number of bars.
        name: makes the chart's id unique on the page.
    """
    chart = pygal.HorizontalBar(
        js=[],
        width=width,
        height=len(labels) * (len(series) * _ROW + 10) + 8,
        style=Style(label_font_size=_FONT, major_label_font_size=_FONT),
        margin=4,
        margin_right=40,
        rounded_bars=2,
        show_legend=False,
        show_x_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        print_values=True,
        print_values_position="top",
        print_zeroes=True,
        formatter=amount,
        disable_xml_declaration=True,
        no_data_text="",
    )
    chart.uuid = name
    chart.x_labels = [_short(label) for label in reversed(labels)]
    for row in series:
        chart.add("", [_value(bar) for bar in reversed(row)])
    words = {bar.href: bar.words for row in series for bar in row}
    chart.add_xml_filter(lambda root: _undressed(root, words))
    return str(chart.render(is_unicode=True))


def _short(label: str) -> str:
    """A label that leaves room for the bars."""
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"


def _value(bar: Bar) -> dict[str, Any]:
    """What pygal draws; nothing counted is nothing to go to."""
    link = {"xlink": {"href": bar.href, "target": "_self"}} if bar.number else {}
    return {"value": bar.number, **link}


def _undressed(root: etree._Element, words: dict[str, str]) -> etree._Element:
    """Takes off what the page does not need, the day of rendering among it, and names the links."""
    for node in list(root.iter()):
        if node.tag is etree.Comment or node.tag in _NOT_NEEDED:
            node.getparent().remove(node)
            continue
        node.attrib.pop("style", None)
        if node.tag == "a":
            href = node.attrib.pop(_LINK)
            node.set("href", href)
            node.set("aria-label", words[href])
    return root

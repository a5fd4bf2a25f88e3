"""Momentum and the pairs that work together month by month, as charts whose numbers stay editable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from tracker.graph.ties import Band
from tracker.graph.wording import capital
from tracker.queries.pairs import BAND_WORDS
from tracker.queries.stage import Month

#: A chart shows the last so many months.
MOST_MONTHS = 24
#: Digits of momentum in the chart's table.
DIGITS = 4
#: What of the pairs is drawn, from the ground up: what there is, never what there is not.
DRAWN: tuple[tuple[Band, MSO_THEME_COLOR], ...] = (
    ("backed", MSO_THEME_COLOR.ACCENT_1),
    ("single", MSO_THEME_COLOR.ACCENT_3),
    ("begun", MSO_THEME_COLOR.ACCENT_4),
)
TEXT, GAP = Pt(12), 35
#: So many months are named under a chart at most, and how.
MOST_NAMED, MONTH_FORMAT = 6, "mmm yyyy"


def momentum_data(months: Sequence[Month]) -> CategoryChartData:
    """Return momentum month by month, in points per 30 days."""
    data = CategoryChartData(number_format="0.0")
    data.categories = [each.on for each in months]
    data.add_series("Momentum, points per 30 days", [round(each.momentum, DIGITS) for each in months])
    return data


def pairs_data(months: Sequence[Month]) -> CategoryChartData:
    """Return how many pairs are backed up, work together and have begun, month by month."""
    data = CategoryChartData(number_format="0")
    data.categories = [each.on for each in months]
    for band, _ in DRAWN:
        data.add_series(capital(BAND_WORDS[band]), [each.covered.pairs[band] for each in months])
    return data


def draw_momentum(chart: Any) -> None:
    """Style the area of momentum: a zero line, and no numbers at its side."""
    _title(chart, "Momentum")
    chart.has_legend = False
    series = chart.plots[0].series[0]
    series.format.fill.solid()
    series.format.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    _axes(chart)
    chart.value_axis.visible = False


def draw_pairs(chart: Any, months: Sequence[Month], noun: str) -> None:
    """Style the columns of pairs: up to as many as there are to bring together."""
    _title(chart, f"{capital(noun)} that work together, by month")
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = GAP, 100
    for series, (_, colour) in zip(plot.series, DRAWN, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.theme_color = colour
    _axes(chart)
    most = max(month.required for month in months)
    if most:
        chart.value_axis.maximum_scale = most


def _title(chart: Any, words: str) -> None:
    chart.has_title = True
    chart.chart_title.include_in_layout = False
    frame = chart.chart_title.text_frame
    frame.text = words
    frame.paragraphs[0].runs[0].font.size = Pt(14)
    frame.paragraphs[0].runs[0].font.bold = True
    chart.font.size = TEXT
    chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1


def _axes(chart: Any) -> None:
    """Draw thin axes without a grid, and name as many months as fit on one line."""
    value, category = chart.value_axis, chart.category_axis
    value.minimum_scale = 0
    value.has_major_gridlines = False
    value.major_tick_mark = category.major_tick_mark = XL_TICK_MARK.NONE
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    named = category._element  # noqa: SLF001 (the steps of a time axis are not in the library's reach)
    for tag, step in (
        ("c:baseTimeUnit", "months"),
        ("c:majorUnit", str(-(-len(chart.plots[0].categories) // MOST_NAMED))),
        ("c:majorTimeUnit", "months"),
    ):
        for each in named.findall(qn(tag)):
            named.remove(each)
        named.append(named.makeelement(qn(tag), {"val": step}))
    category.tick_labels.number_format, category.tick_labels.number_format_is_linked = MONTH_FORMAT, False
    for axis in (value, category):
        axis.format.line.fill.solid()
        axis.format.line.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_5


AREA, COLUMNS = XL_CHART_TYPE.AREA, XL_CHART_TYPE.COLUMN_STACKED

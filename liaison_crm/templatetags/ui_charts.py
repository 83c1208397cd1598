"""Tags that draw charts. Geometry comes from liaison_crm.core.charts, looks from css/charts.css."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from liaison_crm.core import charts
from liaison_crm.core.charts.line import MIDDLE, NARROW, WIDE
from liaison_crm.core.charts.spark import Tone

register = template.Library()


@register.simple_tag
def spark(
    values: Sequence[float | None], tone: str = "auto", width: int = 88, height: int = 24
) -> SafeString:
    """A tiny line for a row. It repeats what the row says in words, so screen readers skip it."""
    chosen: Tone | None = "up" if tone == "up" else "down" if tone == "down" else ""
    drawn = charts.draw_spark(
        values, width=width, height=height, tone=None if tone == "auto" else chosen
    )
    if drawn.end is None:
        return SafeString()
    return format_html(
        '<svg class="{}" width="{}" height="{}" viewBox="0 0 {} {}" aria-hidden="true">'
        '<path d="{}"/><circle cx="{}" cy="{}" r="2.4"/></svg>',
        f"spark {drawn.tone}".strip(),
        drawn.width,
        drawn.height,
        drawn.width,
        drawn.height,
        drawn.d,
        f"{drawn.end[0]:g}",
        f"{drawn.end[1]:g}",
    )


@register.inclusion_tag("parts/charts/meter.html")
def meter(
    value: float | None, label: str, goal: float | None = None, full: float = 100
) -> dict[str, Any]:
    """A filled track with a tick at the goal; the label says the same in words."""
    return {"meter": charts.draw_meter(value, goal=goal, full=full), "label": label}


@register.inclusion_tag("parts/charts/line.html")
def line_chart(chart: charts.MonthLine, table: bool = True) -> dict[str, Any]:
    """Months against last year's, drawn for three widths; the stylesheet shows what fits."""
    drawings = [
        ("broad", charts.draw_line(chart, WIDE)),
        ("middle", charts.draw_line(chart, MIDDLE)),
        ("narrow", charts.draw_line(chart, NARROW)),
    ]
    compared = any(point.before is not None for point in chart.points)
    linked = any(event.href for event in chart.events)
    return {
        "chart": chart,
        "drawings": drawings,
        "table": table,
        "compared": compared,
        "linked": linked,
    }


@register.inclusion_tag("parts/charts/bars.html")
def bar_chart(bars: charts.Bars) -> dict[str, Any]:
    """Rows of label, value and bar, each with a tick at its goal if it has one."""
    return {"chart": charts.draw_bars(bars)}


@register.inclusion_tag("parts/charts/multiples.html")
def small_multiples(multiples: charts.Multiples) -> dict[str, Any]:
    """The same small line for each of many things, with its sum and change."""
    return {"chart": charts.draw_multiples(multiples)}


@register.inclusion_tag("parts/charts/map.html")
def county_map(chart: charts.CountyMap) -> dict[str, Any]:
    """Counties tinted by change, with a key and the same facts as a table."""
    return {"map": charts.draw_map(chart)}


@register.inclusion_tag("parts/charts/route.html")
def route_map(route: charts.Route) -> dict[str, Any]:
    """The day's stops on the map, for the top of the filled panel."""
    return {"route": charts.draw_route(route)}

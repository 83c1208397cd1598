"""Charts as geometry: frozen facts go in, frozen coordinates come out, templates draw them as SVG.

Nothing here knows HTML, colours or the database: colours come from classes in css/charts.css.
"""

from liaison_crm.core.charts.atlas import County, CountyMap, MapGeometry, Territory, draw_map
from liaison_crm.core.charts.bars import Bar, BarGeometry, Bars, Meter, draw_bars, draw_meter
from liaison_crm.core.charts.line import (
    Event,
    LineGeometry,
    MonthLine,
    MonthPoint,
    draw_line,
    year_over_year,
)
from liaison_crm.core.charts.multiples import Multiples, MultiplesGeometry, Panel, draw_multiples
from liaison_crm.core.charts.route import Route, RouteGeometry, Stop, draw_route
from liaison_crm.core.charts.spark import SparkGeometry, draw_spark

__all__ = [
    "Bar", "BarGeometry", "Bars", "County", "CountyMap", "Event", "LineGeometry", "MapGeometry",
    "Meter", "MonthLine", "MonthPoint", "Multiples", "MultiplesGeometry", "Panel", "Route",
    "RouteGeometry", "SparkGeometry", "Stop", "Territory", "draw_bars", "draw_line", "draw_map",
    "draw_meter", "draw_multiples", "draw_route", "draw_spark", "year_over_year",
]  # fmt: skip

"""County maps and routes: the right counties, colours, borders and flags, quickly."""

import re
from itertools import pairwise
from time import process_time

import pytest

from liaison_crm.core.charts import (
    County,
    CountyMap,
    Route,
    Stop,
    Territory,
    draw_map,
    draw_route,
)
from liaison_crm.core.charts.atlas import FLAG_HEIGHT, tint
from liaison_crm.core.charts.topology import topology

CUYAHOGA, LAKE, GEAUGA, MEDINA = "39035", "39085", "39055", "39103"


def a_map(**more):
    counties = (County(CUYAHOGA, -4), County(LAKE, 31), County(GEAUGA, 17), County(MEDINA, None))
    territories = (
        Territory("Cuyahoga", (CUYAHOGA,), -4),
        Territory("Lake East", (LAKE, GEAUGA), 22),
    )
    return CountyMap(
        **{"title": "Change", "counties": counties, "territories": territories, **more}
    )


def drawn_map(chart):
    picture = draw_map(chart)
    assert picture is not None
    return picture


def drawn_route(route):
    picture = draw_route(route)
    assert picture is not None
    return picture


def corners(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path)]


def test_every_county_of_the_country_is_there_by_its_code():
    counties = topology().counties
    assert len(counties) == 3231
    assert counties[CUYAHOGA].name == "Cuyahoga"
    west, south, east, north = counties[CUYAHOGA].box
    assert west < -81.69 < east
    assert south < 41.5 < north


@pytest.mark.parametrize(
    ("change", "colour"),
    [
        (None, "na"), (0, "z0"), (2.9, "z0"), (-2.9, "z0"), (3, "g1"), (-3, "d1"), (7.5, "g2"),
        (-7.4, "d1"), (15, "g3"), (-15, "d3"), (1e9, "g3"), (-100, "d3"),
    ],
)  # fmt: skip
def test_tints_deepen_with_the_change(change, colour):
    assert tint(change) == colour


def test_counties_lie_inside_the_frame_and_say_their_change():
    drawn = drawn_map(a_map())
    for shape in drawn.counties:
        assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in corners(shape.d))
    assert [shape.words for shape in drawn.counties] == [
        "Cuyahoga County −4%",
        "Lake County +31%",
        "Geauga County +17%",
        "Medina County no earlier referrals",
    ]
    assert drawn.counties[1].territory == "Lake East"


def test_alaska_stays_on_one_side_of_the_date_line():
    west, _, east, _ = topology().counties["02016"].box
    assert -188 < west < east < -150


def test_north_is_up():
    drawn = {shape.name: corners(shape.d) for shape in drawn_map(a_map()).counties}
    highest = {name: min(y for _, y in points) for name, points in drawn.items()}
    assert highest["Lake"] < highest["Medina"]


def test_borders_run_between_territories_and_not_inside_one():
    known = topology()
    inside = {at for at, ids in known.beside.items() if set(ids) == {LAKE, GEAUGA}}
    assert inside
    whole = drawn_map(a_map()).borders
    split = drawn_map(
        a_map(territories=(Territory("Lake", (LAKE,)), Territory("Geauga", (GEAUGA,))))
    ).borders
    assert len(corners(split)) > len(corners(whole))


def test_flags_stay_inside_and_apart_however_many_there_are():
    fips = sorted(code for code in topology().counties if code.startswith("39"))
    territories = tuple(
        Territory(f"Territory {at}", (code,), at) for at, code in enumerate(fips[:12])
    )
    drawn = drawn_map(CountyMap("x", tuple(County(code, 1) for code in fips), territories))
    for flag in drawn.flags:
        assert flag.x >= 0
        assert flag.x + flag.width <= drawn.width
        assert 0 <= flag.y <= drawn.height - FLAG_HEIGHT


def test_flags_of_one_place_are_moved_apart():
    territories = tuple(Territory(name, (CUYAHOGA,), 1) for name in ("One", "Two", "Three"))
    heights = sorted(flag.y for flag in drawn_map(a_map(territories=territories)).flags)
    assert all(lower - upper >= FLAG_HEIGHT for upper, lower in pairwise(heights))


def test_water_is_named_where_nothing_else_stands():
    shore = ("39093", "39043", "39123", "39143", "39147", CUYAHOGA, LAKE, "39007", MEDINA)
    drawn = drawn_map(CountyMap("x", tuple(County(code, 1) for code in shore)))
    assert [label.text for label in drawn.waters] == ["Lake Erie"]


def test_inland_has_no_water():
    assert drawn_map(CountyMap("x", (County("08031", 1),))).waters == ()


def test_counties_that_are_not_known_are_left_out():
    drawn = drawn_map(a_map(counties=(County(CUYAHOGA, 1), County("99999", 5))))
    assert [shape.name for shape in drawn.counties] == ["Cuyahoga"]
    assert draw_map(a_map(counties=(County("99999", 5),))) is None
    assert draw_map(a_map(counties=())) is None


@pytest.mark.parametrize("fips", ["02016", "15003", "72127", "66010", "25019"])
def test_islands_and_the_date_line_can_be_drawn(fips):
    drawn = drawn_map(CountyMap("x", (County(fips, 1),)))
    assert len(corners(drawn.counties[0].d)) > 3
    assert "nan" not in str(drawn)


def test_a_map_takes_little_time_once_the_counties_are_read():
    drawn_map(a_map())
    start = process_time()
    for _ in range(10):
        drawn_map(a_map())
    assert (process_time() - start) / 10 < 0.1  # 6 ms where it was written


STOPS = (
    Stop("Berea", 41.366, -81.85, "done"),
    Stop("Parma", 41.4, -81.72, "next"),
    Stop("Brecksville", 41.31, -81.62),
)


def test_a_route_joins_its_stops_in_order():
    route = drawn_route(Route("Today", STOPS))
    assert [(stop.number, stop.state) for stop in route.stops] == [
        (1, "done"),
        (2, "next"),
        (3, "later"),
    ]
    assert [leg.kind for leg in route.legs] == ["leg", ""]
    assert {name.text for name in route.places} == {"Berea", "Parma", "Brecksville"}
    assert all(0 < stop.x < route.width and 0 < stop.y < route.height for stop in route.stops)


def test_stops_in_one_building_can_still_be_told_apart():
    route = drawn_route(Route("Today", (Stop("Parma", 41.4, -81.72),) * 3))
    places = {(stop.x, stop.y) for stop in route.stops}
    assert len(places) == 3
    assert [name.text for name in route.places].count("Parma") == 1


def test_one_stop_alone_is_a_route_and_none_is_not():
    assert len(drawn_route(Route("Today", STOPS[:1])).stops) == 1
    assert draw_route(Route("Today", ())) is None

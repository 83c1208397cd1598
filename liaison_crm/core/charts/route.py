"""The day as a road: stops in order over the counties they lie in."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from liaison_crm.core.charts.lettering import text_width
from liaison_crm.core.charts.scale import Point, path
from liaison_crm.core.charts.topology import boxes_meet, topology
from liaison_crm.core.charts.view import View

State = Literal["done", "next", "later"]
NARROWEST = 0.08  # degrees; one stop alone still shows the country around it
NEAREST = 19.0  # pixels between two stops, so that each can be read
PLACE_TEXT = 9.5
MARGIN, FADE = 3, 20
FADED = 44


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit's place; `place` is the town, written once beside its first stop."""

    place: str
    latitude: float
    longitude: float
    state: State = "later"


@dataclass(frozen=True, slots=True)
class Route:
    title: str
    stops: tuple[Stop, ...]
    width: int = 358
    height: int = 150


@dataclass(frozen=True, slots=True)
class StopMark:
    x: float
    y: float
    number: int
    state: State
    tick: str


@dataclass(frozen=True, slots=True)
class Leg:
    d: str
    kind: str


@dataclass(frozen=True, slots=True)
class PlaceName:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class RouteGeometry:
    title: str
    width: int
    height: int
    lines: str
    legs: tuple[Leg, ...]
    stops: tuple[StopMark, ...]
    places: tuple[PlaceName, ...]

    @property
    def fades_from(self) -> int:
        """Where the land begins to fade into the panel below."""
        return self.height - FADED


def draw_route(route: Route) -> RouteGeometry | None:
    """The road, or None without a stop that has a place on the map."""
    if not route.stops:
        return None
    view = _view(route)
    points = _apart([view.place(s.longitude, s.latitude) for s in route.stops], route)
    marks = tuple(
        StopMark(x, y, at, stop.state, f"M{x - 3:g},{y:g}l2.2,2.3 4-4.4")
        for at, (stop, (x, y)) in enumerate(zip(route.stops, points, strict=True), 1)
    )
    nearby = [c for c in topology().counties.values() if boxes_meet(c.box, view.box)]
    arcs = {at if at >= 0 else ~at for c in nearby for p in c.polygons for r in p for at in r}
    return RouteGeometry(
        title=route.title,
        width=route.width,
        height=route.height,
        lines="".join(path(view.arc(at)) for at in sorted(arcs)),
        legs=tuple(_legs(marks)),
        stops=marks,
        places=tuple(_place_names(route, marks)),
    )


def _view(route: Route) -> View:
    """Room at the bottom is left for the fade into the panel."""
    west, east = min(s.longitude for s in route.stops), max(s.longitude for s in route.stops)
    south, north = min(s.latitude for s in route.stops), max(s.latitude for s in route.stops)
    grow_x, grow_y = max(NARROWEST - (east - west), 0) / 2, max(NARROWEST - (north - south), 0) / 2
    north, south = north + grow_y, south - grow_y
    south -= 0.25 * (north - south)
    return View((west - grow_x, south, east + grow_x, north), route.width, route.height, pad=30)


def _apart(points: Sequence[Point], route: Route) -> list[Point]:
    """Stops that share a street, moved until their numbers can be read."""
    placed = [list(point) for point in points]
    for _ in range(40):
        for at, one in enumerate(placed):
            for two in placed[at + 1 :]:
                far = math.dist(one, two)
                if far < NEAREST:
                    angle = math.atan2(two[1] - one[1], two[0] - one[0]) if far else at + 0.6
                    push = (NEAREST - far) / 2
                    for point, way in ((one, -1), (two, 1)):
                        point[0] += way * push * math.cos(angle)
                        point[1] += way * push * math.sin(angle)
    return [
        (round(min(max(x, 20), route.width - 20), 1), round(min(max(y, 20), route.height - 20), 1))
        for x, y in placed
    ]


def _legs(marks: Sequence[StopMark]) -> Iterator[Leg]:
    """A gentle curve between two stops: driven, being driven now, or to come."""
    for bend, mark in zip(_bends(marks), marks[1:], strict=True):
        (x0, y0), (x, y), (x1, y1) = bend
        kind = {"done": "done", "next": "leg", "later": ""}[mark.state]
        yield Leg(f"M{x0:g},{y0:g}Q{x:.1f},{y:.1f} {x1:g},{y1:g}", kind)


def _bends(marks: Sequence[StopMark]) -> Iterator[tuple[Point, Point, Point]]:
    """Start, handle and end of each curve; every second one bends the other way."""
    for one, two in pairwise(marks):
        bend = 0.16 if two.number % 2 else -0.16
        x = (one.x + two.x) / 2 + (one.y - two.y) * bend
        y = (one.y + two.y) / 2 + (two.x - one.x) * bend
        yield (one.x, one.y), (x, y), (two.x, two.y)


def _along(bend: tuple[Point, Point, Point]) -> Iterator[Point]:
    """Points along a curve, close enough that no name fits between them."""
    (x0, y0), (x1, y1), (x2, y2) = bend
    for step in range(1, 20):
        t = step / 20
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        yield a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2


def _place_names(route: Route, marks: Sequence[StopMark]) -> Iterator[PlaceName]:
    """Each town once, above or below its first stop, where no stop and no name is in the way."""
    taken = [(mark.x - 11, mark.y - 11, mark.x + 11, mark.y + 11) for mark in marks]
    taken += [(x - 2, y - 2, x + 2, y + 2) for leg in _bends(marks) for x, y in _along(leg)]
    seen: set[str] = set()
    for stop, mark in zip(route.stops, marks, strict=True):
        if not stop.place or stop.place in seen:
            continue
        half = text_width(stop.place, PLACE_TEXT) / 2 + 2
        clear = 24 if stop.state == "next" else 16
        for dx, dy in ((0, -clear), (half + clear, 3), (-half - clear, 3), (0, clear + 8)):
            x, y = mark.x + dx, mark.y + dy
            room = (x - half, y - 9, x + half, y + 3)
            inside = _within(room, route)
            free = all(
                room[0] > b[2] or b[0] > room[2] or room[1] > b[3] or b[1] > room[3] for b in taken
            )
            if inside and free:
                seen.add(stop.place)
                taken.append(room)
                yield PlaceName(round(x, 1), round(y, 1), stop.place)
                break


def _within(room: tuple[float, float, float, float], route: Route) -> bool:
    """Inside the frame and above the fade."""
    left, top, right, bottom = room
    return (
        left > MARGIN and right < route.width - MARGIN and top > 0 and bottom < route.height - FADE
    )

"""Names on the water: the Great Lakes and the Sound, where there is room for them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from liaison_crm.core.charts.lettering import text_width
from liaison_crm.core.charts.scale import Point
from liaison_crm.core.charts.topology import CountyShape
from liaison_crm.core.charts.view import View

SIZE, AIR = 11.5, 6.0
# Points along the middle of each water, longitude and latitude.
WATERS = {
    "Lake Erie": (
        (-81.7, 42.0), (-82.2, 41.85), (-82.6, 41.75), (-81.2, 42.15), (-80.6, 42.3), (-79.9, 42.5),
        (-79.3, 42.65),
    ),
    "Lake Ontario": ((-78.0, 43.6), (-77.3, 43.6), (-78.8, 43.5), (-76.7, 43.55)),
    "Lake Huron": ((-82.7, 44.6), (-82.4, 44.0), (-82.9, 45.1), (-83.3, 44.2)),
    "Lake Michigan": (
        (-87.1, 43.2), (-87.2, 42.4), (-87.0, 44.0), (-87.2, 41.95), (-86.6, 44.8), (-86.0, 45.5),
    ),
    "Lake Superior": ((-87.5, 47.7), (-89.5, 47.2), (-90.6, 47.0), (-86.0, 47.0)),
    "Long Island Sound": ((-72.9, 41.12), (-73.2, 41.05), (-72.5, 41.18)),
}  # fmt: skip
Room = tuple[float, float, float, float]  # left, top, right, bottom in pixels


def lake_labels(
    view: View, counties: Sequence[CountyShape], taken: Sequence[Room]
) -> Iterator[tuple[float, float, str]]:
    """Where each name fits on open water, away from the flags: x, baseline and name."""
    lines: list[list[Point]] | None = None
    for name, places in WATERS.items():
        half = text_width(name, SIZE) / 2
        for place in places:
            x, y = view.place(*place)
            room = (x - half - AIR, y - SIZE - AIR, x + half + AIR, y + AIR)
            if not _inside(room, view) or any(_overlap(room, other) for other in taken):
                continue
            lines = lines or [view.ring(r[0]) for c in counties for r in c.polygons]
            if not any(_holds(ring, room) for ring in lines):
                yield x, y, name
                break


def _inside(room: Room, view: View) -> bool:
    return room[0] >= 0 and room[1] >= 0 and room[2] <= view.width and room[3] <= view.height


def _overlap(one: Room, two: Room) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def _holds(ring: Sequence[Point], room: Room) -> bool:
    """Whether the ring has a corner in the room, or the room's middle lies in the ring."""
    left, top, right, bottom = room
    if any(left <= x <= right and top <= y <= bottom for x, y in ring):
        return True
    return any(_encloses(ring, x, (top + bottom) / 2) for x in (left, (left + right) / 2, right))


def _encloses(ring: Sequence[Point], x: float, y: float) -> bool:
    crossings = 0
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            crossings += 1
    return crossings % 2 == 1

"""A window on the map: degrees to pixels, and county outlines as paths."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from liaison_crm.core.charts.scale import Point, path
from liaison_crm.core.charts.topology import Box, CountyShape, Ring, Topology, box_of, topology

FINEST = 0.7  # pixels between two points of an outline
SPECK = 12  # an island with less extent than this is left out


class View:
    """Fits a part of the country into a box of pixels, north up, true to shape in its middle."""

    def __init__(self, box: Box, width: int, height: int, pad: float = 10) -> None:
        west, south, east, north = box
        self.width, self.height = width, height
        self._shrink = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * self._shrink, 1e-6), max(north - south, 1e-6)
        self._scale = min((width - 2 * pad) / wide, (height - 2 * pad) / high)
        self._middle = ((west + east) / 2, (south + north) / 2)
        self._topology: Topology = topology()
        self._thinned: dict[int, list[Point]] = {}

    def place(self, longitude: float, latitude: float) -> Point:
        x = (longitude - self._middle[0]) * self._shrink * self._scale + self.width / 2
        y = (self._middle[1] - latitude) * self._scale + self.height / 2
        return round(x, 1), round(y, 1)

    @property
    def box(self) -> Box:
        """The degrees that the window shows."""
        half_wide = self.width / 2 / self._scale / self._shrink
        half_high = self.height / 2 / self._scale
        x, y = self._middle
        return x - half_wide, y - half_high, x + half_wide, y + half_high

    def outline(self, county: CountyShape) -> str:
        return "".join(f"{path(self.ring(ring)[:-1])}Z" for ring in self.shown_rings(county))

    def shown_rings(self, county: CountyShape) -> list[Ring]:
        """The largest ring always, specks not."""
        sized = [
            (_extent(self.ring(ring)), ring) for polygon in county.polygons for ring in polygon
        ]
        largest = max(size for size, _ in sized)
        return [ring for size, ring in sized if size == largest or size > SPECK]

    def arc(self, at: int) -> list[Point]:
        """One arc in pixels, thinned the same way from either side: so neighbours still meet."""
        if at < 0:
            return self.arc(~at)[::-1]
        if at not in self._thinned:
            points = [self.place(*point) for point in self._topology.arcs[at]]
            kept = [points[0]]
            for point in points[1:-1]:
                if math.dist(point, kept[-1]) >= FINEST:
                    kept.append(point)
            self._thinned[at] = [*kept, points[-1]]
        return self._thinned[at]

    def ring(self, ring: Ring) -> list[Point]:
        points: list[Point] = []
        for at in ring:
            arc = self.arc(at)
            points += arc[1:] if points else arc
        return points

    def centre(self, counties: Iterable[CountyShape]) -> Point:
        """The centre of mass of their mainlands."""
        mass = x = y = 0.0
        for county in counties:
            area, cx, cy = _centroid(
                max((self.ring(rings[0]) for rings in county.polygons), key=_extent)
            )
            mass, x, y = mass + area, x + cx * area, y + cy * area
        return (x / mass, y / mass) if mass else (self.width / 2, self.height / 2)


def box_around(counties: Iterable[CountyShape]) -> Box:
    corners = [corner for c in counties for corner in ((c.box[0], c.box[1]), (c.box[2], c.box[3]))]
    return box_of(corners)


def _extent(ring: Sequence[Point]) -> float:
    west, south, east, north = box_of(list(ring))
    return max(east - west, north - south)


def _centroid(ring: Sequence[Point]) -> tuple[float, float, float]:
    """Area and centre of a ring in pixels; a ring of no area gets a little, at its first point."""
    double = x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        double, x, y = double + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    if abs(double) < 0.01:  # noqa: PLR2004 (a hundredth of a square pixel)
        return 0.01, *ring[0]
    return abs(double) / 2, x / (3 * double), y / (3 * double)

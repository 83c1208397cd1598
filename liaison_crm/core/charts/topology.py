"""Counties as rings of shared arcs, read once from the TopoJSON file beside this module."""

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from liaison_crm.core.charts.scale import Point

FILE = Path(__file__).parent / "data" / "counties.json.gz"
Ring = tuple[int, ...]  # arc numbers; ~n is arc n backwards
Box = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True, slots=True)
class CountyShape:
    fips: str
    name: str
    polygons: tuple[tuple[Ring, ...], ...]
    box: Box


@dataclass(frozen=True)
class Topology:
    """Every county, every arc in degrees, and which counties lie along each arc."""

    counties: dict[str, CountyShape]
    arcs: tuple[tuple[Point, ...], ...]
    beside: dict[int, tuple[str, ...]]


@cache
def topology() -> Topology:
    """Takes a fifth of a second the first time; kept as long as the process."""
    raw = json.loads(gzip.decompress(FILE.read_bytes()))
    (scale_x, scale_y), (west, south) = raw["transform"]["scale"], raw["transform"]["translate"]
    arcs = tuple(
        tuple(
            (_one_side(x * scale_x + west), y * scale_y + south)
            for x, y in accumulate(arc, lambda a, b: (a[0] + b[0], a[1] + b[1]))
        )
        for arc in raw["arcs"]
    )
    counties = {}
    beside: dict[int, set[str]] = defaultdict(set)
    for shape in raw["objects"]["counties"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        used = [at if at >= 0 else ~at for rings in polygons for ring in rings for at in ring]
        for at in used:
            beside[at].add(shape["id"])
        counties[shape["id"]] = CountyShape(
            fips=shape["id"],
            name=shape["properties"]["name"],
            polygons=tuple(tuple(tuple(ring) for ring in rings) for rings in polygons),
            box=box_of([point for at in used for point in arcs[at]]),
        )
    return Topology(counties, arcs, {at: tuple(sorted(ids)) for at, ids in beside.items()})


def county_name(fips: str) -> str:
    """Cuyahoga County; where the map knows no such county, its code."""
    shape = topology().counties.get(fips)
    return f"{shape.name} County" if shape else f"county {fips}"


def _one_side(longitude: float) -> float:
    """The last Aleutian islands lie beyond the date line; keep them beside Alaska."""
    return longitude - 360 if longitude > 0 else longitude


def box_of(points: list[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def boxes_meet(one: Box, two: Box) -> bool:
    return one[0] <= two[2] and two[0] <= one[2] and one[1] <= two[3] and two[1] <= one[3]

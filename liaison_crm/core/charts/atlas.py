"""Counties tinted by change, territories outlined, a flag on each: no tiles, no script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from liaison_crm.core.charts.lakes import lake_labels
from liaison_crm.core.charts.lettering import text_width
from liaison_crm.core.charts.scale import path
from liaison_crm.core.charts.topology import CountyShape, boxes_meet, topology
from liaison_crm.core.charts.view import View, box_around
from liaison_crm.core.wording import percent

STEPS = (3.0, 7.5, 15.0)  # percent of change at which a tint deepens
FLAG_HEIGHT, FLAG_TEXT = 22, 12
KEY = ("d3", "d2", "d1", "z0", "g1", "g2", "g3")


@dataclass(frozen=True, slots=True)
class County:
    """A county by FIPS code with its change in percent; None where nothing was there to compare."""

    fips: str
    change: float | None = None
    count: float | None = None
    before: float | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Territory:
    name: str
    fips: tuple[str, ...]
    change: float | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class CountyMap:
    title: str
    counties: tuple[County, ...]
    territories: tuple[Territory, ...] = ()
    width: int = 424
    height: int = 272


@dataclass(frozen=True, slots=True)
class CountyPath:
    county: County
    name: str
    territory: str
    d: str
    tint: str
    words: str


@dataclass(frozen=True, slots=True)
class Flag:
    territory: Territory
    x: float
    y: float
    width: float
    value: str
    tone: str


@dataclass(frozen=True, slots=True)
class WaterLabel:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class MapGeometry:
    title: str
    width: int
    height: int
    others: str
    counties: tuple[CountyPath, ...]
    borders: str
    flags: tuple[Flag, ...]
    waters: tuple[WaterLabel, ...]
    linked: bool
    key: tuple[str, ...] = KEY
    widest: int = int(STEPS[-1])


def draw_map(chart: CountyMap) -> MapGeometry | None:
    """The map, or None if not one county in it is known."""
    known = topology().counties
    shown = [county for county in chart.counties if county.fips in known]
    if not shown:
        return None
    shapes = [known[county.fips] for county in shown]
    view = View(box_around(shapes), chart.width, chart.height)
    owner = {fips: t.name for t in chart.territories for fips in t.fips}
    names = sorted({owner.get(county.fips, "") for county in shown})
    mine = {county.fips for county in shown}
    nearby = [c for c in known.values() if boxes_meet(c.box, view.box) and c.fips not in mine]
    flags = tuple(_flags(chart, view))
    return MapGeometry(
        title=chart.title,
        width=chart.width,
        height=chart.height,
        others="".join(view.outline(county) for county in nearby),
        counties=tuple(
            _county_path(county, shape, owner.get(county.fips, ""), view)
            for county, shape in zip(shown, shapes, strict=True)
        ),
        borders=_borders({fips: names.index(owner.get(fips, "")) for fips in mine}, view),
        flags=flags,
        waters=tuple(
            WaterLabel(x, y, name)
            for x, y, name in lake_labels(
                view,
                [*nearby, *shapes],
                [(f.x, f.y, f.x + f.width, f.y + FLAG_HEIGHT) for f in flags],
            )
        ),
        linked=any(c.href for c in chart.counties) or any(t.href for t in chart.territories),
    )


def tint(change: float | None) -> str:
    """The colour of a county: d3 falls most, g3 gains most, z0 hardly moves, na is unknown."""
    if change is None:
        return "na"
    depth = sum(abs(change) >= step for step in STEPS)
    return ("g" if change > 0 else "d") + str(depth) if depth else "z0"


def _county_path(county: County, shape: CountyShape, territory: str, view: View) -> CountyPath:
    words = "no earlier referrals" if county.change is None else _change(county.change)
    return CountyPath(
        county=county,
        name=shape.name,
        territory=territory,
        d=view.outline(shape),
        tint=tint(county.change),
        words=f"{shape.name} County {words}",
    )


def _change(change: float | None) -> str:
    if change is None:
        return ""
    text = percent(change)
    return f"+{text}" if change > 0 and text != "0%" else text


def _borders(group: dict[str, int], view: View) -> str:
    """The arcs between two territories, and those around them all."""
    known = topology()
    rings = [ring for fips in group for ring in view.shown_rings(known.counties[fips])]
    drawn = []
    for at in sorted({at if at >= 0 else ~at for ring in rings for at in ring}):
        ids = known.beside[at]
        if len(ids) == 1 or len({group.get(fips, -1) for fips in ids}) > 1:
            drawn.append(path(view.arc(at)))
    return "".join(drawn)


def _flags(chart: CountyMap, view: View) -> Iterator[Flag]:
    """A flag on the middle of each territory, inside the frame, none over another."""
    known = topology().counties
    shown = {county.fips for county in chart.counties}
    flags = []
    for territory in chart.territories:
        shapes = [known[fips] for fips in territory.fips if fips in known and fips in shown]
        if shapes:
            x, y = view.centre(shapes)
            flags.append(_flag(territory, x, y, chart))
    yield from _kept_apart(flags, chart.height)


def _flag(territory: Territory, x: float, y: float, chart: CountyMap) -> Flag:
    value = _change(territory.change)
    gap = 10 if value else 0
    text = territory.name + value
    width = round(16 + gap + text_width(text, FLAG_TEXT, semibold=True), 1)
    left = min(max(x - width / 2, 4), chart.width - width - 4)
    top = min(max(y - FLAG_HEIGHT / 2, 4), chart.height - FLAG_HEIGHT - 4)
    change = territory.change or 0
    tone = "" if value in {"", "0%"} else "up" if change > 0 else "down"
    return Flag(territory, round(left, 1), round(top, 1), width, value, tone)


def _kept_apart(flags: Sequence[Flag], height: int) -> list[Flag]:
    """Push overlapping flags apart, upwards and downwards in turn, as far as the frame allows."""
    placed = sorted(flags, key=lambda flag: flag.y)
    for _ in range(24):
        moved = False
        for at, one in enumerate(placed):
            for other in range(at + 1, len(placed)):
                two = placed[other]
                deep = one.y + FLAG_HEIGHT + 3 - two.y
                if deep > 0 and one.x < two.x + two.width + 3 and two.x < one.x + one.width + 3:
                    up, down = (
                        max(one.y - deep / 2, 4),
                        min(two.y + deep / 2, height - FLAG_HEIGHT - 4),
                    )
                    one = placed[at] = replace(one, y=round(up, 1))  # noqa: PLW2901 (the moved flag meets the next)
                    placed[other] = replace(two, y=round(down, 1))
                    moved = True
        if not moved:
            break
    return placed

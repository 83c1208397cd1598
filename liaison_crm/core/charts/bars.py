"""Horizontal bars in percent of their track: they stretch with the page and squeeze no label."""

from dataclasses import dataclass

from liaison_crm.core.wording import number

CLOSE_ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Meter:
    """One value on a track, in percent of it; low when a goal is missed by a tenth."""

    filled: str
    goal: str
    low: bool


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: float | None
    goal: float | None = None
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    title: str
    rows: tuple[Bar, ...]
    unit: str = ""
    full: float | None = None  # what fills a track; the greatest value if it is not said


@dataclass(frozen=True, slots=True)
class BarRow:
    bar: Bar
    text: str
    meter: Meter


@dataclass(frozen=True, slots=True)
class BarGeometry:
    title: str
    rows: tuple[BarRow, ...]


def draw_meter(value: float | None, *, goal: float | None = None, full: float = 100) -> Meter:
    """How much of the track is filled; what lies beyond its end stops there."""
    filled = _share(value or 0, full)
    low = goal is not None and (value or 0) < goal * CLOSE_ENOUGH
    return Meter(f"{filled:g}%", f"{_share(goal, full):g}%" if goal is not None else "", low)


def draw_bars(bars: Bars) -> BarGeometry:
    sizes = [size for bar in bars.rows for size in (bar.value, bar.goal) if size is not None]
    full = bars.full or max(sizes, default=0) or 1
    rows = (
        BarRow(
            bar, _with_unit(bar.value, bars.unit), draw_meter(bar.value, goal=bar.goal, full=full)
        )
        for bar in bars.rows
    )
    return BarGeometry(bars.title, tuple(rows))


def _share(value: float, full: float) -> float:
    return round(min(max(value / full, 0), 1) * 100, 2) if full else 0


def _with_unit(value: float | None, unit: str) -> str:
    gap = "" if unit in {"", "%"} else " "
    return number(value) if value is None else f"{number(value)}{gap}{unit}"

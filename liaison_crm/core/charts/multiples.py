"""Small multiples: the same little line many times, each from zero to its own height.

The line shows the way, the number beside it the size: on one scale the small ones would lie flat.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from liaison_crm.core.charts.scale import Point, Scale, path

WIDTH, HEIGHT, PAD = 160, 48, 4


@dataclass(frozen=True, slots=True)
class Panel:
    label: str
    values: tuple[float | None, ...]
    before: tuple[float | None, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Multiples:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class PanelGeometry:
    panel: Panel
    now: str
    then: str
    base: float
    end: Point | None
    total: float
    change: float | None  # percent against the values before, None where there were none


@dataclass(frozen=True, slots=True)
class MultiplesGeometry:
    title: str
    width: int
    height: int
    panels: tuple[PanelGeometry, ...]


def draw_multiples(multiples: Multiples) -> MultiplesGeometry:
    panels = tuple(_draw_panel(panel) for panel in multiples.panels)
    return MultiplesGeometry(multiples.title, WIDTH, HEIGHT, panels)


def _draw_panel(panel: Panel) -> PanelGeometry:
    most = max((v for v in (*panel.values, *panel.before) if v is not None), default=0)
    scale = Scale(0, most or 1, HEIGHT - PAD, PAD)
    now, then = _points(panel.values, scale), _points(panel.before, scale)
    total = sum(value or 0 for value in panel.values)
    before = sum(value or 0 for value in panel.before)
    return PanelGeometry(
        panel=panel,
        now=path(now),
        then=path(then),
        base=scale(0),
        end=now[-1] if now else None,
        total=total,
        change=(total - before) / before * 100 if before else None,
    )


def _points(values: Sequence[float | None], scale: Scale) -> list[Point]:
    step = (WIDTH - 2 * PAD) / max(len(values) - 1, 1)
    return [
        (round(PAD + at * step, 1), scale(value))
        for at, value in enumerate(values)
        if value is not None
    ]

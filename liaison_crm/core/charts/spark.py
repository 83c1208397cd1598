"""A line so small that it stands in a row of text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from liaison_crm.core.charts.scale import Point, Scale, path

PAD = 2.0
Tone = Literal["", "up", "down"]


@dataclass(frozen=True, slots=True)
class SparkGeometry:
    width: int
    height: int
    d: str
    end: Point | None
    tone: Tone


def draw_spark(
    values: Sequence[float | None], *, width: int = 88, height: int = 24, tone: Tone | None = None
) -> SparkGeometry:
    """The values from left to right; unknown ones are skipped. Without a tone the trend decides."""
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    if not known:
        return SparkGeometry(width, height, "", None, tone or "")
    least, most = min(value for _, value in known), max(value for _, value in known)
    level = least == most
    scale = Scale(least - level, most + level, height - PAD, PAD)
    step = width / max(len(values) - 1, 1)
    start = 0 if len(values) > 1 else width
    points = [(round(start + at * step, 1), scale(value)) for at, value in known]
    trend = trend_of([value for _, value in known])
    return SparkGeometry(width, height, path(points), points[-1], trend if tone is None else tone)


def trend_of(values: Sequence[float]) -> Tone:
    """Up or down when the later half differs from the earlier one by more than a twentieth."""
    half = len(values) // 2
    if not half:
        return ""
    early, late = sum(values[:half]) / half, sum(values[-half:]) / half
    if abs(late - early) <= 0.05 * max(abs(early), abs(late)):
        return ""
    return "up" if late > early else "down"

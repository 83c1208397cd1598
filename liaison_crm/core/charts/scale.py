"""From values to pixels: round tick marks and a straight line between two ranges."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values low..high to pixels bottom..top."""

    low: float
    high: float
    bottom: float
    top: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.bottom + share * (self.top - self.bottom), 1)


def round_step(span: float, wanted: int) -> float:
    """The step of 1, 2, 4 or 5 times a power of ten that cuts a span into about that many parts."""
    rough = max(span, 1) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 4, 5, 10) if power * nice >= rough * 0.999)
    return max(step, 1)


def ticks(values: Iterable[float], wanted: int = 4) -> tuple[float, ...]:
    """Round marks from about the least value to the greatest.

    They start at zero unless all values lie in the upper half: small changes must not look steep.
    """
    known = list(values) or [0]
    least, most = min(known), max(known)
    if least > most / 2 and len(known) > 1:
        step = round_step(most - least, wanted)
        first = math.ceil(least / step - 0.25) * step
    else:
        step = round_step(most - min(least, 0), wanted)
        first = math.floor(min(least, 0) / step) * step
    count = max(int((most - first) / step + 0.001), 1)
    return tuple(first + step * at for at in range(count + 1))


def path(points: Sequence[Point]) -> str:
    """Straight lines through the points, as the d of an SVG path."""
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points) if points else ""

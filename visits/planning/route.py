"""The order of a day's stops: the fewest miles that keep every agreed time and every open door.

Plain geometry and a clock, no database. `docs/decisions/0012-order-of-a-day.md` says why this is
written here and what it was measured against.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from random import Random

from visits.reports.distance import miles

Point = tuple[float, float]
Order = list[int]

ROAD_FACTOR = 1.3  # roads are about this much longer than the crow's way
MINUTES_PER_MILE = 2.0  # thirty miles an hour, from door to door
STAY_MINUTES = 20
DAY_STARTS, DAY_ENDS = 8 * 60 + 30, 17 * 60
LONGEST_PIECE = 3  # stops that are moved together
KICKS = 30
SEED = 20
HAIR = 0.001


@dataclass(frozen=True, slots=True)
class Call:
    """A stop as the search sees it: where, and when. Times are minutes after midnight.

    `agreed_at` is kept to the minute. Without one the visit falls inside `window`.
    """

    point: Point | None
    agreed_at: int | None = None
    window: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What an order costs. Being late weighs more than any way, and a way more than waiting."""

    late_minutes: float
    miles: float
    ends_at: float


class Day:
    """One day's calls and the roads between them."""

    def __init__(self, calls: Sequence[Call], start: Point | None = None) -> None:
        self.calls = calls
        middle = _middle([call.point for call in calls if call.point], start)
        points = [call.point or middle for call in calls]
        self.legs = [[ROAD_FACTOR * miles(one, two) for two in points] for one in points]
        self.first = [ROAD_FACTOR * miles(start, one) if start else 0.0 for one in points]
        self.bounds = [_bounds(call) for call in calls]

    def miles(self, order: Sequence[int]) -> float:
        if not order:
            return 0.0
        legs = self.legs
        return self.first[order[0]] + sum(legs[one][two] for one, two in pairwise(order))

    def cost(self, order: Sequence[int], no_later_than: float = inf) -> Cost:
        """Drive the day: wait where one is early, count the minutes where one is late.

        Given up, as endlessly late, once it is later than it may be.
        """
        clock, late, way, before = float(DAY_STARTS), 0.0, 0.0, -1
        for one in order:
            if before >= 0:
                leg = self.legs[before][one]
                clock += leg * MINUTES_PER_MILE
            else:
                # The first stop is reached when the day starts: one leaves for it in time.
                leg = self.first[one]
            earliest, latest = self.bounds[one]
            if clock > latest:
                late += clock - latest
                if late > no_later_than:
                    return ENDLESS
            clock = (earliest if earliest > clock else clock) + STAY_MINUTES
            way += leg
            before = one
        return Cost(round(late, 3), way, clock)


ENDLESS = Cost(inf, inf, inf)


def best_order(calls: Sequence[Call], start: Point | None = None) -> Order:
    """The best order found: never later than the given one, nor longer where that is on time."""
    day, given = Day(calls, start), list(range(len(calls)))
    best = _settle(day, given)
    best_cost = day.cost(best)
    chance = Random(SEED)  # noqa: S311  chance needs to repeat, not to be secret
    starts = [_nearest_first(day), sorted(given, key=lambda one: day.bounds[one][1])]
    for kick in range(len(starts) + KICKS):
        tried = _settle(day, starts[kick] if kick < len(starts) else _kicked(best, chance))
        cost = day.cost(tried)
        if _is_better(cost, best_cost):
            best, best_cost = tried, cost
    return best


def _settle(day: Day, order: Order) -> Order:
    """Take the first change that is better until there is none."""
    cost = day.cost(order)
    improved = True
    while improved:
        improved = False
        for changed in _neighbours(order):
            # On time already: a longer way cannot be better, and saying so is quick.
            if cost.late_minutes == 0 and day.miles(changed) > cost.miles + HAIR:
                continue
            new = day.cost(changed, cost.late_minutes + HAIR)
            if _is_better(new, cost):
                order, cost, improved = changed, new, True
                break
    return order


def _is_better(new: Cost, old: Cost) -> bool:
    """By more than a rounding error, so that the search ends."""
    if abs(new.late_minutes - old.late_minutes) > HAIR:
        return new.late_minutes < old.late_minutes
    if abs(new.miles - old.miles) > HAIR:
        return new.miles < old.miles
    return new.ends_at < old.ends_at - HAIR


def _neighbours(order: Order) -> Iterator[Order]:
    """2-opt: a stretch driven the other way round. Or-opt: a few stops moved elsewhere."""
    count = len(order)
    for first in range(count - 1):
        for last in range(first + 2, count + 1):
            yield order[:first] + order[first:last][::-1] + order[last:]
    for size in range(1, LONGEST_PIECE + 1):
        for at in range(count - size + 1):
            piece, rest = order[at : at + size], order[:at] + order[at + size :]
            for to in range(len(rest) + 1):
                if to != at:
                    yield rest[:to] + piece + rest[to:]


def _nearest_first(day: Day) -> Order:
    left, order = set(range(len(day.calls))), Order()
    while left:
        legs = day.legs[order[-1]] if order else day.first
        order.append(min(left, key=lambda one: (legs[one], one)))
        left.discard(order[-1])
    return order


def _kicked(order: Order, chance: Random) -> Order:
    """Two stretches change places: what no single change of the search can do."""
    if len(order) < 4:  # noqa: PLR2004  there are no two stretches inside fewer
        return order
    one, two, three = sorted(chance.sample(range(len(order) + 1), 3))
    return order[:one] + order[two:three] + order[one:two] + order[three:]


def _bounds(call: Call) -> tuple[float, float]:
    """The earliest and the latest minute a visit may start."""
    if call.agreed_at is not None:
        return call.agreed_at, call.agreed_at
    opens, closes = call.window or (DAY_STARTS, DAY_ENDS)
    return opens, max(opens, closes - STAY_MINUTES)


def _middle(points: Sequence[Point], start: Point | None) -> Point:
    """Where a stop without a place counts as being: amid the others."""
    known = points or ([start] if start else [(0.0, 0.0)])
    return (
        sum(latitude for latitude, _ in known) / len(known),
        sum(longitude for _, longitude in known) / len(known),
    )

"""Order a day by travel, and say where its travel starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from contacts.models import ZipCode
from visits.errors import ZipCodeUnknown
from visits.planning.days import day_plan, miles_of, point_of
from visits.planning.models import StartPoint
from visits.planning.route import best_order
from visits.services import order_stops

WORTH_SAYING = 0.1  # miles


@dataclass(frozen=True, slots=True)
class Ordered:
    """The order before and after, and the way of each in miles."""

    was: tuple[int, ...]
    now: tuple[int, ...]
    miles_before: float
    miles_now: float

    @property
    def words(self) -> str:
        """What it did: fewer miles, times kept, or nothing at all."""
        if self.was == self.now:
            return "This is the best order already."
        saved = self.miles_before - self.miles_now
        if saved >= WORTH_SAYING:
            return (
                f"{saved:.1f} miles less: {self.miles_now:.1f} instead of {self.miles_before:.1f}."
            )
        return f"Ordered so that every time is kept: {self.miles_now:.1f} miles."


@transaction.atomic
def order_by_travel(liaison: User, *, by: User, on: date, seen: Sequence[int]) -> Ordered:
    """Put a day's open stops into the order with the fewest miles that keeps times and doors.

    Only if the day still is what the person saw, like every change of an order.
    """
    day = day_plan(liaison, viewer=by, on=on)
    calls = [stop.call() for stop in day.stops]
    best = [day.stops[one] for one in best_order(calls, point_of(day.start))]
    order = tuple(stop.plan.pk for stop in best)
    order_stops(liaison, by=by, on=on, order=order, seen=seen)
    return Ordered(tuple(day.order), order, day.miles, miles_of(best, day.start))


@transaction.atomic
def set_start_point(person: User, *, by: User, zip_code: str) -> StartPoint | None:
    """Say from which ZIP code one's days start; a blank one forgets it."""
    if person != by:
        raise PermissionDenied
    if not zip_code:
        StartPoint.objects.filter(person=person).delete()
        return None
    place = ZipCode.objects.filter(pk=zip_code).first()
    if place is None:
        raise ZipCodeUnknown(f"We do not know the ZIP code {zip_code}.", field="zip_code")
    # Two of one person at once end with one row, the later.
    point, _ = StartPoint.objects.update_or_create(person=person, defaults={"zip_code": place})
    return point

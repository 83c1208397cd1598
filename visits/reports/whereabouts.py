"""Where a liaison probably is: today's stops, places visited lately, doors near the phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import cos, radians

from django.db.models import F

from accounts.models import User
from contacts.models import Practice
from visits.models import PlannedVisit, Visit
from visits.reports.distance import miles

LOOKED_BACK = 40  # visits
SHOWN = 6
AROUND_DEGREES = 0.45  # of latitude, about 31 miles


@dataclass(frozen=True, slots=True)
class Places:
    stops: tuple[PlannedVisit, ...]
    recent: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Near:
    practice: Practice
    miles: float


def likely_places(person: User, *, on: date) -> Places:
    """Open stops of the day, then the practices visited last, each once."""
    plans = PlannedVisit.objects.visible_to(person).open().filter(liaison=person).on_day(on)
    stops = tuple(plans.select_related("practice", "physician").in_order())
    visits = Visit.objects.visible_to(person).filter(liaison=person, practice__closed_on=None)
    planned = {stop.practice_id for stop in stops}
    last: dict[int, Visit] = {}
    for visit in visits.select_related("practice")[:LOOKED_BACK]:
        if visit.practice_id not in planned:
            last.setdefault(visit.practice_id, visit)
    return Places(stops, tuple(last.values())[:SHOWN])


def nearest_practices(person: User, latitude: float, longitude: float) -> tuple[Near, ...]:
    """The open practices he works around a point, nearest first."""
    narrowing = max(cos(radians(latitude)), 0.01)
    around = (
        Practice.objects.worked_by(person)
        .open()
        .filter(
            latitude__range=(latitude - AROUND_DEGREES, latitude + AROUND_DEGREES),
            longitude__range=(
                longitude - AROUND_DEGREES / narrowing,
                longitude + AROUND_DEGREES / narrowing,
            ),
        )
        .annotate(
            away=(F("latitude") - latitude) * (F("latitude") - latitude)
            + (F("longitude") - longitude) * (F("longitude") - longitude) * narrowing**2
        )
        .order_by("away", "pk")
    )
    here = (latitude, longitude)
    return tuple(
        Near(practice, miles(here, (practice.latitude, practice.longitude)))
        for practice in around[:SHOWN]
        if practice.latitude is not None and practice.longitude is not None
    )

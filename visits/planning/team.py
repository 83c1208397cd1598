"""The team's week: how many stops each liaison has on each day. No ranking, no visit counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from accounts.models import Assignment, User
from liaison_crm.core.wording import count_of, short_day
from liaison_crm.core.workdays import Workdays
from visits.models import PlannedVisit
from visits.planning.closed import closed_because
from visits.planning.days import ONE_DAY, WORKDAYS, WeekDay


@dataclass(frozen=True, slots=True)
class PersonWeek:
    liaison: User
    territories: tuple[str, ...]
    days: tuple[WeekDay, ...]


@dataclass(frozen=True, slots=True)
class TeamWeek:
    days: tuple[WeekDay, ...]
    people: tuple[PersonWeek, ...]

    @property
    def headline(self) -> str:
        return f"{count_of(self.stops, 'stop')} in the week of {short_day(self.days[0].on)}"

    @property
    def stops(self) -> int:
        return sum(day.stops for day in self.days)


def team_week(viewer: User, *, on: date, workdays: Workdays) -> TeamWeek:
    """Everybody who works a territory that week, with the stops planned or done each day."""
    monday = on - timedelta(days=on.weekday())
    days = [monday + n * ONE_DAY for n in range(WORKDAYS)]
    closed = {day: closed_because(day, workdays) for day in days}
    territories: dict[User, list[str]] = defaultdict(list)
    held = Assignment.objects.visible_to(viewer).in_force(on).filter(user__is_active=True)
    for one in held.select_related("user", "territory").order_by("user__name", "territory__name"):
        territories[one.user].append(one.territory.name)
    counted: dict[int, dict[date, int]] = defaultdict(dict)
    plans = (
        PlannedVisit.objects.visible_to(viewer)
        .filter(Q(dropped_at=None) | Q(visit__isnull=False))
        .filter(planned_on__gte=days[0], planned_on__lte=days[-1])
        .values_list("liaison", "planned_on")
        .order_by()
        .annotate(stops=Count("pk"))
    )
    for liaison, day, stops in plans:
        counted[liaison][day] = stops
    people = tuple(
        PersonWeek(
            person,
            tuple(names),
            tuple(WeekDay(day, counted[person.pk].get(day, 0), closed[day]) for day in days),
        )
        for person, names in territories.items()
    )
    whole = tuple(
        WeekDay(day, sum(one.get(day, 0) for one in counted.values()), closed[day]) for day in days
    )
    return TeamWeek(whole, people)

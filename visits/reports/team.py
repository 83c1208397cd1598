"""The team's day, as a manager sees it: who has been where, what is left, what is overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from accounts.models import Assignment, User
from liaison_crm.core.periods import DateRange, site_zone
from liaison_crm.core.wording import count_of
from visits.models import FollowUp, PlannedVisit, Visit
from visits.reports.happening import EACH, Happening, happened_today


@dataclass(frozen=True, slots=True)
class PersonDay:
    """One liaison's day in numbers; each opens the rows it counts."""

    liaison: User
    territories: tuple[str, ...]
    stops_done: int
    stops_to_go: int
    visits: int
    promises_overdue: int

    @property
    def stops(self) -> int:
        return self.stops_done + self.stops_to_go

    @property
    def share_done(self) -> float | None:
        return 100 * self.stops_done / self.stops if self.stops else None

    @property
    def words(self) -> str:
        return f"{self.stops_done} of {count_of(self.stops, 'stop')} done"


@dataclass(frozen=True, slots=True)
class TeamDay:
    on: date
    people: tuple[PersonDay, ...]
    happened: tuple[Happening, ...]
    overdue: tuple[FollowUp, ...]

    @property
    def visits(self) -> int:
        return sum(person.visits for person in self.people)

    @property
    def stops_to_go(self) -> int:
        return sum(person.stops_to_go for person in self.people)

    @property
    def headline(self) -> str:
        """The first that is true: visits made, stops ahead, a quiet day."""
        if self.visits:
            ahead = f", {count_of(self.stops_to_go, 'stop')} to go" if self.stops_to_go else ""
            return f"{count_of(self.visits, 'visit')} today{ahead}"
        if self.stops_to_go:
            return f"{count_of(self.stops_to_go, 'stop')} ahead today"
        return "No visit planned today"

    @property
    def promises_overdue(self) -> int:
        return sum(person.promises_overdue for person in self.people)


def team_day(viewer: User, *, on: date) -> TeamDay:
    """Everybody who works a territory or did something that day, in the site's time zone."""
    places = _territories_by_person(viewer, on)
    plans = _plans_by_person(viewer, on)
    visits = _visits_on(viewer, on)
    overdue = _overdue_by_owner(viewer, on)
    people = _people(viewer, {*places, *plans, *visits, *overdue})
    start, end = DateRange(on, on + timedelta(days=1)).moments(site_zone())
    latest = Visit.objects.visible_to(viewer).held_between(start, end)
    waiting = FollowUp.objects.visible_to(viewer).overdue(on)
    return TeamDay(
        on=on,
        people=tuple(
            PersonDay(
                liaison=person,
                territories=tuple(places.get(person.pk, ())),
                stops_done=plans.get(person.pk, (0, 0))[0],
                stops_to_go=plans.get(person.pk, (0, 0))[1],
                visits=visits.get(person.pk, 0),
                promises_overdue=overdue.get(person.pk, 0),
            )
            for person in people
        ),
        happened=happened_today(
            viewer,
            visits=list(latest.select_related("practice", "liaison")[:EACH]),
            start=start,
            end=end,
        ),
        overdue=tuple(waiting.for_list()[:6]),
    )


def _territories_by_person(viewer: User, on: date) -> dict[int, list[str]]:
    held = Assignment.objects.visible_to(viewer).in_force(on).filter(user__is_active=True)
    places: dict[int, list[str]] = defaultdict(list)
    for person, name in held.order_by("territory__name").values_list("user", "territory__name"):
        places[person].append(name)
    return dict(places)


def _plans_by_person(viewer: User, on: date) -> dict[int, tuple[int, int]]:
    """Stops done and stops to go, by liaison."""
    plans = PlannedVisit.objects.visible_to(viewer).on_day(on).values("liaison").order_by()
    counted = plans.annotate(
        done=Count("pk", filter=Q(visit__isnull=False)),
        to_go=Count("pk", filter=Q(visit=None, dropped_at=None)),
    )
    return {row["liaison"]: (row["done"], row["to_go"]) for row in counted}


def _visits_on(viewer: User, on: date) -> dict[int, int]:
    start, end = DateRange(on, on + timedelta(days=1)).moments(site_zone())
    visits = Visit.objects.visible_to(viewer).held_between(start, end)
    return dict(visits.values_list("liaison").order_by().annotate(visits=Count("pk")))


def _overdue_by_owner(viewer: User, on: date) -> dict[int, int]:
    late = FollowUp.objects.visible_to(viewer).overdue(on)
    return dict(late.values_list("owner").order_by().annotate(late=Count("pk")))


def _people(viewer: User, pks: Iterable[int]) -> list[User]:
    return list(User.objects.visible_to(viewer).filter(pk__in=pks).order_by("name", "pk"))

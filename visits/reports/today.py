"""A liaison's day: what is done, where to go next and why, what comes later, what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Case, F, Value, When

from accounts.models import User
from contacts.models import Practice
from liaison_crm.core import charts
from liaison_crm.core.periods import DateRange
from liaison_crm.core.wording import count_of
from visits.models import FollowUp, PlannedVisit, Visit
from visits.reports.distance import miles_between
from visits.reports.door import AtTheDoor, at_the_door
from visits.reports.reasons import Reason, reason_to_go
from visits.reports.relationship import Relationship, Span, relationships

Place = Literal["done", "next", "later"]
LEFT_WITHIN = timedelta(days=14)
PROMISES = 8
SETTLED = 3  # however many are due, a tap of a moment ago can be undone
PROMISES_READ = 30
DUE_SOON = timedelta(days=2)
ROUTE_HEIGHT = 112  # low, so that the brief below is on the first screen of a phone
NOTHING = Relationship(months=())


@dataclass(frozen=True, slots=True)
class Stop:
    """An open stop: what is planned, and how the practice stands with us."""

    plan: PlannedVisit
    volumes: Relationship

    @property
    def title(self) -> str:
        return str(self.plan.physician or self.plan.practice)

    @property
    def reason(self) -> Reason:
        return reason_to_go(self.volumes)


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    liaison: User
    done: tuple[Visit, ...]
    next: Stop | None
    miles_to_next: float | None
    later: tuple[Stop, ...]
    left: tuple[PlannedVisit, ...]
    dropped: tuple[PlannedVisit, ...]
    brief: AtTheDoor | None
    promises: tuple[FollowUp, ...]
    has_more_promises: bool

    @property
    def to_go(self) -> int:
        return len(self.later) + (self.next is not None)

    @property
    def due_until(self) -> date:
        return self.on + DUE_SOON

    @property
    def headline(self) -> str:
        if self.to_go:
            return f"{count_of(self.to_go, 'stop')} to go"
        if self.done:
            return f"{count_of(len(self.done), 'visit')} done"
        return "Nothing planned today"

    @property
    def route(self) -> charts.Route | None:
        """Done stops in the order they were made, then the open ones in theirs."""
        placed: list[tuple[Practice, Place]] = [(visit.practice, "done") for visit in self.done]
        open_stops = [self.next, *self.later] if self.next else []
        placed += [
            (stop.plan.practice, "later" if place else "next")
            for place, stop in enumerate(open_stops)
        ]
        stops = tuple(
            charts.Stop(practice.city, practice.latitude, practice.longitude, state)
            for practice, state in placed
            if practice.latitude is not None and practice.longitude is not None
        )
        title = f"Route of the day: {count_of(len(self.done), 'stop')} done, {self.to_go} to go"
        return charts.Route(title, stops, height=ROUTE_HEIGHT) if stops else None


def day_of(liaison: User, *, viewer: User, on: date, span: Span) -> Day:
    """The liaison's day as `viewer` may see it."""
    done = _visits_made(liaison, viewer=viewer, on=on)
    plans = _plans(liaison, viewer=viewer, on=on)
    open_today = [plan for plan in plans if plan.planned_on == on and not plan.dropped_at]
    where = {plan.practice_id for plan in open_today}
    volumes = relationships(viewer, "practice", where, span=span) if where else {}
    stops = [Stop(plan, volumes.get(plan.practice_id, NOTHING)) for plan in open_today]
    coming = stops[0] if stops else None
    follow_ups = _promises(liaison, viewer=viewer, on=on, coming=coming)
    due, settled = _due(follow_ups, liaison=liaison, on=on)
    return Day(
        on=on,
        liaison=liaison,
        done=tuple(done),
        next=coming,
        miles_to_next=_miles(done, coming),
        later=tuple(stops[1:]),
        left=tuple(plan for plan in plans if plan.planned_on < on),
        dropped=tuple(plan for plan in plans if plan.dropped_at),
        brief=_before_you_go_in(coming, follow_ups, viewer=viewer) if coming else None,
        promises=(*due[:PROMISES], *settled[:SETTLED]),
        has_more_promises=len(due) > PROMISES,
    )


def who_assigns(person: User) -> tuple[User, ...] | None:
    """Whom to ask for a territory; None for somebody who works one, or needs none."""
    if person.sees_all_territories or person.territories_today().exists():
        return None
    managers = User.objects.visible_to(person).active().filter(role=User.Role.MANAGER)
    return tuple(managers.order_by("name", "pk")[:2])


def _visits_made(liaison: User, *, viewer: User, on: date) -> list[Visit]:
    start, end = DateRange(on, on + timedelta(days=1)).moments(ZoneInfo(liaison.time_zone))
    visits = Visit.objects.visible_to(viewer).filter(liaison=liaison).held_between(start, end)
    return list(visits.select_related("practice").order_by("held_at", "pk"))


def _plans(liaison: User, *, viewer: User, on: date) -> list[PlannedVisit]:
    """Open ones of the last two weeks and of today; and those taken off today."""
    plans = (
        PlannedVisit.objects.visible_to(viewer)
        .filter(liaison=liaison, visit=None, planned_on__gt=on - LEFT_WITHIN, planned_on__lte=on)
        .exclude(planned_on__lt=on, dropped_at__isnull=False)
        .select_related("practice", "physician")
    )
    return list(plans.in_order())


def _promises(liaison: User, *, viewer: User, on: date, coming: Stop | None) -> list[FollowUp]:
    """Open ones that are due, or made to the next office; and what he kept and has to tell, or
    told today."""
    start, end = DateRange(on, on + timedelta(days=1)).moments(ZoneInfo(liaison.time_zone))
    promises = FollowUp.objects.all()
    wanted = [
        promises.owned_by(liaison).due_by(on + DUE_SOON),
        promises.owned_by(liaison).untold(),
        promises.owned_by(liaison).filter(kept_at__gte=start, kept_at__lt=end),
    ]
    if coming:
        here = promises.filter(practice=coming.plan.practice_id)
        wanted += [here.open(), here.untold()]
    found = FollowUp.objects.visible_to(viewer).any_of(*wanted).for_list()
    # Those of the next office first: the rest may be cut off.
    near = Case(When(practice=coming.plan.practice_id, then=0), default=1) if coming else Value(1)
    told_first = F("told_at").desc(nulls_last=True)
    return list(found.order_by(near, told_first, "due_on", "pk")[:PROMISES_READ])


def _due(
    follow_ups: Sequence[FollowUp], *, liaison: User, on: date
) -> tuple[list[FollowUp], list[FollowUp]]:
    """What he has to keep or to tell, soonest first; and what he settled today, latest first."""
    mine = [one for one in follow_ups if one.owner_id == liaison.pk]
    due = [one for one in mine if one.is_untold or (one.is_open and one.due_on <= on + DUE_SOON)]
    settled = [(one.told_at, one) for one in mine if one.told_at]
    return (
        sorted(due, key=lambda one: (not one.is_open, one.due_on, one.pk)),
        [one for _, one in sorted(settled, key=lambda told: told[0], reverse=True)],
    )


def _before_you_go_in(coming: Stop, follow_ups: Sequence[FollowUp], *, viewer: User) -> AtTheDoor:
    return at_the_door(
        coming.plan.practice,
        viewer=viewer,
        promises=[one for one in follow_ups if one.is_open or one.is_untold],
        reason=coming.plan.reason,
    )


def _miles(done: Sequence[Visit], coming: Stop | None) -> float | None:
    """From the stop made last to the next one."""
    if not done or not coming:
        return None
    return miles_between(done[-1].practice, coming.plan.practice)

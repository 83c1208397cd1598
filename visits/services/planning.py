"""A liaison's day: the stops on it, their order, and what is no longer wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from contacts.models import Physician, Practice
from liaison_crm.core.errors import is_unique_violation
from visits.errors import (
    AlreadyPlanned,
    DayChanged,
    DayIsOver,
    NotTheirPractice,
    PlanNotOpen,
    PracticeClosed,
    TooFarAhead,
)
from visits.models import PlannedVisit
from visits.notices.telling import tell_planned
from visits.services.scope import must_be_at, must_work

PLANNED_WITHIN = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A visit somebody means to make: on which day, to whom, at what time where agreed, and why."""

    planned_on: date
    physician: Physician | None = None
    starts_at: time | None = None
    reason: str = ""


@transaction.atomic
def plan_visit(
    practice: Practice, *, by: User, today: date, stop: Stop, liaison: User | None = None
) -> PlannedVisit:
    """Put a practice on a day: one's own, or for managers that of a liaison who works it."""
    must_work(practice, by)
    liaison = liaison or by
    if liaison != by:
        _may_plan_for(liaison, practice, by)
    _must_be_ahead(stop.planned_on, today)
    if practice.closed_on and practice.closed_on <= stop.planned_on:
        raise PracticeClosed(f"{practice} is closed by then.")
    if stop.physician:
        must_be_at(practice, physicians=(stop.physician,), on=stop.planned_on)
    plan = PlannedVisit(
        liaison=liaison,
        practice=practice,
        physician=stop.physician,
        planned_on=stop.planned_on,
        starts_at=stop.starts_at,
        reason=stop.reason,
        position=_make_room(liaison, stop),
    )
    plan.full_clean(validate_unique=False, validate_constraints=False)
    _keep_once_a_day(plan)
    tell_planned(plan, by=by)
    return plan


@transaction.atomic
def drop_plan(plan: PlannedVisit, *, by: User, at: datetime) -> None:
    """Take an open stop off its day."""
    _must_own(plan, by)
    if not PlannedVisit.objects.open().filter(pk=plan.pk).update(dropped_at=at, updated_at=Now()):
        raise _not_open()


@transaction.atomic
def restore_plan(plan: PlannedVisit, *, by: User) -> None:
    """Put a dropped stop back on its day."""
    _must_own(plan, by)
    plan = PlannedVisit.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.dropped_at is None:
        raise PlanNotOpen("This stop was not dropped.")
    plan.dropped_at = None
    _keep_once_a_day(plan)


@transaction.atomic
def move_plan(plan: PlannedVisit, *, by: User, steps: int) -> None:
    """Move a stop earlier (negative) or later among the open stops of its day."""
    _must_own(plan, by)
    stops = _locked_day(plan.liaison_id, plan.planned_on)
    places = [stop.pk for stop in stops]
    if plan.pk not in places:
        raise _not_open()
    here = places.index(plan.pk)
    stops.insert(max(0, here + steps), stops.pop(here))
    _number(stops)


@transaction.atomic
def order_stops(
    liaison: User, *, by: User, on: date, order: Sequence[int], seen: Sequence[int]
) -> None:
    """Put the open stops of a day into an order, if the day still is what the person saw.

    `seen` are the ids as the page showed them. Where another device moved, added or finished a
    stop meanwhile, nothing is written: an order made for another day would mix two.
    """
    if liaison != by and not by.sees_all_territories:
        raise PermissionDenied
    stops = {stop.pk: stop for stop in _locked_day(liaison.pk, on, by=by)}
    if list(stops) != list(seen):
        raise DayChanged("This day was changed on another device. Here it is as it stands.")
    if sorted(order) != sorted(stops):
        raise DayChanged("The new order does not name each stop of the day once.", field="order")
    _number([stops[pk] for pk in order])


@transaction.atomic
def replan_visit(plan: PlannedVisit, *, by: User, today: date, to: date) -> None:
    """Move an open stop to another day, behind the stops already there."""
    _must_own(plan, by)
    _must_be_ahead(to, today)
    plan = PlannedVisit.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.visit_id or plan.dropped_at:
        raise _not_open()
    plan.position = _make_room(plan.liaison, Stop(planned_on=to))
    plan.planned_on = to
    plan.starts_at = None
    _keep_once_a_day(plan)


def _must_own(plan: PlannedVisit, by: User) -> None:
    if not PlannedVisit.objects.visible_to(by).contains(plan):
        raise PermissionDenied


def _may_plan_for(liaison: User, practice: Practice, by: User) -> None:
    if not by.sees_all_territories:
        raise PermissionDenied
    if not Practice.objects.worked_by(liaison).contains(practice):
        raise NotTheirPractice(f"{liaison} does not work {practice}.", field="liaison")


def _must_be_ahead(day: date, today: date) -> None:
    if day < today:
        raise DayIsOver("Plan a visit for today or a later day.", field="planned_on")
    if day > today + PLANNED_WITHIN:
        raise TooFarAhead("Plan a visit within the coming year.", field="planned_on")


def _make_room(liaison: User, stop: Stop) -> int:
    """The place a new stop gets: before the first one agreed for later, or else the last."""
    day = PlannedVisit.objects.open().filter(liaison=liaison, planned_on=stop.planned_on)
    later = day.filter(starts_at__gt=stop.starts_at) if stop.starts_at else day.none()
    first_later = later.order_by("position").values_list("position", flat=True).first()
    if first_later is None:
        last = day.order_by("-position").values_list("position", flat=True).first()
        return 0 if last is None else last + 1
    day.filter(position__gte=first_later).update(position=F("position") + 1, updated_at=Now())
    return first_later


def _keep_once_a_day(plan: PlannedVisit) -> None:
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        raise AlreadyPlanned("This practice is already on that day's plan.") from error


def _locked_day(liaison_id: int, on: date, *, by: User | None = None) -> list[PlannedVisit]:
    """The open stops of a day in their order, kept from everybody else until the end."""
    day = PlannedVisit.objects.visible_to(by) if by else PlannedVisit.objects.all()
    # Locked in one order by everyone, so two movers wait for each other instead of deadlocking.
    stops = day.open().filter(liaison=liaison_id, planned_on=on).order_by("pk")
    return sorted(stops.select_for_update(of=("self",)), key=_place)


def _number(stops: Sequence[PlannedVisit]) -> None:
    moved = [stop for number, stop in enumerate(stops) if stop.position != number]
    for number, stop in enumerate(stops):
        stop.position = number
    PlannedVisit.objects.bulk_update(moved, ["position"])


def _place(stop: PlannedVisit) -> tuple[int, time, int]:
    return (stop.position, stop.starts_at or time.max, stop.pk)


def _not_open() -> PlanNotOpen:
    return PlanNotOpen("This stop is already done or dropped.")

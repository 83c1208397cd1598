"""A person's stops as a calendar that other programs read, behind a secret address."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from icalendar import Calendar, Event

from accounts.models import AccessLog, User
from accounts.services import Origin, log_access
from visits.days import day_for
from visits.models import PlannedVisit
from visits.planning.models import CalendarAddress
from visits.planning.route import STAY_MINUTES

BEHIND, AHEAD = timedelta(days=14), timedelta(days=90)
RULES = timedelta(days=400)
NOTED_EVERY = timedelta(hours=1)
SECRET_BYTES = 32


# --- The address ---


@transaction.atomic
def make_calendar_address(
    person: User, *, by: User, at: datetime, origin: Origin
) -> tuple[CalendarAddress, str]:
    """A new secret address; an earlier one ends. The second value is read this once."""
    if person != by:
        raise PermissionDenied
    secret = secrets.token_urlsafe(SECRET_BYTES)
    address, _ = CalendarAddress.objects.update_or_create(
        person=person, defaults={"digest": digest_of(secret), "made_at": at, "read_at": None}
    )
    log_access(
        AccessLog.Action.TOKEN_CREATED, at=at, user=by, subject="Calendar address", origin=origin
    )
    return address, secret


@transaction.atomic
def revoke_calendar_address(person: User, *, by: User, at: datetime, origin: Origin) -> None:
    """End the address at once; whoever kept it reads nothing any more."""
    if person != by:
        raise PermissionDenied
    gone, _ = CalendarAddress.objects.filter(person=person).delete()
    if gone:
        log_access(
            AccessLog.Action.TOKEN_REVOKED,
            at=at,
            user=by,
            subject="Calendar address",
            origin=origin,
        )


def digest_of(secret: str) -> str:
    """The secret has 256 bits of chance, so a plain hash cannot be turned around."""
    return hashlib.sha256(secret.encode()).hexdigest()


def calendar_behind(secret: str, *, at: datetime) -> CalendarAddress | None:
    """The address with that secret, if its person may still sign in; notes that it was read."""
    address = (
        CalendarAddress.objects.filter(digest=digest_of(secret), person__is_active=True)
        .select_related("person")
        .first()
    )
    if address and (address.read_at is None or at - address.read_at >= NOTED_EVERY):
        CalendarAddress.objects.filter(pk=address.pk).update(read_at=at)
    return address


# --- The calendar ---


@dataclass(frozen=True, slots=True)
class Numbered:
    plan: PlannedVisit
    number: int


def calendar_of(person: User, *, now: datetime, root: str) -> bytes:
    """His stops from two weeks back to three months ahead, done ones included.

    A stop with an agreed time is an event at that time in the person's zone. One without is an
    all-day event whose number says which stop of the day it is. Nothing of what was said, and
    nobody but the practice and the physician one goes to see, leaves the house.
    """
    zone, today = ZoneInfo(person.time_zone), day_for(person, now)
    calendar = Calendar()
    calendar.add("prodid", "-//Rounds//Liaison CRM//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Visits of {person.name}")
    calendar.add("x-wr-timezone", person.time_zone)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for stop in _stops(person, today - BEHIND, today + AHEAD):
        calendar.add_component(_event(stop, zone, root))
    # The zone's rules of the years around; those of 1970 to 2038 would be most of the file.
    calendar.add_missing_timezones(today - RULES, today + RULES)
    return bytes(calendar.to_ical())


def _stops(person: User, first: date, last: date) -> Iterable[Numbered]:
    plans = (
        PlannedVisit.objects.visible_to(person)
        .filter(liaison=person, dropped_at=None, planned_on__gte=first, planned_on__lte=last)
        .select_related("practice", "physician")
        .defer("practice__search", "physician__search")
        .in_order()
    )
    for _, of_one_day in groupby(plans, key=lambda plan: plan.planned_on):
        for number, plan in enumerate(of_one_day, 1):
            yield Numbered(plan, number)


def _event(stop: Numbered, zone: ZoneInfo, root: str) -> Event:
    plan, practice = stop.plan, stop.plan.practice
    event = Event()
    event.add("uid", f"stop-{plan.pk}@rounds")
    event.add("dtstamp", plan.updated_at.astimezone(UTC))
    event.add("last-modified", plan.updated_at.astimezone(UTC))
    if plan.starts_at:
        begins = datetime.combine(plan.planned_on, plan.starts_at, tzinfo=zone)
        event.add("dtstart", begins)
        event.add("dtend", begins + timedelta(minutes=STAY_MINUTES))
        event.add("summary", _title(plan))
    else:
        event.add("dtstart", plan.planned_on)
        event.add("dtend", plan.planned_on + timedelta(days=1))
        event.add("summary", f"{stop.number}. {_title(plan)}")
        event.add("transp", "TRANSPARENT")
    street = f"{practice.street}, {practice.suite}" if practice.suite else practice.street
    event.add("location", f"{street}, {practice.city}, {practice.state} {practice.zip_code}")
    event.add("url", f"{root.rstrip('/')}{practice.get_absolute_url()}")
    event.add("status", "CONFIRMED")
    return event


def _title(plan: PlannedVisit) -> str:
    return f"{plan.practice}: {plan.physician}" if plan.physician else str(plan.practice)

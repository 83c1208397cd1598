"""May they? Asked again by every service: it has callers the views have not met."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.models import Territory, User
from contacts.models import Affiliation, Physician, Practice, StaffMember
from liaison_crm.core.periods import DateRange, site_zone
from liaison_crm.core.sending import KEPT_FOR, Sending
from visits.days import day_for
from visits.errors import NotAtThisPractice


def must_work(practice: Practice, by: User) -> None:
    if not Practice.objects.worked_by(by).contains(practice):
        raise PermissionDenied


def works_no_more(practice: Practice, by: User, *, on: date, sending: Sending | None) -> bool:
    """Refuse who neither works the practice nor did on the day a late entry tells of.

    True for the latter: the territory moved, or its liaison did, while the entry waited on his
    device. What he did there that day is accepted, and flagged by the caller.
    """
    if Practice.objects.worked_by(by).contains(practice):
        return False
    if sending is None or not worked_then(practice, by, on=on, sending=sending):
        raise PermissionDenied
    return True


def worked_then(practice: Practice, by: User, *, on: date, sending: Sending) -> bool:
    """Did he work the practice on that day, if it is one that an entry may come late from?"""
    if on < day_for(by, sending.received_at - KEPT_FOR):
        return False
    then = _territories_of(practice, on=on)
    return Territory.objects.worked_by(by, on=on).filter(pk__in=then).exists()


def staff_then(practice: Practice, *, by: User, sending: Sending) -> tuple[StaffMember, ...]:
    """The staff whom a late entry may name: those of an office he worked when he wrote it."""
    if not worked_then(practice, by, on=day_for(by, sending.written_at), sending=sending):
        return ()
    return tuple(StaffMember.objects.filter(practice=practice))


def _territories_of(practice: Practice, *, on: date) -> list[int]:
    """Where the practice was at the start of the day, and where it was moved during it."""
    start, end = DateRange(on, on + timedelta(days=1)).moments(site_zone())
    history: Any = practice.events  # type: ignore[attr-defined]  # pghistory adds it
    told = list(
        history.filter(pgh_created_at__lt=end)
        .order_by("pgh_id")
        .values_list("pgh_created_at", "territory")
    )
    before = [territory for at, territory in told if at < start][-1:]
    return [*before, *(territory for at, territory in told if at >= start)]


def must_be_at(
    practice: Practice,
    *,
    physicians: tuple[Physician, ...] = (),
    staff: tuple[StaffMember, ...] = (),
    on: date,
) -> None:
    """Refuse people who did not work at the practice on that day."""
    there = Affiliation.objects.current(on).filter(practice=practice, physician__in=physicians)
    known = set(there.values_list("physician", flat=True))
    strangers: list[object] = [doctor for doctor in physicians if doctor.pk not in known]
    strangers += [
        person
        for person in staff
        if person.practice_id != practice.pk or (person.left_on and person.left_on < on)
    ]
    if strangers:
        raise NotAtThisPractice(
            f"{strangers[0]} did not work at {practice} on that day.", field="people"
        )

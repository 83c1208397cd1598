"""May they? Asked again by every service: it has callers the views have not met."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied

from accounts.models import User
from contacts.models import Affiliation, Physician, Practice, StaffMember
from visits.errors import NotAtThisPractice


def must_work(practice: Practice, by: User) -> None:
    if not Practice.objects.worked_by(by).contains(practice):
        raise PermissionDenied


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

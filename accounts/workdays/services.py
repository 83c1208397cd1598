"""Managers change the team's calendar: a day off of its own, a holiday that is worked."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.errors import ClosedDayGone, ClosedDayTaken, NotAHoliday
from accounts.models import ClosedDay, User
from accounts.services.territories import require_manager
from liaison_crm.core.errors import is_unique_violation
from liaison_crm.core.workdays import public_holidays


def close_day(day: date, *, name: str, by: User) -> ClosedDay:
    """Let the team be off on a day."""
    require_manager(by)
    return _save(ClosedDay(day=day, name=name))


def work_holiday(day: date, *, by: User) -> ClosedDay:
    """Let the team work on a public holiday."""
    require_manager(by)
    name = public_holidays(settings.SITE_STATE, day.year).get(day)
    if not name:
        raise NotAHoliday("This day is no public holiday.", field="day")
    return _save(ClosedDay(day=day, name=name, is_worked=True))


@transaction.atomic
def remove_closed_day(row: ClosedDay, *, by: User, at: datetime) -> None:
    """Let the day be again what the public calendar says."""
    require_manager(by)
    standing = ClosedDay.objects.standing().filter(pk=row.pk)
    if not standing.update(removed_at=at, updated_at=Now()):
        raise ClosedDayGone("Somebody took this day out already.")


def restore_closed_day(row: ClosedDay, *, by: User) -> None:
    """Undo taking it out."""
    require_manager(by)
    try:
        with transaction.atomic():
            ClosedDay.objects.filter(pk=row.pk).update(removed_at=None, updated_at=Now())
    except IntegrityError as error:
        raise _taken(error) from error


def _save(row: ClosedDay) -> ClosedDay:
    row.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(error) from error
    return row


def _taken(error: IntegrityError) -> Exception:
    if not is_unique_violation(error):
        return error
    return ClosedDayTaken("This day is in the calendar already.", field="day")

"""The team's calendar, and what a year of it looks like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from accounts.models import ClosedDay, User
from liaison_crm.core.workdays import SATURDAY, Workdays, public_holidays

REMOVED_SHOWN = 6


def team_workdays() -> Workdays:
    """The days the team works. One query; ask once for a page and pass it on."""
    own = list(ClosedDay.objects.standing().values_list("day", "name", "is_worked"))
    return Workdays(
        state=settings.SITE_STATE,
        off={day: name for day, name, is_worked in own if not is_worked},
        worked={day: name for day, name, is_worked in own if is_worked},
    )


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A line of the calendar: a public holiday, worked or not, or a day of the team's own."""

    day: date
    name: str
    is_worked: bool
    own: ClosedDay | None

    @property
    def is_on_a_weekend(self) -> bool:
        return self.day.weekday() >= SATURDAY

    @property
    def words(self) -> str:
        if self.is_worked:
            return "A public holiday that you work"
        return "Your own day off" if self.own else "Public holiday"


def calendar_of(viewer: User, *, year: int) -> tuple[CalendarDay, ...]:
    """Every day of the year that is not like other days."""
    own = {row.day: row for row in ClosedDay.objects.visible_to(viewer).standing()}
    public = public_holidays(settings.SITE_STATE, year)
    days = sorted({*public, *(day for day in own if day.year == year)})
    return tuple(
        CalendarDay(
            day=day,
            name=own[day].name if day in own else public[day],
            is_worked=day in own and own[day].is_worked,
            own=own.get(day),
        )
        for day in days
    )


def removed_days(viewer: User) -> tuple[ClosedDay, ...]:
    """What was taken out last, so that it can be put back."""
    gone = ClosedDay.objects.visible_to(viewer).removed()
    return tuple(gone.order_by("-removed_at", "-pk")[:REMOVED_SHOWN])

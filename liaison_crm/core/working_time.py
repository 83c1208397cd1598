"""Time as an office counts it: Monday to Friday within its hours, without holidays.

The calendar is an argument: anything that knows whether a day is in it, such as a set of dates or
a calendar of the `holidays` library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from liaison_crm.core.periods import local_moment

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# A calendar without a working day in so long is a mistake, and would be searched for ever.
LONGEST_REST = 366


class Holidays(Protocol):
    def __contains__(self, day: object, /) -> bool: ...


class NoWorkingDay(ValueError):
    """The calendar has no working day for a year."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The working hours of a place: in its own zone, on its working days."""

    zone: ZoneInfo
    holidays: Holidays = field(default_factory=frozenset)
    opens: time = time(8)
    closes: time = time(17)

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.holidays

    def after(self, moment: datetime, worked: timedelta) -> datetime:
        """The moment at which so much working time has passed since `moment`.

        Time that is up as the day closes is up that evening, not the next morning; no time at all
        is up as soon as somebody works.
        """
        moment, left = moment.astimezone(UTC), worked
        for opening, closing in self._hours_from(moment):
            start = max(moment, opening)
            if start + left <= closing:
                return start + left
            left -= closing - start
        raise AssertionError("working hours have no end")  # _hours_from goes on or raises

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; none if the end is not later."""
        start, end, total = start.astimezone(UTC), end.astimezone(UTC), timedelta()
        if end <= start:
            return total
        day, last = self._day_of(start), self._day_of(end)
        while day <= last:
            if self.is_working_day(day):
                opening, closing = self._hours(day)
                total += max(min(end, closing) - max(start, opening), timedelta())
            day += ONE_DAY
        return total

    def _hours_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working hours of each working day that are not over at `moment`."""
        day, rested = self._day_of(moment), 0
        while rested < LONGEST_REST:
            rested += 1
            if self.is_working_day(day):
                opening, closing = self._hours(day)
                if moment < closing:
                    rested = 0
                    yield opening, closing
            day += ONE_DAY
        raise NoWorkingDay(f"No working day in the year after {moment:%Y-%m-%d}.")

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        return local_moment(day, self.opens, self.zone), local_moment(day, self.closes, self.zone)

    def _day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

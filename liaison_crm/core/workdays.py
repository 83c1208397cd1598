"""Which days are worked: Monday to Friday without public holidays and the team's own days off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import holidays

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# A team that is off for longer has made a mistake, and nothing would ever fall due.
LONGEST_REST = 366
NOTHING: Mapping[date, str] = MappingProxyType({})


@cache
def public_holidays(state: str, year: int) -> Mapping[date, str]:
    """Federal holidays and those of a state, with the days on which they are observed."""
    days = holidays.country_holidays("US", subdiv=state or None, years=year)
    return MappingProxyType(dict(sorted(days.items())))


def states() -> frozenset[str]:
    """States and territories whose holidays are known, as two letters."""
    return frozenset(holidays.list_supported_countries()["US"])


class NoWorkingDay(ValueError):
    """The calendar has no working day for a year."""


@dataclass(frozen=True, slots=True)
class Workdays:
    """A calendar. `day in workdays` asks whether it is a holiday, weekends aside."""

    state: str = ""
    off: Mapping[date, str] = field(default_factory=dict)
    worked: Mapping[date, str] = field(default_factory=dict)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and bool(self.holiday(day))

    def holiday(self, day: date) -> str:
        """What the day off is called; empty where it is none."""
        if own := self.off.get(day):
            return own
        return "" if day in self.worked else public_holidays(self.state, day.year).get(day, "")

    def is_worked(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self

    def on_or_after(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        for later in self._from(day):
            if self.is_worked(later):
                return later
        raise NoWorkingDay(f"No working day in the year after {day}.")

    def after(self, day: date, working_days: int = 1) -> date:
        """The first, second, ... working day that comes after `day`."""
        for _ in range(working_days):
            day = self.on_or_after(day + ONE_DAY)
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days there are from `start` up to but without `end`."""
        days = (end - start).days
        return sum(self.is_worked(start + n * ONE_DAY) for n in range(days))

    def days_off(self, year: int) -> list[tuple[date, str]]:
        """The holidays of a year with their names, weekends only where they have one."""
        named = {**public_holidays(self.state, year), **_of_year(self.off, year)}
        return sorted((day, name) for day, name in named.items() if day not in self.worked)

    @staticmethod
    def _from(day: date) -> Iterator[date]:
        return (day + n * ONE_DAY for n in range(LONGEST_REST))


def _of_year(days: Mapping[date, str], year: int) -> dict[date, str]:
    return {day: name for day, name in days.items() if day.year == year}

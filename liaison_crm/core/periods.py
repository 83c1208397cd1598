"""Days, months and ranges: half-open inside, inclusive to people, always in a named zone."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, total_ordering
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

# Days outside these are typing mistakes, and some of them overflow further down.
EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)
LONGEST_CHART_MONTHS = 60

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


# --- Zones and the site's day ---


def site_zone() -> ZoneInfo:
    """The zone of the hospital: assignments, the nightly run and reports follow its days."""
    return ZoneInfo(settings.SITE_TIME_ZONE)


def site_today(now: datetime | None = None) -> date:
    return timezone.localdate(now, timezone=site_zone())


@cache
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def validate_time_zone(name: str) -> None:
    """Refuse a name that the time zone database does not have."""
    if name not in known_zones():
        raise ValidationError("This time zone is not known.", code="unknown_time_zone")


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name, or a `ValidationError`; never a file of that path."""
    validate_time_zone(name)
    return ZoneInfo(name)


def local_moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """That local time in UTC. A time the clocks skip means the first moment after the gap;
    a time they show twice means the first of the two."""
    local = datetime.combine(day, clock.replace(fold=0), tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _end_of_gap(local.replace(microsecond=0))


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of that day in UTC, also where clocks jump at midnight."""
    return local_moment(day, time(), zone)


def _end_of_gap(skipped: datetime) -> datetime:
    """The moment at which the clocks jump over this local time.

    Read with the offset before the jump the time lies after it, and with the offset after the
    jump before it; the jump is between the two, on a whole second.
    """
    before = skipped.replace(fold=1).astimezone(UTC)
    after = skipped.replace(fold=0).astimezone(UTC)
    old_offset = before.astimezone(skipped.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(skipped.tzinfo).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after


# --- Days ---


def parse_iso_date(text: str) -> date:
    """`2026-03-09`, nothing else ISO 8601 allows, and from 1990 to 2100."""
    if not _ISO_DATE.fullmatch(text):
        raise ValidationError("Give a date as YYYY-MM-DD.", code="date_form")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError("This day is not in the calendar.", code="date") from error
    validate_sane_date(day)
    return day


def validate_sane_date(day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise ValidationError(f"Give a date between {EARLIEST} and {LATEST}.", code="date_range")


def add_months(day: date, months: int) -> date:
    """The same day that many months on; where that month is shorter, its last day."""
    month = Month.of(day) + months
    return date(month.year, month.number, min(day.day, month.days))


def same_day_last_year(day: date) -> date:
    """29 February looks back at 28 February."""
    return add_months(day, -12)


# --- Months ---


@total_ordering
@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month. `start` is in it, `end` is the first day after it."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """`2026-03`, within the sane range; else a `ValidationError`."""
        match = _ISO_MONTH.fullmatch(text)
        if not match:
            raise ValidationError("Give a month as YYYY-MM.", code="month_form")
        month = cls(int(match[1]), int(match[2]))
        if not Month.of(EARLIEST) <= month <= Month.of(LATEST):
            raise ValidationError("Give a month between 1990 and 2100.", code="date_range")
        return month

    @property
    def start(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        return (self + 1).start

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.number)[1]

    @property
    def last_year(self) -> Month:
        return self - 12

    def __add__(self, months: int) -> Month:
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)

    def __sub__(self, months: int) -> Month:
        return self + -months

    def __lt__(self, other: Month) -> bool:
        return (self.year, self.number) < (other.year, other.number)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def months_since(self, earlier: Month) -> int:
        return (self.year - earlier.year) * 12 + self.number - earlier.number


def months(first: Month, last: Month) -> Iterator[Month]:
    """Every month from `first` to `last`, both included."""
    for step in range(last.months_since(first) + 1):
        yield first + step


# --- Ranges ---


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `start` up to but without `end`."""

    start: date
    end: date

    @classmethod
    def inclusive(cls, first: date, last: date) -> DateRange:
        """What a person means by "from 3 to 9 March": both days belong to it.

        Turned around or outside the sane range it is a `ValidationError`.
        """
        validate_sane_date(first)
        validate_sane_date(last)
        if first > last:
            raise ValidationError("The range ends before it starts.", code="inverted_range")
        return cls(first, last + timedelta(days=1))

    @classmethod
    def of_months(cls, first: Month, last: Month) -> DateRange:
        return cls(first.start, last.end)

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The same range as two moments in UTC, half-open, for days as that zone has them."""
        return day_start(self.start, zone), day_start(self.end, zone)

    def last_year(self) -> DateRange:
        """The same days a year earlier, both ends by the rule for 29 February."""
        first, last = same_day_last_year(self.start), same_day_last_year(self.last)
        return DateRange(first, last + timedelta(days=1))

    def months(self) -> list[Month]:
        return list(months(Month.of(self.start), Month.of(self.last)))

    def at_most_months(self, most: int = LONGEST_CHART_MONTHS) -> DateRange:
        """The latest part of it that spans that many calendar months."""
        earliest = (Month.of(self.last) - (most - 1)).start
        return DateRange(max(self.start, earliest), self.end)

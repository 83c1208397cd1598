"""Working hours, counted as a person with a calendar and a clock would count them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_crm.core.working_time import NoWorkingDay, WorkingTime

NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from(["America/New_York", "America/Phoenix", "Asia/Kolkata", "Pacific/Apia"])
# From there on both changes of the clock and the turn of a year are within reach.
FIRST = datetime(2026, 2, 20, tzinfo=UTC)
MOMENTS = st.integers(0, 330 * 24 * 3600).map(lambda n: FIRST + timedelta(seconds=n))
SPANS = st.integers(0, 80 * 3600).map(lambda seconds: timedelta(seconds=seconds))
HOLIDAYS = st.frozensets(st.dates(date(2026, 2, 20), date(2027, 2, 20)), max_size=40)
CLOCKS = st.builds(
    WorkingTime, st.builds(ZoneInfo, ZONES), HOLIDAYS, opens=st.sampled_from([time(8), time(7, 30)])
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A local time of March 2026, whose second day is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(2, 8), 4, at(2, 12)),
        (at(2, 15), 4, at(3, 10)),
        (at(2, 8), 9, at(2, 17)),  # up as the day closes
        (at(2, 6), 1, at(2, 9)),  # early in the morning nobody works yet
        (at(2, 19), 1, at(3, 9)),
        (at(6, 16), 2, at(9, 9)),  # over a weekend, and the clocks change in it
        (at(7, 12), 0, at(9, 8)),  # no time at all is up as soon as somebody works
        (at(2, 8), 27, at(4, 17)),
    ],
)
def test_time_is_up_when_so_much_was_worked(start, hours, end):
    assert WorkingTime(NEW_YORK).after(start, timedelta(hours=hours)) == end


def test_holidays_are_left_out():
    clock = WorkingTime(NEW_YORK, frozenset({date(2026, 3, 3), date(2026, 3, 4)}))
    assert clock.after(at(2, 16), timedelta(hours=2)) == at(5, 9)
    assert clock.between(at(2, 16), at(5, 9)) == timedelta(hours=2)
    assert not clock.is_working_day(date(2026, 3, 3))


def test_a_calendar_without_a_working_day_is_refused():
    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    with pytest.raises(NoWorkingDay):
        WorkingTime(NEW_YORK, Always()).after(at(2, 8), timedelta(hours=1))


@given(CLOCKS, MOMENTS, SPANS)
def test_what_was_added_is_what_lies_between(clock, start, worked):
    end = clock.after(start, worked)
    assert end >= start
    assert clock.between(start, end) == worked


@given(CLOCKS, MOMENTS, SPANS)
def test_time_is_up_only_while_somebody_works(clock, start, worked):
    end = clock.after(start, worked).astimezone(clock.zone)
    assert clock.is_working_day(end.date())
    assert clock.opens <= end.time() <= clock.closes


@given(CLOCKS, MOMENTS, SPANS, SPANS)
def test_two_stretches_add_up(clock, start, first, second):
    once = clock.after(start, first + second)
    assert clock.between(start, once) == first + second
    assert clock.after(start, first) <= once


@given(CLOCKS, MOMENTS, MOMENTS, MOMENTS)
def test_a_stretch_is_the_sum_of_its_parts(clock, one, two, three):
    start, middle, end = sorted([one, two, three])
    parts = clock.between(start, middle) + clock.between(middle, end)
    assert clock.between(start, end) == parts
    assert clock.between(end, start) == timedelta()


@given(CLOCKS, MOMENTS, st.integers(0, 20 * 24))
def test_it_counts_as_one_would_minute_by_minute(clock, start, quarters):
    """Against a slow count: every quarter of an hour that begins on a quarter is worked or not."""
    start = start.replace(minute=0, second=0)
    ticks = [start + timedelta(minutes=15) * n for n in range(quarters)]
    worked = sum(is_worked(clock, tick) for tick in ticks)
    end = start + timedelta(minutes=15) * quarters
    assert clock.between(start, end) == worked * timedelta(minutes=15)


def is_worked(clock: WorkingTime, moment: datetime) -> bool:
    local = moment.astimezone(clock.zone)
    if local.weekday() > 4 or local.date() in clock.holidays:
        return False
    return clock.opens <= local.time() < clock.closes

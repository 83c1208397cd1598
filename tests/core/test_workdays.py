"""Which days are worked: weekends, federal and state holidays, the team's own days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison_crm.core.workdays import NoWorkingDay, Workdays, public_holidays, states

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
OWN = st.dictionaries(DAYS, st.just("Own day"), max_size=30)
CALENDARS = st.builds(
    Workdays,
    state=st.sampled_from(["", "OH", "TX", "MA"]),
    off=OWN,
    worked=st.dictionaries(DAYS, st.just("Worked"), max_size=10),
)
FEDERAL = Workdays()
# A year of holidays is worked out on first sight, which takes a while.
patiently = settings(deadline=None)


@patiently
@given(CALENDARS, DAYS)
def test_the_next_working_day_is_worked_and_none_before_it_is(calendar, day):
    found = calendar.on_or_after(day)
    assert found >= day
    assert calendar.is_worked(found)
    skipped = [day + timedelta(days=n) for n in range((found - day).days)]
    assert not any(calendar.is_worked(one) for one in skipped)


@patiently
@given(CALENDARS, DAYS, st.integers(1, 30))
def test_so_many_working_days_later(calendar, day, count):
    later = calendar.after(day, count)
    assert later > day
    assert calendar.between(day + timedelta(days=1), later + timedelta(days=1)) == count


@patiently
@given(CALENDARS, DAYS)
def test_no_weekend_is_worked_whatever_a_team_writes_down(calendar, day):
    assert calendar.is_worked(day) is (day.weekday() < 5 and not calendar.holiday(day))
    assert (day in calendar) is bool(calendar.holiday(day))


@pytest.mark.parametrize(
    ("day", "then"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),  # a Tuesday
        (date(2026, 11, 26), date(2026, 11, 27)),  # Thanksgiving
        (date(2026, 11, 28), date(2026, 11, 30)),  # a Saturday
        (date(2026, 7, 3), date(2026, 7, 6)),  # the 4th is a Saturday, so the 3rd is off
        (date(2026, 12, 25), date(2026, 12, 28)),  # a Friday
        (date(2027, 12, 31), date(2028, 1, 3)),  # New Year's Day 2028 is kept the year before
        (date(2028, 2, 29), date(2028, 2, 29)),  # leap days are days
    ],
)
def test_known_days(day, then):
    assert FEDERAL.on_or_after(day) == then


def test_a_state_adds_its_own_holidays():
    patriots = date(2026, 4, 20)
    assert FEDERAL.is_worked(patriots)
    assert not Workdays(state="MA").is_worked(patriots)
    assert "OH" in states()
    assert public_holidays("", 2026)[date(2026, 12, 25)] == "Christmas Day"


def test_a_team_changes_the_calendar():
    friday, columbus = date(2026, 11, 27), date(2026, 10, 12)
    own = Workdays(off={friday: "Bridge"}, worked={columbus: "Columbus Day"})
    assert own.holiday(friday) == "Bridge"
    assert own.is_worked(columbus)
    assert own.on_or_after(date(2026, 11, 26)) == date(2026, 11, 30)


def test_a_calendar_without_working_days_is_refused():
    start = date(2026, 1, 1)
    closed = Workdays(off={start + timedelta(days=n): "Closed" for n in range(400)})
    with pytest.raises(NoWorkingDay):
        closed.on_or_after(start)

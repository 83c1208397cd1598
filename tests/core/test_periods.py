"""A78, A80, A82 and the days on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from liaison_crm.core.periods import (
    EARLIEST,
    LATEST,
    DateRange,
    Month,
    add_months,
    day_start,
    local_moment,
    months,
    parse_iso_date,
    same_day_last_year,
    site_today,
    zone_named,
)

NEW_YORK = ZoneInfo("America/New_York")
ODD_ZONES = [
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Etc/GMT+12",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Africa/Monrovia",
]
DAYS = st.dates(EARLIEST, LATEST)


def code_of(call, *arguments):
    with pytest.raises(ValidationError) as refusal:
        call(*arguments)
    return refusal.value.code


@pytest.mark.parametrize(
    ("day", "clock", "utc"),
    [
        (date(2026, 3, 8), time(1, 59), datetime(2026, 3, 8, 6, 59, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 0), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 59, 59), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        (date(2026, 3, 8), time(3, 0), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(2, 0), datetime(2026, 11, 1, 7, 0, tzinfo=UTC)),
        (date(2026, 7, 1), time(2, 30), datetime(2026, 7, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_b31_a_nightly_time_has_one_moment(day, clock, utc):
    assert local_moment(day, clock, NEW_YORK) == utc


def test_b31_the_second_of_two_is_never_meant():
    assert local_moment(date(2026, 11, 1), time(1, 30, fold=1), NEW_YORK).hour == 5


def test_a82_a_day_that_a_zone_skipped_is_empty():
    apia = ZoneInfo("Pacific/Apia")
    assert day_start(date(2011, 12, 30), apia) == day_start(date(2011, 12, 31), apia)


def test_a_day_starts_at_one_where_midnight_is_skipped():
    start = day_start(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)


@given(DAYS, st.sampled_from(ODD_ZONES))
@example(date(2011, 12, 30), "Pacific/Apia")
def test_a_day_starts_at_its_first_moment(day, zone_name):
    zone = ZoneInfo(zone_name)
    start = day_start(day, zone)
    assert start.astimezone(zone).date() >= day
    assert (start - timedelta(seconds=1)).astimezone(zone).date() < day


@given(DAYS, st.times(), st.sampled_from(ODD_ZONES))
def test_local_moments_never_run_backwards(day, clock, zone_name):
    zone = ZoneInfo(zone_name)
    moment = local_moment(day, clock, zone)
    shown = moment.astimezone(zone).replace(tzinfo=None)
    assert shown >= datetime.combine(day, clock.replace(fold=0)).replace(microsecond=0)
    assert moment <= local_moment(day, time(23, 59, 59, 999999), zone)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Asia/Kolkata", True),
        ("Pacific/Apia", True),
        ("Etc/GMT+12", True),
        ("Mars/Olympus", False),
        ("../../etc/passwd", False),
        ("", False),
        ("asia/kolkata", False),
        ("a\x00b", False),
    ],
)
def test_a82_zones_go_by_their_names(name, known):
    if known:
        assert zone_named(name).key == name
    else:
        assert code_of(zone_named, name) == "unknown_time_zone"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "date"),
        ("02/29/2025", "date_form"),
        ("0000-00-00", "date"),
        ("2026-W01", "date_form"),
        ("2026-W01-1", "date_form"),
        ("20260101", "date_form"),
        ("2026-1-2", "date_form"),
        ("\uff12026-01-02", "date_form"),
        (" 2026-01-02", "date_form"),
        ("2026-01-02\n", "date_form"),
        ("2026-01-02T00:00", "date_form"),
        ("1989-12-31", "date_range"),
        ("0001-01-01", "date_range"),
        ("9999-12-31", "date_range"),
        ("2101-01-01", "date_range"),
        ("2027-02-29", "date"),
    ],
)
def test_a20_a78_only_plain_days_in_range(text, code):
    assert code_of(parse_iso_date, text) == code


@given(DAYS)
@example(date(2028, 2, 29))
def test_every_day_in_range_parses(day):
    assert parse_iso_date(day.isoformat()) == day


def test_a80_leap_day_looks_back_at_the_28th():
    assert same_day_last_year(date(2028, 2, 29)) == date(2027, 2, 28)
    assert same_day_last_year(date(2029, 2, 28)) == date(2028, 2, 28)
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("day", "by", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -25, date(2024, 2, 29)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_months_are_added_by_the_calendar(day, by, then):
    assert add_months(day, by) == then


@given(DAYS, st.integers(-240, 240))
def test_adding_months_lands_in_that_month(day, by):
    assert Month.of(add_months(day, by)) == Month.of(day) + by


@given(DAYS, DAYS)
def test_months_count_and_order(one, other):
    first, last = sorted([Month.of(one), Month.of(other)])
    between = list(months(first, last))
    assert between[0] == first
    assert between[-1] == last
    assert len(between) == last.months_since(first) + 1
    assert between == sorted(set(between))
    assert all(a.end == b.start for a, b in pairwise(between))
    assert sum(m.days for m in between) == (last.end - first.start).days


def test_months_read_and_print():
    assert str(Month.parse("2026-03")) == "2026-03"
    assert Month(2026, 3).last_year == Month(2025, 3)
    assert Month(2026, 1) - 1 == Month(2025, 12)
    for text in ("2026-13", "2026-00", "2026-3", "03-2026", "2026-03-01", "", "\uff12026-03"):
        assert code_of(Month.parse, text) == "month_form"
    assert code_of(Month.parse, "9999-12") == "date_range"


def test_a78_ranges_include_both_ends():
    march = DateRange.inclusive(date(2026, 3, 1), date(2026, 3, 31))
    assert march == DateRange.of_months(Month(2026, 3), Month(2026, 3))
    assert date(2026, 3, 31) in march
    assert date(2026, 4, 1) not in march
    assert (march.last, march.days) == (date(2026, 3, 31), 31)


def test_a78_equal_ends_are_one_day():
    day = date(2026, 3, 8)
    assert DateRange.inclusive(day, day).days == 1


def test_a78_a_range_turned_around_is_refused():
    assert code_of(DateRange.inclusive, date(2026, 3, 2), date(2026, 3, 1)) == "inverted_range"
    assert code_of(DateRange.inclusive, date(2026, 3, 2), date(9999, 12, 31)) == "date_range"
    assert code_of(DateRange.inclusive, date(1, 1, 1), date(2026, 3, 1)) == "date_range"


def test_a78_moments_follow_the_zone():
    short_day = DateRange.inclusive(date(2026, 3, 8), date(2026, 3, 8))
    start, end = short_day.moments(NEW_YORK)
    assert end - start == timedelta(hours=23)
    assert short_day.moments(ZoneInfo("Asia/Kolkata"))[0] == datetime(
        2026, 3, 7, 18, 30, tzinfo=UTC
    )


def test_a78_charts_show_the_latest_five_years():
    long = DateRange(date(2006, 1, 1), date(2026, 3, 15))
    assert long.at_most_months().start == date(2021, 4, 1)
    assert len(long.at_most_months().months()) == 60
    short = DateRange(date(2026, 1, 5), date(2026, 3, 15))
    assert short.at_most_months() == short


def test_a80_last_year_of_a_leap_february():
    assert DateRange.of_months(Month(2028, 2), Month(2028, 2)).last_year() == DateRange(
        date(2027, 2, 1), date(2027, 3, 1)
    )


def test_the_site_has_its_own_day(settings):
    settings.SITE_TIME_ZONE = "America/New_York"
    assert site_today(datetime(2026, 3, 9, 3, 59, tzinfo=UTC)) == date(2026, 3, 8)

"""How numbers, days and names read."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from liaison_crm.core import wording

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0, "0"), (1284, "1,284"), (-4, "−4"), (12.5, "12.5"), (3.0, "3")],
)
def test_numbers_have_their_thousands(value, text):
    assert wording.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"), (0, "0"), (940, "940"), (999, "999"), (1000, "1k"), (12_400, "12.4k"),
        (999_960, "1M"), (3_100_000, "3.1M"), (-12_400, "−12.4k"), (2e9, "2B"), (99_950, "100k"),
        (2.5, "2.5"),
    ],
)  # fmt: skip
def test_large_numbers_take_three_figures(value, text):
    assert wording.compact(value) == text


def test_percent_and_sign():
    assert wording.percent(12.149, 1) == "12.1%"
    assert wording.percent(-0.2) == "0%"
    assert wording.percent(-38) == "−38%"
    assert wording.percent(None) == "–"
    assert [wording.signed(value) for value in (9, 0, -4)] == ["+9", "0", "−4"]


def test_counts_agree_with_their_noun():
    assert wording.count_of(1, "visit") == "1 visit"
    assert wording.count_of(1200, "visit") == "1,200 visits"
    assert wording.count_of(2, "person,people") == "2 people"


def test_lists_read_as_a_sentence():
    assert wording.sentence([]) == ""
    assert wording.sentence(["a"]) == "a"
    assert wording.sentence(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (TODAY, "today"), (date(2026, 11, 22), "yesterday"), (date(2026, 11, 24), "tomorrow"),
        (date(2026, 10, 13), "41 days ago"), (date(2026, 11, 26), "in 3 days"),
        (date(2026, 8, 16), "99 days ago"), (date(2026, 7, 1), "5 months ago"),
        (date(2024, 9, 1), "2 years ago"), (None, "never"),
    ],
)  # fmt: skip
def test_days_are_told_from_today(day, text):
    assert wording.ago(day, TODAY) == text


def test_a_moment_belongs_to_the_day_of_the_zone_that_is_active():
    late = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
    with timezone.override("America/New_York"):
        assert wording.ago(late, TODAY) == "yesterday"
        assert wording.clock(late) == "22:30"
        assert wording.short_day(late) == "22 Nov"
    with timezone.override("UTC"):
        assert wording.ago(late, TODAY) == "today"


def test_dates_read_short_and_long():
    assert wording.short_day(TODAY) == "23 Nov"
    assert wording.short_day(date(2025, 11, 2), TODAY) == "2 Nov 2025"
    assert wording.long_day(TODAY) == "Monday 23 November"
    assert wording.month_name(TODAY) == "November 2026"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dana Kowalski", "DK"), ("Dr. Priya Raman", "PR"), ("Cher", "C"), ("", "?"), ("Dr.", "D"),
        ("Ana María de la Cruz", "AC"), ("dana@example.org", "DE"), ("— (x)", "?"),
    ],
)  # fmt: skip
def test_two_letters_stand_for_a_person(name, letters):
    assert wording.initials(name) == letters


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ("2165550142", "(216) 555-0142"), ("1-216-555-0142", "(216) 555-0142"),
        ("+44 20 7946 0018", "+44 20 7946 0018"), ("", ""),
    ],
)  # fmt: skip
def test_phone_numbers_are_grouped(digits, text):
    assert wording.phone_number(digits) == text

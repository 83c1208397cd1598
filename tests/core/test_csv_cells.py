"""A20-A22, A28: what a cell may hold."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_crm.core.csv import (
    CellRefused,
    count_cell,
    date_cell,
    moment_cell,
    money_cell,
    npi_cell,
)

NEW_YORK = ZoneInfo("America/New_York")


def code_of(call, *arguments, **options):
    with pytest.raises(CellRefused) as refusal:
        call(*arguments, **options)
    return refusal.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "date"),
        ("02/29/2025", "date_form"),
        ("0000-00-00", "date"),
        ("2026-W01", "date_form"),
        ("20260101", "date_form"),
        ("1/2/26", "date_form"),
        ("46000", "date_form"),
        ("", "date_form"),
        (" 2026-01-01", "date_form"),
        ("\uff12026-01-01", "date_form"),
    ],
)
def test_a20_only_the_declared_form(text, code):
    assert code_of(date_cell, text) == code


def test_a20_each_declared_form():
    day = date(2028, 2, 29)
    assert date_cell("2028-02-29") == day
    assert date_cell("02/29/2028", "MM/DD/YYYY") == day
    assert date_cell("29/02/2028", "DD/MM/YYYY") == day
    assert date_cell("29.02.2028", "DD.MM.YYYY") == day
    assert date_cell("20280229", "YYYYMMDD") == day
    assert code_of(date_cell, "2028-02-29", "MM/DD/YYYY") == "date_form"


def test_a21_future_and_distant_past_are_refused():
    assert code_of(date_cell, "1989-12-31") == "date_range"
    today = date(2026, 3, 9)
    assert date_cell("2026-03-09", latest=today) == today
    assert code_of(date_cell, "2026-03-10", latest=today) == "date_range"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-09", datetime(2026, 3, 9, 4, tzinfo=UTC)),
        ("2026-03-09 10:30", datetime(2026, 3, 9, 14, 30, tzinfo=UTC)),
        ("2026-03-09T10:30:15", datetime(2026, 3, 9, 14, 30, 15, tzinfo=UTC)),
        ("2026-03-09T10:30:15.250", datetime(2026, 3, 9, 14, 30, 15, tzinfo=UTC)),
        ("2026-03-09T10:30:15Z", datetime(2026, 3, 9, 10, 30, 15, tzinfo=UTC)),
        ("2026-03-09T10:30+05:30", datetime(2026, 3, 9, 5, 0, tzinfo=UTC)),
        ("2026-03-09T10:30-0500", datetime(2026, 3, 9, 15, 30, tzinfo=UTC)),
        ("2026-03-08 02:30", datetime(2026, 3, 8, 7, tzinfo=UTC)),
        ("2026-11-01 01:30", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_moments_are_local_unless_they_say_otherwise(text, utc):
    assert moment_cell(text, NEW_YORK) == utc


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-03-09 25:00", "time"),
        ("2026-03-09 10", "time"),
        ("2026-03-09 10:30 PM", "time"),
        ("2026-03-09T10:30+99:99", "time"),
        ("2026-03-09T10:30+24:00", "time"),
        ("2026-03-09T+05:00", "time"),
        ("2026-03-09 \uff1110:30", "time"),
        ("10:30", "date_form"),
        ("9999-12-31 00:00", "date_range"),
    ],
)
def test_bad_moments_are_refused(text, code):
    assert code_of(moment_cell, text, NEW_YORK) == code


@given(st.text(max_size=30) | st.text("0123456789-:TZ+. /", max_size=30))
def test_any_text_is_a_value_or_a_refusal(text):
    for read in (date_cell, count_cell, money_cell, npi_cell, lambda t: moment_cell(t, NEW_YORK)):
        with suppress(CellRefused):
            read(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456789", "npi_length"),
        ("12345a7893", "npi_digits"),
        (" 1234567893", "npi_digits"),
        ("1234567890", "npi_check_digit"),
        ("3234567893", "npi_first_digit"),
        ("\uff11234567893", "npi_digits"),
        ("", "npi_digits"),
    ],
)
def test_a22_npis(text, code):
    assert code_of(npi_cell, text) == code
    assert npi_cell("1234567893") == "1234567893"


@pytest.mark.parametrize("text", ["$1,234.567", "-0.00", "1e-3", "1.234", "", ".5", "1.", "\u0661"])
def test_a28_money_is_plain(text):
    assert code_of(money_cell, text) == "money"


def test_a28_money_has_two_decimals():
    assert money_cell("1234.5") == Decimal("1234.50")
    assert money_cell("0") == Decimal("0.00")


@pytest.mark.parametrize("text", ["-1", "1.0", "", "\u0661", "1e3", " 1", "9" * 5000, "+1"])
def test_counts_are_digits(text):
    assert code_of(count_cell, text) == "count"


def test_counts_have_a_limit():
    assert count_cell("2147483647") == 2147483647
    assert code_of(count_cell, "2147483648") == "count_range"
    assert code_of(count_cell, "11", most=10) == "count_range"

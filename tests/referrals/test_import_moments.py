"""What is remembered of moments changes nothing: each is what the careful reading says."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_crm.core.csv import CellRefused, moment_cell
from referrals.intake.checking import RowCheck

TODAY = date(2026, 11, 20)
ZONES = ["America/New_York", "America/Havana", "Asia/Kolkata", "Pacific/Apia", "UTC"]
# Around the days on which New York and Havana change their clocks, Havana at midnight.
DAYS = ["2026-03-07", "2026-03-08", "2026-03-09", "2026-10-31", "2026-11-01", "2026-11-02"]
CLOCKS = ["", "T00:00", "T00:30", " 01:30:00", "T02:30", "T03:00:00", "T23:59:59", "T12:00"]
OFFSETS = ["", "", "Z", "-05:00", "+0530"]


@pytest.mark.parametrize("zone", ZONES)
@given(
    cells=st.lists(
        st.builds(
            "{}{}{}".format,
            st.sampled_from(DAYS),
            st.sampled_from(CLOCKS),
            st.sampled_from(OFFSETS),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_a_remembered_moment_is_the_careful_one(zone, cells):
    check = RowCheck(zone=ZoneInfo(zone), today=TODAY)
    for cell in cells * 2:
        assert read(lambda cell=cell: datetime.fromisoformat(check.moment(cell))) == read(
            lambda cell=cell: moment_cell(cell, ZoneInfo(zone))
        ), cell


def read(how):
    try:
        return how()
    except CellRefused as refusal:
        return refusal.code


def test_a_local_day_has_the_offset_of_its_zone():
    check = RowCheck(zone=ZoneInfo("America/New_York"), today=TODAY)
    check.moment("2026-01-05T10:00")
    assert check.moment("2026-07-05T10:00") == "2026-07-05T10:00-04:00"

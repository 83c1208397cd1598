"""Taken by hand, taken back, restored: the counted cells equal a count from nothing."""

from datetime import timedelta

import pytest

from referrals import rollups
from referrals.by_hand.services import record_by_hand, restore, take_back
from tests.referrals.volumes import counted_by_hand, live_cells, marked_cells

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_taken_by_hand_is_counted_in_the_night(ana, northern_practice, told, now, today):
    taken = [
        record_by_hand(northern_practice, by=ana, at=now, record=told(referred_on=day))
        for day in (today, today, today - timedelta(days=1))
    ]
    assert len(marked_cells()) == 1
    rollups.roll_up(now)
    assert sum(cell["referrals"] for cell in live_cells().values()) == 3
    assert live_cells() == counted_by_hand()
    take_back(taken[0], by=ana, at=now)
    take_back(taken[2], by=ana, at=now)
    restore(taken[2], by=ana, at=now)
    assert marked_cells()
    rollups.roll_up(now + timedelta(days=1))
    assert sum(cell["referrals"] for cell in live_cells().values()) == 2
    assert live_cells() == counted_by_hand()
    incremental = live_cells()
    rollups.rebuild(now + timedelta(days=1))
    assert live_cells() == incremental

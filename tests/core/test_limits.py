"""Whoever knocks too often without an account waits for the next window."""

import pytest
from django.core.cache import cache

from liaison_crm.core.limits import seconds_to_wait


@pytest.fixture(autouse=True)
def _two_a_minute(settings):
    settings.OPEN_LIMITS = {"page": (2, 60)}
    cache.clear()


def test_so_many_pass_in_a_window_and_the_next_ones_wait():
    waits = [seconds_to_wait("page", "203.0.113.9", at=600.0) for _ in range(4)]
    assert waits == [0, 0, 61, 61]
    assert seconds_to_wait("page", "203.0.113.9", at=659.5) == 1
    assert seconds_to_wait("page", "203.0.113.9", at=660.0) == 0


def test_each_is_counted_alone():
    for who in ("203.0.113.1", "203.0.113.2", "203.0.113.3"):
        assert seconds_to_wait("page", who, at=600.0) == 0

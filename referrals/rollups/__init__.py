"""Volumes: cells of counted referrals, kept up by cost of change, never of history.

A trigger marks the cells each statement touches. A run, one per night, claims the marks chunk by
chunk, counts exactly those cells anew and publishes them all in one transaction. `rebuild` counts
everything beside the live table and swaps it in; the two always agree, and `differences` tells.
"""

from referrals.rollups.arrival import measure_arrivals
from referrals.rollups.checking import Difference, differences
from referrals.rollups.counting import count_chunk
from referrals.rollups.driving import finish, roll_up
from referrals.rollups.ledger import (
    latest_night,
    night_begins,
    open_by_hand,
    open_due_night,
    open_night,
    running,
)
from referrals.rollups.publishing import publish
from referrals.rollups.rebuilding import reap_dead_rebuild, rebuild
from referrals.rollups.restating import closes_on, first_open_month

__all__ = [
    "Difference",
    "closes_on",
    "count_chunk",
    "differences",
    "finish",
    "first_open_month",
    "latest_night",
    "measure_arrivals",
    "night_begins",
    "open_by_hand",
    "open_due_night",
    "open_night",
    "publish",
    "reap_dead_rebuild",
    "rebuild",
    "roll_up",
    "running",
]

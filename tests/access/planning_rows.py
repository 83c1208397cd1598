"""Rows of tiers and plans for the small world."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from accounts.services import Origin
from accounts.workdays.reports import team_workdays
from visits.planning.closed import next_open_day
from visits.planning.feed import make_calendar_address
from visits.planning.models import Cadence, CalendarAddress, Dismissal, TierChange
from visits.planning.tiering import set_tier


def planning_rows(world: Any, now: datetime) -> None:
    """A day to plan, a tier, a declined suggestion, tiers given by volume, a secret calendar."""
    owner, manager = world.people["owner"], world.people["manager"]
    day = next_open_day(now.date() + timedelta(days=15), team_workdays())
    set_tier(world.north_practice, "A", by=manager, at=now)
    set_tier(world.lone_practice, "A", by=manager, at=now)
    world.rows |= {
        # The address of a day names it in words, so its row is the words.
        "a_day": SimpleNamespace(pk=day.isoformat()),
        "cadence": Cadence.objects.get(tier="A"),
        "north_tier": world.north_practice.tier_row,
        "dismissal": Dismissal.objects.create(
            liaison=owner,
            practice=world.north_practice,
            marks={"overdue": "never"},
            why=Dismissal.Why.NOT_NOW,
            until=day,
            dismissed_by=owner,
        ),
        "tier_change": TierChange.objects.create(
            shares={"A": 10, "B": 20, "C": 30}, practices_changed=0, made_by=manager, made_at=now
        ),
    }
    address, secret = make_calendar_address(owner, by=owner, at=now, origin=Origin())
    # Read lately, so that reading it again writes nothing.
    CalendarAddress.objects.filter(pk=address.pk).update(read_at=now)
    world.rows["calendar"] = SimpleNamespace(pk=secret)

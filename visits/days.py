"""A person's day: the calendar on his own wall decides what is planned, due and too late."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.models import User


def day_for(person: User, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(person.time_zone)).date()

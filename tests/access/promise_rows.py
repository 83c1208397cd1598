"""Rows of the table that belong to promises and to the team's calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.workdays import services as workdays


def promise_rows(world: Any, now: Any) -> None:
    manager = world.people["manager"]
    standing = workdays.close_day(date(2026, 11, 27), name="Day after Thanksgiving", by=manager)
    removed = workdays.close_day(date(2026, 12, 24), name="Early close", by=manager)
    workdays.remove_closed_day(removed, by=manager, at=now)
    world.rows |= {"closed_day": standing, "removed_day": removed}

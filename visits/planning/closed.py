"""Days on which there is nobody to visit."""

from __future__ import annotations

from datetime import date, timedelta

from liaison_crm.core.workdays import Workdays

ONE_DAY = timedelta(days=1)


def closed_because(day: date, workdays: Workdays) -> str:
    """The holiday, or the day of the weekend; empty where offices are open and the team works."""
    if workdays.is_worked(day):
        return ""
    return workdays.holiday(day) or f"{day:%A}"


def next_open_day(after: date, workdays: Workdays) -> date:
    return workdays.on_or_after(after + ONE_DAY)

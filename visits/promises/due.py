"""When a promise falls due: so long after a day, and then on a day that is worked."""

from __future__ import annotations

from datetime import date, timedelta

from liaison_crm.core.periods import add_months
from liaison_crm.core.workdays import Workdays

TOMORROW, USUAL = "1d", "1w"
SPANS = ((TOMORROW, "Tomorrow"), (USUAL, "1 week"), ("2w", "2 weeks"), ("1m", "1 month"))


def day_after(day: date, span: str) -> date:
    """The day a choice such as "2w" means, counted from `day`. A month later has the same
    number, or is the last of a shorter month."""
    amount, unit = int(span[:-1]), span[-1]
    if unit == "m":
        return add_months(day, amount)
    return day + timedelta(days=amount * (7 if unit == "w" else 1))


def due_day(day: date, span: str, workdays: Workdays) -> date:
    """The first working day that is so long after `day`."""
    return workdays.on_or_after(day_after(day, span))

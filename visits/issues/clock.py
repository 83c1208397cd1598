"""The clock of an issue: working hours in the site's zone, from when it was raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.workdays.reports import team_workdays
from liaison_crm.core.periods import site_zone
from liaison_crm.core.working_time import WorkingTime

ACKNOWLEDGE_WITHIN_HOURS = 4
RESOLVE_WITHIN_HOURS = 27


def site_clock() -> WorkingTime:
    """Monday to Friday, 8 to 17, where the hospital stands, on days the team works."""
    return WorkingTime(site_zone(), team_workdays())


@dataclass(frozen=True, slots=True)
class Targets:
    """Working hours until somebody says that he sees to it, and until there is an answer."""

    acknowledge: int = ACKNOWLEDGE_WITHIN_HOURS
    resolve: int = RESOLVE_WITHIN_HOURS

    def from_(self, moment: datetime) -> dict[str, Any]:
        """The columns of an issue whose clock starts at that moment."""
        clock = site_clock()
        acknowledge_by = clock.after(moment, timedelta(hours=self.acknowledge))
        return {
            "clock_from": moment,
            "acknowledge_by": acknowledge_by,
            "resolve_by": clock.after(moment, timedelta(hours=self.resolve)),
            "due_at": acknowledge_by,
        }

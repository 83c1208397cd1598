"""The ledger of counting: when it ran, how complete the months are, what it changed later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from liaison_crm.core.periods import Month
from liaison_crm.core.wording import clock, long_day
from referrals.models import Restatement, RollupRun
from referrals.reports.freshness import Freshness, MonthFreshness, freshness, rollup_alarm
from referrals.reports.intake import recent_restatements

RUNS_SHOWN = 30
MONTHS_SHOWN = 6
RESTATED_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Ledger:
    """Everything the words "received to" rest on."""

    fresh: Freshness
    alarm: str
    months: tuple[MonthFreshness, ...]
    runs: tuple[RollupRun, ...]
    restated: tuple[Restatement, ...]

    @property
    def headline(self) -> str:
        as_of = self.fresh.as_of
        if as_of is None:
            return "Nothing has been counted yet"
        return f"Counted up to {long_day(as_of)}, {clock(as_of)}"


def ledger(viewer: User, *, now: datetime) -> Ledger:
    """For managers and admins: nobody else's numbers are behind all of it."""
    fresh = freshness(now)
    return Ledger(
        fresh=fresh,
        alarm=rollup_alarm(now),
        months=tuple(_months(fresh)),
        runs=tuple(RollupRun.objects.visible_to(viewer)[:RUNS_SHOWN]),
        restated=tuple(recent_restatements(viewer, _since(fresh.today))),
    )


def _months(fresh: Freshness) -> list[MonthFreshness]:
    this = Month.of(fresh.today)
    return [fresh.of((this - back).start) for back in range(MONTHS_SHOWN)]


def _since(today: date) -> date:
    return today - RESTATED_WITHIN

"""How fresh the numbers are: when they were counted, and how much has yet to arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from liaison_crm.core.periods import Month, site_today
from liaison_crm.core.wording import month_name, percent
from referrals import rollups
from referrals.models import ArrivalCurve, RollupRun, VolumeMark

State = RollupRun.State

# A closed month is called final only if hardly anything is still expected.
FINAL_SHARE = 0.98
# After this long without its run, last night counts as missed.
PATIENCE = timedelta(hours=2)


@dataclass(frozen=True)
class MonthFreshness:
    """`expected_share` of a month's referrals should be known by now; None if nobody can tell."""

    month: date
    expected_share: float | None
    closes_on: date
    is_final: bool

    @property
    def expected_percent(self) -> float | None:
        return None if self.expected_share is None else 100 * self.expected_share

    @property
    def words(self) -> str:
        return f"{percent(self.expected_percent)} of {month_name(self.month)} should have arrived"


@dataclass(frozen=True)
class Freshness:
    """Every change up to `as_of` is counted; `has_newer_changes` says that there are later ones,
    which nothing is before the first count."""

    today: date
    as_of: datetime | None
    has_newer_changes: bool
    curves: tuple[ArrivalCurve, ...]

    def of(self, month: date) -> MonthFreshness:
        share = self.expected_share(month)
        closes_on = rollups.closes_on(month)
        final = self.today >= closes_on and (share is None or share >= FINAL_SHARE)
        return MonthFreshness(month, share, closes_on, final)

    def expected_share(self, month: date) -> float | None:
        """The share of that month's referrals that past delays let us expect by today.

        Days that have not come count as not arrived. Sources weigh as much as they send.
        """
        weight = sum(curve.referrals for curve in self.curves)
        if not weight:
            return None
        days = Month.of(month).days
        arrived = sum(
            curve.referrals * _arrived(curve, (self.today - month).days - day)
            for curve in self.curves
            for day in range(days)
        )
        return arrived / (weight * days)

    @property
    def provisional_from(self) -> date:
        """The first month of the last two years that is not final, this month at the latest."""
        this_month = Month.of(self.today)
        for back in range(24, 0, -1):
            month = (this_month - back).start
            if not self.of(month).is_final:
                return month
        return this_month.start


def freshness(now: datetime) -> Freshness:
    """As of when, and how complete each month should be: one statement, since every page asks."""
    newest = ArrivalCurve.objects.filter(source=OuterRef("source")).order_by("-measured_on")
    curves = ArrivalCurve.objects.filter(pk=Subquery(newest.values("pk")[:1]))
    told = curves.values(json=JSONObject(referrals="referrals", shares="shares"))
    newer = Exists(VolumeMark.objects.all())
    last = _finished().order_by("-as_of").values_list("as_of", newer, ArraySubquery(told)).first()
    if last is None:
        return Freshness(site_today(now), None, has_newer_changes=False, curves=tuple(curves))
    as_of, has_newer, measured = last
    return Freshness(
        today=site_today(now),
        as_of=as_of,
        has_newer_changes=has_newer,
        curves=tuple(ArrivalCurve(**one) for one in measured),
    )


def provisional_from(now: datetime) -> date | None:
    """The first month that still grows."""
    return freshness(now).provisional_from


def last_rollup_finished_at() -> datetime | None:
    last = _finished().order_by("-finished_at").first()
    return last.finished_at if last else None


def rollup_alarm(now: datetime) -> str:
    """One sentence if the last night that should be done by now failed or is missing."""
    night = rollups.latest_night(now - PATIENCE)
    run = RollupRun.objects.filter(kind=RollupRun.Kind.NIGHTLY, period__gte=night).first()
    if run is not None and run.state == State.FAILED:
        return f"The rollup of the night of {run.period} failed: {run.error}"
    if run is None or (run.state == State.RUNNING and run.period == night):
        return f"The rollup of the night of {night} has not finished."
    return ""


def _finished() -> QuerySet[RollupRun]:
    return RollupRun.objects.filter(state=State.DONE)


def _arrived(curve: ArrivalCurve, days_ago: int) -> float:
    if days_ago < 0:
        return 0.0
    return curve.shares[min(days_ago, len(curve.shares) - 1)]

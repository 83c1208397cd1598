"""The sums behind the page on growth. They change with a count or a move, so they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.core.cache import cache

from accounts.models import User
from liaison_crm.core.charts.topology import county_name
from liaison_crm.core.periods import DateRange
from referrals.reports import Narrowing
from referrals.reports.breakdown import (
    Breakdown,
    MonthCounts,
    Mover,
    Ranking,
    breakdown,
    counts_by_month,
    practice_behind,
    rank_physicians,
)
from visits.reports.cuts import Asked, Choices
from visits.reports.growth_words import Causes, Part, causes_of
from visits.reports.months import charted_months

RANKED = 6
KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Counts:
    """`asked` is what was wanted without the months that cannot be compared."""

    asked: Asked
    charted: DateRange
    months: MonthCounts
    cut: Breakdown
    causes: Causes
    mover: Mover | None
    ranking: Ranking


def counts(viewer: User, wanted: Asked, chosen: Choices, *, today: date) -> Counts:
    """As counted by the last run. Kept as long as that is so and no practice has moved."""
    key = _key(viewer, wanted, chosen, today)
    found: Counts | None = cache.get(key) if key else None
    if found is None:
        found = _count(viewer, wanted, chosen, today)
        if key:
            cache.set(key, found, KEPT_SECONDS)
    return found


def _key(viewer: User, wanted: Asked, chosen: Choices, today: date) -> str:
    """Whose practices, which months and part, in which state of the numbers."""
    if chosen.stamp is None:
        return ""
    scope = "all" if viewer.sees_all_territories else sorted(chosen.territories)
    said = repr((scope, wanted, chosen.stamp, today))
    return f"growth-{sha256(said.encode()).hexdigest()}"


def _count(viewer: User, wanted: Asked, chosen: Choices, today: date) -> Counts:
    charted = charted_months(wanted.during, today)
    months = counts_by_month(viewer, charted, wanted.narrowing)
    asked = wanted.known(months.known_from)
    cut = breakdown(viewer, asked.during, asked.narrowing)
    causes = causes_of(cut.total, _parts(cut, asked, chosen))
    return Counts(
        asked=asked,
        charted=charted,
        months=months,
        cut=cut,
        causes=causes,
        mover=_mover(viewer, asked, causes),
        ranking=rank_physicians(viewer, asked.during, asked.narrowing, limit=RANKED),
    )


def _parts(cut: Breakdown, asked: Asked, chosen: Choices) -> Sequence[Part]:
    """Territories where there are several, else the counties of the one."""
    if len(cut.territories) > 1:
        return [
            Part(
                chosen.territories[pk].name,
                volume,
                Narrowing(territory=pk, service_line=asked.service_line),
            )
            for pk, volume in cut.territories.items()
            if pk in chosen.territories
        ]
    return [
        Part(
            county_name(fips),
            volume,
            Narrowing(territory=asked.territory, service_line=asked.service_line, county=fips),
        )
        for fips, volume in cut.counties.items()
        if fips
    ]


def _mover(viewer: User, asked: Asked, causes: Causes) -> Mover | None:
    suspect = causes.suspect
    if suspect is None:
        return None
    return practice_behind(viewer, asked.during, suspect.narrowing, rising=False)

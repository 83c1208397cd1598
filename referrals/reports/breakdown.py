"""The sums behind a page on growth: by month, cut three ways at once, and who moved most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, Subquery, Sum

from accounts.models import User
from liaison_crm.core.periods import DateRange, Month
from referrals.models import VolumeCell
from referrals.querysets import VolumeCellQuerySet
from referrals.reports.volumes import EVERYTHING, Narrowing, ratio


@dataclass(frozen=True)
class Compared:
    """Referrals of some months and of the same months a year earlier.

    `last_year` is None where our numbers do not reach back that far: not known is not none.
    """

    now: int = 0
    last_year: int | None = 0
    in_network: int = 0
    out_of_network: int = 0

    def __add__(self, other: Compared) -> Compared:
        known = self.last_year is not None and other.last_year is not None
        return Compared(
            self.now + other.now,
            (self.last_year or 0) + (other.last_year or 0) if known else None,
            self.in_network + other.in_network,
            self.out_of_network + other.out_of_network,
        )

    @property
    def any(self) -> bool:
        return bool(self.now or self.last_year)

    @property
    def change(self) -> int:
        """0 where there is nothing to compare with."""
        return 0 if self.last_year is None else self.now - self.last_year

    @property
    def tone(self) -> str:
        return "up" if self.change > 0 else "down" if self.change < 0 else ""

    @property
    def change_percent(self) -> float | None:
        """None where nothing was there last year, or nobody knows: news is no percentage."""
        return 100 * self.change / self.last_year if self.last_year else None

    @property
    def out_of_network_share(self) -> float | None:
        """Of the referrals whose destination's network is known."""
        return ratio(self.out_of_network, self.in_network + self.out_of_network)


NOTHING = Compared()


@dataclass(frozen=True)
class Breakdown:
    """The same referrals in all, by county (FIPS code), by territory and by service line (ids)."""

    total: Compared
    counties: Mapping[str, Compared]
    territories: Mapping[int, Compared]
    service_lines: Mapping[int, Compared]


# The first month that anything was counted for, by anybody: before it nothing is known.
KNOWN_FROM = "SELECT min(month) FROM referrals_volumecell"

# By hand, because the ORM has no GROUPING SETS, and one pass gives one snapshot. The cells
# themselves come from the ORM, through `visible_to`.
CUT = """
SELECT GROUPING(county, territory, service_line), county, territory, service_line,
       coalesce(sum(referrals) FILTER (WHERE month >= %s), 0),
       coalesce(sum(referrals) FILTER (WHERE month < %s), 0),
       coalesce(sum(in_network) FILTER (WHERE month >= %s), 0),
       coalesce(sum(out_of_network) FILTER (WHERE month >= %s), 0),
       ({known_from})
FROM ({cells}) AS cells (
    month, county, territory, service_line, referrals, in_network, out_of_network
)
GROUP BY GROUPING SETS ((), (county), (territory), (service_line))
"""
COLUMNS = (
    "month",
    "practice__county_fips",
    "practice__territory_id",
    "service_line_id",
    "referrals",
    "in_network",
    "out_of_network",
)
# A bit is set for each column that a row is summed over.
COUNTY, TERRITORY, SERVICE_LINE = 0b011, 0b101, 0b110


def breakdown(viewer: User, during: DateRange, narrowing: Narrowing = EVERYTHING) -> Breakdown:
    """Whole months against the same months a year earlier; neither may reach into the other."""
    compared = _compared(viewer, during, narrowing)
    try:
        inner, values = compared.order_by().values_list(*COLUMNS).query.sql_with_params()
    except EmptyResultSet:
        return Breakdown(NOTHING, {}, {}, {})
    with connection.cursor() as cursor:
        cursor.execute(
            CUT.format(cells=inner, known_from=KNOWN_FROM), [*[during.start] * 4, *values]
        )
        return _sorted_by_cut(cursor.fetchall(), during.last_year().start)


def _sorted_by_cut(rows: list[tuple[Any, ...]], before: date) -> Breakdown:
    total = NOTHING
    cuts: dict[int, dict[Any, Compared]] = {COUNTY: {}, TERRITORY: {}, SERVICE_LINE: {}}
    for cut, county, territory, service_line, now, last_year, ours, theirs, known_from in rows:
        is_known = known_from is not None and known_from <= before
        volume = Compared(now, last_year if is_known else None, ours, theirs)
        if cut not in cuts:
            total = volume
            continue
        key = {COUNTY: county, TERRITORY: territory, SERVICE_LINE: service_line}[cut]
        cuts[cut][key] = volume
    return Breakdown(total, cuts[COUNTY], cuts[TERRITORY], cuts[SERVICE_LINE])


# --- By month ---


@dataclass(frozen=True)
class MonthCounts:
    """Referrals of each month that has any, and the first month that anything is known of."""

    counts: Mapping[date, int]
    known_from: date | None

    def of(self, month: Month) -> int | None:
        """None before anything is known."""
        if self.known_from is None or month.start < self.known_from:
            return None
        return self.counts.get(month.start, 0)


def counts_by_month(
    viewer: User, during: DateRange, narrowing: Narrowing = EVERYTHING
) -> MonthCounts:
    """Leaner than whole volumes: it reads one column."""
    first = VolumeCell.objects.order_by("month").values("month")[:1]
    cells = narrowing.of(VolumeCell.objects.visible_to(viewer))
    counted = (
        cells.months_between(during.start, during.end)
        .values_list("month")
        .annotate(Sum("referrals"), known_from=Subquery(first))
        .order_by()
    )
    rows = list(counted)
    return MonthCounts(
        counts={month: referrals for month, referrals, _ in rows},
        known_from=rows[0][2] if rows else None,
    )


# --- Who moved most ---


@dataclass(frozen=True)
class Ranked:
    """A physician or practice with its referrals of both years."""

    pk: int
    now: int
    last_year: int

    @property
    def change(self) -> int:
        return self.now - self.last_year

    @property
    def change_percent(self) -> float | None:
        return 100 * self.change / self.last_year if self.last_year else None


@dataclass(frozen=True)
class Ranking:
    """Those who refer most, and those who lost most, each from the first on."""

    top: tuple[Ranked, ...]
    falling: tuple[Ranked, ...]


# By hand: both ends of one list, which is summed once.
BOTH_ENDS = """
WITH ranked AS MATERIALIZED (
    SELECT physician, coalesce(sum(referrals) FILTER (WHERE month >= %s), 0) AS now,
           coalesce(sum(referrals) FILTER (WHERE month < %s), 0) AS last_year
    FROM ({cells}) AS cells (month, physician, referrals) GROUP BY physician
)
(SELECT 'top', * FROM ranked WHERE now > 0 ORDER BY now DESC, physician LIMIT %s)
UNION ALL
(SELECT 'falling', * FROM ranked WHERE now < last_year
 ORDER BY now - last_year, physician LIMIT %s)
"""


def rank_physicians(
    viewer: User, during: DateRange, narrowing: Narrowing = EVERYTHING, *, limit: int
) -> Ranking:
    cells = _compared(viewer, during, narrowing)
    try:
        inner, values = (
            cells.order_by()
            .values_list("month", "physician_id", "referrals")
            .query.sql_with_params()
        )
    except EmptyResultSet:
        return Ranking((), ())
    with connection.cursor() as cursor:
        cursor.execute(
            BOTH_ENDS.format(cells=inner), [during.start, during.start, *values, limit, limit]
        )
        rows = cursor.fetchall()
    return Ranking(
        top=tuple(Ranked(*row[1:]) for row in rows if row[0] == "top"),
        falling=tuple(Ranked(*row[1:]) for row in rows if row[0] == "falling"),
    )


@dataclass(frozen=True)
class Mover:
    """The practice whose change is the largest of all in one direction."""

    pk: int
    name: str
    change: int


def practice_behind(
    viewer: User, during: DateRange, narrowing: Narrowing, *, rising: bool
) -> Mover | None:
    """Who gained most, or lost most, in that part of the market; None if nobody did."""
    now, before = (
        Sum("referrals", filter=Q(month__gte=year.start, month__lt=year.end), default=0)
        for year in (during, during.last_year())
    )
    moved = (
        _compared(viewer, during, narrowing)
        .values_list("practice", "practice__name")
        .annotate(change=now - before)
    )
    if rising:
        first = moved.filter(change__gt=0).order_by("-change", "practice").first()
    else:
        first = moved.filter(change__lt=0).order_by("change", "practice").first()
    return Mover(*first) if first else None


def _compared(viewer: User, during: DateRange, narrowing: Narrowing) -> VolumeCellQuerySet:
    before = during.last_year()
    both = Q(month__gte=before.start, month__lt=before.end) | Q(
        month__gte=during.start, month__lt=during.end
    )
    return narrowing.of(VolumeCell.objects.visible_to(viewer)).filter(both)

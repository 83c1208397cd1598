"""Volumes: how many referrals, from whom, for what, and against the same months of last year.

All of it is sums over cells, so it costs what is asked about and not how many referrals there are.
Every report asks `visible_to` first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from liaison_crm.core.periods import DateRange
from referrals.models import VolumeCell
from referrals.querysets import VolumeCellQuerySet


@dataclass(frozen=True)
class Volume:
    """Sums over some cells. The last four are only there to be divided."""

    referrals: int = 0
    received: int = 0
    accepted: int = 0
    scheduled: int = 0
    completed: int = 0
    cancelled: int = 0
    declined: int = 0
    no_show: int = 0
    redirected: int = 0
    in_network: int = 0
    out_of_network: int = 0
    summed_days_to_schedule: int = 0
    timed_schedules: int = 0
    summed_days_to_complete: int = 0
    timed_completions: int = 0

    @property
    def network_unknown(self) -> int:
        return self.referrals - self.in_network - self.out_of_network

    @property
    def completed_share(self) -> float | None:
        return ratio(self.completed, self.referrals)

    @property
    def out_of_network_share(self) -> float | None:
        """Of the referrals whose destination's network is known."""
        return ratio(self.out_of_network, self.in_network + self.out_of_network)

    @property
    def days_to_schedule(self) -> float | None:
        return ratio(self.summed_days_to_schedule, self.timed_schedules)

    @property
    def days_to_complete(self) -> float | None:
        return ratio(self.summed_days_to_complete, self.timed_completions)


@dataclass(frozen=True)
class MonthVolume:
    month: date
    now: Volume
    last_year: Volume


@dataclass(frozen=True)
class Standing:
    """One practice, physician, line or territory, against the same months a year earlier."""

    pk: int
    name: str
    now: Volume
    last_year: Volume

    @property
    def change(self) -> int:
        return self.now.referrals - self.last_year.referrals

    @property
    def change_percent(self) -> float | None:
        """None where there was nothing last year: news is no percentage."""
        share = ratio(self.change, self.last_year.referrals)
        return None if share is None else 100 * share


@dataclass(frozen=True)
class Narrowing:
    """Which part of the market is asked about, by ids and a county's FIPS code; all must hold."""

    practice: int | None = None
    physician: int | None = None
    service_line: int | None = None
    destination: int | None = None
    territory: int | None = None
    county: str | None = None

    def of(self, cells: VolumeCellQuerySet) -> VolumeCellQuerySet:
        along = {"territory": "practice__territory", "county": "practice__county_fips"}
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return cells.filter(**{along.get(name, name): value for name, value in given.items()})


EVERYTHING = Narrowing()
NOTHING = Volume()


@dataclass(frozen=True)
class Grouping:
    """What cells are summed by: the column of the key, and the columns and words of its name."""

    key: str
    named_by: tuple[str, ...] = ()
    name: Callable[..., str] = str


GROUPINGS = {
    "month": Grouping("month"),
    "practice": Grouping("practice_id", ("practice__name",)),
    "physician": Grouping(
        "physician_id", ("physician__first_name", "physician__last_name"), "Dr. {} {}".format
    ),
    "service_line": Grouping("service_line_id", ("service_line__name",)),
    "destination": Grouping("destination_id", ("destination__name",)),
    "territory": Grouping("practice__territory_id", ("practice__territory__name",)),
}

# The cell's sums of days carry the name that the volume gives to their means.
COLUMN_OF = {field.name: field.name.removeprefix("summed_") for field in fields(Volume)}
SUMS = {f"sum_{name}": Sum(column) for name, column in COLUMN_OF.items()}


def volumes_by_month(
    viewer: User, during: DateRange, narrowing: Narrowing = EVERYTHING
) -> list[MonthVolume]:
    """Every month of the range with the same month a year earlier, oldest first."""
    span = DateRange(during.last_year().start, during.end)
    cells = _cells(viewer, narrowing).months_between(span.start, span.end)
    found = {row["month"]: _volume(row) for row in cells.values("month").annotate(**SUMS)}
    return [
        MonthVolume(
            month=month.start,
            now=found.get(month.start, NOTHING),
            last_year=found.get(month.last_year.start, NOTHING),
        )
        for month in during.months()
    ]


def volumes_by_practice(
    viewer: User,
    during: DateRange,
    narrowing: Narrowing = EVERYTHING,
    *,
    limit: int | None = None,
) -> list[Standing]:
    """Practices with any referrals in either year, most referrals first."""
    return _standings("practice", _cells(viewer, narrowing), during, limit)


def volumes_by_physician(
    viewer: User,
    during: DateRange,
    narrowing: Narrowing = EVERYTHING,
    *,
    limit: int | None = None,
) -> list[Standing]:
    return _standings("physician", _cells(viewer, narrowing), during, limit)


def volumes_by_service_line(
    viewer: User, during: DateRange, narrowing: Narrowing = EVERYTHING
) -> list[Standing]:
    return _standings("service_line", _cells(viewer, narrowing), during)


def volumes_by_destination(
    viewer: User, during: DateRange, narrowing: Narrowing = EVERYTHING
) -> list[Standing]:
    return _standings("destination", _cells(viewer, narrowing), during)


def volumes_by_territory(
    viewer: User, during: DateRange, narrowing: Narrowing = EVERYTHING
) -> list[Standing]:
    """By the territory each practice belongs to now, also for months before it did."""
    return _standings("territory", _cells(viewer, narrowing), during)


def top_referrers(
    viewer: User, during: DateRange, narrowing: Narrowing = EVERYTHING, *, limit: int = 10
) -> list[Standing]:
    """The physicians who referred most."""
    standings = _standings("physician", _cells(viewer, narrowing), during, limit)
    return [standing for standing in standings if standing.now.referrals]


def falling_referrers(
    viewer: User, during: DateRange, narrowing: Narrowing = EVERYTHING, *, limit: int = 10
) -> list[Standing]:
    """The physicians who lost most referrals against last year, the greatest loss first."""
    cells = _cells(viewer, narrowing)
    losers = _ranked(cells, "physician_id", during).filter(change__lt=0)
    first = losers.order_by("change", "physician_id")[:limit]
    cells = cells.filter(physician_id__in=first.values("physician_id"))
    standings = _described("physician", cells, during)
    return sorted(standings, key=lambda standing: (standing.change, standing.pk))


def grouped_volumes(
    viewer: User,
    by: Sequence[str],
    during: DateRange | None = None,
    narrowing: Narrowing = EVERYTHING,
) -> QuerySet[Any, dict[str, Any]]:
    """Rows of the keys in `by` and of `sum_` and each count, ordered by the keys.

    The keys are those of `GROUPINGS`. Nothing is read until the rows are, so a caller may page.
    """
    cells = _cells(viewer, narrowing)
    if during is not None:
        cells = cells.months_between(during.start, during.end)
    own = [name for name in by if name != "territory"]
    territory = {"territory": F("practice__territory")} if "territory" in by else {}
    grouped: QuerySet[Any, dict[str, Any]] = cells.values(*own, **territory).annotate(**SUMS)
    return grouped.order_by(*by)


def _cells(viewer: User, narrowing: Narrowing) -> VolumeCellQuerySet:
    return narrowing.of(VolumeCell.objects.visible_to(viewer))


def _standings(
    group: str, cells: VolumeCellQuerySet, during: DateRange, limit: int | None = None
) -> list[Standing]:
    """Most referrals first; of equals the one known longer."""
    if limit is not None:
        key = GROUPINGS[group].key
        first = _ranked(cells, key, during).order_by("-now", key)[:limit]
        cells = cells.filter(**{f"{key}__in": first.values(key)})
    standings = _described(group, cells, during)
    return sorted(standings, key=lambda standing: (-standing.now.referrals, standing.pk))


def _ranked(cells: VolumeCellQuerySet, key: str, during: DateRange) -> QuerySet[Any, Any]:
    """The little that must be known of every group to find the first few."""
    now, before = _months(during), _months(during.last_year())
    ranked: QuerySet[Any, Any] = (
        cells.filter(now | before)
        .values(key)
        .annotate(
            now=Coalesce(Sum("referrals", filter=now), 0),
            change=F("now") - Coalesce(Sum("referrals", filter=before), 0),
        )
    )
    return ranked


def _described(group: str, cells: VolumeCellQuerySet, during: DateRange) -> list[Standing]:
    """Each group with both its years, in one statement and no order."""
    key, named_by = GROUPINGS[group].key, GROUPINGS[group].named_by
    now, before = (
        cells.filter(_months(year)).values(key, *named_by).annotate(**SUMS, year=Value(label))
        for label, year in (("now", during), ("last_year", during.last_year()))
    )
    years: dict[int, dict[str, Volume]] = defaultdict(dict)
    names: dict[int, str] = {}
    for row in now.union(before, all=True):
        years[row[key]][row["year"]] = _volume(row)
        names[row[key]] = GROUPINGS[group].name(*[row[column] for column in named_by])
    return [
        Standing(
            pk=pk,
            name=names[pk],
            now=volumes.get("now", NOTHING),
            last_year=volumes.get("last_year", NOTHING),
        )
        for pk, volumes in years.items()
    ]


def _months(during: DateRange) -> Q:
    return Q(month__gte=during.start, month__lt=during.end)


def _volume(row: Mapping[str, Any]) -> Volume:
    return Volume(**{name: row[f"sum_{name}"] for name in COLUMN_OF})


def ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None

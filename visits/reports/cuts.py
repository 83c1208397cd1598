"""What the numbers on growth may be cut by, and what somebody asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.models import Territory, TerritoryArea, User
from contacts.models import Practice
from liaison_crm.core.periods import DateRange, Month
from referrals.models import RollupRun, ServiceLine
from referrals.reports import Narrowing
from visits.reports.periods import last_closed_month

PERIODS = {"month": 1, "quarter": 3, "year": 12}
COLUMNS = ("kind", "pk", "name", "own", "is_unassigned", "codes", "run", "placed_at")


@dataclass(frozen=True)
class Choice:
    """A territory with its counties, or a service line."""

    pk: int
    name: str
    is_own: bool = False
    is_unassigned: bool = False
    counties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stamp:
    """The count the numbers come from, and when a practice was last written: moved, perhaps.

    As long as both stand, the numbers stand. None where nothing was counted by a run.
    """

    run: int
    placed_at: datetime


@dataclass(frozen=True)
class Choices:
    """What the viewer's numbers may be cut by, by id, and the stamp of those numbers."""

    territories: Mapping[int, Choice]
    service_lines: Mapping[int, Choice]
    stamp: Stamp | None


def choices(viewer: User, *, on: date) -> Choices:
    """The territories the viewer works (all for those who see all) and every service line."""
    worked = Territory.objects.worked_by(viewer, on=on).filter(pk=OuterRef("pk"))
    counties = ArrayAgg("areas__code", filter=Q(areas__kind=TerritoryArea.Kind.COUNTY))
    none = Value([], output_field=ArrayField(CharField()))
    last_run = RollupRun.objects.filter(state=RollupRun.State.DONE).order_by("-as_of", "-pk")
    last_written = Practice.objects.order_by("-updated_at")
    territories = (
        Territory.objects.visible_to(viewer)
        .annotate(
            kind=Value("territory"),
            own=Exists(worked),
            codes=Coalesce(counties, none),
            run=Subquery(last_run.values("pk")[:1]),
            placed_at=Subquery(last_written.values("updated_at")[:1]),
        )
        .values_list(*COLUMNS)
        .order_by()
    )
    no = Value(False, output_field=BooleanField())
    lines = (
        ServiceLine.objects.annotate(
            kind=Value("line"),
            own=no,
            is_unassigned=no,
            codes=none,
            run=Value(None, output_field=BigIntegerField()),
            placed_at=Value(None, output_field=DateTimeField()),
        )
        .values_list(*COLUMNS)
        .order_by()
    )
    rows = sorted(territories.union(lines, all=True), key=lambda row: (row[4], row[2]))
    return Choices(
        territories={row[1]: _choice(row) for row in rows if row[0] == "territory" and row[3]},
        service_lines={row[1]: _choice(row) for row in rows if row[0] == "line"},
        stamp=next((Stamp(row[6], row[7]) for row in rows if row[6] and row[7]), None),
    )


def _choice(row: Sequence[Any]) -> Choice:
    _, pk, name, own, is_unassigned, codes, *_ = row
    return Choice(pk, name, own, is_unassigned, tuple(sorted(codes)))


@dataclass(frozen=True)
class Asked:
    """The compared months and the part of the market."""

    during: DateRange
    territory: int | None = None
    service_line: int | None = None

    @classmethod
    def for_period(
        cls, period: str, *, now: datetime, territory: int | None, service_line: int | None
    ) -> Asked:
        last = last_closed_month(now)
        during = DateRange.of_months(last - (PERIODS[period] - 1), last)
        return cls(during, territory, service_line)

    def known(self, known_from: date | None) -> Asked:
        """Without the months whose year before nobody counted; whole where none would be left."""
        first = max(Month.of(self.during.start), Month.of(known_from or self.during.start) + 12)
        last = Month.of(self.during.last)
        if known_from is None or first > last:
            return self
        return replace(self, during=DateRange.of_months(first, last))

    @property
    def narrowing(self) -> Narrowing:
        return Narrowing(territory=self.territory, service_line=self.service_line)

    @property
    def about(self) -> dict[str, int | None]:
        """What names this part in the address of the rows behind a figure."""
        return {"territory": self.territory, "service_line": self.service_line}

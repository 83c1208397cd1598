"""Territories side by side, and one of them: who, what, how much, and how it got there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Sum
from django.urls import reverse

from accounts.models import Assignment, Handover, Territory, User
from accounts.reports import TerritoryLine, territories_on
from contacts.models import Realignment
from contacts.realigning.reports import (
    AreaFound,
    areas_named,
    areas_of,
    practices_to_move,
)
from contacts.services import Area
from liaison_crm.core import charts
from liaison_crm.core.periods import DateRange, Month
from liaison_crm.core.wording import count_of, short_day
from referrals.models import VolumeCell
from referrals.reports.breakdown import Breakdown, Compared, breakdown, counts_by_month
from referrals.reports.volumes import Narrowing
from visits.days import day_for
from visits.reports.coverage import NOTHING as NO_COVERAGE
from visits.reports.coverage import Coverage, coverage_by_territory
from visits.reports.months import charted_months, month_line
from visits.reports.relationship import Span, referrals_in

NO_REFERRALS = Compared()
CHANGES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """A territory as the list shows it. `volume` is missing where a colleague's keeps it."""

    line: TerritoryLine
    coverage: Coverage
    volume: Compared | None
    months: tuple[int, ...]

    @property
    def territory(self) -> Territory:
        return self.line.territory


@dataclass(frozen=True, slots=True)
class TerritoryBook:
    rows: tuple[TerritoryRow, ...]
    map: charts.CountyMap

    @property
    def headline(self) -> str:
        territories = sum(not row.territory.is_unassigned for row in self.rows)
        practices = sum(row.coverage.practices for row in self.rows)
        return (
            f"{count_of(territories, 'territory,territories')} "
            f"for {count_of(practices, 'practice,practices')}"
        )

    @property
    def unowned(self) -> int:
        return sum(row.line.owner is None and not row.territory.is_unassigned for row in self.rows)


def territory_book(viewer: User, *, on: date, now: datetime, span: Span) -> TerritoryBook:
    """Every territory the viewer knows of, Unassigned last, with the map of their counties."""
    lines = territories_on(on, viewer=viewer)
    own = _own(viewer, lines, on)
    cut = breakdown(viewer, span.recent)
    covered = coverage_by_territory(viewer, now=now)
    months = _months_by_territory(viewer, span.shown)
    rows = [
        TerritoryRow(
            line=line,
            coverage=covered.get(line.territory.pk, NO_COVERAGE),
            volume=cut.territories.get(line.territory.pk, NO_REFERRALS)
            if line.territory.pk in own
            else None,
            months=months.get(line.territory.pk, ()),
        )
        for line in lines
    ]
    rows.sort(key=lambda row: row.territory.is_unassigned)
    return TerritoryBook(rows=tuple(rows), map=_map_of_all(lines, cut, own))


def _own(viewer: User, lines: Sequence[TerritoryLine], on: date) -> set[int]:
    """The territories whose numbers the viewer may read."""
    if viewer.sees_all_territories:
        return {line.territory.pk for line in lines}
    return set(viewer.territories_today(on).values_list("pk", flat=True))


def _months_by_territory(viewer: User, shown: DateRange) -> dict[int, tuple[int, ...]]:
    counted = (
        VolumeCell.objects.visible_to(viewer)
        .months_between(shown.start, shown.end)
        .values_list("practice__territory", "month")
        .annotate(Sum("referrals"))
        .order_by()
    )
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for territory, month, referrals in counted:
        found[territory][month] = referrals
    return {
        territory: tuple(months.get(month.start, 0) for month in shown.months())
        for territory, months in found.items()
    }


def _map_of_all(
    lines: Sequence[TerritoryLine], cut: Breakdown, own: Collection[int]
) -> charts.CountyMap:
    """Counties that territories have, or that practices with referrals are in."""
    held = {fips for line in lines for fips in line.counties}
    return charts.CountyMap(
        title="Change in referrals by county and territory",
        counties=county_shapes(held, cut.counties),
        territories=tuple(
            charts.Territory(
                name=line.territory.name,
                fips=line.counties,
                change=cut.territories.get(line.territory.pk, NO_REFERRALS).change_percent
                if line.territory.pk in own
                else None,
                href=reverse("territory", args=[line.territory.pk]),
            )
            for line in lines
            if line.counties
        ),
    )


def county_shapes(
    held: Collection[str], counted: Mapping[str, Compared]
) -> tuple[charts.County, ...]:
    """A county without a count is drawn all the same: nobody refers there, or it is not told."""
    return tuple(
        charts.County(fips, volume.change_percent, count=volume.now, before=volume.last_year)
        if (volume := counted.get(fips))
        else charts.County(fips)
        for fips in sorted({*held, *counted} - {""})
    )


# --- One territory ---


@dataclass(frozen=True, slots=True)
class Stint:
    """An assignment as a day sees it: "ahead", "now" or "over"."""

    assignment: Assignment
    state: str

    @property
    def words(self) -> str:
        """Since 24 Oct 2024; 3 Jan to 9 Feb 2026; the last day is still worked."""
        first = self.assignment.starts_on
        if self.assignment.ends_on:
            last = self.assignment.ends_on - timedelta(days=1)
            return f"{short_day(first, last)} to {short_day(last, date.min)}"
        return f"{'From' if self.state == 'ahead' else 'Since'} {short_day(first, date.min)}"


@dataclass(frozen=True, slots=True)
class TerritoryPage:
    """`volume` is missing where a colleague's territory keeps it."""

    territory: Territory
    stints: tuple[Stint, ...]
    areas: tuple[AreaFound, ...]
    coverage: Coverage
    volume: Compared | None
    chart: charts.MonthLine | None
    map: charts.CountyMap
    handover: Handover | None
    realignments: tuple[Realignment, ...]

    @property
    def headline(self) -> str:
        practices = count_of(self.coverage.practices, "practice,practices")
        if self.territory.is_unassigned:
            return f"{practices} in no territory"
        return f"{self.territory} has {practices}"

    @property
    def owner(self) -> User | None:
        return next((one.user for one in self._working("owner")), None)

    @property
    def covers(self) -> list[User]:
        return [one.user for one in self._working("cover")]

    def _working(self, part: str) -> list[Assignment]:
        now = (one.assignment for one in self.stints if one.state == "now")
        return [one for one in now if one.part == part]


def territory_page(
    viewer: User, territory: Territory, *, now: datetime, span: Span, with_months: bool = True
) -> TerritoryPage:
    """One territory. Its line of months only for those who work it."""
    on = day_for(viewer, now)
    areas = areas_of(territory)
    works_here = viewer.sees_all_territories or territory in viewer.territories_today(on)
    cut = breakdown(viewer, span.recent, Narrowing(territory=territory.pk))
    held = [one.area.code for one in areas if one.area.kind == "county"]
    return TerritoryPage(
        territory=territory,
        stints=_stints(viewer, territory, on),
        areas=tuple(areas),
        coverage=coverage_by_territory(viewer, now=now).get(territory.pk, NO_COVERAGE),
        volume=cut.total if works_here else None,
        chart=_chart(viewer, territory, span, on) if works_here and with_months else None,
        map=charts.CountyMap(
            title=f"Change in referrals by county of {territory}",
            counties=county_shapes(held, cut.counties),
            territories=(charts.Territory(territory.name, tuple(held)),),
        ),
        handover=Handover.objects.visible_to(viewer).filter(territory=territory).standing().first(),
        realignments=_realignments(viewer, territory),
    )


def _chart(viewer: User, territory: Territory, span: Span, on: date) -> charts.MonthLine:
    line = charted_months(span.recent, on)
    counted = counts_by_month(viewer, line, Narrowing(territory=territory.pk))
    return month_line(counted, line, closed=Month.of(span.recent.last))


def _stints(viewer: User, territory: Territory, on: date) -> tuple[Stint, ...]:
    """Latest first."""
    rows = Assignment.objects.visible_to(viewer).filter(territory=territory).select_related("user")
    return tuple(Stint(row, _state(row, on)) for row in rows.order_by("-starts_on", "-pk"))


def _state(assignment: Assignment, on: date) -> str:
    if assignment.starts_on > on:
        return "ahead"
    return "over" if assignment.ends_on and assignment.ends_on <= on else "now"


def _realignments(viewer: User, territory: Territory) -> tuple[Realignment, ...]:
    rows = Realignment.objects.visible_to(viewer).touching(territory)
    return tuple(rows.select_related("to", "made_by")[:CHANGES_SHOWN])


# --- Before a realignment ---


@dataclass(frozen=True, slots=True)
class Leaving:
    """Practices that would leave one territory, and what they sent in the compared months."""

    territory: Territory
    practices: int
    referrals: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a realignment would do to practices, territory by territory."""

    to: Territory | None
    areas: tuple[AreaFound, ...]
    leaving: tuple[Leaving, ...]

    @property
    def headline(self) -> str:
        if not self.practices:
            return "No practice would move"
        moving = count_of(self.practices, "practice,practices")
        would = "would move to" if self.to else "would have"
        return f"{moving} {would} {self.to or 'no territory'}"

    @property
    def practices(self) -> int:
        return sum(one.practices for one in self.leaving)

    @property
    def referrals(self) -> int:
        return sum(one.referrals for one in self.leaving)


def preview(viewer: User, areas: Sequence[Area], *, to: Territory | None, span: Span) -> Preview:
    """Who would lose how many practices, and how many referrals go along."""
    moving = practices_to_move(viewer, areas, to=to)
    practices = dict(moving.order_by().values_list("territory").annotate(practices=Count("pk")))
    sent = _sent_by(viewer, list(moving.values_list("pk", flat=True)), span)
    territories = Territory.objects.visible_to(viewer).in_bulk(practices)
    return Preview(
        to=to,
        areas=tuple(areas_named(areas)),
        leaving=tuple(
            Leaving(territories[pk], count, sent.get(pk, 0))
            for pk, count in sorted(practices.items(), key=lambda held: -held[1])
        ),
    )


def _sent_by(viewer: User, practices: Sequence[int], span: Span) -> dict[int, int]:
    cells = VolumeCell.objects.visible_to(viewer).filter(practice__in=practices)
    return dict(
        cells.values_list("practice__territory").annotate(sent=referrals_in(span.shown)).order_by()
    )

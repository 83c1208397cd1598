"""The page on growth: what changed against a year before, where, through whom, and who acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from liaison_crm.core import charts
from liaison_crm.core.periods import DateRange, Month, local_moment, site_today, site_zone
from liaison_crm.core.wording import local_day, month_name, percent, sentence
from referrals.reports import Freshness, freshness
from referrals.reports.breakdown import NOTHING, Breakdown, Compared, Ranking
from visits.reports.coverage import TeamMember, coverage_by_territory, ownership, team
from visits.reports.cuts import Asked, Choice, Choices
from visits.reports.growth_counts import counts
from visits.reports.growth_words import Lead, headline, lead_of
from visits.reports.months import month_line
from visits.reports.needs import Need, needs
from visits.reports.relationship import SHOWN_MONTHS
from visits.reports.territories import county_shapes


@dataclass(frozen=True)
class Row:
    """One line of a table: a territory or service line, and how to open what is behind it."""

    pk: int
    name: str
    volume: Compared
    about: dict[str, int | None]

    @property
    def leaving_percent(self) -> float | None:
        share = self.volume.out_of_network_share
        return None if share is None else 100 * share

    @property
    def leaving_words(self) -> str:
        return f"{percent(self.leaving_percent)} of the referrals of {self.name} leave the network"


@dataclass(frozen=True)
class Growth:
    """Everything the page says, from one moment."""

    asked: Asked
    choices: Choices
    total: Compared
    headline: str
    lead: Lead
    left_out: str
    chart: charts.MonthLine
    this_month: date
    so_far: int
    map: charts.CountyMap
    territories: tuple[Row, ...]
    service_lines: tuple[Row, ...]
    top: tuple[Need, ...]
    falling: tuple[Need, ...]
    team: tuple[TeamMember, ...]
    fresh: Freshness
    week: date

    @property
    def has_numbers(self) -> bool:
        return bool(self.total.now or self.total.last_year or self.so_far)

    @property
    def received_words(self) -> str:
        """Received to 22 November."""
        as_of = self.fresh.as_of
        return f"Received to {local_day(as_of):%-d %B}" if as_of else "Not counted yet"

    @property
    def expected_words(self) -> str:
        """How much of the running month past delays let us expect by now."""
        share = self.fresh.of(self.this_month).expected_share
        return "" if share is None else f"about {share:.0%} of what to expect"

    @property
    def this_month_asked(self) -> str:
        return f"{self.this_month:%Y-%m}"


def growth(viewer: User, wanted: Asked, chosen: Choices, *, now: datetime) -> Growth:
    """The change of closed months against the same months a year before, and its parts.

    Only practices the viewer works count. See `last_closed_month` for what is compared, and
    `Asked.known` for months whose year before we do not know.
    """
    today = site_today(now)
    counted = counts(viewer, wanted, chosen, today=today)
    asked, cut = counted.asked, counted.cut
    week = today - timedelta(days=today.weekday())
    held = ownership(viewer, on=today, week=_week(week))
    top, falling = _people(viewer, counted.ranking, asked, today, held.owners)
    return Growth(
        asked=asked,
        choices=chosen,
        total=cut.total,
        headline=headline(cut.total, asked.during),
        lead=lead_of(counted.causes, counted.mover),
        left_out=_left_out(wanted, asked, today),
        chart=month_line(counted.months, counted.charted, closed=Month.of(asked.during.last)),
        this_month=today.replace(day=1),
        so_far=counted.months.counts.get(today.replace(day=1), 0),
        map=_map(cut, asked, chosen),
        territories=tuple(_rows(cut.territories, chosen.territories, "territory", asked)),
        service_lines=tuple(_rows(cut.service_lines, chosen.service_lines, "service_line", asked)),
        top=top,
        falling=falling if cut.total.last_year is not None else (),
        team=tuple(
            team(
                held,
                volumes=cut.territories,
                covered=coverage_by_territory(viewer, now=now),
                among=_named(asked, chosen),
            )
        ),
        fresh=freshness(now),
        week=week,
    )


def _named(asked: Asked, chosen: Choices) -> list[int]:
    return [asked.territory] if asked.territory else list(chosen.territories)


def _left_out(wanted: Asked, asked: Asked, today: date) -> str:
    """October is not closed yet and left out. The running month goes without saying."""
    words = []
    first, this = Month.of(asked.during.end), Month.of(today)
    if open_months := [first + step for step in range(this.months_since(first))]:
        names = sentence([f"{month.start:%B}" for month in open_months])
        is_or_are = "is" if len(open_months) == 1 else "are"
        words.append(f"{names} {is_or_are} not closed yet and left out.")
    if wanted.during != asked.during:
        words.append(f"Nothing is known from before {month_name(asked.during.last_year().start)}.")
    return " ".join(words)


def _week(monday: date) -> tuple[datetime, datetime]:
    zone = site_zone()
    return (
        local_moment(monday, time(), zone),
        local_moment(monday + timedelta(days=7), time(), zone),
    )


def _people(
    viewer: User, ranking: Ranking, asked: Asked, today: date, owners: Mapping[int, User]
) -> tuple[tuple[Need, ...], tuple[Need, ...]]:
    last = Month.of(asked.during.last)
    shown = DateRange.of_months(last - (SHOWN_MONTHS - 1), last)
    every = {one.pk: one for one in (*ranking.top, *ranking.falling)}
    found = needs(viewer, list(every.values()), shown=shown, today=today, owners=owners)
    return (
        tuple(found[one.pk] for one in ranking.top if one.pk in found),
        tuple(found[one.pk] for one in ranking.falling if one.pk in found),
    )


def _map(cut: Breakdown, asked: Asked, chosen: Choices) -> charts.CountyMap:
    """The counties of the territories in question, each leading to its practices."""
    shown = [chosen.territories[pk] for pk in _named(asked, chosen) if pk in chosen.territories]
    held = {fips for territory in shown for fips in territory.counties}
    practices = reverse("practices")
    return charts.CountyMap(
        title="Change in referrals by county",
        counties=tuple(
            charts.County(
                shape.fips,
                shape.change,
                shape.count,
                shape.before,
                href=f"{practices}?{urlencode({'county': shape.fips, 'sort': 'change'})}",
            )
            for shape in county_shapes(held, cut.counties)
        ),
        territories=tuple(
            charts.Territory(
                territory.name,
                territory.counties,
                cut.territories.get(territory.pk, NOTHING).change_percent,
                href=reverse("territory", args=[territory.pk]),
            )
            for territory in shown
            if territory.counties
        ),
    )


def _rows(
    volumes: Mapping[int, Compared], named: Mapping[int, Choice], what: str, asked: Asked
) -> list[Row]:
    """Most referrals first."""
    rows = [
        Row(pk, named[pk].name, volume, {**asked.about, what: pk})
        for pk, volume in volumes.items()
        if pk in named
    ]
    return sorted(rows, key=lambda row: (-row.volume.now, row.name))

"""Each report says what a slow count over the cells says, for whoever asks."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from itertools import product

import pytest

from liaison_crm.core.periods import DateRange, Month
from referrals import reports
from referrals.models import VolumeCell
from referrals.reports import Narrowing, Volume
from referrals.rollups.cells import COUNTS
from tests import factories

pytestmark = pytest.mark.django_db

QUARTER = DateRange(date(2025, 12, 1), date(2026, 3, 1))
TWO_YEARS = DateRange(date(2024, 3, 1), date(2026, 3, 1))


@pytest.fixture
def world(north, south, unassigned):
    """Two hundred seeded cells over three years, three territories and every other key."""
    chance = random.Random(20260302)
    practices = [
        factories.PracticeFactory(territory=territory)
        for territory in (north, north, south, south, unassigned)
    ]
    physicians = [factories.PhysicianFactory() for _ in range(6)]
    lines = [factories.ServiceLineFactory(code=f"line-{n}", name=f"Line {n}") for n in range(3)]
    places = [factories.FacilityFactory(code=f"place-{n}", name=f"Place {n}") for n in range(3)]
    keys = {
        (
            chance.choice(practices),
            chance.choice(physicians),
            chance.choice(lines),
            chance.choice(places),
            (Month(2023, 3) + chance.randrange(36)).start,
        )
        for _ in range(200)
    }
    cells = []
    for practice, physician, line, place, month in sorted(keys, key=repr):
        cells.append(
            VolumeCell(
                practice=practice,
                physician=physician,
                service_line=line,
                destination=place,
                month=month,
                **{name: chance.randrange(30) for name in COUNTS},
            )
        )
    VolumeCell.objects.bulk_create(cells)


def seen_by(territories, narrowing=None):
    """The cells of those territories, chosen one by one."""
    narrowing = narrowing or Narrowing()
    return [
        cell
        for cell in VolumeCell.objects.select_related("practice", "physician")
        if (territories is None or cell.practice.territory_id in territories)
        and narrowing.practice in (None, cell.practice_id)
        and narrowing.physician in (None, cell.physician_id)
        and narrowing.service_line in (None, cell.service_line_id)
        and narrowing.destination in (None, cell.destination_id)
        and narrowing.territory in (None, cell.practice.territory_id)
    ]


def added(cells):
    sums = {name: sum(getattr(cell, name) for cell in cells) for name in COUNTS}
    sums["summed_days_to_schedule"] = sums.pop("days_to_schedule")
    sums["summed_days_to_complete"] = sums.pop("days_to_complete")
    return Volume(**sums)


def during(cells, span):
    return [cell for cell in cells if cell.month in span]


def last_year(span):
    return DateRange(
        span.start.replace(year=span.start.year - 1), span.end.replace(year=span.end.year - 1)
    )


def standings_by_hand(cells, span, key):
    groups = defaultdict(list)
    for cell in cells:
        groups[key(cell)].append(cell)
    found = {
        pk: (added(during(group, span)), added(during(group, last_year(span))))
        for pk, group in groups.items()
        if during(group, span) or during(group, last_year(span))
    }
    return sorted(
        ((pk, *years) for pk, years in found.items()), key=lambda s: (-s[1].referrals, s[0])
    )


@pytest.fixture
def viewers(ana, ben, cleo, dana, north, south):
    """Each with the territories he works, None for all."""
    return [(ana, {north.pk}), (ben, {north.pk}), (cleo, {south.pk}), (dana, None)]


NARROWED_BY = [
    {},
    {"practice": 0},
    {"physician": 1},
    {"service_line": 1},
    {"destination": 2},
    {"territory": 0, "service_line": 0},
]


@pytest.fixture
def narrowings(world):
    """The named columns, each narrowed to one of the values there are."""
    return [
        Narrowing(**{name: values_of(name)[place] for name, place in columns.items()})
        for columns in NARROWED_BY
    ]


def values_of(name):
    column = "practice__territory" if name == "territory" else name
    return sorted(set(VolumeCell.objects.values_list(column, flat=True)))


@pytest.mark.parametrize("span", [QUARTER, TWO_YEARS])
def test_volumes_by_month(viewers, narrowings, span):
    for (viewer, territories), narrowing in product(viewers, narrowings):
        cells = seen_by(territories, narrowing)
        found = reports.volumes_by_month(viewer, span, narrowing)
        assert [volume.month for volume in found] == [month.start for month in span.months()]
        for volume in found:
            before = volume.month.replace(year=volume.month.year - 1)
            assert volume.now == added([c for c in cells if c.month == volume.month])
            assert volume.last_year == added([c for c in cells if c.month == before])


@pytest.mark.parametrize("span", [QUARTER, TWO_YEARS])
@pytest.mark.parametrize(
    ("report", "key"),
    [
        (reports.volumes_by_practice, lambda cell: cell.practice_id),
        (reports.volumes_by_physician, lambda cell: cell.physician_id),
        (reports.volumes_by_service_line, lambda cell: cell.service_line_id),
        (reports.volumes_by_destination, lambda cell: cell.destination_id),
        (reports.volumes_by_territory, lambda cell: cell.practice.territory_id),
    ],
    ids=["practice", "physician", "service line", "destination", "territory"],
)
def test_standings(viewers, narrowings, span, report, key):
    for (viewer, territories), narrowing in product(viewers, narrowings):
        found = report(viewer, span, narrowing)
        by_hand = standings_by_hand(seen_by(territories, narrowing), span, key)
        assert [(s.pk, s.now, s.last_year) for s in found] == by_hand


def test_a_limit_keeps_the_first(dana, world):
    everyone = reports.volumes_by_physician(dana, QUARTER)
    assert reports.volumes_by_physician(dana, QUARTER, limit=2) == everyone[:2]
    practices = reports.volumes_by_practice(dana, QUARTER)
    assert reports.volumes_by_practice(dana, QUARTER, limit=3) == practices[:3]


def test_top_referrers_are_those_with_most_referrals(viewers, world):
    for viewer, territories in viewers:
        first = physicians_by_hand(territories)[:3]
        found = reports.top_referrers(viewer, QUARTER, limit=3)
        expected = [standing for standing in first if standing[1].referrals]
        assert [(s.pk, s.now, s.last_year) for s in found] == expected


def test_falling_referrers_lost_most(viewers, world):
    for viewer, territories in viewers:
        lost = [s for s in physicians_by_hand(territories) if s[1].referrals < s[2].referrals]
        lost.sort(key=lambda s: (s[1].referrals - s[2].referrals, s[0]))
        found = reports.falling_referrers(viewer, QUARTER, limit=3)
        assert [(s.pk, s.now, s.last_year) for s in found] == lost[:3]


def physicians_by_hand(territories):
    return standings_by_hand(seen_by(territories), QUARTER, lambda cell: cell.physician_id)


def test_a_referrer_who_stopped_altogether_is_falling(dana):
    cell = factories.VolumeCellFactory(month=date(2025, 1, 1), referrals=4)
    (found,) = reports.falling_referrers(dana, QUARTER)
    assert (found.pk, found.change, found.change_percent) == (cell.physician_id, -4, -100)
    assert not reports.top_referrers(dana, QUARTER)


def test_names_are_those_a_person_reads(dana, north):
    cell = factories.VolumeCellFactory(
        physician__first_name="Ana", physician__last_name="Ruiz", practice__territory=north
    )
    assert reports.volumes_by_physician(dana, QUARTER)[0].name == str(cell.physician)
    assert reports.volumes_by_practice(dana, QUARTER)[0].name == str(cell.practice)
    assert reports.volumes_by_territory(dana, QUARTER)[0].name == "North"


@pytest.mark.parametrize(
    "by",
    [
        ["month"],
        ["practice"],
        ["territory"],
        ["territory", "month"],
        ["month", "practice", "physician", "service_line", "destination", "territory"],
    ],
    ids=",".join,
)
def test_grouped_volumes(viewers, world, by):
    for viewer, territories in viewers:
        groups = defaultdict(list)
        for cell in during(seen_by(territories), QUARTER):
            groups[tuple(group_of(cell)[name] for name in by)].append(cell)
        told = [
            (tuple(row[name] for name in by), volume_of(row))
            for row in reports.grouped_volumes(viewer, by, QUARTER)
        ]
        assert told == [(key, added(groups[key])) for key in sorted(groups)]


def group_of(cell):
    return {
        "month": cell.month,
        "practice": cell.practice_id,
        "physician": cell.physician_id,
        "service_line": cell.service_line_id,
        "destination": cell.destination_id,
        "territory": cell.practice.territory_id,
    }


def volume_of(row):
    sums = {name.removeprefix("sum_"): row[name] for name in row if name.startswith("sum_")}
    return Volume(**sums)


def test_shares_and_means_are_none_without_anything_to_divide_by():
    nothing = Volume()
    assert nothing.completed_share is None
    assert nothing.out_of_network_share is None
    assert nothing.days_to_schedule is None
    assert nothing.days_to_complete is None


def test_shares_and_means():
    volume = Volume(
        referrals=10,
        completed=4,
        in_network=6,
        out_of_network=2,
        summed_days_to_schedule=12,
        timed_schedules=8,
        summed_days_to_complete=10,
        timed_completions=4,
    )
    assert volume.network_unknown == 2
    assert volume.completed_share == 0.4
    assert volume.out_of_network_share == 0.25
    assert volume.days_to_schedule == 1.5
    assert volume.days_to_complete == 2.5


@pytest.mark.parametrize(
    "ask",
    [
        lambda viewer: reports.volumes_by_month(viewer, QUARTER),
        lambda viewer: reports.volumes_by_practice(viewer, QUARTER, limit=5),
        lambda viewer: reports.volumes_by_territory(viewer, QUARTER),
        lambda viewer: reports.top_referrers(viewer, QUARTER),
        lambda viewer: reports.falling_referrers(viewer, QUARTER),
        lambda viewer: list(reports.grouped_volumes(viewer, ["month"], QUARTER)),
    ],
)
def test_each_report_is_one_statement(ana, world, ask, django_assert_num_queries):
    with django_assert_num_queries(1):
        ask(ana)


def test_nobody_who_may_not_sign_in_learns_a_number(world, dana, ana):
    for viewer in (dana, ana):
        viewer.is_active = False
        assert not reports.volumes_by_practice(viewer, QUARTER)
        assert not any(month.now.referrals for month in reports.volumes_by_month(viewer, QUARTER))

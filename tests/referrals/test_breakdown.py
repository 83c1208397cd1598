"""One sum cut by county, territory and service line, against slow plain Python."""

import random
from collections import defaultdict
from datetime import date

import pytest

from liaison_crm.core.periods import DateRange, Month
from referrals.models import VolumeCell
from referrals.reports.breakdown import (
    NOTHING,
    Breakdown,
    Compared,
    Mover,
    Ranked,
    breakdown,
    counts_by_month,
    practice_behind,
    rank_physicians,
)
from referrals.reports.volumes import Narrowing
from tests import factories

SPANS = {
    "quarter": DateRange.of_months(Month(2025, 11), Month(2026, 1)),
    "year": DateRange.of_months(Month(2025, 2), Month(2026, 1)),
}


@pytest.fixture
def world(north, south):
    chance = random.Random(20261123)
    places = [
        factories.PracticeFactory(territory=territory, county_fips=county)
        for territory in (north, south)
        for county in ("39035", "39093", "")
    ]
    lines = [factories.ServiceLineFactory(code=code) for code in ("cardiology", "neurology")]
    ours = factories.FacilityFactory()
    for place in places:
        for line in lines:
            for back in range(30):
                inside, outside = chance.randint(0, 4), chance.randint(0, 4)
                factories.VolumeCellFactory(
                    practice=place,
                    service_line=line,
                    destination=ours,
                    month=(Month(2026, 3) - back).start,
                    referrals=inside + outside + 1,
                    in_network=inside,
                    out_of_network=outside,
                )
    return places, lines


def slowly(viewer, during, narrowing):
    cells = [
        cell
        for cell in VolumeCell.objects.select_related("practice")
        if (viewer.sees_all_territories or cell.practice.territory in viewer.territories_today())
        and narrowing.territory in (None, cell.practice.territory_id)
        and narrowing.service_line in (None, cell.service_line_id)
    ]
    before = during.last_year()

    def compared(some):
        now = [cell for cell in some if cell.month in during]
        return Compared(
            now=sum(cell.referrals for cell in now),
            last_year=sum(cell.referrals for cell in some if cell.month in before),
            in_network=sum(cell.in_network for cell in now),
            out_of_network=sum(cell.out_of_network for cell in now),
        )

    def cut(key):
        groups = defaultdict(list)
        for cell in cells:
            if cell.month in during or cell.month in before:
                groups[key(cell)].append(cell)
        return {value: compared(some) for value, some in groups.items()}

    return Breakdown(
        total=compared(cells),
        counties=cut(lambda cell: cell.practice.county_fips),
        territories=cut(lambda cell: cell.practice.territory_id),
        service_lines=cut(lambda cell: cell.service_line_id),
    )


@pytest.mark.parametrize("who", ["ana", "cleo", "dana"])
@pytest.mark.parametrize("during", SPANS.values(), ids=SPANS)
def test_every_cut_agrees_with_a_plain_count(world, who, during, north, request):
    viewer = request.getfixturevalue(who)
    _, lines = world
    for narrowing in (
        Narrowing(),
        Narrowing(territory=north.pk),
        Narrowing(service_line=lines[0].pk),
    ):
        assert breakdown(viewer, during, narrowing) == slowly(viewer, during, narrowing)


def test_one_statement_answers(world, dana, django_assert_num_queries):
    with django_assert_num_queries(1):
        breakdown(dana, SPANS["quarter"])


def test_who_works_nowhere_gets_nothing(world):
    stranger = factories.UserFactory()
    assert breakdown(stranger, SPANS["quarter"]).total == NOTHING


def test_changes_and_shares_are_of_what_is_known():
    volume = Compared(now=90, last_year=100, in_network=30, out_of_network=10)
    assert (volume.change, volume.change_percent, volume.tone) == (-10, -10, "down")
    assert volume.out_of_network_share == 0.25
    assert Compared(now=5).change_percent is None
    assert Compared().out_of_network_share is None
    assert date(2025, 11, 1) in SPANS["quarter"]


@pytest.mark.parametrize("who", ["ana", "dana"])
@pytest.mark.parametrize("during", SPANS.values(), ids=SPANS)
def test_both_ends_of_the_ranking_agree_with_a_plain_sort(world, who, during, request):
    viewer = request.getfixturevalue(who)
    own = [
        cell
        for cell in VolumeCell.objects.select_related("practice")
        if viewer.sees_all_territories or cell.practice.territory in viewer.territories_today()
    ]
    counts = {}
    for cell in own:
        now, before = counts.get(cell.physician_id, (0, 0))
        counts[cell.physician_id] = (
            now + cell.referrals * (cell.month in during),
            before + cell.referrals * (cell.month in during.last_year()),
        )
    people = [Ranked(pk, *both) for pk, both in sorted(counts.items())]
    found = rank_physicians(viewer, during, limit=4)
    top = sorted((one for one in people if one.now), key=lambda one: -one.now)
    falling = sorted((one for one in people if one.change < 0), key=lambda one: one.change)
    assert found.top == tuple(top[:4])
    assert found.falling == tuple(falling[:4])
    months = counts_by_month(viewer, during)
    assert sum(months.counts.values()) == sum(
        cell.referrals for cell in own if cell.month in during
    )


def test_the_practice_behind_a_change_is_the_one_that_moved_most(world, dana, north):
    places, _ = world
    during = SPANS["quarter"]
    for place, now, before in ((places[0], 500, 0), (places[1], 0, 900), (places[3], 0, 4000)):
        factories.VolumeCellFactory(practice=place, month=during.start, referrals=now)
        factories.VolumeCellFactory(
            practice=place, month=during.last_year().start, referrals=before
        )
    here = Narrowing(territory=north.pk)
    up = practice_behind(dana, during, here, rising=True)
    down = practice_behind(dana, during, here, rising=False)
    assert (up.pk, down.pk) == (places[0].pk, places[1].pk)
    assert isinstance(up, Mover)
    assert (up.name, up.change > 400) == (places[0].name, True)
    in_county = Narrowing(county="39093")
    assert practice_behind(dana, during, in_county, rising=False).pk == places[1].pk
    nowhere = Narrowing(county="99999")
    assert practice_behind(dana, during, nowhere, rising=False) is None


def test_a_year_before_that_nobody_counted_is_not_known(dana, north):
    during = SPANS["quarter"]
    factories.VolumeCellFactory(month=during.start, practice__territory=north, referrals=5)
    total = breakdown(dana, during).total
    assert (total.now, total.last_year, total.change, total.tone) == (5, None, 0, "")
    assert total.change_percent is None
    assert (total + Compared(now=1, last_year=2)).last_year is None
    months = counts_by_month(dana, DateRange(during.last_year().start, during.end))
    assert months.of(Month.of(during.start)) == 5
    assert months.of(Month.of(during.start) - 1) is None

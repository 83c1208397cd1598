"""What a practice or physician sends us, against a slow count in plain Python."""

from collections import Counter
from random import Random

import pytest

from liaison_crm.core.periods import Month, site_today
from referrals.models import VolumeCell
from tests import factories
from visits.reports.periods import recent_span
from visits.reports.reasons import reason_to_go
from visits.reports.relationship import Relationship, relationships
from visits.reports.volumes import Part, volumes_of


@pytest.fixture
def span(now):
    return recent_span(now)


@pytest.fixture
def market(now, north, south):
    """Three practices, four physicians, two services, three years; seeded."""
    chance = Random(11)
    practices = [factories.PracticeFactory(territory=land) for land in (north, north, south)]
    physicians = factories.PhysicianFactory.create_batch(4)
    services = [factories.ServiceLineFactory(code=code, name=code) for code in ("cardio", "ortho")]
    last = Month.of(site_today(now))
    keys = {
        (chance.choice(practices), chance.choice(physicians), chance.choice(services), back)
        for back in range(36)
        for _ in range(5)
    }
    for practice, physician, service, back in sorted(keys, key=lambda key: (key[3], key[0].pk)):
        factories.VolumeCellFactory(
            month=(last - back).start,
            practice=practice,
            physician=physician,
            service_line=service,
            referrals=chance.randint(1, 30),
        )
    return practices, physicians


def counted(cells, months):
    return sum(cell.referrals for cell in cells if cell.month in months)


@pytest.mark.parametrize("subject", ["practice", "physician"])
def test_months_and_parts_are_those_of_a_slow_count(ana, market, now, span, subject):
    practices, physicians = market
    row = practices[0] if subject == "practice" else physicians[0]
    other: Part = "physician" if subject == "practice" else "practice"
    volumes = volumes_of(
        ana, now=now, span=span, parts=(other, "service_line"), **{subject: row.pk}
    )
    own = {practices[0].pk, practices[1].pk}
    cells = [
        cell
        for cell in VolumeCell.objects.all()
        if cell.practice_id in own and getattr(cell, f"{subject}_id") == row.pk
    ]
    by_month = Counter()
    for cell in cells:
        by_month[cell.month] += cell.referrals
    assert volumes.months == dict(by_month)
    for part, of in ((other, f"{other}_id"), ("service_line", "service_line_id")):
        expected = {
            pk: (
                counted([cell for cell in cells if getattr(cell, of) == pk], span.shown),
                counted([cell for cell in cells if getattr(cell, of) == pk], span.recent),
                counted([cell for cell in cells if getattr(cell, of) == pk], span.before),
            )
            for pk in {getattr(cell, of) for cell in cells}
        }
        shares = volumes.parts[part]
        assert {s.pk: (s.year, s.recent, s.before) for s in shares} == expected
        assert [s.year for s in shares] == sorted((s.year for s in shares), reverse=True)


def test_a_page_says_what_a_row_of_a_list_says(ana, market, now, span):
    practices, _ = market
    volumes = volumes_of(ana, now=now, span=span, parts=("physician",), practice=practices[0].pk)
    listed = relationships(ana, "practice", [practices[0].pk], span=span)[practices[0].pk]
    assert volumes.relationship == listed


def test_a_stranger_counts_nothing(cleo, market, now, span):
    practices, _ = market
    volumes = volumes_of(cleo, now=now, span=span, parts=("physician",), practice=practices[0].pk)
    assert not volumes.any
    assert volumes.parts == {"physician": ()}


def test_before_the_first_month_anybody_counted_nothing_is_known(ana, northern_practice, now, span):
    cell = factories.VolumeCellFactory(
        month=span.recent.start, practice=northern_practice, referrals=9
    )
    volumes = volumes_of(
        ana, now=now, span=span, parts=("physician",), practice=northern_practice.pk
    )
    assert volumes.relationship.before is None
    assert volumes.parts["physician"][0].before is None
    chart = volumes.chart("Referrals", now=now, provisional_from=site_today(now))
    known = [point.month for point in chart.points if point.value is not None]
    assert known[0] == cell.month
    assert all(point.before is None for point in chart.points)
    # Once somebody else counted earlier months, ours were zero then.
    factories.VolumeCellFactory(month=span.before.start)
    volumes = volumes_of(
        ana, now=now, span=span, parts=("physician",), practice=northern_practice.pk
    )
    assert volumes.relationship.before == 0


@pytest.mark.parametrize(
    ("months", "recent", "before", "headline", "tone"),
    [
        ((0,) * 12, 0, 0, "No referrals", ""),
        ((1,) * 12, 3, 0, "3 referrals", "up"),
        ((1,) * 12, 3, None, "3 referrals", ""),
        ((5,) + (0,) * 11, 0, 0, "5 referrals", ""),
        ((1,) * 12, 3, 2, "3 referrals", ""),
        ((9,) * 12, 62, 100, "Referrals down 38%", "down"),
        ((9,) * 12, 122, 100, "Referrals up 22%", "up"),
        ((9,) * 12, 105, 100, "105 referrals", ""),
        ((9,) * 12, 0, 100, "Referrals down 100%", "down"),
    ],
)
def test_the_reason_to_go_has_its_number(months, recent, before, headline, tone):
    reason = reason_to_go(Relationship(months=months, recent=recent, before=before))
    assert (reason.headline, reason.tone) == (headline, tone)

"""Referrals with their story, and what they count up to by any grouping."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from referrals.models import VolumeCell
from tests import factories

pytestmark = pytest.mark.django_db

KEYS = ("month", "practice", "physician", "service_line", "destination", "territory")


def rows_of(client, path):
    found, url = [], path
    while url:
        response = client.get(url.removeprefix("http://testserver/api/v1/"))
        assert response.status_code == 200, response.content
        found += response.json()["results"]
        url = response.json()["next"]
    return found


@pytest.fixture
def cells():
    """A small random market, with practices named against the order of their ids."""
    dice = random.Random(5)
    practices = [factories.PracticeFactory(name=f"P{9 - n}") for n in range(4)]
    physicians = factories.PhysicianFactory.create_batch(4)
    lines = [factories.ServiceLineFactory(code=f"l{n}", name=f"L{9 - n}") for n in range(2)]
    places = [factories.FacilityFactory(code=f"f{n}", name=f"F{9 - n}") for n in range(2)]
    months = [date(2025, month, 1) for month in range(1, 7)]
    return [
        factories.VolumeCellFactory(
            month=month, practice=practice, physician=physician, service_line=line,
            destination=place, referrals=dice.randrange(1, 9), completed=dice.randrange(3),
        )
        for month in months for practice in practices for physician in physicians
        for line in lines for place in places
        if dice.random() < 0.3
    ]  # fmt: skip


def key_of(cell, name):
    match name:
        case "month":
            return f"{cell.month:%Y-%m}"
        case "territory":
            return cell.practice.territory_id
        case _:
            return getattr(cell, f"{name}_id")


@pytest.mark.parametrize(
    "keys", [*[(key,) for key in KEYS], ("practice", "month"), ("territory", "service_line"), KEYS]
)
def test_groups_are_sums_over_cells(as_dana, cells, keys):
    expected: Counter[tuple[object, ...]] = Counter()
    completed: Counter[tuple[object, ...]] = Counter()
    for cell in cells:
        key = tuple(key_of(cell, name) for name in keys)
        expected[key] += cell.referrals
        completed[key] += cell.completed
    rows = rows_of(as_dana, f"volumes/?group_by={','.join(keys)}&page_size=3")
    assert {tuple(row[name] for name in keys): row["referrals"] for row in rows} == expected
    assert {tuple(row[name] for name in keys): row["completed"] for row in rows} == completed
    assert len(rows) == len(expected)
    assert all(set(KEYS) & set(row) == set(keys) for row in rows)
    listed = [tuple(row[name] for name in keys) for row in rows]
    assert listed == sorted(listed)


def test_groups_are_narrowed(as_dana, cells):
    practice, line = cells[0].practice_id, cells[0].service_line_id
    expected = sum(
        cell.referrals
        for cell in cells
        if cell.practice_id == practice
        and cell.service_line_id == line
        and date(2025, 2, 1) <= cell.month <= date(2025, 4, 1)
    )
    rows = rows_of(
        as_dana,
        f"volumes/?practice={practice}&service_line={line}"
        "&from_month=2025-02&to_month=2025-04&group_by=practice",
    )
    assert sum(row["referrals"] for row in rows) == expected


def test_without_groups_it_is_by_month(as_dana, cells):
    rows = rows_of(as_dana, "volumes/")
    assert [row["month"] for row in rows] == [f"2025-{n:02d}" for n in range(1, 7)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("group_by=month,month", "repeated"),
        ("group_by=week", "choice"),
        ("group_by=month,", "choice"),
        ("from_month=2025-13", "month_form"),
        ("from_month=2025-05&to_month=2025-04", "inverted_range"),
        ("to_month=9999-12", "date_range"),
    ],
)
def test_what_nobody_groups_by_is_refused(as_dana, query, code):
    response = as_dana.get(f"volumes/?{query}")
    assert response.status_code == 400
    assert code in response.content.decode()


def test_the_page_says_how_fresh_it_is(as_dana):
    body = as_dana.get("volumes/").json()
    assert body["as_of"] is None
    assert body["provisional_from"]


def test_cells_are_not_written_by_hand(as_erin):
    assert as_erin.post("volumes/", {"referrals": 5}).status_code == 405
    assert not VolumeCell.objects.exists()


class TestReferrals:
    @pytest.fixture
    def referral(self, northern_practice):
        referral = factories.ReferralFactory(practice=northern_practice, status="scheduled")
        for status, days in (("received", 0), ("scheduled", 3)):
            factories.ReferralEventFactory(
                referral=referral,
                status=status,
                happened_at=factories.NOON + timedelta(days=days),
            )
        return referral

    def test_they_come_with_their_story(self, as_ana, referral):
        shown = as_ana.get(f"referrals/{referral.pk}/").json()
        assert [event["status"] for event in shown["events"]] == ["received", "scheduled"]
        assert shown["external_id"] == referral.external_id

    def test_they_are_filtered(self, as_ana, referral, northern_practice):
        away = factories.FacilityFactory(code="away", network="competitor")
        other = factories.ReferralFactory(
            practice=northern_practice, destination=away, referred_on=date(2026, 1, 5)
        )
        for query, expected in (
            (f"physician={referral.physician_id}", referral),
            ("status=scheduled,completed", referral),
            ("network=out", other),
            ("network=in", referral),
            ("referred_to=2026-01-05", other),
            ("referred_from=2026-01-06", referral),
            (f"external_id={other.external_id}", other),
            (f"destination={away.pk}", other),
        ):
            assert [row["id"] for row in rows_of(as_ana, f"referrals/?{query}")] == [expected.pk]

    def test_newest_come_first(self, as_ana, northern_practice):
        rows = [
            factories.ReferralFactory(practice=northern_practice, referred_on=date(2026, 1, day))
            for day in (5, 9, 7)
        ]
        listed = [row["id"] for row in rows_of(as_ana, "referrals/?page_size=2")]
        assert listed == [rows[1].pk, rows[2].pk, rows[0].pk]

"""What lists say of a relationship: volumes, change, last seen; within the viewer's practices."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from contacts.models import Physician, Practice
from liaison_crm.core.keyset import Place
from liaison_crm.core.periods import DateRange, Month
from referrals.models import VolumeCell
from tests import factories
from visits.models import Visit
from visits.reports import lists
from visits.reports.relationship import Relationship, Span, owners, relationships

SPAN = Span.up_to(Month(2026, 1))


def test_the_span_is_a_year_its_last_quarter_and_the_quarter_a_year_before():
    assert SPAN.shown == DateRange(date(2025, 2, 1), date(2026, 2, 1))
    assert SPAN.recent == DateRange(date(2025, 11, 1), date(2026, 2, 1))
    assert SPAN.before == DateRange(date(2024, 11, 1), date(2025, 2, 1))


def test_a_change_without_anything_before_has_no_percent():
    assert Relationship(months=(0,) * 11 + (4,), recent=4, before=0).change_percent is None
    assert Relationship(months=(1,) * 12, recent=3, before=4).change_percent == -25


@pytest.fixture
def world(ana, cleo, northern_practice, southern_practice):
    """Two more practices and six physicians, with seeded volumes and visits everywhere."""
    chance = random.Random(20260302)
    places = [
        northern_practice,
        southern_practice,
        factories.PracticeFactory(territory=northern_practice.territory),
        factories.PracticeFactory(territory=southern_practice.territory),
    ]
    people = factories.PhysicianFactory.create_batch(6)
    for person in people:
        for place in chance.sample(places, chance.randint(1, 2)):
            factories.AffiliationFactory(physician=person, practice=place, is_primary=False)
            for back in range(30):
                if chance.random() < 0.6:
                    factories.VolumeCellFactory(
                        month=(Month(2026, 3) - back).start,
                        practice=place,
                        physician=person,
                        referrals=chance.randint(1, 9),
                    )
            for _ in range(chance.randint(0, 4)):
                visit = factories.VisitFactory(
                    practice=place,
                    liaison=ana,
                    held_at=factories.NOON - timedelta(days=chance.randint(0, 200)),
                    outcome=chance.choice(Visit.Outcome.values),
                    taken_back_at=factories.NOON if chance.random() < 0.2 else None,
                )
                if visit.outcome != Visit.Outcome.NO_ACCESS:
                    factories.AttendeeFactory(visit=visit, physician=person)
    return people, places


def slowly(viewer, subject, row):
    """The same relationship, counted one row after the other."""
    works = {
        place.pk
        for place in Practice.objects.all()
        if viewer.sees_all_territories or place.territory in viewer.territories_today()
    }
    cells = [
        cell
        for cell in VolumeCell.objects.all()
        if cell.practice_id in works and getattr(cell, subject) == row
    ]
    met = [
        visit
        for visit in Visit.ever.all()
        if visit.practice_id in works
        and visit.taken_back_at is None
        and visit.outcome != "no_access"
        and (
            visit.practice == row
            if subject == "practice"
            else any(guest.physician == row for guest in visit.attendees.all())
        )
    ]

    def during(months):
        return sum(cell.referrals for cell in cells if cell.month in months)

    return Relationship(
        months=tuple(during(DateRange(month.start, month.end)) for month in SPAN.shown.months()),
        recent=during(SPAN.recent),
        before=during(SPAN.before),
        last_seen_at=max((visit.held_at for visit in met), default=None),
    )


@pytest.mark.parametrize("who", ["ana", "cleo", "dana"])
@pytest.mark.parametrize("subject", ["practice", "physician"])
def test_each_viewer_gets_the_sums_of_his_own_practices(world, who, subject, request):
    viewer = request.getfixturevalue(who)
    people, places = world
    rows = places if subject == "practice" else people
    found = relationships(viewer, subject, [row.pk for row in rows], span=SPAN)
    assert found == {row.pk: slowly(viewer, subject, row) for row in rows}


def test_two_questions_answer_for_any_number_of_rows(world, dana, django_assert_num_queries):
    people, _ = world
    for rows in (people[:1], people):
        with django_assert_num_queries(2):
            relationships(dana, "physician", [row.pk for row in rows], span=SPAN)


ORDERS = {
    "referrals": lambda known: known.recent,
    "change": lambda known: known.change,
    "seen": lambda known: known.last_seen_at or datetime(1900, 1, 1, tzinfo=UTC),
}


@pytest.mark.parametrize("who", ["ana", "dana"])
@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("subject", ["practice", "physician"])
def test_an_order_by_measure_counts_what_the_viewer_may_see(world, who, subject, sort, request):
    viewer = request.getfixturevalue(who)
    rows = (Practice if subject == "practice" else Physician).objects.all()
    by_name = rows.order_by(*lists.NAMES[subject])
    for turned in (False, True):
        wanted = sorted(
            by_name, key=lambda row: ORDERS[sort](slowly(viewer, subject, row)), reverse=turned
        )
        listed = lists.ordered(
            rows,
            f"{'-' if turned else ''}{sort}",
            among=rows,
            subject=subject,
            viewer=viewer,
            span=SPAN,
        )
        assert listed.page(Place(), 50).rows == wanted


@pytest.mark.parametrize("who", ["ana", "cleo", "dana"])
def test_falling_means_less_than_in_the_same_months_last_year(world, who, request):
    viewer = request.getfixturevalue(who)
    people, places = world
    fallen = lists.falling(Physician.objects.all(), "physician", viewer=viewer, span=SPAN)
    assert set(fallen) == {row for row in people if slowly(viewer, "physician", row).change < 0}
    emptier = lists.falling(Practice.objects.all(), "practice", viewer=viewer, span=SPAN)
    assert set(emptier) == {row for row in places if slowly(viewer, "practice", row).change < 0}


@pytest.mark.parametrize("who", ["ana", "cleo", "dana"])
def test_unseen_keeps_to_the_practices_the_viewer_works(world, who, today, request):
    viewer = request.getfixturevalue(who)
    people, places = world
    since = factories.NOON - timedelta(days=60)

    def unseen(subject, row):
        seen = slowly(viewer, subject, row).last_seen_at
        return seen is None or seen < since

    mine = set(Practice.objects.worked_by(viewer))
    found = lists.practices_unseen_since(Practice.objects.all(), since, viewer=viewer)
    assert set(found) == {place for place in places if place in mine and unseen("practice", place)}
    with_me = {
        person for person in people if any(at.practice in mine for at in person.affiliations.all())
    }
    met = lists.physicians_unseen_since(Physician.objects.all(), since, viewer=viewer, on=today)
    assert set(met) == {person for person in with_me if unseen("physician", person)}


def test_the_count_stops_where_nobody_counts_on(world):
    assert lists.count_up_to(Physician.objects.all(), most=10) == 6
    assert lists.count_up_to(Physician.objects.all(), most=3) == 4


def test_a_territory_is_owned_by_one_person_on_a_day(ana, ben, cleo, dana, today):
    north = ana.assignments.get().territory
    south = cleo.assignments.get().territory
    nobody = factories.TerritoryFactory()
    assert owners(dana, on=today) == {north.pk: ana, south.pk: cleo}
    assert owners(cleo, on=today, territories=[north.pk, nobody.pk]) == {north.pk: ana}


def test_standing_before_a_closed_door_is_not_being_seen(ana, northern_practice):
    let_in = factories.VisitFactory(practice=northern_practice, liaison=ana)
    factories.VisitFactory(
        practice=northern_practice,
        liaison=ana,
        held_at=let_in.held_at + timedelta(days=7),
        outcome=Visit.Outcome.NO_ACCESS,
    )
    found = relationships(ana, "practice", [northern_practice.pk], span=SPAN)
    assert found[northern_practice.pk].last_seen_at == let_in.held_at
    later = let_in.held_at + timedelta(days=1)
    unseen = lists.practices_unseen_since(Practice.objects.all(), later, viewer=ana)
    assert list(unseen) == [northern_practice]


def test_as_many_as_last_year_is_not_falling(ana, northern_practice):
    for month in (SPAN.recent.start, SPAN.before.start):
        factories.VolumeCellFactory(practice=northern_practice, month=month, referrals=5)
    assert not lists.falling(Practice.objects.all(), "practice", viewer=ana, span=SPAN)


def test_where_numbers_do_not_reach_back_a_year_nothing_is_compared(dana, northern_practice):
    factories.VolumeCellFactory(practice=northern_practice, month=SPAN.recent.start, referrals=7)
    known = relationships(dana, "practice", [northern_practice.pk], span=SPAN)
    told = known[northern_practice.pk]
    assert (told.recent, told.before, told.change, told.change_percent) == (7, None, 0, None)
    factories.VolumeCellFactory(month=SPAN.before.start, referrals=1)  # somebody else's is enough
    known = relationships(dana, "practice", [northern_practice.pk], span=SPAN)
    assert known[northern_practice.pk].before == 0

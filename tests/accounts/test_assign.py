"""Territories change hands on a day, and back again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import services
from accounts.errors import (
    AlreadyEnded,
    AlreadyWorksThere,
    CannotSignIn,
    HandoverOverwritten,
    UnassignedIsFixed,
)
from accounts.models import Assignment, Handover
from accounts.services import Term
from tests import factories

OWNER, COVER = Assignment.Part.OWNER, Assignment.Part.COVER
DAY = date(2026, 3, 2)


@pytest.fixture
def assign(dana, now):
    def make(territory, person, part=OWNER, starts_on=DAY, ends_on=None, by=dana):
        return services.assign(
            territory, person=person, part=part, term=Term(starts_on, ends_on), by=by, at=now
        )

    return make


def terms(territory):
    """Who works the territory: (name, part, from, until), oldest first."""
    rows = territory.assignments.order_by("starts_on", "pk")
    return [(row.user.name, row.part, row.starts_on, row.ends_on) for row in rows]


START = date(2024, 1, 1)


def test_a_new_owner_ends_the_old_one_on_that_day(assign, north, ana, cleo):
    assign(north, cleo)
    assert terms(north) == [
        ("Ana North", OWNER, START, DAY),
        ("Cleo South", OWNER, DAY, None),
    ]


def test_scope_follows_the_day(assign, north, ana, cleo, northern_practice):
    assign(north, cleo, starts_on=DAY)
    before, after = DAY - timedelta(days=1), DAY
    territories = [
        [list(person.territories_today(day)) for day in (before, after)] for person in (ana, cleo)
    ]
    assert [north in day for day in territories[0]] == [True, False]
    assert [north in day for day in territories[1]] == [False, True]


def test_a_cover_leaves_the_owner_alone(assign, north, ana, cleo):
    assign(north, cleo, part=COVER, ends_on=date(2026, 3, 16))
    assert terms(north) == [
        ("Ana North", OWNER, START, None),
        ("Cleo South", COVER, DAY, date(2026, 3, 16)),
    ]


def test_a_cover_who_becomes_owner_stops_covering(assign, north, ana, ben):
    assign(north, ben)
    assert terms(north) == [
        ("Ana North", OWNER, START, DAY),
        ("Ben Cover", COVER, START, DAY),
        ("Ben Cover", OWNER, DAY, None),
    ]


def test_an_owner_planned_for_later_gives_way(assign, north, ana, ben, cleo):
    assign(north, cleo, starts_on=date(2026, 4, 1))
    assign(north, ben, starts_on=DAY)
    assert ("Cleo South", OWNER, date(2026, 4, 1), None) not in terms(north)
    assert terms(north)[-1] == ("Ben Cover", OWNER, DAY, None)


def test_an_owner_of_the_same_day_is_replaced_whole(assign, north, ana, cleo):
    assign(north, cleo)
    assign(north, ana)
    assert terms(north) == [("Ana North", OWNER, START, DAY), ("Ana North", OWNER, DAY, None)]


def test_each_handover_can_be_undone_in_turn(assign, north, ana, ben, cleo, dana, now):
    as_it_was = terms(north)
    first = assign(north, cleo, starts_on=date(2026, 4, 1))
    planned = terms(north)
    second = assign(north, ben)
    services.undo_handover(second, by=dana, at=now)
    assert terms(north) == planned
    services.undo_handover(first, by=dana, at=now)
    assert terms(north) == as_it_was
    assert Handover.objects.standing().count() == 0


def test_a_handover_that_something_was_built_on_stays(assign, north, ana, ben, cleo, dana, now):
    first = assign(north, cleo)
    assign(north, ben)
    with pytest.raises(HandoverOverwritten):
        services.undo_handover(first, by=dana, at=now)


def test_a_handover_is_undone_once(assign, north, ana, cleo, dana, now):
    handover = assign(north, cleo)
    services.undo_handover(handover, by=dana, at=now)
    with pytest.raises(HandoverOverwritten):
        services.undo_handover(handover, by=dana, at=now)


def test_an_assignment_ends_on_a_day_and_can_go_on_again(north, ana, dana, now):
    handover = services.end_assignment(north.assignments.get(), on=DAY, by=dana, at=now)
    assert terms(north) == [("Ana North", OWNER, START, DAY)]
    services.undo_handover(handover, by=dana, at=now)
    assert terms(north) == [("Ana North", OWNER, START, None)]


def test_an_assignment_that_never_began_is_removed(north, ana, dana, now):
    services.end_assignment(north.assignments.get(), on=START, by=dana, at=now)
    assert terms(north) == []


def test_an_ended_assignment_does_not_end_again(north, ana, dana, now):
    assignment = north.assignments.get()
    services.end_assignment(assignment, on=DAY, by=dana, at=now)
    with pytest.raises(AlreadyEnded):
        services.end_assignment(assignment, on=DAY + timedelta(days=9), by=dana, at=now)


def test_the_same_assignment_again_is_refused(assign, north, ana):
    with pytest.raises(AlreadyWorksThere):
        assign(north, ana)


def test_nobody_is_assigned_to_unassigned(assign, unassigned, ana):
    with pytest.raises(UnassignedIsFixed):
        assign(unassigned, ana)


def test_somebody_who_cannot_sign_in_gets_no_territory(assign, north):
    gone = factories.UserFactory(is_active=False)
    with pytest.raises(CannotSignIn):
        assign(north, gone)


def test_an_owner_has_no_planned_end(assign, north, cleo):
    with pytest.raises(ValidationError):
        assign(north, cleo, ends_on=date(2026, 4, 1))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_nobody_means_is_refused(assign, north, cleo, day):
    with pytest.raises(ValidationError):
        assign(north, cleo, starts_on=day)


def test_liaisons_assign_nobody(assign, north, ana, cleo, dana, now):
    handover = assign(north, cleo)
    with pytest.raises(PermissionDenied):
        assign(north, ana, by=ana)
    with pytest.raises(PermissionDenied):
        services.end_assignment(north.assignments.first(), on=DAY, by=ana, at=now)
    with pytest.raises(PermissionDenied):
        services.undo_handover(handover, by=ana, at=now)


def test_the_database_allows_one_owner_at_a_time(north, ana, cleo):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.AssignmentFactory(user=cleo, territory=north, starts_on=date(2025, 1, 1))

"""Tiers: given by managers, proposed by volume, undone; and what is seen in time by them."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from contacts.models import Practice
from tests import factories
from tests.visits.test_races import all_at_once
from visits import errors
from visits.models import Visit
from visits.planning import tiering
from visits.planning.covering import coverage, overdue
from visits.planning.models import Cadence, CoverageGoal, PracticeTier, Tier, TierChange
from visits.planning.proposing import Shares, proposal
from visits.reports.periods import recent_span

SPAN = recent_span(factories.NOON)
SHARES = Shares(a=10, b=20, c=30)


def tier_of(practice):
    return PracticeTier.objects.filter(practice=practice).values_list("tier", flat=True).first()


def sending(territory, *volumes):
    """A practice for each volume of a year; 0 sent nothing."""
    made = []
    for referrals in volumes:
        practice = factories.PracticeFactory(territory=territory)
        if referrals:
            factories.VolumeCellFactory(
                practice=practice, month=SPAN.recent.start, referrals=referrals
            )
        made.append(practice)
    return made


def test_a_manager_gives_a_tier_and_takes_it_away(dana, ana, northern_practice, now):
    tiering.set_tier(northern_practice, "A", by=dana, at=now)
    assert tier_of(northern_practice) == "A"
    tiering.set_tier(northern_practice, "C", by=dana, at=now)
    assert tier_of(northern_practice) == "C"
    with pytest.raises(PermissionDenied):
        tiering.set_tier(northern_practice, "A", by=ana, at=now)
    with pytest.raises(ValidationError):
        tiering.set_tier(northern_practice, "E", by=dana, at=now)
    tiering.set_tier(northern_practice, "", by=dana, at=now)
    assert tier_of(northern_practice) is None


def test_a_tier_is_the_relationships(ana, cleo, dana, northern_practice, now):
    tiering.set_tier(northern_practice, "A", by=dana, at=now)
    assert PracticeTier.objects.visible_to(ana).count() == 1
    assert not PracticeTier.objects.visible_to(cleo).exists()


def test_cadences_and_the_goal_are_set_by_managers(ana, dana):
    tiering.set_cadences({"A": 21}, goal=90, by=dana)
    assert Cadence.objects.get(tier="A").days == 21
    assert Cadence.objects.get(tier="B").days == 60
    assert CoverageGoal.objects.get().percent == 90
    with pytest.raises(PermissionDenied):
        tiering.set_cadences({"A": 30}, goal=80, by=ana)
    for days, goal in (({"A": 0}, 80), ({"A": 30}, 101)):
        with pytest.raises(ValidationError):
            tiering.set_cadences(days, goal=goal, by=dana)


def slow_tiers(practices, volumes, shares):
    """What the proposal says, in plain words: by how many of a hundred are bigger."""
    senders = sum(volume > 0 for volume in volumes)
    tiers = {}
    for practice, volume in zip(practices, volumes, strict=True):
        above = 100 * sum(other > volume for other in volumes) / max(senders, 1)
        tiers[practice.pk] = (
            "D"
            if not volume
            else "A"
            if above < shares.a
            else "B"
            if above < shares.a + shares.b
            else "C"
            if above < shares.a + shares.b + shares.c
            else "D"
        )
    return tiers


@pytest.mark.parametrize("seed", range(3))
def test_volumes_propose_what_a_slow_look_would(dana, north, now, seed):
    dice = random.Random(seed)
    volumes = [dice.choice([0, 0, 1, 2, 3, 5, 8, 13, 40]) for _ in range(24)]
    practices = sending(north, *volumes)
    expected = slow_tiers(practices, volumes, SHARES)
    had = {practice.pk: dice.choice(["", "A", "D"]) for practice in practices}
    for practice in practices:
        tiering.set_tier(practice, had[practice.pk], by=dana, at=now)
    found = proposal(dana, SHARES, span=SPAN)
    changes = {pk for pk, tier in expected.items() if tier != had[pk]}
    assert found.changes == len(changes)
    assert {move.practice for move in found.biggest} == changes
    assert found.then == {
        tier: n for tier in Tier.values if (n := list(expected.values()).count(tier))
    }
    change = tiering.give_tiers_by_volume(SHARES, by=dana, at=now, span=SPAN)
    assert change.practices_changed == len(changes)
    assert {practice.pk: tier_of(practice) for practice in practices} == expected


def test_only_those_without_a_tier_get_one(dana, north, now):
    big, small = sending(north, 40, 1)
    tiering.set_tier(big, "C", by=dana, at=now)
    tiering.give_tiers_by_volume(Shares(50, 50, 0, only_new=True), by=dana, at=now, span=SPAN)
    assert (tier_of(big), tier_of(small)) == ("C", "B")


def test_tiers_by_volume_are_undone_but_not_what_came_after(dana, ana, north, now):
    big, small, none = sending(north, 40, 1, 0)
    tiering.set_tier(big, "D", by=dana, at=now)
    change = tiering.give_tiers_by_volume(SHARES, by=dana, at=now, span=SPAN)
    assert tier_of(big) == "A"
    tiering.set_tier(none, "B", by=dana, at=now)
    with pytest.raises(PermissionDenied):
        tiering.undo_tier_change(change, by=ana, at=now)
    assert tiering.undo_tier_change(change, by=dana, at=now) == 2
    assert [tier_of(one) for one in (big, small, none)] == ["D", None, "B"]
    with pytest.raises(errors.TiersChangedBack):
        tiering.undo_tier_change(change, by=dana, at=now)


def test_nothing_to_change_is_said_and_kept_nowhere(dana, ana, north, now):
    with pytest.raises(PermissionDenied):
        tiering.give_tiers_by_volume(SHARES, by=ana, at=now, span=SPAN)
    sending(north, 4)
    tiering.give_tiers_by_volume(SHARES, by=dana, at=now, span=SPAN)
    with pytest.raises(errors.NothingToTier):
        tiering.give_tiers_by_volume(SHARES, by=dana, at=now, span=SPAN)
    assert TierChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_change_tiers_once(dana, north, now):
    sending(north, 9, 3, 0)

    def give():
        return tiering.give_tiers_by_volume(SHARES, by=dana, at=now, span=SPAN)

    answers = all_at_once(give, give)
    assert [type(answer) for answer in answers].count(errors.NothingToTier) == 1
    assert TierChange.objects.get().moves.count() == 3


# --- Coverage ---


def slow_coverage(viewer, now):
    """By territory and tier: practices, and those let in within the days of the tier."""
    days = dict(Cadence.objects.values_list("tier", "days"))
    counted = {}
    for row in PracticeTier.objects.select_related("practice"):
        practice = row.practice
        if practice.closed_on or practice not in Practice.objects.worked_by(viewer):
            continue
        since = now - timedelta(days=days[row.tier])
        visits = Visit.objects.filter(practice=practice, held_at__gte=since)
        seen = any(visit.outcome != "no_access" for visit in visits)
        total, in_time = counted.get((practice.territory_id, row.tier), (0, 0))
        counted[practice.territory_id, row.tier] = (total + 1, in_time + seen)
    return counted


@pytest.fixture
def market(ana, cleo, dana, north, south, now):
    dice = random.Random(4)
    for _ in range(30):
        practice = factories.PracticeFactory(
            territory=dice.choice([north, south]),
            closed_on=dice.choice([None, None, None, now.date()]),
        )
        if tier := dice.choice(["A", "B", "C", "D", ""]):
            tiering.set_tier(practice, tier, by=dana, at=now)
        for _ in range(dice.randrange(3)):
            factories.VisitFactory(
                practice=practice,
                liaison=ana,
                held_at=now - timedelta(days=dice.randrange(120)),
                outcome=dice.choice(["good_talk", "no_access"]),
                taken_back_at=dice.choice([None, None, now]),
            )


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("person", ["dana", "ana", "cleo"])
def test_coverage_counts_what_a_slow_look_would(request, person, now):
    viewer = request.getfixturevalue(person)
    expected = slow_coverage(viewer, now)
    found = coverage(viewer, on=now.date(), now=now)
    counted = {
        (line.territory.pk, tier): (covered.practices, covered.seen)
        for line in found.territories
        for tier, covered in line.tiers.items()
        if tier in ("A", "B", "C")
    }
    assert counted == {key: value for key, value in expected.items() if key[1] != "D"}
    covered = [value for key, value in expected.items() if key[1] != "D"]
    total = found.total.total
    assert (total.practices, total.seen) == (
        sum(practices for practices, _ in covered),
        sum(seen for _, seen in covered),
    )
    late = overdue(viewer, on=now.date(), now=now)
    assert len(late) == min(total.overdue, 30)
    assert all(one.days is None or one.days >= one.cadence for one in late)


@pytest.mark.usefixtures("market")
def test_a_person_is_counted_over_all_he_owns(ana, dana, south, now):
    south.assignments.all().delete()
    factories.AssignmentFactory(user=ana, territory=south)
    found = coverage(dana, on=now.date(), now=now)
    (line,) = found.people
    assert (line.name, line.names) == ("Ana North", ("North", "South"))
    assert line.total.practices == found.total.total.practices


def test_coverage_costs_two_statements_at_most(
    django_assert_max_num_queries, ana, dana, northern_practice, now
):
    tiering.set_tier(northern_practice, "A", by=dana, at=now)
    # Territories, owners and the goal beside the one that counts.
    with django_assert_max_num_queries(4):
        coverage(dana, on=now.date(), now=now)


def test_managers_work_with_tiers_on_their_pages(client, dana, north):
    big, small = sending(north, 40, 1)
    for practice in (big, small):
        practice.volumes.update(month=recent_span(timezone.now()).recent.start)
    client.force_login(dana)
    page = client.get("/tiers/propose/", {"a": 50, "b": 50, "c": 0}).content.decode()
    assert "2 practices would change tier" in page
    client.post("/tiers/propose/", {"a": 50, "b": 50, "c": 0})
    assert (tier_of(big), tier_of(small)) == ("A", "B")
    assert "Given by volume" in client.get("/tiers/").content.decode()
    client.post(f"/tiers/changes/{TierChange.objects.get().pk}/undo/")
    assert tier_of(big) is None
    client.post(f"/practices/{big.pk}/tier/", {"tier": "A"})
    page = client.get("/coverage/").content.decode()
    assert "0% of A, B and C practices seen in time" in page
    assert "Never seen" in page
    assert client.get("/tiers/propose/", {"a": 90, "b": 50, "c": 0}).status_code == 400

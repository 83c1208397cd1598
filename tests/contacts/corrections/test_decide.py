"""What an admin decides becomes the fact, and can be undone to the last value."""

import random
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts import services as contacts
from contacts.corrections import services
from contacts.corrections.errors import ChangedSince, CorrectionAnswered, CorrectionOpen
from contacts.errors import PracticeKnown
from contacts.models import Affiliation, ChangeRequest, Physician
from liaison_crm.core.errors import DomainError
from tests.contacts.corrections.conftest import VALUES, directory

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)


@pytest.mark.parametrize("kind", list(VALUES))
def test_an_approval_is_undone_to_the_last_value(ask, erin, now, kind):
    request = ask(kind)
    before = directory()
    services.approve(request, by=erin, at=now)
    assert directory() != before
    services.undo(request, by=erin, at=now)
    assert directory() == before
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.effect) == ("open", None, {})
    assert [step.what for step in request.story.all()] == ["asked", "approved", "undone"]
    # And again: it is an open correction like any other.
    services.approve(request, by=erin, at=now)


def test_it_becomes_the_fact_with_its_evidence(ask, office, erin, now):
    services.approve(ask("address", said_by="office"), by=erin, at=now)
    office.practice.refresh_from_db()
    practice = office.practice
    assert (practice.suite, practice.zip_code, practice.territory.name) == (
        "Suite 200",
        "44130",
        "South",
    )
    assert (practice.source, practice.observed_on) == ("office", now.date())


def test_a_phone_says_nothing_about_which_place_it_is(ask, office, erin, now):
    source = office.practice.source
    services.approve(ask("phone"), by=erin, at=now)
    office.practice.refresh_from_db()
    assert (office.practice.phone, office.practice.source) == ("2165550100", source)


def test_retired_ends_his_time_everywhere(ask, office, erin, now):
    services.approve(ask("retired"), by=erin, at=now)
    office.doctor.refresh_from_db()
    assert (office.doctor.status, office.doctor.status_on) == ("retired", MARCH)
    assert set(office.doctor.affiliations.values_list("ends_on", flat=True)) == {MARCH}


def test_left_hands_the_first_place_on(ask, office, erin, now):
    services.approve(ask("left"), by=erin, at=now)
    office.here.refresh_from_db()
    assert (office.here.ends_on, office.here.verified_on) == (MARCH, now.date())
    assert office.doctor.affiliations.get(ends_on=None).is_primary


def test_merged_takes_everybody_along(ask, office, erin, now):
    services.approve(ask("merged"), by=erin, at=now)
    office.practice.refresh_from_db()
    office.desk.refresh_from_db()
    assert office.practice.closed_on == MARCH
    assert (office.desk.practice, office.desk.left_on) == (office.neighbour, None)
    there = Affiliation.objects.filter(practice=office.neighbour, ends_on=None)
    assert set(there.values_list("physician", flat=True)) == {office.doctor.pk, office.partner.pk}
    assert there.get(physician=office.partner).source == "colleague"


def test_a_newcomer_is_verified(ask, erin, now):
    request = ask("joined", said_by="office")
    edited = {**VALUES["joined"], "last_name": "Nguyen-Park"}
    services.approve(request, by=erin, at=now, value=edited)
    request.refresh_from_db()
    assert (request.state, request.physician.last_name) == ("edited", "Nguyen-Park")
    assert (request.affiliation.source, request.affiliation.verified_on) == ("office", now.date())


def test_an_edit_is_told_from_what_was_proposed(ask, office, erin, now):
    request = services.approve(
        ask("phone"), by=erin, at=now, value={"phone": "2165550177"}, word="They called back."
    )
    office.practice.refresh_from_db()
    assert office.practice.phone == "2165550177"
    assert (request.state, request.word_back) == ("edited", "They called back.")
    assert (request.proposed, request.approved) == (
        {"phone": "2165550100"},
        {"phone": "2165550177"},
    )


def test_a_decline_says_why_and_is_undone(ask, erin, now):
    request = ask("phone")
    with pytest.raises(ValidationError):
        services.decline(request, by=erin, at=now, word="  ")
    services.decline(request, by=erin, at=now, word="The old one is right.")
    with pytest.raises(CorrectionAnswered, match="Erin Admin declined"):
        services.approve(request, by=erin, at=now)
    services.undo(request, by=erin, at=now)
    with pytest.raises(CorrectionOpen):
        services.undo(request, by=erin, at=now)


@pytest.mark.parametrize("who", ["ana", "dana"])
def test_only_admins_decide(request, ask, now, who):
    person, asked = request.getfixturevalue(who), ask("phone")
    for decide in (
        lambda: services.approve(asked, by=person, at=now),
        lambda: services.decline(asked, by=person, at=now, word="No"),
        lambda: services.approve_all([asked], by=person, at=now),
        lambda: services.undo(asked, by=person, at=now),
    ):
        with pytest.raises((PermissionDenied, CorrectionOpen)):
            decide()


def test_those_who_said_the_same_are_right_and_the_others_hear(ask, ben, cleo, erin, now):
    anas, bens = ask("phone"), ask("phone", by=ben)
    cleos = ask("phone", {"phone": "2165550144"}, by=cleo)
    services.approve(anas, by=erin, at=now)
    bens.refresh_from_db()
    cleos.refresh_from_db()
    assert (bens.state, cleos.state) == ("approved", "declined")
    assert "another word" in cleos.word_back
    with pytest.raises(CorrectionAnswered, match="Undo that one"):
        services.undo(bens, by=erin, at=now)
    services.undo(anas, by=erin, at=now)
    assert set(ChangeRequest.objects.open()) == {anas, bens, cleos}


def test_what_was_written_over_since_stays(ask, office, erin, now):
    request = ask("phone")
    services.approve(request, by=erin, at=now)
    office.practice.refresh_from_db()
    contacts.edit_practice(office.practice, by=erin, phone="2165550188")
    with pytest.raises(ChangedSince, match="has been changed since"):
        services.undo(request, by=erin, at=now)
    office.practice.refresh_from_db()
    assert office.practice.phone == "2165550188"


def test_another_edit_of_the_row_does_not_stand_in_the_way(ask, office, erin, now):
    request = ask("phone")
    services.approve(request, by=erin, at=now)
    office.practice.refresh_from_db()
    contacts.edit_practice(office.practice, by=erin, fax="2165550189")
    services.undo(request, by=erin, at=now)
    office.practice.refresh_from_db()
    assert office.practice.fax == "2165550189"


def test_an_address_that_is_taken_is_refused_and_stays_open(ask, office, erin, now):
    taken = {
        **VALUES["address"],
        "street": office.neighbour.street,
        "suite": "",
        "zip_code": "44129",
    }
    request = ask("address", taken)
    with pytest.raises(PracticeKnown, match="Ridge Road"):
        services.approve(request, by=erin, at=now)
    request.refresh_from_db()
    assert request.is_open


def test_an_undone_move_goes_where_the_areas_say_now(ask, office, erin, south, now):
    request = ask("address")
    services.approve(request, by=erin, at=now)
    contacts.move_areas([contacts.Area("zip", "44129")], to=south, by=erin)
    services.undo(request, by=erin, at=now)
    office.practice.refresh_from_db()
    assert (office.practice.zip_code, office.practice.territory) == ("44129", south)


def test_bulk_approval_says_what_could_not_be_and_is_undone(ask, office, erin, now):
    taken = {
        **VALUES["address"],
        "street": office.neighbour.street,
        "suite": "",
        "zip_code": "44129",
    }
    asked = [ask("phone"), ask("fax"), ask("address", taken), ask("specialty")]
    before = directory()
    batch = services.approve_all(asked, by=erin, at=now)
    assert (batch.approved, len(batch.refused)) == (3, 1)
    assert [one.kind for one in ChangeRequest.objects.open()] == ["address"]
    assert services.undo_all(batch.key, by=erin, at=now).approved == 3
    assert directory() == before
    assert ChangeRequest.objects.open().count() == 4


@pytest.mark.parametrize("seed", range(6))
def test_decisions_and_their_undoing_leave_no_trace(ask, office, ben, erin, now, seed):
    """Whatever is proposed, approved, declined and undone in whatever order, the directory ends
    where the approvals that still stand, made alone, would have left it."""
    chance = random.Random(seed)
    before = directory()
    kinds = [kind for kind in VALUES if kind != "joined"]
    standing: list[ChangeRequest] = []
    for step in range(25):
        at = now + timedelta(minutes=step)
        if standing and chance.random() < 0.35:
            services.undo(standing.pop(), by=erin, at=at)
            continue
        kind = chance.choice(kinds)
        try:
            request = ask(kind, by=chance.choice([None, ben]))
            services.approve(request, by=erin, at=at)
        except (DomainError, ValidationError):
            continue
        standing.append(request)
    for request in reversed(standing):
        services.undo(request, by=erin, at=now)
    assert directory() == before


def test_an_undone_approval_gives_way_to_a_newer_word(ask, erin, now):
    older = ask("phone")
    services.approve(older, by=erin, at=now)
    newer = ask("phone", {"phone": "2165550122"})
    services.undo(older, by=erin, at=now)
    older.refresh_from_db()
    assert (older.state, list(ChangeRequest.objects.open())) == ("withdrawn", [newer])


def test_an_approved_newcomer_is_not_undone_behind_a_visit_s_back(ask, erin, now):
    """Undoing the approval leaves him there, not checked, as before."""
    request = ask("joined")
    services.approve(request, by=erin, at=now)
    services.undo(request, by=erin, at=now)
    assert Physician.objects.filter(last_name="Nguyen").exists()

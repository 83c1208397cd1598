"""Somebody named without an NPI turns out to be somebody known: joined, and parted again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts.corrections import services
from contacts.corrections.errors import ChangedSince, NpiGiven
from contacts.corrections.rows import values_of
from contacts.corrections.services import Correction
from contacts.models import Affiliation, ChangeRequest, NpiMatch, Physician
from referrals.models import Referral
from tests import factories
from visits.models import Attendee, FollowUp, PlannedVisit

pytestmark = pytest.mark.django_db
MOVED = (Attendee, FollowUp, PlannedVisit, Referral, Affiliation, Physician)


@pytest.fixture
def newcomer(ana, northern_practice, now):
    """Dr. Nguyen, whom Ana met at the Northern practice."""
    correction = Correction(
        kind="joined",
        value={"first_name": "Linh", "last_name": "Nguyen"},
        practice=northern_practice,
    )
    return services.propose(correction, by=ana, at=now).physician


@pytest.fixture
def known(southern_practice):
    """The same person, as the registry knows him, at his Southern practice."""
    physician = factories.PhysicianFactory(first_name="Linh", last_name="Nguyen")
    factories.AffiliationFactory(physician=physician, practice=southern_practice)
    return physician


@pytest.fixture
def met(newcomer, known, ana, northern_practice, now):
    """What hangs on the newcomer: met twice, once beside the known one; a promise, a stop."""
    alone, both = (
        factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=now - timedelta(n))
        for n in (1, 2)
    )
    factories.AttendeeFactory(visit=alone, physician=newcomer)
    factories.AttendeeFactory(visit=both, physician=newcomer)
    factories.AttendeeFactory(visit=both, physician=known)
    factories.FollowUpFactory(
        practice=northern_practice,
        owner=ana,
        promised_to_physician=newcomer,
        promised_on=now.date(),
        due_on=now.date(),
    )
    factories.PlannedVisitFactory(
        practice=northern_practice, liaison=ana, physician=newcomer, planned_on=date(2026, 3, 3)
    )
    factories.ReferralFactory(practice=northern_practice, physician=newcomer)
    return alone, both


def everything():
    return {
        model.__name__: [
            {**values_of(row), "pk": row.pk} for row in model._base_manager.order_by("pk")
        ]
        for model in MOVED
    }


def test_an_npi_nobody_has_is_his(newcomer, erin, now):
    before = everything()
    match = services.give_npi(newcomer, factories.npi(77), by=erin, at=now)
    newcomer.refresh_from_db()
    assert (newcomer.npi, match.into) == (factories.npi(77), None)
    services.undo_match(match, by=erin, at=now)
    assert everything() == before


def test_joined_with_the_known_one_and_parted_again(newcomer, known, met, erin, now):
    before = everything()
    alone, both = met
    match = services.give_npi(newcomer, known.npi, by=erin, at=now)
    newcomer.refresh_from_db()
    assert newcomer.joined_into == known
    assert not Physician.objects.visible_to(erin).filter(pk=newcomer.pk).exists()
    assert [one.physician for one in alone.attendees.all()] == [known]
    assert [one.physician for one in both.attendees.all()] == [known]
    assert FollowUp.objects.get().promised_to_physician == known
    assert Referral.objects.get().physician == known
    places = Affiliation.objects.filter(physician=known, ends_on=None)
    assert places.count() == 2
    assert places.get(is_primary=True).practice.name == "Southern Family Medicine"
    assert ChangeRequest.objects.get().physician == known
    services.undo_match(match, by=erin, at=now)
    assert everything() == before
    with pytest.raises(ChangedSince):
        services.undo_match(match, by=erin, at=now)


def test_one_practice_of_both_is_one_affiliation(newcomer, known, northern_practice, erin, now):
    factories.AffiliationFactory(physician=known, practice=northern_practice, is_primary=False)
    before = everything()
    match = services.give_npi(newcomer, known.npi, by=erin, at=now)
    assert known.affiliations.filter(practice=northern_practice).count() == 1
    services.undo_match(match, by=erin, at=now)
    assert everything() == before


def test_what_was_written_since_stays_with_the_known_one(newcomer, known, met, erin, now):
    match = services.give_npi(newcomer, known.npi, by=erin, at=now)
    later = factories.AttendeeFactory(
        visit=factories.VisitFactory(practice=known.affiliations.first().practice), physician=known
    )
    services.undo_match(match, by=erin, at=now)
    later.refresh_from_db()
    assert later.physician == known


def test_counts_of_referrals_follow(newcomer, known, met, erin, now):
    """The move marks the cells of both, so the night counts them anew."""
    from referrals.models import VolumeMark

    VolumeMark.objects.all().delete()
    services.give_npi(newcomer, known.npi, by=erin, at=now)
    assert set(VolumeMark.objects.values_list("physician_id", flat=True)) == {newcomer.pk, known.pk}


def test_only_admins_match_and_only_once(newcomer, known, ana, dana, erin, now):
    for person in (ana, dana):
        with pytest.raises(PermissionDenied):
            services.give_npi(newcomer, known.npi, by=person, at=now)
    with pytest.raises(ValidationError):
        services.give_npi(newcomer, "1234567890", by=erin, at=now)
    services.give_npi(newcomer, known.npi, by=erin, at=now)
    with pytest.raises(NpiGiven):
        services.give_npi(newcomer, factories.npi(88), by=erin, at=now)
    assert NpiMatch.objects.count() == 1

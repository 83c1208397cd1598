"""A referral taken by hand counts like any other, once, and only where one works."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from referrals import errors
from referrals.by_hand.services import record_by_hand
from referrals.models import HandReferral, Referral, Source, Status
from tests import factories


def test_it_becomes_a_referral_with_its_first_word(ana, northern_practice, told, now, ours):
    record = told(reference="R-2041")
    taken = record_by_hand(northern_practice, by=ana, at=now, record=record)
    referral = Referral.objects.get()
    assert taken.referral == referral
    assert (referral.source.code, referral.external_id) == ("by-hand", str(record.client_key))
    assert (referral.practice, referral.physician) == (northern_practice, record.physician)
    assert (referral.status, referral.status_at) == (Status.RECEIVED, record.taken_at)
    assert referral.first_seen_at == now
    assert referral.batch is None
    event = referral.events.get()
    assert (event.status, event.happened_at) == (Status.RECEIVED, record.taken_at)
    assert event.learned_at == now
    assert (taken.reference, taken.taken_by, referral.destination) == ("R-2041", ana, ours)


def test_the_day_before_will_do_and_no_other(ana, northern_practice, told, now, today):
    yesterday = told(referred_on=today - timedelta(days=1))
    record_by_hand(northern_practice, by=ana, at=now, record=yesterday)
    for day in (today - timedelta(days=2), today + timedelta(days=1)):
        with pytest.raises(errors.ReferralNotOfThatDay):
            record_by_hand(northern_practice, by=ana, at=now, record=told(referred_on=day))


def test_what_waited_on_the_phone_is_of_the_day_it_was_taken(
    ana, northern_practice, told, now, today
):
    week = timedelta(days=7)
    record = told(taken_at=now - week, referred_on=today - week)
    taken = record_by_hand(northern_practice, by=ana, at=now, record=record)
    assert taken.referral.referred_on == today - week
    assert taken.referral.first_seen_at == now


@pytest.mark.parametrize("away", [timedelta(days=-31), timedelta(minutes=6)])
def test_a_month_is_too_late_and_tomorrow_too_early(ana, northern_practice, told, now, away):
    taken_at = now + away
    record = told(taken_at=taken_at, referred_on=taken_at.date())
    with pytest.raises(errors.ReferralNotOfThatDay):
        record_by_hand(northern_practice, by=ana, at=now, record=record)


def test_a_phone_that_is_fast_does_not_tell_the_future(ana, northern_practice, told, now):
    record = told(taken_at=now + timedelta(minutes=4))
    taken = record_by_hand(northern_practice, by=ana, at=now, record=record)
    assert taken.referral.status_at == now


def test_the_referrer_works_there(ana, northern_practice, told, now, doctor, today):
    stranger = factories.PhysicianFactory()
    with pytest.raises(errors.ReferrerNotThere):
        record_by_hand(northern_practice, by=ana, at=now, record=told(physician=stranger))
    doctor.affiliations.update(ends_on=today)
    with pytest.raises(errors.ReferrerNotThere):
        record_by_hand(northern_practice, by=ana, at=now, record=told())


def test_a_closed_practice_refers_no_more(ana, northern_practice, told, now, today):
    northern_practice.closed_on = today
    northern_practice.save()
    with pytest.raises(errors.PracticeNotOpen):
        record_by_hand(northern_practice, by=ana, at=now, record=told())


def test_only_where_one_works(cleo, northern_practice, told, now):
    with pytest.raises(PermissionDenied):
        record_by_hand(northern_practice, by=cleo, at=now, record=told())
    assert not Referral.objects.exists()


def test_the_same_one_sent_again_is_the_same_one(ana, northern_practice, told, now):
    record = told()
    first = record_by_hand(northern_practice, by=ana, at=now, record=record)
    later = now + timedelta(days=3)
    assert record_by_hand(northern_practice, by=ana, at=later, record=record) == first
    assert Referral.objects.count() == 1
    changed = told(client_key=record.client_key, reference="R-1")
    with pytest.raises(errors.ReferralSentDifferently):
        record_by_hand(northern_practice, by=ana, at=now, record=changed)


def test_it_goes_where_the_practice_refers_most(ana, northern_practice, told, now, doctor):
    for code, count in (("alpha", 3), ("zulu", 9)):
        factories.VolumeCellFactory(
            practice=northern_practice,
            physician=doctor,
            destination=factories.FacilityFactory(code=code, name=code, network="own"),
            referrals=count,
        )
    rival = factories.FacilityFactory(code="rival", name="A rival", network="competitor")
    factories.VolumeCellFactory(
        practice=northern_practice, physician=doctor, destination=rival, referrals=50
    )
    taken = record_by_hand(northern_practice, by=ana, at=now, record=told())
    assert taken.destination.code == "zulu"


def test_without_a_facility_of_ours_it_says_who_can_help(ana, northern_practice, told, now, ours):
    record = told()
    ours.network = "competitor"
    ours.save()
    with pytest.raises(errors.NoDestination, match="An admin enters one"):
        record_by_hand(northern_practice, by=ana, at=now, record=record)


@pytest.mark.parametrize("word", ["R-2041", "20417", "a1", "2026-AB-7"])
def test_a_reference_is_a_number_of_the_office(ana, northern_practice, told, now, word):
    record_by_hand(northern_practice, by=ana, at=now, record=told(reference=word))
    assert HandReferral.objects.get().reference == word


@pytest.mark.parametrize(
    "word",
    [
        "Smith",
        "Mrs Smith 41",
        "05-12-1961",
        "1961-05-12",
        "123-45-6789",
        "216-555-0142",
        "2165550142",
        "41,",
        "x" * 24 + "1",
    ],
)
def test_a_reference_says_nothing_of_the_patient(ana, northern_practice, told, now, word):
    with pytest.raises(ValidationError):
        record_by_hand(northern_practice, by=ana, at=now, record=told(reference=word))
    assert not Referral.objects.exists()


def test_people_see_those_of_their_practices(ana, ben, cleo, dana, northern_practice, told, now):
    taken = record_by_hand(northern_practice, by=ana, at=now, record=told())
    for person in (ana, ben, dana):
        assert list(HandReferral.objects.visible_to(person)) == [taken]
    assert not HandReferral.objects.visible_to(cleo).exists()


def told_by_feeds():
    yes, no = (HandReferral.objects.told_by_feeds(wanted).count() for wanted in (True, False))
    assert yes + no == HandReferral.objects.count()
    return yes


def test_one_that_a_feed_may_have_told_is_marked(ana, northern_practice, told, now, today):
    record_by_hand(northern_practice, by=ana, at=now, record=told())
    assert told_by_feeds() == 0
    same = {
        "practice": northern_practice,
        "physician": told().physician,
        "service_line": told().service_line,
        "source": Source.objects.get_or_create(code="ehr", name="EHR", time_zone="UTC")[0],
    }
    far = factories.ReferralFactory(**same, referred_on=today + timedelta(days=31))
    assert told_by_feeds() == 0
    far.referred_on = today + timedelta(days=30)
    far.save()
    assert told_by_feeds() == 1


def test_two_taken_by_hand_do_not_stand_for_each_other(ana, northern_practice, told, now):
    for _ in range(2):
        record_by_hand(northern_practice, by=ana, at=now, record=told(client_key=uuid4()))
    assert told_by_feeds() == 0

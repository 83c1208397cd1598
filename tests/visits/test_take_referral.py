"""A referral taken by hand: on its page, in the log of a visit, and in the list of referrals."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liaison_crm.core.periods import site_today
from referrals.by_hand.services import ReferralRecord, record_by_hand, take_back
from referrals.models import HandReferral, Referral, Source
from tests import factories
from tests.visits.test_log_page import filled
from visits import services
from visits.models import Visit

NEW = "/referrals/new/"
LOG = "/visits/new/"


@pytest.fixture
def cardiology(db):
    return factories.ServiceLineFactory(code="cardiology", name="Cardiology")


@pytest.fixture
def ours(db):
    return factories.FacilityFactory(code="ours", name="Our Hospital", network="own")


@pytest.fixture
def phone(client, ana, ours, cardiology):
    client.force_login(ana)
    return client


@pytest.fixture
def page(northern_practice):
    return f"{NEW}?practice={northern_practice.pk}"


def test_who_and_what_for_is_all_it_asks(phone, page, northern_practice, doctor, cardiology, ana):
    said = filled(phone, page, referral_from=f"p{doctor.pk}", referral_for=cardiology.pk)
    response = phone.post(NEW, said, follow=True)
    assert response.redirect_chain == [(northern_practice.get_absolute_url(), 302)]
    taken = HandReferral.objects.get()
    assert (taken.physician, taken.service_line, taken.taken_by) == (doctor, cardiology, ana)
    assert taken.referral.destination.name == "Our Hospital"
    assert taken.referred_on == site_today(taken.taken_at)
    assert taken.get_absolute_url() in response.content.decode()
    assert phone.post(NEW, said).status_code == 302
    assert Referral.objects.count() == 1


def test_yesterday_and_the_offices_number(phone, page, doctor, cardiology):
    said = filled(
        phone,
        page,
        referral_from=f"p{doctor.pk}",
        referral_for=cardiology.pk,
        referral_day="yesterday",
        referral_reference="R-2041",
    )
    phone.post(NEW, said)
    taken = HandReferral.objects.get()
    told_on = site_today(taken.taken_at)
    assert taken.referred_on == told_on - timedelta(days=1)
    assert taken.reference == "R-2041"


def test_what_is_missing_or_wrong_is_said_beside_it(phone, page, doctor):
    said = filled(phone, page, referral_reference="Mrs Smith")
    read = phone.post(NEW, said).content.decode()
    for sentence in ("Choose who referred.", "Choose what for.", "A reference is one word"):
        assert sentence in read
    assert str(said["client_key"]) in read
    assert not HandReferral.objects.exists()


def test_without_a_practice_it_offers_those_of_the_day(phone, ana, northern_practice, doctor):
    factories.PlannedVisitFactory(
        liaison=ana, practice=northern_practice, physician=doctor, planned_on=timezone.localdate()
    )
    read = phone.get(f"{NEW}?next=/").content.decode()
    onward = f"next=%2F&practice={northern_practice.pk}&physician={doctor.pk}"
    assert onward in read.replace("&amp;", "&")
    chosen = phone.get(f"{NEW}?{onward}").content.decode()
    assert f'value="p{doctor.pk}"' in chosen
    assert chosen.index("checked") > 0


def test_it_is_taken_back_and_restored_on_its_page(phone, page, doctor, cardiology):
    phone.post(NEW, filled(phone, page, referral_from=f"p{doctor.pk}", referral_for=cardiology.pk))
    taken = HandReferral.objects.get()
    assert "Take it back" in phone.get(taken.get_absolute_url()).content.decode()
    phone.post(reverse("take-back-referral", args=[taken.pk]))
    assert not Referral.objects.exists()
    assert "Restore" in phone.get(taken.get_absolute_url()).content.decode()
    phone.post(reverse("restore-referral", args=[taken.pk]))
    assert Referral.objects.exists()


def test_a_visit_is_logged_with_the_referral_given_there(
    phone, northern_practice, doctor, cardiology
):
    said = filled(
        phone,
        f"{LOG}?practice={northern_practice.pk}",
        outcome="good_talk",
        people=[f"p{doctor.pk}"],
        referral_for=cardiology.pk,
    )
    for _ in range(2):
        assert phone.post(LOG, said).status_code == 302
    taken = HandReferral.objects.get()
    visit = Visit.objects.get()
    assert (taken.physician, taken.taken_at) == (doctor, visit.held_at)
    assert Referral.objects.count() == 1


def test_if_several_were_met_it_asks_who_gave_it(phone, northern_practice, doctor, cardiology):
    other = factories.PhysicianFactory()
    factories.AffiliationFactory(physician=other, practice=northern_practice)
    said = filled(
        phone,
        f"{LOG}?practice={northern_practice.pk}",
        outcome="good_talk",
        people=[f"p{doctor.pk}", f"p{other.pk}"],
        referral_for=cardiology.pk,
    )
    response = phone.post(LOG, said)
    assert "Choose who referred." in response.content.decode()
    assert not Visit.objects.exists()
    phone.post(LOG, {**said, "referral_from": f"p{other.pk}"})
    assert HandReferral.objects.get().physician == other


def test_the_referral_goes_and_comes_with_its_visit(
    phone, ana, northern_practice, doctor, cardiology
):
    said = filled(
        phone,
        f"{LOG}?practice={northern_practice.pk}",
        outcome="good_talk",
        people=[f"p{doctor.pk}"],
        referral_for=cardiology.pk,
    )
    phone.post(LOG, said)
    visit, now = Visit.objects.get(), timezone.now()
    services.take_back_visit(visit, by=ana, at=now)
    assert not Referral.objects.exists()
    services.restore_visit(visit, by=ana, at=now)
    assert Referral.objects.exists()
    take_back(HandReferral.objects.get(), by=ana, at=now)
    services.take_back_visit(visit, by=ana, at=now + timedelta(seconds=1))
    services.restore_visit(visit, by=ana, at=now + timedelta(seconds=2))
    assert not Referral.objects.exists()


def test_the_list_tells_them_from_what_feeds_told(
    phone, ana, northern_practice, doctor, cardiology
):
    ehr = Source.objects.get_or_create(code="ehr", name="EHR", time_zone="UTC")[0]
    factories.ReferralFactory(
        practice=northern_practice, physician=doctor, source=ehr, external_id="FEED-1"
    )
    now = timezone.now()
    lines = (cardiology, factories.ServiceLineFactory(code="imaging", name="Imaging"))
    for line, reference in zip(lines, ("HAND-1", "HAND-2"), strict=True):
        record = ReferralRecord(
            physician=doctor,
            service_line=line,
            referred_on=site_today(now),
            taken_at=now,
            reference=reference,
        )
        record_by_hand(northern_practice, by=ana, at=now, record=record)
    factories.ReferralFactory(
        practice=northern_practice,
        physician=doctor,
        service_line=cardiology,
        source=ehr,
        external_id="FEED-2",
        referred_on=site_today(now),
    )
    for told, expected in (
        ("by_hand", {"HAND-1", "HAND-2"}),
        ("only_by_hand", {"HAND-2"}),
        ("by_feed_too", {"HAND-1"}),
        ("", {"HAND-1", "HAND-2", "FEED-1", "FEED-2"}),
    ):
        read = phone.get(f"/referrals/?told={told}").content.decode()
        shown = {word for word in ("HAND-1", "HAND-2", "FEED-1", "FEED-2") if word in read}
        assert shown == expected, told
    first = HandReferral.objects.get(reference="HAND-1")
    assert "it counts twice" in phone.get(first.get_absolute_url()).content.decode()

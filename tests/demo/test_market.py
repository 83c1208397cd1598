"""The synthetic market is what it says: invented people, true to the calendar, with its stories."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from django.urls import reverse

from accounts.models import TerritoryArea, User
from contacts.models import (
    Affiliation,
    ChangeRequest,
    Physician,
    Practice,
    StaffMember,
    WelcomeWindow,
)
from liaison_crm.core.npi import npi_problem
from liaison_crm.core.periods import site_today
from liaison_crm.demo import market
from liaison_crm.demo.people import BUTTONS
from referrals import intake
from referrals.imports.reports import sheet_of
from referrals.imports.services import Match, match_columns
from referrals.models import IntakeBatch, Referral, ReferralEvent
from visits.education.models import Hearing, Message
from visits.models import FollowUp, PlannedVisit, Visit

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """One market for all tests of this file; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = market.build(now=NOW, progress=lambda step, share: None)
        # Else every test would check the foreign keys of the whole market when it ends.
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


def months_of(practice: Practice) -> Counter:
    return Counter(practice.referrals.values_list("month", flat=True))


def test_it_has_the_size_of_a_real_market(built):
    assert 380 <= built.practices <= 430
    assert 1200 <= built.physicians <= 1400
    assert 8000 <= built.visits <= 10_000
    assert Referral.objects.count() == built.referrals > 40_000


def test_no_clinician_in_it_can_exist():
    npis = Physician.objects.exclude(npi=None).values_list("npi", flat=True)
    assert all(npi and npi.startswith("29") and npi_problem(npi) is None for npi in npis)


def test_corrections_wait_with_their_stories():
    waiting = ChangeRequest.objects.open()
    assert sorted(waiting.values_list("kind", flat=True)) == ["address", "fax", "joined", "retired"]
    assert ChangeRequest.objects.answered().exclude(word_back="").count() == 2
    assert Physician.objects.get(npi=None).full_name == "Linh Nguyen, DO"


def test_nothing_in_it_lies_ahead():
    assert not Referral.objects.filter(referred_on__gt=site_today(NOW)).exists()
    assert not Referral.objects.filter(first_seen_at__gt=NOW).exists()
    assert not ReferralEvent.objects.filter(learned_at__gt=NOW).exists()
    assert not Visit.objects.filter(held_at__gt=NOW).exists()


def test_each_referral_shows_its_latest_event():
    latest = Referral.objects.annotate(last=Max("events__happened_at"))
    assert not latest.exclude(status_at=F("last")).exists()


def test_practices_stand_in_the_territory_of_their_county():
    owner = dict(TerritoryArea.objects.values_list("code", "territory_id"))
    for practice in Practice.objects.select_related("territory"):
        if practice.county_fips in owner:
            assert practice.territory_id == owner[practice.county_fips]
        else:
            assert practice.territory.is_unassigned


def test_everyone_active_has_one_primary_practice():
    active = Physician.objects.filter(status=Physician.Status.ACTIVE).annotate(
        homes=Count("affiliations", filter=Q(affiliations__ends_on=None))
    )
    assert set(active.values_list("homes", flat=True)) == {1}


def test_a_practice_whose_reports_were_slow_came_back():
    months = months_of(Practice.objects.get(name="Lakewood Primary Care"))
    volume = [months[month] for month in sorted(months)][:-1]
    before, during, after = sum(volume[4:9]), sum(volume[11:16]), sum(volume[-5:])
    assert during < 0.7 * before
    assert after > 1.3 * during


def test_a_strong_referrer_in_nobodys_territory_was_not_seen_for_96_days():
    practice = Practice.objects.get(name="Mansfield Bone and Joint")
    assert practice.territory.is_unassigned
    last = practice.visits.aggregate(last=Max("held_at"))["last"]
    assert (site_today(NOW) - site_today(last)).days == 96


def test_a_practice_moved_with_everybody_in_it():
    old = Practice.objects.get(name="Rockside Family Medicine (Independence)")
    new = Practice.objects.get(name="Rockside Family Medicine")
    assert not old.is_open
    assert not Affiliation.objects.filter(practice=old, ends_on=None).exists()
    assert Affiliation.objects.filter(practice=new, ends_on=None).exists()
    assert old.referrals.aggregate(last=Max("referred_on"))["last"] < old.closed_on


def test_a_physician_retired_and_refers_no_more():
    beck = Physician.objects.get(last_name="Beck", first_name="Howard")
    assert beck.status == Physician.Status.RETIRED
    assert not beck.referrals.filter(referred_on__gte=beck.status_on).exists()


def test_a_duplicate_waits_to_be_found():
    twins = Practice.objects.filter(name__startswith="Elyria Neurology Gr")
    assert twins.count() == 2
    assert twins.values("phone").distinct().count() == 1


def test_one_person_at_the_desk_decides():
    kim = StaffMember.objects.get(name="Kim Soto")
    assert list(kim.practice.staff.filter(books_referrals=True)) == [kim]


def test_each_liaison_has_a_day_in_progress():
    today = site_today(NOW)
    for liaison in User.objects.liaisons():
        stops = PlannedVisit.objects.filter(liaison=liaison, planned_on=today)
        assert stops.count() == 5
        assert stops.open().count() == 3


def test_what_is_planned_keeps_to_the_hours_of_the_office():
    planned = PlannedVisit.objects.filter(practice__windows__isnull=False).distinct()
    assert WelcomeWindow.objects.exists()
    for stop in PlannedVisit.objects.filter(pk__in=planned.values("pk")):
        window = stop.practice.windows.get(weekday=stop.planned_on.weekday())
        assert stop.starts_at
        assert window.opens_at <= stop.starts_at < window.closes_at


def test_some_promises_are_due_and_most_were_kept():
    today = site_today(NOW)
    assert FollowUp.objects.overdue(today).exists()
    assert FollowUp.objects.open().filter(due_on__lte=today + timedelta(days=7)).count() > 3
    kept = FollowUp.objects.exclude(kept_at=None).count()
    assert kept > FollowUp.objects.open().count()


def test_a_log_with_other_columns_waits_for_the_admin():
    """Its names suggest what they are; the rest is as the guide says."""
    batch = IntakeBatch.objects.get(state=IntakeBatch.State.MAPPING)
    admin = batch.uploaded_by
    assert admin is not None
    sheet = sheet_of(admin, batch)
    match = Match(
        columns=sheet.suggested,
        fixed={"destination": "lakeshore-main"},
        statuses={"New": "received", "Booked": "scheduled", "Seen": "completed"},
        date_form="MM/DD/YYYY",
        clock="12",
    )
    match_columns(batch, by=admin, match=match)
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_read) == (IntakeBatch.State.CHECKED, 40)
    assert batch.rows_new >= 30
    assert set(batch.refused.values_list("code", flat=True)) == {"status", "date"}


def test_one_tap_sign_in_exists_in_the_demo_only(client, settings):
    address = reverse("demo-sign-in")
    assert client.post(address, {"email": BUTTONS[0].email}).status_code == 404
    settings.DEMO = True
    assert client.post(address, {"email": "stranger@example.org"}).status_code == 404
    assert client.post(address, {"email": BUTTONS[0].email}).status_code == 302
    assert client.session["_auth_user_id"]


def test_one_tap_sign_in_goes_nowhere_else(client, settings):
    settings.DEMO = True
    answer = client.post(
        reverse("demo-sign-in"), {"email": BUTTONS[0].email, "next": "//evil.example"}
    )
    assert answer["Location"] == "/"


def test_messages_have_been_told_to_some_offices_and_one_in_an_old_version():
    echo = Message.objects.get(title="Echo reports within two working days")
    heard = set(
        Hearing.objects.filter(version__message=echo).values_list("version__number", flat=True)
    )
    assert (echo.version, heard) == (2, {1, 2})
    assert Message.objects.current(site_today(NOW)).count() == 3
    assert not Hearing.objects.filter(told_on__gt=site_today(NOW)).exists()

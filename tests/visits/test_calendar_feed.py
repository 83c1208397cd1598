"""The secret calendar: what it says, to whom, and how it ends."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from icalendar import Calendar

from accounts.models import AccessLog
from accounts.services import Origin
from tests import factories
from visits.planning.feed import calendar_of, make_calendar_address, revoke_calendar_address
from visits.planning.models import CalendarAddress

ROOT = "https://crm.example.org/"


@pytest.fixture
def plans(ana, northern_practice, north):
    """One stop at ten, then one without a time; one of the summer, one dropped."""
    timed = factories.PlannedVisitFactory(
        liaison=ana,
        practice=northern_practice,
        planned_on=date(2026, 3, 3),
        starts_at=time(10),
        reason="A secret reason",
    )
    loose = factories.PlannedVisitFactory(
        liaison=ana,
        practice=factories.PracticeFactory(name="Bay; Clinic, Ltd", territory=north),
        planned_on=date(2026, 3, 3),
        position=1,
    )
    summer = factories.PlannedVisitFactory(
        liaison=ana, practice=northern_practice, planned_on=date(2026, 4, 7), starts_at=time(10)
    )
    factories.PlannedVisitFactory(
        liaison=ana,
        practice=northern_practice,
        planned_on=date(2026, 3, 4),
        dropped_at=factories.NOON,
    )
    return timed, loose, summer


@pytest.fixture
def secret(ana, now):
    cache.clear()
    return make_calendar_address(ana, by=ana, at=now, origin=Origin())[1]


def events(body):
    return {str(event["uid"]): event for event in Calendar.from_ical(body).walk("VEVENT")}


def test_stops_are_events_that_a_parser_reads(ana, plans, now):
    body = calendar_of(ana, now=now, root=ROOT)
    found = events(body)
    timed, loose, summer = (found.pop(f"stop-{plan.pk}@rounds") for plan in plans)
    assert not found  # what was dropped is gone
    assert timed["dtstart"].dt.astimezone(UTC) == datetime(2026, 3, 3, 15, tzinfo=UTC)
    # The clocks have changed by April: the same ten o'clock is an hour earlier in UTC.
    assert summer["dtstart"].dt.astimezone(UTC) == datetime(2026, 4, 7, 14, tzinfo=UTC)
    assert timed["dtend"].dt - timed["dtstart"].dt == timedelta(minutes=20)
    assert str(timed["summary"]) == "Northern Family Medicine"
    assert str(timed["url"]) == f"https://crm.example.org/practices/{plans[0].practice.pk}/"
    assert loose["dtstart"].dt == date(2026, 3, 3)
    assert loose["dtend"].dt == date(2026, 3, 4)
    assert str(loose["summary"]) == "2. Bay; Clinic, Ltd"
    assert b"secret" not in body


def test_the_zone_comes_with_its_rules(ana, plans, now):
    calendar = Calendar.from_ical(calendar_of(ana, now=now, root=ROOT))
    (zone,) = calendar.walk("VTIMEZONE")
    assert str(zone["tzid"]) == "America/New_York"
    offsets = {part["tzoffsetto"].td for part in zone.subcomponents}
    assert offsets == {timedelta(hours=-5), timedelta(hours=-4)}


def test_it_keeps_to_the_scope(ana, plans, north, now):
    """A territory that is no longer his takes its stops with it."""
    north.assignments.all().delete()
    assert not events(calendar_of(ana, now=now, root=ROOT))


def test_whoever_has_the_secret_reads_it_without_signing_in(client, ana, plans, secret):
    answer = client.get(reverse("calendar", args=[secret]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    same = client.get(reverse("calendar", args=[secret]), headers={"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert CalendarAddress.objects.get().read_at


def test_the_secret_is_kept_as_a_hash(ana, secret):
    address = CalendarAddress.objects.get()
    assert secret not in (address.digest, str(address))
    assert len(address.digest) == 64


def test_the_log_of_requests_does_not_hold_the_secret(client, secret, caplog):
    with caplog.at_level("INFO", logger="liaison_crm.requests"):
        client.get(reverse("calendar", args=[secret]))
    assert "/calendar/....ics 200" in caplog.text
    assert secret not in caplog.text


def test_a_new_address_ends_the_old_one_and_revoking_ends_it_all(client, ana, ben, secret, now):
    newer = make_calendar_address(ana, by=ana, at=now, origin=Origin())[1]
    assert client.get(reverse("calendar", args=[secret])).status_code == 404
    assert client.get(reverse("calendar", args=[newer])).status_code == 200
    with pytest.raises(PermissionDenied):
        revoke_calendar_address(ana, by=ben, at=now, origin=Origin())
    revoke_calendar_address(ana, by=ana, at=now, origin=Origin())
    assert client.get(reverse("calendar", args=[newer])).status_code == 404
    logged = AccessLog.objects.filter(subject="Calendar address")
    assert sorted(logged.values_list("action", flat=True)) == [
        "token_created",
        "token_created",
        "token_revoked",
    ]


def test_somebody_who_may_not_sign_in_has_no_calendar(client, ana, secret):
    ana.is_active = False
    ana.save()
    assert client.get(reverse("calendar", args=[secret])).status_code == 404


def test_reads_are_limited_by_address(client, secret, settings):
    settings.CALENDAR_LIMIT = (3, 3600)
    cache.clear()
    codes = [client.get(reverse("calendar", args=["guess"])).status_code for _ in range(4)]
    assert codes == [404, 404, 404, 429]


def test_it_is_made_and_revoked_on_ones_own_page(client, ana):
    client.force_login(ana)
    assert "Make an address" in client.get("/you/days/").content.decode()
    page = client.post("/you/days/calendar/").content.decode()
    assert "/calendar/" in page
    assert ".ics" in page
    assert "Make a new address" in client.get("/you/days/").content.decode()
    client.post("/you/days/calendar/revoke/")
    assert not CalendarAddress.objects.exists()

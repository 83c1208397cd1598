"""Today: where to go next and why, what is due, and the team's day for managers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import Practice
from tests import factories
from tests.clock import noon_days_ago
from visits.models import FollowUp, PlannedVisit
from visits.reports.periods import recent_span
from visits.reports.today import day_of


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def today(now):
    return timezone.localdate(now)


@pytest.fixture
def phone(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def stop(ana, northern_practice, doctor, today):
    return factories.PlannedVisitFactory(
        liaison=ana, practice=northern_practice, physician=doctor, planned_on=today
    )


def read(phone):
    return phone.get(reverse("today")).content.decode()


def plan_at(ana, north, today, name, position):
    practice = factories.PracticeFactory(name=name, territory=north)
    return factories.PlannedVisitFactory(
        liaison=ana, practice=practice, planned_on=today, position=position
    )


def fallen(practice, physician, now):
    """Sixty-two referrals in the three months, a hundred a year before."""
    span = recent_span(now)
    for month, count in ((span.recent.start, 62), (span.before.start, 100)):
        factories.VolumeCellFactory(
            month=month, practice=practice, physician=physician, referrals=count
        )


def test_the_next_stop_says_why_with_its_number(phone, stop, northern_practice, doctor, now):
    fallen(northern_practice, doctor, now)
    factories.VisitFactory(practice=northern_practice, held_at=noon_days_ago(41))
    page = read(phone)
    assert "1 stop to go" in page
    assert "Dr. Priya Raman" in page
    assert "Referrals down 38%" in page
    assert "62 against 100" in page
    assert "Last seen 41 days ago." in page
    span = recent_span(now)
    rows = f"practice={northern_practice.pk}&amp;from={span.recent.start:%Y-%m}"
    assert rows in page


def test_before_you_go_in(phone, stop, northern_practice, kim, ana, today, now):
    kim.preference = "The portal, not fax"
    kim.save()
    Practice.objects.filter(pk=northern_practice.pk).update(access_rule="Side door")
    factories.VisitFactory(
        practice=northern_practice,
        liaison=ana,
        held_at=now - timedelta(days=9),
        note="Echo was slow",
    )
    factories.FollowUpFactory(
        practice=northern_practice, owner=ana, promise="An answer", promised_on=today, due_on=today
    )
    page = read(phone)
    for words in (
        "Kim Soto books the referrals.",
        "The portal, not fax",
        "Side door",
        "Echo was slow",
        "An answer",
    ):
        assert words in page


def test_stops_come_in_their_order_and_move_by_a_button(phone, ana, north, today):
    for position, name in enumerate(("Ash", "Birch", "Cedar")):
        plan_at(ana, north, today, name, position)
    cedar = PlannedVisit.objects.get(practice__name="Cedar")
    phone.post(reverse("move-plan", args=[cedar.pk]), {"move": "earlier"})
    day = day_of(ana, viewer=ana, on=today, span=recent_span(timezone.now()))
    assert [stop and stop.title for stop in (day.next, *day.later)] == ["Ash", "Cedar", "Birch"]
    assert phone.post(reverse("move-plan", args=[cedar.pk]), {"move": "away"}).status_code == 404


def test_a_stop_is_taken_off_and_put_back(phone, stop):
    phone.post(reverse("drop-plan", args=[stop.pk]))
    assert "Taken off today" in read(phone)
    phone.post(reverse("restore-plan", args=[stop.pk]))
    assert "Taken off today" not in read(phone)
    assert "1 stop to go" in read(phone)


def test_a_stop_left_from_yesterday_comes_to_today(phone, stop, today):
    PlannedVisit.objects.update(planned_on=today - timedelta(days=1))
    assert "Left from earlier" in read(phone)
    phone.post(reverse("replan-visit", args=[stop.pk]), {"to": str(today)})
    assert "1 stop to go" in read(phone)


def test_a_bad_day_moves_nothing(phone, stop, today):
    for to in ("", "tomorrow", "2026-02-30", "1980-01-01", "9999-12-31"):
        phone.post(reverse("replan-visit", args=[stop.pk]), {"to": to})
    stop.refresh_from_db()
    assert stop.planned_on == today


def test_a_promise_is_kept_with_one_tap_and_the_tap_undone(phone, ana, northern_practice, today):
    promise = factories.FollowUpFactory(
        practice=northern_practice, owner=ana, promise="Call Kim", promised_on=today, due_on=today
    )
    assert "Call Kim" in read(phone)
    response = phone.post(reverse("keep-follow-up", args=[promise.pk]), {"next": "/"})
    assert response["Location"] == f"/#promise-{promise.pk}"
    promise.refresh_from_db()
    assert promise.kept_by == ana
    assert "Undo" in read(phone)
    phone.post(reverse("reopen-follow-up", args=[promise.pk]), {"next": "/"})
    assert FollowUp.objects.open().get() == promise


def test_a_tap_that_came_second_says_who_was_first(phone, ana, ben, northern_practice, today, now):
    promise = factories.FollowUpFactory(
        practice=northern_practice, owner=ana, kept_at=now, kept_by=ben
    )
    response = phone.post(reverse("keep-follow-up", args=[promise.pk]), follow=True)
    assert "Ben Cover kept this promise already." in response.content.decode()


def test_what_was_done_today_is_listed(phone, ana, northern_practice, now):
    factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=now)
    page = read(phone)
    assert "1 visit done" in page
    assert "Done today" in page


def test_a_free_day_suggests_where_to_go_and_plans_it(
    phone, ana, northern_practice, doctor, now, today
):
    fallen(northern_practice, doctor, now)
    page = read(phone)
    assert "Nothing planned today" in page
    assert "Referrals down 38%" in page
    phone.post(reverse("plan-visit"), {"practice": northern_practice.pk, "planned_on": str(today)})
    assert PlannedVisit.objects.get().liaison == ana
    assert "Worth a visit" not in read(phone)


def test_a_wish_to_come_again_comes_back(phone, ana, northern_practice, now, today):
    factories.VisitFactory(
        practice=northern_practice,
        liaison=ana,
        held_at=now - timedelta(days=30),
        see_again_on=today,
    )
    assert "You meant to come again" in read(phone)
    factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=now)
    assert "You meant to come again" not in read(phone)


def test_nothing_at_all_still_offers_a_way_on(phone):
    page = read(phone)
    assert "Your day is free" in page
    assert "Find a practice" in page


def test_a_manager_sees_the_teams_day(
    client, dana, ana, ben, stop, northern_practice, north, now, today
):
    done = factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=now)
    other = factories.PracticeFactory(territory=north)
    factories.PlannedVisitFactory(liaison=ana, practice=other, planned_on=today, visit=done)
    factories.FollowUpFactory(
        practice=northern_practice,
        owner=ben,
        promised_on=today - timedelta(days=9),
        due_on=today - timedelta(days=1),
    )
    client.force_login(dana)
    page = client.get(reverse("today")).content.decode()
    assert "1 visit today, 1 stop to go" in page
    assert "1 of 2 stops" in page
    assert "1 promise overdue" in page
    assert f"{reverse('today')}?liaison={ana.pk}" in page
    assert f"owner={ben.pk}&amp;state=overdue" in page


def test_an_empty_team_page_says_what_to_do(client, dana):
    client.force_login(dana)
    assert "Nobody works a territory yet" in client.get(reverse("today")).content.decode()


def test_forms_send_nobody_to_another_site(phone, stop):
    for wanted in (
        "//evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
    ):
        response = phone.post(reverse("drop-plan", args=[stop.pk]), {"next": wanted})
        assert response["Location"] == reverse("today"), wanted


@pytest.mark.parametrize(
    ("device", "address"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)", "maps:?daddr=41.38"),
        ("Mozilla/5.0 (Linux; Android 10; K) Chrome/120 Mobile", "geo:0,0?q=41.38"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "https://www.google.com/maps/dir/?api=1"),
    ],
)
def test_directions_open_the_phones_own_maps(phone, stop, device, address):
    page = phone.get(reverse("today"), headers={"User-Agent": device}).content.decode()
    assert f'href="{address}' in page

"""A promise made by a tap falls due on a day that is worked."""

import calendar
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison_crm.core.workdays import Workdays
from tests import factories
from visits.models import FollowUp, SuggestedPromise, Visit
from visits.promises.due import SPANS, day_after, due_day
from visits.promises.reports import suggestions_at

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
SPAN = st.sampled_from([span for span, _ in SPANS])


@settings(deadline=None)
@given(DAYS, SPAN)
def test_it_is_the_first_working_day_that_is_so_long_after(day, span):
    calendar_of_ohio = Workdays(state="OH")
    due, asked = due_day(day, span, calendar_of_ohio), day_after(day, span)
    assert day < asked <= due
    assert calendar_of_ohio.is_worked(due)
    between = [asked + timedelta(days=n) for n in range((due - asked).days)]
    assert not any(calendar_of_ohio.is_worked(one) for one in between)


@given(DAYS)
def test_a_month_later_has_the_same_number_or_is_the_last_day(day):
    later = day_after(day, "1m")
    last = calendar.monthrange(later.year, later.month)[1]
    assert later.day == min(day.day, last)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == 1


@pytest.mark.parametrize(
    ("day", "span", "due"),
    [
        (date(2026, 11, 25), "1d", date(2026, 11, 27)),  # tomorrow is Thanksgiving
        (date(2026, 11, 27), "1d", date(2026, 11, 30)),  # a Friday
        (date(2026, 12, 18), "1w", date(2026, 12, 28)),  # Christmas, then a weekend
        (date(2026, 12, 31), "1d", date(2027, 1, 4)),  # New Year's Day is a Friday
        (date(2028, 1, 29), "1m", date(2028, 2, 29)),  # a leap day
        (date(2028, 1, 31), "1m", date(2028, 2, 29)),
        (date(2027, 1, 31), "1m", date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2028, 2, 29), "1m", date(2028, 3, 29)),
    ],
)
def test_known_days(day, span, due):
    assert due_day(day, span, Workdays()) == due


@pytest.fixture
def words_at_hand(db):
    SuggestedPromise.objects.all().delete()
    for number, words in enumerate(("Send the referral form", "Call back", "Bring it", "Ask")):
        SuggestedPromise.objects.create(words=words, position=number)


def test_what_this_office_was_promised_before_comes_first(
    ana, cleo, northern_practice, words_at_hand
):
    for number, words in enumerate(("Old words", "Send the phone list", "Bring the cardiologist")):
        factories.FollowUpFactory(
            practice=northern_practice,
            owner=ana,
            promise=words,
            promised_on=date(2026, 1, 1 + number),
        )
    factories.FollowUpFactory(practice=northern_practice, owner=ana, promise="x" * 60)
    SuggestedPromise.objects.filter(words="Call back").update(is_offered=False)
    offered = suggestions_at(northern_practice, viewer=ana)
    assert offered[:3] == ("Bring the cardiologist", "Send the phone list", "Old words")
    assert "Send the referral form" in offered
    assert "Call back" not in offered
    assert len(offered) == len(set(offered)) == 6
    assert "Old words" not in suggestions_at(northern_practice, viewer=cleo)


def test_one_tap_in_the_log_makes_a_promise(client, ana, northern_practice, kim, words_at_hand):
    client.force_login(ana)
    page = client.get(reverse("new-visit"), {"practice": northern_practice.pk}).content.decode()
    assert "Send the referral form" in page
    said = {
        "practice": northern_practice.pk,
        "client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b11",
        "held_at": "2026-02-27T10:00",
        "outcome": Visit.Outcome.GOOD_TALK,
        "people": [f"s{kim.pk}"],
        "promise_at_hand": "Send the referral form",
        "due": "1d",
    }
    client.post(reverse("new-visit"), said)
    promise = FollowUp.objects.get()
    assert (promise.promise, promise.promised_to) == ("Send the referral form", kim)
    assert (promise.promised_on, promise.due_on) == (date(2026, 2, 27), date(2026, 3, 2))
    client.post(reverse("new-visit"), said)
    assert FollowUp.objects.count() == 1


def test_words_of_ones_own_win_over_those_at_hand(client, ana, northern_practice):
    client.force_login(ana)
    said = {
        "practice": northern_practice.pk,
        "client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b12",
        "at_hand": "Call back",
        "promise": "Bring the echo protocol",
        "due": "1w",
    }
    client.post(reverse("new-follow-up"), said)
    promise = FollowUp.objects.get()
    assert promise.promise == "Bring the echo protocol"
    assert promise.due_on >= timezone.localdate() + timedelta(days=7)
    assert promise.due_on.weekday() < 5


def test_a_promise_without_words_or_without_the_day_asked_for_is_refused(
    client, ana, northern_practice
):
    client.force_login(ana)
    said = {
        "practice": northern_practice.pk,
        "client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b13",
        "due": "day",
    }
    page = client.post(reverse("new-follow-up"), said).content.decode()
    assert "Say what you promised." in page
    page = client.post(reverse("new-follow-up"), {**said, "at_hand": "Call back"})
    assert "Choose the day." in page.content.decode()
    assert not FollowUp.objects.exists()

"""What a view says to a browser, told to the outbox of a device: JSON, whatever the view is."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests import factories
from visits.models import FollowUp

NEW = "/follow-ups/new/"


@pytest.fixture
def phone(ana):
    client = Client()
    client.force_login(ana)
    return client


@pytest.fixture
def sent(phone, ana, northern_practice):
    """Sends a promise as the outbox does: written when, by which clock, under which key."""

    def send(*, headers=None, client=phone, written=timedelta(0), **changes):
        sent_at = timezone.now()
        said = {
            "practice": northern_practice.pk,
            "client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b12",
            "promise": "Send the new referral form",
            "due_on": (timezone.localdate() + timedelta(days=5)).isoformat(),
            "recorded_at": (sent_at - written).isoformat(),
            **changes,
        }
        told = {"X-Outbox": "1", "X-Outbox-Sent-At": sent_at.isoformat(), **(headers or {})}
        return client.post(NEW, said, headers={"X-Outbox-Person": str(ana.pk), **told})

    return send


def test_what_is_stored_is_answered_with_the_next_page(sent, northern_practice):
    answer = sent()
    assert (answer.status_code, answer.json()) == (
        200,
        {"location": northern_practice.get_absolute_url()},
    )
    assert FollowUp.objects.count() == 1


def test_the_same_key_again_stores_nothing_and_is_answered_alike(sent):
    assert sent().json() == sent().json()
    assert FollowUp.objects.count() == 1


def test_mistakes_are_told_by_field_and_in_a_sentence(sent):
    answer = sent(promise="x" * 201, due_on="soon")
    assert answer.status_code == 422
    told = answer.json()
    assert set(told["errors"]) == {"promise", "due_on"}
    assert told["code"] == "max_length"
    assert "at most 200 characters" in told["detail"]


def test_what_a_service_refuses_keeps_its_code(sent):
    sent()
    answer = sent(promise="Something else")
    assert (answer.status_code, answer.json()["code"]) == (422, "promise_sent_differently")
    assert answer.json()["detail"] == "Another promise was sent under this key already."


def test_a_strangers_practice_is_refused_in_a_sentence(sent, southern_practice):
    answer = sent(practice=southern_practice.pk)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"].endswith(".")
    assert not FollowUp.objects.exists()


def test_a_line_that_says_no_is_a_refusal(phone, ana, northern_practice):
    """A one-tap action has no form: its refusal is a line on the next page."""
    promise = factories.FollowUpFactory(
        practice=northern_practice, owner=ana, kept_at=timezone.now(), kept_by=ana
    )
    headers = {"X-Outbox": "1"}
    answer = phone.post(f"/follow-ups/{promise.pk}/keep/", headers=headers)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "Ana North kept this promise already."
    assert b"kept this promise already" not in phone.get("/follow-ups/").content


def test_without_a_session_the_outbox_waits(sent):
    answer = sent(client=Client())
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")
    assert not FollowUp.objects.exists()


def test_somebody_elses_entry_is_not_taken_in_ones_name(sent, ben):
    """Ben signed in on the phone; a page of Ana's is still open there."""
    client = Client()
    client.force_login(ben)
    answer = sent(client=client)
    assert (answer.status_code, answer.json()["code"]) == (401, "someone_else")
    assert not FollowUp.objects.exists()


def test_an_old_token_is_named_so_that_a_new_one_is_fetched(ana, sent):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)
    refused = sent(client=strict)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    token = strict.get("/outbox/token/", headers={"X-Outbox": "1"}).json()
    assert token["person"] == str(ana.pk)
    assert sent(client=strict, headers={"X-CSRFToken": token["token"]}).status_code == 200


def test_the_token_is_for_those_who_are_signed_in(db):
    answer = Client().get("/outbox/token/", headers={"X-Outbox": "1"})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


@pytest.mark.parametrize(("days", "status"), [(30, 200), (31, 409)])
def test_thirty_days_is_how_late_an_entry_may_come(sent, days, status):
    answer = sent(written=timedelta(days=days))
    assert answer.status_code == status
    assert FollowUp.objects.exists() is (status == 200)


def test_a_device_without_a_sane_clock_still_sends(sent):
    assert sent(recorded_at="yesterday", headers={"X-Outbox-Sent-At": "0000"}).status_code == 200


@pytest.mark.parametrize(
    ("written", "is_shown"), [(timedelta(0), True), (timedelta(hours=3), False)]
)
def test_good_news_of_long_ago_does_not_come_in_heaps(
    phone, ana, northern_practice, written, is_shown
):
    sent_at = timezone.now()
    said = {
        "practice": northern_practice.pk,
        "client_key": str(uuid.uuid4()),
        "held_at": "2026-02-27T10:00",
        "outcome": "drop_off",
        "due": "1w",
        "recorded_at": (sent_at - written).isoformat(),
    }
    headers = {"X-Outbox": "1", "X-Outbox-Sent-At": sent_at.isoformat()}
    answer = phone.post("/visits/new/", said, headers=headers)
    assert answer.json()["location"] == northern_practice.get_absolute_url()
    assert (b"Visit logged at" in phone.get("/more/").content) is is_shown


def test_an_outage_is_told_as_json_too(lost_database):
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    answer = lost_database(partial(client.post, headers={"X-Outbox": "1"}), NEW, {})
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer["Retry-After"] == "5"

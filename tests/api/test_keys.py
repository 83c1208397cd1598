"""A69, A71: a keyed request is done once, whoever sends it again, and however often at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import IdempotentRequest
from accounts.services.answers import forget_answers
from contacts.models import StaffMember
from liaison_crm.core.api.idempotency import KeyedRequest, is_alone
from tests.api.conftest import Api
from visits.models import Visit

HELD = "2026-03-02T15:00:00Z"


@pytest.fixture
def staff_in(northern_practice):
    return {"practice": northern_practice.pk, "name": "Kim Soto"}


def send(client, body, key=None, path="staff/"):
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(path, body, headers=headers)


@pytest.mark.django_db
class TestKeys:
    def test_without_a_key_each_request_counts(self, as_ana, staff_in):
        assert send(as_ana, staff_in).status_code == 201
        assert send(as_ana, staff_in).status_code == 201
        assert StaffMember.objects.count() == 2
        assert not IdempotentRequest.objects.exists()

    def test_the_same_request_hears_the_first_answer(self, as_ana, staff_in):
        first = send(as_ana, staff_in, "k1")
        again = send(as_ana, dict(reversed(staff_in.items())), "k1")
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
        assert "Idempotent-Replayed" not in first
        assert again["Idempotent-Replayed"] == "true"
        assert StaffMember.objects.count() == 1

    def test_another_body_under_the_key_is_refused(self, as_ana, staff_in):
        send(as_ana, staff_in, "k1")
        other = send(as_ana, {**staff_in, "name": "Pat"}, "k1")
        assert (other.status_code, other.json()["code"]) == (422, "key_reused")
        assert StaffMember.objects.count() == 1

    def test_another_address_under_the_key_is_refused(self, as_ana, staff_in):
        send(as_ana, staff_in, "k1")
        assert send(as_ana, staff_in, "k1", "follow-ups/").status_code == 422

    @pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b", "a\x00b", "caf\u00e9", "a\tb"])
    def test_odd_keys_are_refused(self, as_ana, staff_in, key):
        response = send(as_ana, staff_in, key)
        assert (response.status_code, response.json()["code"]) == (400, "bad_key")
        assert not StaffMember.objects.exists()

    def test_a_key_of_255_characters_is_fine(self, as_ana, staff_in):
        assert send(as_ana, staff_in, "x" * 255).status_code == 201

    def test_each_person_has_keys_of_his_own(self, as_ana, api, ben, staff_in):
        send(as_ana, staff_in, "k1")
        assert "Idempotent-Replayed" not in send(api(ben), staff_in, "k1")
        assert StaffMember.objects.count() == 2

    def test_a_refused_request_does_not_use_its_key_up(self, as_ana, staff_in):
        assert send(as_ana, {**staff_in, "phone": "1"}, "k1").status_code == 400
        assert send(as_ana, staff_in, "k1").status_code == 201

    def test_after_a_day_the_key_is_new(self, as_ana, staff_in):
        send(as_ana, staff_in, "k1")
        IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
        again = send(as_ana, {**staff_in, "name": "Pat"}, "k1")
        assert again.status_code == 201
        assert "Idempotent-Replayed" not in again
        assert IdempotentRequest.objects.count() == 1

    def test_answers_of_yesterday_are_forgotten(self, as_ana, staff_in):
        send(as_ana, staff_in, "old")
        IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
        send(as_ana, staff_in, "new")
        forget_answers(timezone.now())
        assert [row.key for row in IdempotentRequest.objects.all()] == ["new"]

    def test_the_tick_forgets_them(self, settings):
        assert "accounts.services.answers.forget_answers" in settings.TICKS

    def test_a_client_key_in_the_body_serves_as_well(self, as_ana, northern_practice):
        body = {
            "practice": northern_practice.pk,
            "held_at": HELD,
            "outcome": "good_talk",
            "client_key": "0b6bb27c-71fc-4a4c-a4b7-1a5d0b6b3f11",
        }
        first, again = (as_ana.post("visits/", body) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert again["Idempotent-Replayed"] == "true"
        assert as_ana.post("visits/", {**body, "note": "More."}).status_code == 422
        assert Visit.objects.count() == 1

    def test_the_visit_itself_still_knows_its_key_after_a_day(self, as_ana, northern_practice):
        body = {
            "practice": northern_practice.pk,
            "held_at": HELD,
            "outcome": "good_talk",
            "client_key": "0b6bb27c-71fc-4a4c-a4b7-1a5d0b6b3f11",
        }
        first = as_ana.post("visits/", body)
        IdempotentRequest.objects.all().delete()
        assert as_ana.post("visits/", body).json()["id"] == first.json()["id"]
        assert Visit.objects.count() == 1


@pytest.fixture
def bearer(ana):
    """Clients of Ana's that share nothing but her token."""
    _, secret = accounts.create_token(
        ana,
        by=ana,
        name="Phone",
        lasting=timedelta(days=1),
        at=timezone.now(),
        origin=accounts.Origin(),
    )
    return lambda: Api(headers={"Authorization": f"Token {secret}"})


def at_once(count, action):
    start = Barrier(count)

    def run(_):
        try:
            start.wait()
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("named_by", ["header", "body"])
def test_a71_eight_at_once_are_one(bearer, northern_practice, named_by):
    key = "0b6bb27c-71fc-4a4c-a4b7-1a5d0b6b3f11"
    body = {"practice": northern_practice.pk, "held_at": HELD, "outcome": "good_talk"}
    if named_by == "body":
        body["client_key"] = key

    def post():
        return send(bearer(), body, key if named_by == "header" else None, "visits/")

    answers = at_once(8, post)
    made = [a for a in answers if a.status_code == 201 and "Idempotent-Replayed" not in a]
    rest = [a for a in answers if a not in made]
    assert len(made) == 1
    assert all(
        a.json() == made[0].json() if a.status_code == 201 else a.status_code == 409 for a in rest
    )
    assert Visit.objects.count() == 1
    assert post().json() == made[0].json()


@pytest.mark.django_db(transaction=True)
def test_a69_a_request_in_flight_is_not_waited_for(bearer, ana, northern_practice):
    held, done = Event(), Event()

    def hold():
        try:
            with transaction.atomic():
                assert is_alone(KeyedRequest(ana.pk, "k1", "", "", ""))
                held.set()
                done.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(hold)
        held.wait(30)
        body = {"practice": northern_practice.pk, "name": "Kim"}
        response = send(bearer(), body, "k1")
        assert (response.status_code, response.json()["code"]) == (409, "in_progress")
        assert response["Retry-After"] == "1"
        assert send(bearer(), body, "k2").status_code == 201
        done.set()
        other.result()
    assert send(bearer(), body, "k1").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_the_answer_is_kept_with_the_work_or_not_at_all(bearer, northern_practice):
    """A worker that dies between the two leaves neither: the answer cannot be written here."""
    body = {"practice": northern_practice.pk, "name": "Kim"}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_idempotentrequest ADD CHECK (key <> 'k1') NOT VALID")
    try:
        client = bearer()
        client.raise_request_exception = False
        assert send(client, body, "k1").status_code == 500
        assert not StaffMember.objects.exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE accounts_idempotentrequest "
                "DROP CONSTRAINT accounts_idempotentrequest_key_check"
            )
    assert send(bearer(), body, "k1").status_code == 201

"""Signing in with a token, and keeping one's tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import services
from accounts.models import AccessLog, ApiToken
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db


def bearer(secret):
    return Api(headers={"Authorization": f"Token {secret}"})


@pytest.fixture
def made(as_ana):
    response = as_ana.post("tokens/", {"name": "Nightly copy", "days": 30})
    assert response.status_code == 201, response.content
    return response


def test_a_token_is_shown_once(made, as_ana):
    token = made.json()
    assert len(token["token"]) == 64
    assert made["Cache-Control"] == "no-store"
    (listed,) = as_ana.get("tokens/").json()["results"]
    assert "token" not in listed
    assert listed["id"] == token["id"]
    assert listed["starts_with"] == token["token"][: len(listed["starts_with"])]
    assert AccessLog.objects.filter(action="token_created").count() == 1


def test_a_token_signs_in_as_its_person(made, ana):
    assert bearer(made.json()["token"]).get("me/").json()["id"] == ana.pk


def test_a_token_cannot_make_tokens(made):
    response = bearer(made.json()["token"]).post("tokens/", {"name": "x"})
    assert (response.status_code, response.json()["code"]) == (403, "session_needed")
    assert ApiToken.objects.count() == 1


def test_a_token_can_end_itself(made):
    client = bearer(made.json()["token"])
    assert client.delete(f"tokens/{made.json()['id']}/").status_code == 204
    assert client.get("me/").status_code == 401


def test_a_token_ends_by_itself(made):
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert bearer(made.json()["token"]).get("me/").status_code == 401


def test_a_token_ends_with_its_person(made, ana, erin):
    services.deactivate(ana, by=erin)
    response = bearer(made.json()["token"]).get("me/")
    assert (response.status_code, response.json()["code"]) == (401, "sign_in_failed")


@pytest.mark.parametrize("secret", ["", "x", "0" * 64, "é" * 64, "a b", "0" * 10_000])
def test_other_secrets_are_refused(db, secret):
    client = Api(headers={"Authorization": f"Token {secret}".encode().decode("latin-1")})
    response = client.get("me/")
    assert response.status_code == 401
    assert set(response.json()) == {"code", "detail"}


def test_colleagues_and_managers_neither_see_nor_end_it(made, api, ben, erin):
    for person in (ben, erin):
        client = api(person)
        assert client.get("tokens/").json()["results"] == []
        other = client.delete(f"tokens/{made.json()['id']}/")
        absent = client.delete("tokens/00000000-0000-4000-8000-000000000000/")
        assert (other.status_code, other.content) == (404, absent.content)
    assert ApiToken.objects.count() == 1


def test_there_is_a_limit(as_ana):
    for number in range(10):
        assert as_ana.post("tokens/", {"name": f"T{number}"}).status_code == 201
    response = as_ana.post("tokens/", {"name": "One more"})
    assert (response.status_code, response.json()["code"]) == (409, "too_many_tokens")

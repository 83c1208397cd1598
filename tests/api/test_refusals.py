"""Every refusal has one shape, whoever raised it; limits hold, and break nothing if they cannot."""

import time

import pytest
from django.core import exceptions as django_errors
from django.core.cache import cache
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import ProtectedError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions

from accounts.models import Territory
from liaison_crm.core.api.errors import refuse
from liaison_crm.core.errors import DomainError
from tests import factories
from tests.services import unused_port


class PracticeClosed(DomainError):
    code = "practice_closed"


def answer(error):
    response = refuse(error, {})
    assert response is not None
    return response.status_code, response.data


def field(code, detail):
    return [{"code": code, "detail": detail}]


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (
            PracticeClosed("Elm Street is closed."),
            409,
            {"code": "practice_closed", "detail": "Elm Street is closed."},
        ),
        (
            PracticeClosed("Closed.", field="practice", limit=3),
            409,
            {
                "code": "practice_closed",
                "detail": "Closed.",
                "fields": {"practice": field("practice_closed", "Closed.")},
                "limit": 3,
            },
        ),
        (
            django_errors.ValidationError("Two at most.", code="many"),
            400,
            {"code": "many", "detail": "Two at most."},
        ),
        (
            django_errors.ValidationError({"name": ["Too long."], "__all__": ["Odd."]}),
            400,
            {
                "code": "invalid",
                "detail": "Odd.",
                "fields": {"name": field("invalid", "Too long.")},
            },
        ),
        (
            exceptions.ValidationError({"a": {"b": [{}, {"c": ["No."]}]}}),
            400,
            {
                "code": "invalid",
                "detail": "Some fields are not right.",
                "fields": {"a.b.1.c": field("invalid", "No.")},
            },
        ),
        (
            exceptions.ValidationError({"a": {"non_field_errors": ["Never."]}}),
            400,
            {
                "code": "invalid",
                "detail": "Some fields are not right.",
                "fields": {"a": field("invalid", "Never.")},
            },
        ),
        (Http404("No Visit matches"), 404, {"code": "not_found", "detail": "Not found."}),
        (Territory.DoesNotExist(), 404, {"code": "not_found", "detail": "Not found."}),
        (
            django_errors.PermissionDenied("because"),
            403,
            {"code": "not_allowed", "detail": "You may not do this."},
        ),
        (UnreadablePostError(), 400, {"code": "body_cut", "detail": "The body was cut off."}),
        (
            ProtectedError("x", set()),
            409,
            {"code": "in_use", "detail": "Other records belong to this one, so it stays."},
        ),
        (
            exceptions.Throttled(wait=12.4),
            429,
            {"code": "too_many_requests", "detail": "Too many requests. Wait a little."},
        ),
    ],
)
def test_refusals_have_one_shape(error, status, body):
    assert answer(error) == (status, body)


@pytest.mark.parametrize("error", [OperationalError(), IntegrityError("check"), KeyError("x")])
def test_what_is_no_refusal_is_left_to_the_shell(error):
    assert refuse(error, {}) is None


@pytest.mark.django_db
def test_a_lost_race_is_already_there():
    factories.TerritoryFactory(name="North")
    with pytest.raises(IntegrityError) as lost, transaction.atomic():
        factories.TerritoryFactory(name="North")
    assert answer(lost.value)[0] == 409
    assert answer(lost.value)[1]["code"] == "already_exists"


class TestLimits:
    pytestmark = pytest.mark.django_db

    @pytest.fixture(autouse=True)
    def own_cache(self, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
                "LOCATION": "limits",
            }
        }
        cache.clear()

    def test_one_more_is_too_many(self, as_ana, settings):
        settings.API_LIMITS = {"every": (3, 3600), "write": (3, 3600)}
        assert [as_ana.get("me/").status_code for _ in range(4)] == [200, 200, 200, 429]
        response = as_ana.get("me/")
        assert response.json()["code"] == "too_many_requests"
        assert 0 < int(response["Retry-After"]) <= 3600

    def test_each_person_has_a_limit_of_his_own(self, as_ana, as_cleo, settings):
        settings.API_LIMITS = {"every": (1, 3600), "write": (1, 3600)}
        as_ana.get("me/")
        assert as_ana.get("me/").status_code == 429
        assert as_cleo.get("me/").status_code == 200

    def test_writes_have_a_limit_beside(self, as_ana, settings):
        settings.API_LIMITS = {"every": (100, 3600), "write": (1, 3600)}
        assert as_ana.post("visits/", {"a": 1}).status_code == 400
        assert as_ana.post("visits/", {"a": 1}).status_code == 429
        assert as_ana.get("me/").status_code == 200

    def test_a_new_window_begins(self, as_ana, settings, monkeypatch):
        settings.API_LIMITS = {"every": (1, 60), "write": (1, 60)}
        as_ana.get("me/")
        assert as_ana.get("me/").status_code == 429
        later = time.time() + 61
        monkeypatch.setattr("liaison_crm.core.api.throttles.time.time", lambda: later)
        assert as_ana.get("me/").status_code == 200

    def test_b19_without_a_cache_nobody_is_kept_out(self, as_ana, settings, caplog):
        settings.CACHES = {
            "default": {
                "BACKEND": "liaison_crm.cache.ForgetfulRedisCache",
                "LOCATION": f"redis://127.0.0.1:{unused_port()}/0",
            }
        }
        settings.API_LIMITS = {"every": (1, 60), "write": (1, 60)}
        assert [as_ana.get("me/").status_code for _ in range(3)] == [200] * 3
        assert "cache is away" in caplog.text

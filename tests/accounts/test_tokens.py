"""API tokens: hashed, ending, and never wider than their person."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

from accounts import services
from accounts.authentication import TokenSignIn
from accounts.errors import TooManyTokens
from accounts.models import AccessLog, ApiToken

DAY = timedelta(days=1)


@pytest.fixture
def make():
    def token(person, by=None, name="Export", lasting=90 * DAY, at=None):
        return services.create_token(
            person,
            by=by or person,
            name=name,
            lasting=lasting,
            at=at or timezone.now(),
            origin=services.Origin("192.0.2.1", "abc"),
        )

    return token


def sign_in(secret: str):
    request = APIRequestFactory().get("/", headers={"Authorization": f"Token {secret}"})
    return TokenSignIn().authenticate(request)


def test_the_secret_opens_and_is_not_kept(make, ana):
    token, secret = make(ana)
    assert sign_in(secret)[0] == ana
    assert secret not in {str(value) for value in ApiToken.objects.values().get().values()}
    row = AccessLog.objects.get(action=AccessLog.Action.TOKEN_CREATED)
    assert (row.user, row.subject, row.address) == (ana, "Export", "192.0.2.1")
    assert secret not in str(row.detail)
    assert token.name == "Export"


def test_the_day_of_last_use_is_noted(make, ana, django_assert_num_queries):
    token, secret = make(ana)
    sign_in(secret)
    token.refresh_from_db()
    assert token.last_used_on == timezone.now().date()
    with django_assert_num_queries(2):
        sign_in(secret)


def test_an_old_token_is_refused(make, ana):
    _, secret = make(ana, at=timezone.now() - 91 * DAY)
    with pytest.raises(AuthenticationFailed):
        sign_in(secret)


@pytest.mark.parametrize(
    "secret",
    ["", "x", "0" * 64, "\xff" * 64, "\0" * 64, "0" * 63 + "\0", "0" * 100_000, "a b", "A" * 64],
)
def test_junk_is_refused_and_nothing_breaks(make, ana, secret):
    make(ana)
    with pytest.raises(AuthenticationFailed):
        sign_in(secret)


def test_a_revoked_token_is_dead_at_once(make, ana):
    token, secret = make(ana)
    services.revoke_token(token, by=ana, at=timezone.now(), origin=services.Origin())
    with pytest.raises(AuthenticationFailed):
        sign_in(secret)
    assert AccessLog.objects.filter(action=AccessLog.Action.TOKEN_REVOKED, user=ana).exists()


def test_nobody_makes_or_revokes_a_token_for_another(make, ana, ben, erin):
    with pytest.raises(PermissionDenied):
        make(ana, by=erin)
    token, _ = make(ana)
    with pytest.raises(PermissionDenied):
        services.revoke_token(token, by=ben, at=timezone.now(), origin=services.Origin())
    services.revoke_token(token, by=erin, at=timezone.now(), origin=services.Origin())


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_ends_within_a_year(make, ana, days):
    with pytest.raises(ValidationError):
        make(ana, lasting=days * DAY)


def test_a_nameless_token_is_refused(make, ana):
    with pytest.raises(ValidationError):
        make(ana, name="")


def test_a_person_has_ten_tokens_at_most(make, ana):
    for _ in range(10):
        make(ana)
    with pytest.raises(TooManyTokens):
        make(ana)


def test_a_deactivated_person_cannot_use_a_token_that_survived(make, ana):
    _, secret = make(ana)
    ana.is_active = False
    ana.save(update_fields=["is_active"])
    with pytest.raises(AuthenticationFailed):
        sign_in(secret)

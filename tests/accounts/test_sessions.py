"""A session ends when it should, and at once (A88)."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AccessLog, User
from accounts.services import sessions
from tests.factories import PASSWORD


def is_in(client: Client) -> bool:
    return client.get(reverse("you")).status_code == 200


def copy_of(client: Client) -> Client:
    """A thief's browser with the same cookie."""
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    return thief


@pytest.fixture
def signed_in(sign_in, ana) -> Client:
    client = Client()
    sign_in(ana, client=client)
    return client


@pytest.fixture
def later(monkeypatch):
    """Move the clock: so far from the moment the test began."""
    beginning = timezone.now()

    def move(by: timedelta) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: beginning + by)

    return move


def test_a88_an_id_from_before_signing_in_is_worthless(sign_in, ana):
    client = Client()
    client.get(reverse("account_reset_password_from_key", args=["1", "set-password"]))
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    sign_in(ana, client=client)
    thief = Client()
    thief.cookies["sessionid"] = str(session.session_key)
    assert is_in(client)
    assert not is_in(thief)


def test_a88_a_stolen_cookie_ends_with_signing_out(signed_in):
    thief = copy_of(signed_in)
    assert is_in(thief)
    signed_in.post(reverse("account_logout"))
    assert not is_in(thief)
    assert AccessLog.objects.filter(action=AccessLog.Action.SIGN_OUT).count() == 1
    assert not UserSession.objects.exists()


def test_a88_a_new_password_leaves_only_the_session_that_set_it(signed_in, sign_in, ana):
    other = Client()
    sign_in(ana, client=other)
    token = services.create_token(
        ana,
        by=ana,
        name="Export",
        lasting=timedelta(days=1),
        at=timezone.now(),
        origin=services.Origin(),
    )
    thief = copy_of(signed_in)
    new = "another quite long passphrase"
    answer = signed_in.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert answer["Location"] == reverse("you")
    assert is_in(signed_in)
    assert not is_in(other)
    assert not is_in(thief)
    assert UserSession.objects.count() == Session.objects.count() == 1
    assert token


def test_a88_deactivation_ends_sessions_and_tokens_at_once(signed_in, ana, erin):
    _, secret = services.create_token(
        ana,
        by=ana,
        name="Export",
        lasting=timedelta(days=1),
        at=timezone.now(),
        origin=services.Origin(),
    )
    services.deactivate(ana, by=erin)
    assert not is_in(signed_in)
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()
    assert not ana.auth_token_set.exists()
    services.reactivate(ana, by=erin)
    assert not is_in(signed_in), "reactivation does not bring the session back"
    assert secret


def test_a88_even_a_session_row_that_survived_is_refused(signed_in, ana):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert not is_in(signed_in)


def test_a88_a_session_ends_after_fifteen_idle_minutes(signed_in, later):
    later(timedelta(minutes=14, seconds=50))
    assert is_in(signed_in)
    later(timedelta(minutes=29, seconds=30))
    assert is_in(signed_in), "counted from the last request, not from sign-in"
    later(timedelta(minutes=45))
    thief = copy_of(signed_in)
    assert not is_in(signed_in)
    later(timedelta(0))
    assert not is_in(thief), "it is gone, not only asleep"


def test_a88_a_busy_session_ends_after_twelve_hours(signed_in, later):
    for minutes in range(10, 720, 10):
        later(timedelta(minutes=minutes))
        assert is_in(signed_in)
    later(timedelta(hours=12))
    assert not is_in(signed_in)


def test_a88_the_sixth_session_ends_the_oldest(sign_in, ana):
    clients = [Client() for _ in range(6)]
    for client in clients:
        sign_in(ana, client=client)
    assert [is_in(client) for client in clients] == [False, True, True, True, True, True]
    assert Session.objects.count() == UserSession.objects.count() == 5


def test_a_session_without_our_stamp_is_nobodys(ana):
    client = Client()
    client.force_login(ana)
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert not is_in(client)


def test_a_new_role_is_obeyed_at_the_next_request(client, dana, erin, north):
    client.force_login(dana)
    assert client.get("/admin/").status_code == 403
    services.change_role(dana, User.Role.ADMIN, by=erin)
    assert client.get("/admin/").status_code == 200
    services.change_role(dana, User.Role.LIAISON, by=erin)
    assert client.get("/admin/").status_code == 403


def test_an_idle_session_is_noticed_once_a_minute_only(signed_in, later, django_assert_num_queries):
    later(timedelta(seconds=30))
    signed_in.get(reverse("more"))  # what the navigation counts is remembered from there
    with django_assert_num_queries(5):
        signed_in.get(reverse("you"))


def test_sessions_that_ended_by_themselves_are_swept(signed_in, ana, sign_in):
    sign_in(ana, client=Client())
    Session.objects.filter(session_key=signed_in.session.session_key).update(
        expire_date=timezone.now() - timedelta(days=1)
    )
    hour = timezone.now().replace(minute=sessions.SWEEP_MINUTE)
    services.sweep_sessions(hour + timedelta(minutes=1))
    assert Session.objects.count() == 2
    services.sweep_sessions(hour)
    assert Session.objects.count() == UserSession.objects.count() == 1

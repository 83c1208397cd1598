"""A forgotten password (A93)."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD

RESET = "/account/password/reset/"
NEW = "another quite long passphrase"


@pytest.fixture
def ask(db, django_capture_on_commit_callbacks):
    def post(email: str, **meta):
        with django_capture_on_commit_callbacks(execute=True):
            return Client().post(RESET, {"email": email}, **meta)

    return post


def link_in(letter):
    return next(line for line in letter.body.splitlines() if line.startswith("http"))


def choose(path: str, password: str = NEW):
    client = Client()
    page = client.get(path)
    if page.status_code != 302:
        return page
    return client.post(page["Location"], {"password1": password, "password2": password})


def test_a93_known_and_unknown_addresses_get_one_answer(ask, ana):
    known, unknown = ask(ana.email), ask("stranger@example.org")
    assert known["Location"] == unknown["Location"] == reverse("account_reset_password_done")
    assert [letter.to for letter in mail.outbox] == [[ana.email]]


def test_a93_a_link_works_once(ask, ana):
    ask(ana.email)
    path = link_in(mail.outbox[0]).removeprefix("http://testserver")
    assert choose(path).status_code == 302
    assert choose(path, "a third and also long one").status_code == 200
    ana.refresh_from_db()
    assert ana.check_password(NEW)


def test_a93_a_link_dies_when_the_password_changes(ask, ana):
    ask(ana.email)
    ana.set_password("changed in the meantime")
    ana.save()
    path = link_in(mail.outbox[0]).removeprefix("http://testserver")
    assert choose(path).status_code == 200
    ana.refresh_from_db()
    assert ana.check_password("changed in the meantime")


def test_a93_a_poisoned_host_gets_no_link(ask, ana):
    assert ask(ana.email, HTTP_HOST="evil.example").status_code == 400
    assert ask(ana.email, HTTP_X_FORWARDED_HOST="evil.example").status_code == 302
    assert [link_in(letter)[:18] for letter in mail.outbox] == ["http://testserver/"]


def test_a93_a_thousand_requests_send_a_few_letters(ask, ana):
    answers = {ask(ana.email, REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(40)}
    assert answers == {302, 429}
    assert len(mail.outbox) == 5


def test_a93_the_old_sessions_are_gone(ask, ana):
    thief = Client()
    thief.force_login(ana)
    ask(ana.email)
    choose(link_in(mail.outbox[0]).removeprefix("http://testserver"))
    assert thief.get("/you/").status_code == 302


def test_a93_a_reset_does_not_skip_the_rules_for_passwords(ask, ana):
    ask(ana.email)
    path = link_in(mail.outbox[0]).removeprefix("http://testserver")
    for weak in ("short", "password1234", "x" * 129):
        assert choose(path, weak).status_code == 200
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


@pytest.mark.parametrize("key", ["0-0", "zzzzzzzzzzzzz-abc", "1-abc-def", "1-set-password"])
def test_a93_an_invented_link_is_a_dead_end(client, db, key):
    answer = client.get(f"/account/password/reset/key/{key}/")
    assert answer.status_code == 200
    assert "password1" not in answer.content.decode()

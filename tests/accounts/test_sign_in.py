"""Who gets in, and how little the door tells those who do not (A84, A85, A86, A89, A90)."""

import re
import time

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog
from tests.factories import PASSWORD, UserFactory

Action = AccessLog.Action
LOGIN = "/account/login/"


def is_in(client: Client) -> bool:
    return client.get(reverse("you")).status_code == 200


def body(response) -> str:
    """What the page says, without what differs at every request."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r'value="[^"]*@[^"]*"', "", text)


def test_an_address_and_a_password_open_the_door(sign_in, ana):
    client = Client()
    answer = sign_in(ana, client=client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(client)
    row = AccessLog.objects.get()
    assert (row.action, row.user, row.address) == (Action.SIGN_IN, ana, "192.0.2.1")


def test_the_address_may_be_typed_in_capitals(sign_in, ana):
    client = Client()
    sign_in(ana.email.upper(), client=client)
    assert is_in(client)


def test_nobody_signs_himself_up(client, db):
    assert client.get("/account/signup/").status_code == 404
    assert client.post("/account/signup/", {"email": "x@example.org"}).status_code == 404


def test_a84_the_sixth_wrong_password_is_too_many(sign_in, ana):
    answers = [sign_in(ana, "wrong password").status_code for _ in range(6)]
    assert answers[-1] == 429
    assert sign_in(ana).status_code == 429, "locked for the right password too"
    assert AccessLog.objects.filter(action=Action.LOCKED_OUT, user=ana).exists()


def test_a84_spelling_the_address_otherwise_does_not_start_a_new_count(sign_in, ana):
    for spelling in (ana.email, ana.email.upper(), ana.email.title(), f" {ana.email}", ana.email):
        sign_in(spelling, "wrong password")
    assert sign_in(ana).status_code == 429


def test_a84_the_victim_gets_in_from_his_own_address(sign_in, ana):
    for _ in range(6):
        sign_in(ana, "wrong password", address="198.51.100.9")
    client = Client()
    sign_in(ana, client=client, address="192.0.2.1")
    assert is_in(client)


def test_a84_one_address_may_not_try_many_people(sign_in, ana, settings):
    settings.SIGN_INS_PER_ADDRESS = 6
    for number in range(6):
        assert sign_in(f"nobody{number}@example.org").status_code == 200
    refused = sign_in(ana, client=Client())
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert sign_in(ana, address="192.0.2.2").status_code == 302


def test_a84_the_cache_alone_also_stops_an_address(sign_in, ana):
    answers = {sign_in(f"nobody{number}@example.org").status_code for number in range(31)}
    assert answers == {200, 429}


def test_a84_refusals_from_everywhere_raise_one_alarm(sign_in, settings, caplog):
    settings.SIGN_IN_ALARM = 10
    for number in range(15):
        sign_in(f"person{number}@example.org", address=f"198.51.100.{number}")
    assert AccessLog.objects.filter(action=Action.ALARM).count() == 1
    assert sum("Many sign-ins are refused" in line for line in caplog.messages) == 1


def test_a85_four_refusals_cannot_be_told_apart(sign_in, ana):
    gone = UserFactory(name="Gone Person", is_active=False)
    new = UserFactory(name="New Person")
    new.set_unusable_password()
    new.save()
    answers = [
        sign_in("stranger@example.org"),
        sign_in(ana, "wrong password"),
        sign_in(gone),
        sign_in(gone, "wrong password"),
        sign_in(new),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({body(answer) for answer in answers}) == 1
    assert "wrong" in body(answers[0])


class SlowEnoughToMeasure(PBKDF2PasswordHasher):
    iterations = 60_000


def test_a85_four_refusals_take_the_same_time(sign_in, ana, settings, monkeypatch):
    """The least of one process's own processor time: other work only ever adds to it."""
    hasher = f"{__name__}.SlowEnoughToMeasure"
    settings.PASSWORD_HASHERS = [hasher]
    settings.SIGN_INS_PER_ADDRESS = 10_000
    ana.password = make_password(PASSWORD)
    ana.save()
    gone = UserFactory(name="Gone Person", is_active=False)
    tries = {
        "unknown": ("stranger@example.org", PASSWORD),
        "wrong": (ana.email, "wrong password"),
        "inactive": (gone.email, PASSWORD),
    }
    least = dict.fromkeys(tries, float("inf"))
    for turn in range(60):
        for kind, (email, password) in tries.items():
            start = time.process_time()
            sign_in(email, password, address=f"203.0.113.{turn + 1}")
            least[kind] = min(least[kind], time.process_time() - start)
        if turn >= 10 and max(least.values()) < 1.1 * min(least.values()):
            break
    else:
        pytest.fail(f"{least}")


@pytest.mark.parametrize("length", [129, 1_000_000])
def test_a86_a_long_password_is_refused_before_it_is_hashed(sign_in, ana, monkeypatch, length):
    def hashed(*_arguments, **_options):
        raise AssertionError("hashed")

    monkeypatch.setattr("django.contrib.auth.base_user.check_password", hashed)
    monkeypatch.setattr("django.contrib.auth.base_user.make_password", hashed)
    answer = sign_in(ana, "x" * length)
    assert answer.status_code == 200
    assert "128 characters" in answer.content.decode()


def test_a86_a_three_megabyte_password_is_refused(sign_in, ana):
    assert sign_in(ana, "x" * 3_000_000).status_code in {400, 413}


@pytest.mark.parametrize(
    "password", ["w" * 64, "five words that nobody would ever guess at all", "é" * 128]
)
def test_a86_long_passphrases_work(sign_in, password):
    person = UserFactory(name="Long Phrase", password=password)
    client = Client()
    sign_in(person, password, client=client)
    assert is_in(client)


@pytest.mark.parametrize(
    "given", [f"{PASSWORD} ", f" {PASSWORD}", f"{PASSWORD}\0", f"{PASSWORD}\n"]
)
def test_a86_nothing_is_trimmed_from_a_password(sign_in, ana, given):
    client = Client()
    assert sign_in(ana, given, client=client).status_code == 200
    assert not is_in(client)


@pytest.mark.parametrize(
    "email",
    [
        "ana.north@\uff45xample.org",
        "\uff41na.north@example.org",
        "ana.north@example.org\0",
        "ana.north@example.org" + "x" * 1_000_000,
        "",
    ],
)
def test_a86_a_look_alike_of_an_address_is_nobody(sign_in, ana, email):
    client = Client()
    assert sign_in(email, client=client).status_code == 200
    assert not is_in(client)


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "\0",
        "/\\evil.example",
        "/\t/evil.example",
        "http:///evil.example",
        "https://testserver.evil.example",
        "https://localhost/",
    ],
)
def test_a89_next_leads_nowhere_else(sign_in, ana, wanted):
    answer = sign_in(ana, next=wanted)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a89_next_leads_to_the_page_that_was_asked_for(sign_in, ana):
    assert sign_in(ana, next="/you/?tab=1")["Location"] == "/you/?tab=1"


def test_a89_a_closed_page_comes_back_after_sign_in(client):
    assert client.get("/you/")["Location"] == f"{LOGIN}?next=/you/"


def csrf_client() -> Client:
    return Client(enforce_csrf_checks=True)


def token_of(client: Client) -> str:
    client.get(LOGIN)
    return client.cookies["csrftoken"].value


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "https://evil.testserver"},
        {"HTTP_ORIGIN": "https://evil.example"},
    ],
)
def test_a90_a_post_from_elsewhere_is_refused(ana, headers):
    client = csrf_client()
    data = {"login": ana.email, "password": PASSWORD}
    if headers:
        data["csrfmiddlewaretoken"] = token_of(client)
    assert client.post(LOGIN, data, **headers).status_code == 403


def test_a90_another_persons_token_is_refused(ana):
    client = csrf_client()
    token_of(client)
    data = {
        "login": ana.email,
        "password": PASSWORD,
        "csrfmiddlewaretoken": token_of(csrf_client()),
    }
    assert client.post(LOGIN, data).status_code == 403


def test_a90_a_post_with_its_own_token_passes(ana):
    client = csrf_client()
    data = {"login": ana.email, "password": PASSWORD, "csrfmiddlewaretoken": token_of(client)}
    assert client.post(LOGIN, data, HTTP_ORIGIN="http://testserver").status_code == 302

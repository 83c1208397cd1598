"""An outsider gets a letter with a link, and answers by it until it ends."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.visits.test_races import all_at_once
from visits.issues import errors, services
from visits.issues.models import Issue, IssueLink
from visits.issues.services.letters import post_letters

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def asked(ana, rosa, northern_practice, complain, rule_to, kim):
    """Rosa is asked, in real time: the page reads the clock."""
    rule_to(rosa)
    said = complain(detail="Since the new year.", by_staff=kim)
    return services.raise_issue(northern_practice, by=ana, at=timezone.now(), complaint=said)


@pytest.fixture
def address(asked):
    return services.address_of(asked.links.get())


def say(address, **said):
    return Client().post("/answer/", {"key": Client().get(address).context["key"], **said})


def test_the_letter_goes_out_once(asked, rosa, now):
    at = timezone.now()
    post_letters(at)
    post_letters(at + MINUTE)
    letter = mail.outbox[0]
    assert (len(mail.outbox), letter.to) == (1, [rosa.email])
    assert services.address_of(asked.links.get()) in letter.body
    assert "Reports take six days" in letter.body
    assert "Kim Soto" not in letter.body
    assert asked.links.get().notified_at == at
    assert asked.steps.get(kind="posted").words == "To Rosa Diaz"


def test_a_letter_that_fails_is_tried_again(asked, settings):
    at = timezone.now()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    post_letters(at)
    assert asked.links.get().notified_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    post_letters(at + 5 * MINUTE)
    assert mail.outbox == []
    post_letters(at + 11 * MINUTE)
    assert len(mail.outbox) == 1


def test_nobody_is_asked_for_what_needs_no_answer_any_more(asked, ana, rosa):
    at = timezone.now()
    services.withdraw_issue(asked, by=ana, at=at)
    post_letters(at)
    services.restore_issue(asked, by=ana, at=at)
    services.revoke_link(asked, by=ana, at=at)
    post_letters(at)
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_send_one_letter(asked):
    at = timezone.now()
    all_at_once(*[lambda: post_letters(at)] * 4)
    assert len(mail.outbox) == 1


def test_the_page_shows_what_it_takes_and_nothing_else(asked, address, rosa, ben):
    services.acknowledge_issue(asked, by=ben, at=timezone.now())
    answer = Client().get(address)
    text = answer.content.decode()
    assert "Reports take six days" in text
    assert "Since the new year." in text
    assert "Northern Family Medicine" in text
    for secret in ("Kim Soto", "Ben Cover", "/practices/", "/visits/", rosa.email):
        assert secret not in text
    assert "no-store" in answer["Cache-Control"]
    # The key stays with us; without any referrer browsers would not say where a form came from.
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex"


def test_he_acknowledges_says_something_and_resolves(asked, address, rosa):
    assert say(address, act="acknowledge").status_code == 302
    assert say(address, act="remark", words="We look into it").status_code == 302
    assert say(address, act="resolve", answer="  ").status_code == 200
    assert say(address, act="resolve", answer="Two more readers").status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.resolver, asked.answer) == ("resolved", rosa, "Two more readers")
    steps = [(step.kind, step.who) for step in asked.steps.in_order()]
    assert steps[1:] == [
        ("acknowledged", "Rosa Diaz"),
        ("remarked", "Rosa Diaz"),
        ("resolved", "Rosa Diaz"),
    ]
    assert "Thank you" in Client().get(address).content.decode()
    assert say(address, act="resolve", answer="Three more readers").status_code == 200
    asked.refresh_from_db()
    assert asked.answer == "Two more readers"


def test_an_act_nobody_offers_does_nothing(asked, address):
    for act in ("tell", "withdraw", "", "hand_on"):
        assert say(address, act=act).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "raised"


@pytest.mark.parametrize("key", ["", "x", "00000000000040008000000000000000:forged", "é:ü"])
def test_a_key_we_never_signed_opens_nothing(asked, key):
    assert Client().get("/answer/", {"key": key}).status_code == 404
    assert Client().post("/answer/", {"key": key, "act": "acknowledge"}).status_code == 404


def test_a_key_of_one_link_opens_no_other(asked, address, ana, northern_practice, complain):
    other = services.raise_issue(
        northern_practice, by=ana, at=timezone.now(), complaint=complain(said="Nobody calls")
    )
    _, signature = services.key_of(asked.links.get()).split(":")
    forged = f"{other.links.get().key.hex}:{signature}"
    assert Client().get("/answer/", {"key": forged}).status_code == 404


def test_it_ends_with_its_time(asked, address):
    IssueLink.objects.update(made_at=timezone.now() - 30 * DAY, expires_at=timezone.now() - MINUTE)
    assert Client().get(address).status_code == 410
    asked.refresh_from_db()
    assert asked.state == "raised"


def test_it_ends_when_it_is_revoked_renewed_or_handed_on(asked, address, ana, ben, dana, rosa):
    at = timezone.now()
    services.revoke_link(asked, by=ana, at=at)
    assert Client().get(address).status_code == 410
    with pytest.raises(errors.LinkNotStanding):
        services.revoke_link(asked, by=ana, at=at)
    fresh = services.address_of(services.renew_link(asked, by=ana, at=at))
    assert Client().get(fresh).status_code == 200
    newer = services.address_of(services.renew_link(asked, by=ana, at=at))
    assert Client().get(fresh).status_code == 410
    services.hand_on_issue(asked, by=dana, at=at, to=ben)
    assert Client().get(newer).status_code == 410
    with pytest.raises(errors.NoOutsider):
        services.renew_link(Issue.objects.get(), by=ana, at=at)


def test_a_link_that_worked_before_does_not_work_for_who_had_it(asked, rosa, dana, ben):
    """Even where somebody kept the page open: the act asks who has the issue now."""
    services.hand_on_issue(asked, by=dana, at=timezone.now(), to=ben)
    with pytest.raises(errors.IssueMoved):
        services.resolve_issue(asked, by=rosa, at=timezone.now(), answer="Mended")


def test_whoever_knocks_too_often_waits(asked, address, settings):
    settings.OPEN_LIMITS = {"address": (3, 60), "link": (100, 3600)}
    assert Client().get(address, REMOTE_ADDR="203.0.113.9").status_code == 200
    settings.OPEN_LIMITS = {"address": (0, 60), "link": (100, 3600)}
    refused = Client().get(address, REMOTE_ADDR="203.0.113.8")
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert "no-store" in refused["Cache-Control"]
    settings.OPEN_LIMITS = {"address": (100, 60), "link": (0, 3600)}
    assert Client().get(address, REMOTE_ADDR="203.0.113.7").status_code == 429


def test_it_opens_again_with_a_new_letter(asked, ana, rosa):
    at = timezone.now()
    post_letters(at)
    services.resolve_issue(asked, by=rosa, at=at, answer="Mended")
    services.reopen_issue(asked, by=ana, at=at, why="Still six days")
    post_letters(at + MINUTE)
    assert len(mail.outbox) == 2
    assert (
        "Still six days"
        in Client().get(services.address_of(asked.links.standing().get())).content.decode()
    )

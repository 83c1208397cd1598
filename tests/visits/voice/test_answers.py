"""What an office says by its card, without an account."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from contacts.corrections.models import ChangeRequest
from tests import factories
from visits.issues.models import Issue
from visits.voice import errors, services
from visits.voice.models import VoiceAnswer

PAGES = ("/voice/", "/voice/issue/", "/voice/office/", "/voice/thanks/")


@pytest.fixture(autouse=True)
def _nobody_knocked_yet():
    cache.clear()


@pytest.fixture
def link(ana, northern_practice):
    return factories.VoiceLinkFactory(
        practice=northern_practice, made_by=ana, made_at=timezone.now() - timedelta(days=1)
    )


@pytest.fixture
def said():
    return services.Said(face="bad", word="Slow", client_key=uuid.uuid4())


def sent(link, **more):
    return {"key": services.key_of(link), "client_key": str(uuid.uuid4()), **more}


def test_an_answer_is_stored_once(link, said, now):
    at = link.made_at + timedelta(hours=1)
    first = services.take_answer(link, at=at, said=said)
    assert services.take_answer(link, at=at + timedelta(days=2), said=said) == first
    other = services.Said(face="good", client_key=said.client_key)
    with pytest.raises(errors.AnswerSentDifferently):
        services.take_answer(link, at=at, said=other)
    assert VoiceAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_leave_one(link, said):
    at, both = link.made_at + timedelta(hours=1), threading.Barrier(2)

    def tap():
        both.wait()
        services.take_answer(link, at=at, said=said)
        connection.close()

    threads = [threading.Thread(target=tap) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert VoiceAnswer.objects.count() == 1


def test_a_word_about_a_patient_is_refused(link, now):
    said = services.Said(face="ok", word="MRN 00482913", client_key=uuid.uuid4())
    with pytest.raises(ValidationError, match="a record number"):
        services.take_answer(link, at=link.made_at, said=said)
    page = Client().post("/voice/", sent(link, face="ok", word="MRN 00482913"))
    assert "a record number" in page.content.decode()
    page = Client().post("/voice/issue/", sent(link, category="other", said="Pt John Smith waits"))
    assert "a patient&#x27;s name" in page.content.decode()
    assert not VoiceAnswer.objects.exists()
    assert not Issue.objects.exists()


def test_the_office_answers_and_is_thanked(link, northern_practice):
    office = Client(enforce_csrf_checks=True)
    page = office.get(services.address_of(link)).content.decode()
    (token,) = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page)
    body = sent(link, face="good", word="Quick", csrfmiddlewaretoken=token)
    for _ in range(2):
        thanks = office.post("/voice/", body, follow=True)
        assert "Thank you" in thanks.content.decode()
    answer = VoiceAnswer.objects.get()
    assert (answer.practice, answer.face, answer.word) == (northern_practice, "good", "Quick")


def test_the_office_raises_an_issue_that_gets_an_owner(link, northern_practice):
    body = sent(link, category="report_speed", said="Reports take three weeks")
    for _ in range(2):
        assert Client().post("/voice/issue/", body).status_code == 302
    issue = Issue.objects.get()
    assert (issue.practice, issue.source, issue.raised_by) == (northern_practice, "office", None)
    assert issue.owner or issue.outsider


def test_the_office_corrects_what_we_say_of_it(link, northern_practice):
    facts = {name: getattr(northern_practice, name) for name in ("street", "city", "state")}
    body = sent(link, **facts, zip_code=northern_practice.zip_code, hours="Mon to Thu 8 to 5")
    body |= {"phone": "(216) 555-0177", "suite": northern_practice.suite}
    for _ in range(2):
        assert Client().post("/voice/office/", body).status_code == 302
    asked = {one.kind: one for one in ChangeRequest.objects.filter(practice=northern_practice)}
    assert set(asked) == {"phone", "hours"}
    assert asked["phone"].proposed == {"phone": "2165550177"}
    assert {one.said_by for one in asked.values()} == {"office"}
    northern_practice.refresh_from_db()
    assert northern_practice.hours != "Mon to Thu 8 to 5"


def test_nothing_new_is_not_asked_about(link):
    page = Client().post("/voice/office/", sent(link))
    assert "All of this is as we have it." in page.content.decode()
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("path", PAGES)
def test_ended_taken_back_and_unknown_read_the_same(link, path):
    revoked = factories.VoiceLinkFactory(made_at=link.made_at, revoked_at=link.made_at)
    ended = factories.VoiceLinkFactory(made_at=link.made_at - timedelta(days=200))
    keys = [
        services.key_of(revoked),
        services.key_of(ended),
        "nothing",
        f"{uuid.uuid4().hex}:xyz",
        "",
    ]
    answers = [Client().get(path, {"key": key}) for key in keys]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "This card has ended" in answers[0].content.decode()
    posted = Client().post(path, {"key": keys[0], "face": "good", "client_key": uuid.uuid4()})
    assert posted.status_code == 404
    assert not VoiceAnswer.objects.exists()


@pytest.mark.parametrize("path", PAGES)
def test_nobody_keeps_or_lists_the_page_and_it_tells_nothing(link, ana, path):
    factories.VisitFactory(practice=link.practice, liaison=ana, note="A secret of the visit")
    factories.VoiceAnswerFactory(link=link, word="A word of a colleague")
    answer = Client().get(path, {"key": services.key_of(link)})
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    # Told to ourselves alone: with no referrer at all a browser would send forms from nowhere.
    assert answer["Referrer-Policy"] == "same-origin"
    page = answer.content.decode()
    for secret in ("A secret of the visit", "A word of a colleague", ana.name):
        assert secret not in page


@pytest.mark.parametrize(("scope", "limit"), [("address", (3, 60)), ("link", (3, 3600))])
def test_who_knocks_too_often_waits(link, settings, scope, limit):
    settings.OPEN_LIMITS = {"address": (99, 60), "link": (99, 60), scope: limit}
    answers = [Client().get(services.address_of(link)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    guess = Client().get("/voice/", {"key": "a guess"})
    assert guess.status_code == (429 if scope == "address" else 404)


def test_no_log_holds_the_key(link, caplog):
    caplog.set_level("INFO")
    Client().get(services.address_of(link))
    assert "/voice/" in caplog.text
    assert link.key.hex not in caplog.text

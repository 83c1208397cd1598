"""All of it: a day planned, made half without signal, answered from outside, told and seen."""

from __future__ import annotations

import re
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from liaison_crm.core.periods import local_moment
from tests import factories
from tests.journeys import kept
from tests.journeys.browsing import LAPTOP, PHONE, visiting
from tests.services import eventually
from visits.days import day_for
from visits.issues import services
from visits.issues.models import Issue
from visits.issues.services.letters import post_letters
from visits.models import FollowUp, PlannedVisit, SuggestedPromise, Visit
from visits.notices import posting
from visits.notices.models import Digest
from visits.planning.models import Cadence, PracticeTier

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(180),
]

NO_SIGNAL = "No signal. This page is as of"
COMPLAINT, ANSWER = "Reports take six days", "Two more readers at night"
PROMISE = "Send the referral form"


@pytest.fixture
def doors(ana, dana, north):
    """Three A practices on one road, not seen for two months, with one physician each."""
    Cadence.objects.get_or_create(tier="A", defaults={"days": 30})
    SuggestedPromise.objects.get_or_create(words=PROMISE)
    made = []
    for mile in (1, 2, 3):
        practice = factories.PracticeFactory(
            name=f"Mile {mile} Clinic", territory=north, latitude=41.3 + mile / 69
        )
        factories.AffiliationFactory(practice=practice)
        PracticeTier.objects.create(practice=practice, tier="A", set_by=dana)
        factories.VisitFactory(
            practice=practice, liaison=ana, held_at=timezone.now() - timedelta(days=60)
        )
        made.append(practice)
    return made


@pytest.fixture
def rosa(dana):
    """Sees to slow reports; she is not of the team and has no account."""
    rosa = services.add_outsider(by=dana, name="Rosa Diaz", email="rosa@hospital.example.org")
    services.set_rule(by=dana, terms=services.RuleTerms(category="report_speed", to=rosa))
    return rosa


@pytest.fixture
def phone(chromium, live_server, settings, ana, doors, rosa):
    settings.SITE_URL = live_server.url
    with visiting(chromium, live_server.url, ana, service_workers="allow") as phone:
        yield phone
        # What the browser notes of each request that had no signal.
        phone.complaints[:] = [one for one in phone.complaints if "Failed to load" not in one]


@pytest.fixture
def desk(chromium, live_server, dana):
    """The manager's window, left open all day. Its clock can be put forward."""
    with visiting(chromium, live_server.url, dana, viewport=LAPTOP) as desk:
        desk.page.clock.install()
        yield desk


def test_a_liaisons_day(phone, desk, ana):
    plan_the_next_day(phone)
    stops = the_night_passes(ana)
    open_anew(phone, "/")
    kept.wait_for_the_day(phone.page, f"/practices/{stops[2].pk}/")
    desk.open("/")
    expect(desk.page.get_by_role("link", name="0 of 3 stops")).to_be_visible()

    hear_a_complaint(phone)
    phone.page.context.set_offline(True)
    promise_something(phone, stops[1])
    an_outsider_answers(desk)
    leave_something(phone)
    assert Visit.objects.filter(plan__isnull=False).count() == 1
    phone.page.context.set_offline(False)
    expect(kept.pill(phone.page)).to_have_text("All saved")
    tell_the_office(phone)

    a_minute_later(desk)
    visits = Visit.objects.filter(plan__isnull=False).order_by("pk")
    assert [(visit.practice, visit.outcome) for visit in visits] == [
        (stops[0], "good_talk"),
        (stops[1], "quick_hello"),
        (stops[2], "drop_off"),
    ]
    assert Issue.objects.get().state == "closed"
    assert_the_digest_says(ana, FollowUp.objects.get(visit=visits[1]))


def open_anew(phone, path):
    """From the server: one that takes longer than two seconds is answered for by the phone."""

    def is_anew():
        phone.open(path)
        return phone.page.locator("html[data-kept-at]").count() == 0

    eventually(is_anew, f"{path} is of now")


def plan_the_next_day(phone):
    phone.open("/")
    phone.page.get_by_role("link", name="Plan the next day").click()
    for planned in (1, 2, 3):
        phone.page.get_by_role("button", name="Plan Mile").first.click()
        expect(phone.page.locator(".stops b")).to_have_count(planned)
    phone.page.get_by_role("button", name="Order by travel").click()
    expect(phone.page.locator(".stops b").nth(1)).to_have_text("Mile 2 Clinic")


def the_night_passes(ana):
    """Whatever day of the week it is, what was planned for the next working day is for today."""
    PlannedVisit.objects.update(planned_on=day_for(ana, timezone.now()))
    return [stop.practice for stop in PlannedVisit.objects.in_order()]


def log(phone, outcome):
    phone.page.get_by_role("link", name="Log visit").first.click()
    phone.page.get_by_role("group", name="Who did you see?").get_by_role("checkbox").check()
    phone.page.get_by_role("radio", name=outcome).check()


def save(phone):
    phone.page.get_by_role("button", name="Save visit").click()


def hear_a_complaint(phone):
    """With signal. The issue goes to Rosa by rule."""
    log(phone, "Good talk")
    phone.page.get_by_text("Raise an issue").click()
    phone.page.get_by_role("radio", name="Report speed").check()
    phone.page.get_by_label("In their words").fill(COMPLAINT)
    save(phone)
    expect(phone.page.get_by_text("Visit logged at")).to_be_visible()


def promise_something(phone, practice):
    """The brief is read and the visit is made without signal."""
    phone.page.get_by_role("heading", name=practice.name).get_by_role("link").click()
    phone.page.get_by_text(NO_SIGNAL).wait_for()
    phone.page.get_by_role("heading", name="Before you go in").wait_for()
    phone.page.goto(f"{phone.site}/")
    phone.page.get_by_text(NO_SIGNAL).wait_for()
    log(phone, "Quick hello")
    promising = phone.page.get_by_role("group", name="Did you promise something?")
    promising.get_by_role("radio", name=PROMISE).check()
    promising.get_by_role("radio", name="Tomorrow").check()
    save(phone)
    expect(kept.pill(phone.page)).to_have_text("1 to send")


def leave_something(phone):
    log(phone, "Drop-off")
    save(phone)
    expect(kept.pill(phone.page)).to_have_text("2 to send")
    expect(phone.page.get_by_role("heading", name="2 visits to send")).to_be_visible()


def an_outsider_answers(desk):
    """By the link in her letter, on a phone of her own, with no account."""
    post_letters(timezone.now())
    [letter] = mail.outbox
    assert letter.to == ["rosa@hospital.example.org"]
    [link] = re.findall(r"^http\S+", str(letter.body), re.M)
    with visiting(desk.page.context.browser, desk.site, None, viewport=PHONE) as hers:
        hers.open(link.removeprefix(desk.site))
        hers.page.get_by_role("button", name="I see to it").click()
        hers.page.get_by_label("What was done").fill(ANSWER)
        hers.page.get_by_role("button", name="It is fixed").click()
        expect(hers.page.get_by_text("Somebody of our team tells the office.")).to_be_visible()


def tell_the_office(phone):
    open_anew(phone, "/issues/")
    phone.page.get_by_role("link", name="Not told").click()
    phone.page.get_by_role("link", name=COMPLAINT).click()
    expect(phone.page.get_by_text(ANSWER).first).to_be_visible()
    phone.page.get_by_role("button", name="They know now").click()
    expect(phone.page.get_by_text(re.compile("Ana North told"))).to_be_visible()


def a_minute_later(desk):
    """The page that was left open has asked once more, and tells the day from its end."""
    desk.page.clock.fast_forward("01:05")
    expect(desk.page.get_by_role("link", name="3 of 3 stops")).to_be_visible()
    expect(desk.page.get_by_role("link", name="3 visits logged")).to_be_visible()
    happened = desk.page.locator(".happening")
    for words in ("told to the office", "fixed", "being seen to", "raised"):
        expect(happened.get_by_text(f"{COMPLAINT}: {words}")).to_be_visible()
    for outcome in ("Good talk", "Quick hello", "Drop-off"):
        expect(happened.get_by_role("link", name=outcome)).to_be_visible()


def assert_the_digest_says(ana, promise):
    """On the morning on which the promise is due, by her own clock."""
    assert (promise.promise, promise.owner, promise.is_open) == (PROMISE, ana, True)
    seven = local_moment(promise.due_on, time(7), ZoneInfo(ana.time_zone))
    posting.tend_digests(seven)
    digest = Digest.objects.get(person=ana, period=promise.due_on)
    posting.send_digest(digest.pk, at=seven)
    digest.refresh_from_db()
    assert digest.state == Digest.State.SENT
    sent = mail.outbox[-1]
    assert sent.to == [ana.email]
    assert "1 promise due" in sent.subject
    assert PROMISE in sent.body

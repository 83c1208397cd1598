"""A liaison's day without signal, on a phone that saw Today once."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys import kept
from tests.journeys.browsing import visiting
from tests.services import eventually
from tests.visits.world import World
from visits.models import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a browser notes of a request that had no signal or no session.
NO_SIGNAL = "Failed to load resource"


@pytest.fixture
def world(ana, north):
    return World().grow(north, ana, timezone.now(), rows=2)


@pytest.fixture
def phone(chromium, live_server, ana, world):
    with visiting(chromium, live_server.url, ana, service_workers="allow") as visitor:
        keep_the_day(visitor, world)
        yield visitor
        visitor.complaints[:] = [said for said in visitor.complaints if NO_SIGNAL not in said]


def keep_the_day(visitor, world):
    """Today with signal; its pages follow in the background."""
    visitor.open("/")
    kept.wait_for_the_day(visitor.page, f"/practices/{world.practices[1].pk}/")
    visitor.open("/")


def go_offline(visitor):
    visitor.page.context.set_offline(True)


def pill(visitor):
    return kept.pill(visitor.page)


def pages(visitor):
    return kept.pages(visitor.page)


def test_a_planned_visit_takes_three_taps_without_signal_and_is_stored_once(phone, world):
    before = Visit.objects.count()
    go_offline(phone)
    phone.taps = 0
    phone.tap(phone.page.get_by_role("link", name="Log visit").first)
    expect(pill(phone)).to_have_text("No signal")
    expect(phone.page.get_by_text("Kept on this phone, sent when you have signal")).to_be_visible()
    phone.tap(phone.page.get_by_role("radio", name="Good talk"))
    phone.tap(phone.page.get_by_role("button", name="Save visit"))
    phone.page.get_by_role("heading", name="Done, to be sent").wait_for()
    assert phone.taps == 3
    expect(pill(phone)).to_have_text("1 to send")
    expect(phone.page.get_by_text(re.compile("^No signal. This page is as of"))).to_be_visible()
    after = phone.page.locator("section.next").get_by_role("link", name="Log visit")
    expect(after).to_have_attribute("href", f"/visits/new/?plan={world.plans[3].pk}")
    # The next stop is as near as the first one was.
    phone.tap(phone.page.get_by_role("link", name="Log visit").first)
    phone.tap(phone.page.get_by_role("radio", name="Drop-off"))
    phone.tap(phone.page.get_by_role("button", name="Save visit"))
    expect(pill(phone)).to_have_text("2 to send")
    assert phone.taps == 6
    assert Visit.objects.count() == before
    phone.page.context.set_offline(False)
    expect(pill(phone)).to_have_text("All saved")
    stored = list(Visit.objects.order_by("pk"))[before:]
    assert [visit.outcome for visit in stored] == ["good_talk", "drop_off"]
    assert {visit.plan.pk for visit in stored} == {world.plans[0].pk, world.plans[3].pk}


def test_the_brief_is_read_without_signal_and_a_strange_page_says_so(phone, world):
    go_offline(phone)
    phone.page.goto(f"{phone.site}/practices/{world.practices[0].pk}/")
    phone.page.get_by_role("heading", name=world.practices[0].name).first.wait_for()
    phone.page.get_by_text(re.compile("^No signal. This page is as of")).wait_for()
    phone.page.goto(f"{phone.site}/growth/")
    phone.page.get_by_role("heading", name="No signal").wait_for()
    phone.page.get_by_role("link", name=world.practices[0].name).first.wait_for()
    assert phone.barriers() == []
    # Signal that flickers while he leaves does not take him back.
    phone.page.evaluate("location.assign('/outbox/'); dispatchEvent(new Event('online'))")
    phone.page.get_by_role("heading", name="Nothing is waiting").wait_for()
    assert phone.page.url.endswith("/outbox/")


def log_offline(phone, plan):
    phone.page.goto(f"{phone.site}/visits/new/?plan={plan.pk}")
    phone.page.get_by_role("radio", name="Good talk").check()
    phone.page.get_by_role("button", name="Save visit").click()
    phone.page.get_by_role("heading", name="Done, to be sent").wait_for()


def test_signing_out_asks_about_what_is_not_sent_and_takes_the_pages_away(phone, world):
    go_offline(phone)
    log_offline(phone, world.plans[0])
    phone.page.goto(f"{phone.site}/more/")
    phone.page.get_by_role("button", name="Sign out").click()
    phone.page.get_by_role("heading", name="1 entry is not sent").wait_for()
    assert phone.barriers() == []
    phone.page.get_by_role("button", name="Stay signed in").click()
    assert pages(phone)
    phone.page.get_by_role("button", name="Sign out").click()
    phone.page.get_by_role("button", name="Sign out and delete it").click()
    phone.page.get_by_role("heading", name="No signal").wait_for()
    eventually(lambda: not pages(phone), "the pages are gone")
    assert kept.outbox(phone.page) == []


def test_another_person_on_the_same_phone_neither_sees_nor_sends_it(
    phone, world, cleo, ana, live_server
):
    before = Visit.objects.count()
    go_offline(phone)
    log_offline(phone, world.plans[0])
    sign_in(phone, cleo)
    phone.page.context.set_offline(False)
    phone.page.goto(f"{phone.site}/")
    expect(pill(phone)).to_have_text("All saved")
    eventually(
        lambda: pages(phone) and all(f"pages-{cleo.pk} " in one for one in pages(phone)),
        "only her own pages are kept",
    )
    phone.page.goto(f"{phone.site}/outbox/")
    phone.page.get_by_role("heading", name="Nothing is waiting").wait_for()
    assert Visit.objects.count() == before
    sign_in(phone, ana)
    phone.page.goto(f"{phone.site}/")
    expect(pill(phone)).to_have_text("All saved")
    eventually(lambda: Visit.objects.count() == before + 1, "it is sent for who wrote it")
    assert Visit.objects.order_by("-pk")[0].liaison == ana


def sign_in(visitor, person):
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    visitor.page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": visitor.site}]
    )


def test_a_session_that_ended_loses_nothing(phone, world, ana):
    before = Visit.objects.count()
    go_offline(phone)
    log_offline(phone, world.plans[0])
    phone.page.context.clear_cookies()
    phone.page.context.set_offline(False)
    expect(pill(phone)).to_have_text("Sign in to send 1")
    eventually(lambda: not pages(phone), "its pages are off the phone")
    sign_in(phone, ana)
    phone.page.goto(f"{phone.site}/")
    expect(pill(phone)).to_have_text("All saved")
    eventually(lambda: Visit.objects.count() == before + 1, "it is sent")


def entry(world, number, **changes):
    """As the outbox keeps it: a short visit to one of two practices."""
    practice = world.practices[number % 2]
    key = f"00000000-0000-4000-8000-{number:012d}"
    said = {"client_key": key, "practice": str(practice.pk), "outcome": "drop_off", "due": "1w"}
    said["held_at"] = "2026-03-02T10:00"
    return {
        "key": key,
        "title": "Visit",
        "practice": str(practice.pk),
        "data": list(said.items()),
        **changes,
    }


SCHEMA_1 = """entries => new Promise(yes => {
  const asked = indexedDB.open('outbox', 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore('visits', { keyPath: 'key' })
  asked.onsuccess = () => {
    const writing = asked.result.transaction('visits', 'readwrite')
    for (const entry of entries) writing.objectStore('visits').put(entry)
    writing.oncomplete = () => { asked.result.close(); yes() }
  }
})"""


def test_entries_of_an_older_app_are_sent_by_the_newer(chromium, live_server, ana, world):
    before = Visit.objects.count()
    recorded = int(timezone.now().timestamp() * 1000) - 60_000
    old = [
        entry(world, number, url="/visits/new/", at=recorded, person=str(ana.pk))
        for number in range(3)
    ]
    with visiting(chromium, live_server.url, ana) as phone:
        phone.open("/offline/")
        phone.page.evaluate(SCHEMA_1, old)
        phone.open("/")
        expect(pill(phone)).to_have_text("All saved")
        eventually(lambda: kept.outbox(phone.page) == [], "the outbox is empty")
    assert Visit.objects.count() == before + 3


def current(world, ana, number):
    now = timezone.now().isoformat()
    return entry(
        world, number, person=str(ana.pk), kind="visit", action="/visits/new/",
        page="/visits/new/", next="/", recordedAt=now, order=number, refusal=None,
    )  # fmt: skip


def test_two_tabs_send_each_entry_once(chromium, live_server, ana, world):
    """Both wake up with the same eight entries; each leaves the phone by one request."""
    before = Visit.objects.count()
    sent: list[str] = []
    with visiting(chromium, live_server.url, ana) as phone:
        phone.open("/outbox/")
        other = phone.page.context.new_page()
        other.goto(f"{phone.site}/outbox/")
        for page in (phone.page, other):
            page.on("request", lambda asked: sent.append(asked.method))
        kept.put_in_outbox(phone.page, [current(world, ana, number) for number in range(8)])
        for page in (phone.page, other):
            kept.look_for_signal(page)
        expect(pill(phone)).to_have_text("All saved")
        eventually(lambda: kept.outbox(phone.page) == [], "the outbox is empty")
    assert sent.count("POST") == 8
    assert Visit.objects.count() == before + 8

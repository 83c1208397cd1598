"""The outbox on a phone: written first, sent once, kept and explained when it is refused."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys import kept
from tests.journeys.browsing import visiting
from tests.visits.world import World
from visits.models import FollowUp, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(ana, north):
    return World().grow(north, ana, timezone.now(), rows=2)


@pytest.fixture
def phone(chromium, live_server, ana, world):
    with visiting(chromium, live_server.url, ana) as visitor:
        yield visitor


def test_with_signal_nothing_is_left_on_the_phone(phone, world):
    before = Visit.objects.count()
    phone.open(f"/visits/new/?plan={world.plans[0].pk}")
    phone.page.get_by_role("radio", name="Good talk").check()
    phone.page.get_by_role("button", name="Save visit").click()
    phone.page.get_by_text("Visit logged at").wait_for()
    phone.open("/outbox/")
    phone.page.get_by_role("heading", name="Nothing is waiting").wait_for()
    expect(phone.page.locator("main [data-sync]")).to_have_text("All saved")
    assert Visit.objects.count() == before + 1


def test_a_stranger_who_answers_for_the_site_refuses_nothing(phone, world):
    """As a proxy does while the site is exchanged behind it: the entry waits."""
    before = Visit.objects.count()
    phone.open(f"/visits/new/?plan={world.plans[0].pk}")
    phone.page.route("**/visits/new/", lambda asked: asked.fulfill(status=404, body="no service"))
    phone.page.get_by_role("radio", name="Good talk").check()
    phone.page.get_by_role("button", name="Save visit").click()
    expect(kept.pill(phone.page)).to_have_text("1 to send")
    phone.page.unroute_all()
    kept.look_for_signal(phone.page)
    expect(kept.pill(phone.page)).to_have_text("All saved")
    assert Visit.objects.count() == before + 1
    phone.complaints.clear()  # of the stranger's answer


def test_a_mistake_is_shown_on_the_form_and_the_form_can_be_sent_again(phone, world):
    phone.open(f"/follow-ups/new/?practice={world.practices[0].pk}")
    phone.page.get_by_label("In your own words").fill("Send the form")
    phone.page.get_by_role("radio", name="Another day").check()
    phone.page.get_by_label("Which day").fill("2020-01-01")
    phone.page.get_by_role("button", name="Promise it").click()
    phone.page.get_by_text("A promise is due today or later.").wait_for()
    expect(phone.page.locator("main > [data-sync]")).to_have_text("1 needs you")
    # Whoever leaves now finds it on the outbox page, with the reason, and opens it filled in.
    phone.open("/outbox/")
    phone.page.get_by_text("A promise is due today or later.").wait_for()
    phone.page.get_by_role("link", name=re.compile("Open and correct")).click()
    expect(phone.page.get_by_label("In your own words")).to_have_value("Send the form")
    phone.page.get_by_text("A promise is due today or later.").wait_for()
    phone.page.get_by_label("Which day").fill(timezone.localdate().isoformat())
    phone.page.get_by_role("button", name="Promise it").click()
    phone.page.wait_for_url(f"**/practices/{world.practices[0].pk}/")
    expect(phone.page.locator("main > [data-sync]")).to_have_text("All saved")
    assert FollowUp.objects.get(promise="Send the form").due_on == timezone.localdate()


def test_what_is_refused_can_be_discarded_after_a_warning(phone, world):
    phone.open(f"/follow-ups/new/?practice={world.practices[0].pk}")
    phone.page.get_by_label("In your own words").fill("Send the form")
    phone.page.get_by_role("radio", name="Another day").check()
    phone.page.get_by_label("Which day").fill("2020-01-01")
    phone.page.get_by_role("button", name="Promise it").click()
    phone.page.get_by_text("A promise is due today or later.").wait_for()
    phone.open("/outbox/")
    phone.page.get_by_role("button", name=re.compile("Discard: Promise to")).click()
    phone.page.get_by_role("button", name="Keep it").click()
    expect(phone.page.get_by_role("listitem").filter(has_text="Promise to")).to_be_visible()
    phone.page.get_by_role("button", name=re.compile("Discard: Promise to")).click()
    phone.page.get_by_role("button", name="Discard it").click()
    phone.page.get_by_role("heading", name="Nothing is waiting").wait_for()
    assert not FollowUp.objects.filter(promise="Send the form").exists()

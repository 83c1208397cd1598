"""What a phone has to fetch for a page it has never seen. `make bench` tells how long it takes."""

import gzip

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.browsing import visiting
from tests.visits.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KILOBYTES, GROWTH_KILOBYTES, REQUESTS = 60, 100, 7


@pytest.fixture
def world(ana, north):
    return World().grow(north, ana, timezone.now(), rows=5)


def fetched(phone, path):
    """The answers to everything the page asked for, compressed as our server sends them."""
    answers = []

    def note(answer):
        if answer.url.startswith(phone.site):
            answers.append(answer)

    phone.page.on("response", note)
    phone.page.goto(phone.site + path, wait_until="networkidle")
    return {answer.url: len(gzip.compress(answer.body())) for answer in answers}


@pytest.mark.parametrize("page", ["today", "log", "practice", "find", "growth"])
def test_a_page_is_light_enough_for_a_car_park(chromium, live_server, ana, world, page):
    paths = {
        "today": "/",
        "log": f"/visits/new/?plan={world.plans[0].pk}",
        "practice": f"/practices/{world.practices[0].pk}/",
        "find": "/find/",
        "growth": "/growth/",
    }
    with visiting(chromium, live_server.url, ana, service_workers="block") as phone:
        sizes = fetched(phone, paths[page])
    assert len(sizes) <= REQUESTS, sorted(sizes)
    budget = GROWTH_KILOBYTES if page == "growth" else KILOBYTES
    assert sum(sizes.values()) <= budget * 1024, sizes


def test_nothing_moves_when_the_word_on_what_waits_comes(chromium, live_server, ana, world):
    with visiting(chromium, live_server.url, ana, service_workers="block") as phone:
        page = phone.page
        page.route("**/outbox*.js", lambda _: None)
        page.goto(f"{phone.site}/practices/{world.practices[0].pk}/", wait_until="commit")
        head = page.locator(".page > .head")
        expect(head.get_by_role("heading")).to_be_visible()
        before = head.bounding_box()
        page.unroute("**/outbox*.js")  # what was held goes on
        expect(page.locator(".page > .sync")).to_be_visible()
        assert head.bounding_box() == before

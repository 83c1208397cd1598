"""Notices and mail choices in both themes and on the smallest phone; seen by being looked at."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories
from tests.journeys.browsing import LAPTOP, NARROWEST, TALL_PHONE, visiting
from visits.notices.letters import stop_path
from visits.notices.models import Notice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def notices(ana, northern_practice):
    for kind in Notice.Kind.values:
        factories.NoticeFactory(
            person=ana, kind=kind, practice=northern_practice, made_at=timezone.now()
        )
    factories.FollowUpFactory(practice=northern_practice, owner=ana)


@pytest.fixture
def addresses(ana):
    return ["/notices/", "/notices/choices/", "/notices/digest/", "/more/", stop_path(ana, "daily")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_bars_anyone(chromium, live_server, ana, dana, notices, addresses, theme):
    found = {}
    for person, window in ((ana, TALL_PHONE), (dana, LAPTOP)):
        with visiting(chromium, live_server.url, person, theme=theme, viewport=window) as visitor:
            for address in addresses:
                visitor.open(address)
                found[person.name, address] = visitor.barriers()
    assert {address: barred for address, barred in found.items() if barred} == {}


def test_no_page_scrolls_sideways_on_the_smallest_phone(
    chromium, live_server, ana, notices, addresses
):
    with visiting(chromium, live_server.url, ana, viewport=NARROWEST) as phone:
        for address in addresses:
            phone.open(address)
            assert phone.sideways() <= 0, address


def test_what_was_on_the_screen_is_seen(chromium, live_server, ana, notices):
    with visiting(chromium, live_server.url, ana) as phone:
        phone.open("/")
        expect(phone.page.locator(".tabs [data-count=notices]")).to_have_text("4")
        phone.open("/notices/")
        expect(phone.page.locator(".tabs [data-count=notices]")).to_have_count(0)
        phone.open("/")
        expect(phone.page.locator(".tabs [data-count=notices]")).to_have_count(0)
    assert not Notice.objects.unseen().exists()

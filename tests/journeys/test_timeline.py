"""The page of a practice under a thumb: a message told, and a timeline that goes on in place."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories
from tests.journeys.browsing import visiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def practice(ana, northern_practice):
    """Thirty visits, one issue, and a message nobody told there."""
    now = timezone.now()
    for days in range(30):
        held_at = now - timedelta(days=days, hours=1)
        factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=held_at)
    factories.IssueFactory(
        practice=northern_practice, raised_by=ana, said="Reports are slow", raised_at=now
    )
    factories.MessageVersionFactory(published_by=ana)
    return northern_practice


def test_a_message_is_told_in_one_tap_and_the_timeline_goes_on_in_place(
    chromium, live_server, ana, practice
):
    with visiting(chromium, live_server.url, ana) as phone:
        phone.open(practice.get_absolute_url())
        phone.tap(phone.page.get_by_role("button", name="Told: "))
        phone.tap(phone.page.get_by_role("button", name="Undo: "))
        expect(phone.page.get_by_role("button", name="Told: ")).to_have_count(1)
        assert phone.taps == 2

        line = phone.page.locator("#timeline")
        visits = line.get_by_text("Good talk")
        expect(visits).to_have_count(11)
        line.get_by_role("link", name="Earlier").click()
        expect(visits).to_have_count(23)
        assert "older" not in phone.page.url
        line.get_by_role("link", name="Earlier").click()
        expect(visits).to_have_count(30)
        expect(line.get_by_role("link", name="Earlier")).to_have_count(0)

        line.get_by_role("link", name="Issues").click()
        expect(visits).to_have_count(0)
        expect(line.get_by_role("link", name="Reports are slow")).to_be_visible()
        expect(line.get_by_role("link", name="Issues")).to_be_focused()
        phone.page.reload()
        expect(visits).to_have_count(0)

"""A wrong suite is put right: from the phone at the door to the desk, and back to the phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from contacts.corrections import services
from contacts.corrections.services import Correction
from contacts.models import ChangeRequest
from tests import factories
from tests.journeys.browsing import LAPTOP, NARROWEST, TALL_PHONE, visiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(ana, northern_practice):
    """Two words of Ana's on her practice, and somebody who joined it."""
    doctor = factories.PhysicianFactory(first_name="Priya", last_name="Raman")
    here = factories.AffiliationFactory(physician=doctor, practice=northern_practice)
    now = timezone.now()

    def ask(kind, subject, **value):
        return services.propose(Correction(kind=kind, value=value, **subject), by=ana, at=now)

    practice = {"practice": northern_practice}
    return [
        ask("phone", practice, phone="2165550100"),
        ask("joined", practice, first_name="Linh", last_name="Nguyen", credentials="DO"),
        ask("left", {"affiliation": here}, on=now.date().isoformat()),
    ]


def test_a_new_suite_takes_three_taps_and_the_number(chromium, live_server, ana, northern_practice):
    with visiting(chromium, live_server.url, ana) as phone:
        phone.open(northern_practice.get_absolute_url())
        phone.tap(phone.page.get_by_role("link", name="Correct", exact=True))
        expect(phone.page.get_by_role("textbox", name="Suite")).to_be_hidden()
        phone.tap(phone.page.get_by_role("radio", name="Moved, or another suite"))
        phone.page.get_by_role("textbox", name="Suite").fill("Suite 200")
        phone.tap(phone.page.get_by_role("button", name="Send"))
        expect(phone.page.get_by_text("Said, not checked yet")).to_be_visible()
        expect(phone.page.get_by_text("Unverified").first).to_be_visible()
        assert phone.taps == 3
    assert ChangeRequest.objects.get().proposed["suite"] == "Suite 200"


def test_an_admin_walks_the_queue_by_keyboard(chromium, live_server, erin, asked):
    first, second, third = asked
    with visiting(chromium, live_server.url, erin, viewport=LAPTOP) as desk:
        desk.open("/corrections/")
        keys = desk.page.keyboard
        keys.press("j")
        keys.press("j")
        keys.press("k")
        keys.press("a")
        expect(desk.page.get_by_role("heading", name="2 corrections")).to_be_visible()
        keys.press("d")
        expect(desk.page.get_by_role("button", name="Decline")).to_be_visible()
        desk.page.get_by_label("Or decline, with a word why").fill("Not on their list")
        desk.page.get_by_role("button", name="Decline").click()
        expect(desk.page.get_by_role("heading", name="1 correction")).to_be_visible()
    for request in asked:
        request.refresh_from_db()
    assert [one.state for one in (first, second, third)] == ["approved", "declined", "open"]


def pages_of(asked):
    practice = asked[0].practice
    joined = asked[1]
    return (
        [
            "/corrections/mine/",
            f"/corrections/new/?practice={practice.pk}",
            f"/corrections/new/?physician={joined.physician_id}",
            f"/corrections/new/?affiliation={joined.affiliation_id}",
            f"/corrections/{joined.pk}/",
            f"/practices/{practice.pk}/",
            f"/physicians/{joined.physician_id}/",
        ],
        [
            "/corrections/",
            f"/corrections/{asked[0].pk}/",
            "/corrections/npi/",
            f"/physicians/{joined.physician_id}/npi/",
        ],
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_bars_anyone(chromium, live_server, ana, erin, asked, theme):
    field, desk = pages_of(asked)
    found = {}
    for person, viewport, addresses in ((ana, TALL_PHONE, field), (erin, LAPTOP, desk)):
        with visiting(chromium, live_server.url, person, theme=theme, viewport=viewport) as visitor:
            for address in addresses:
                visitor.open(address)
                found[address] = visitor.barriers()
    assert {address: barred for address, barred in found.items() if barred} == {}


def test_no_page_scrolls_sideways_on_the_smallest_phone(chromium, live_server, ana, erin, asked):
    field, desk = pages_of(asked)
    wide = {}
    for person, addresses in ((ana, field), (erin, desk)):
        with visiting(chromium, live_server.url, person, viewport=NARROWEST) as phone:
            for address in addresses:
                phone.open(address)
                wide[address] = phone.sideways()
    assert {address: by for address, by in wide.items() if by > 0} == {}

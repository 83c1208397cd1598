"""The stock screens under our strict policy, in a real browser: nothing blocked, nobody barred."""

import pytest
from playwright.sync_api import expect

from accounts.models import AccessLog, Territory, User
from contacts.models import Affiliation, Physician, Practice
from tests import factories
from tests.admin.conftest import address, screens
from tests.journeys.browsing import LAPTOP, visiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk_page(chromium, live_server, erin):
    """An admin at a laptop. It must end with nothing blocked and no error in the console."""
    with visiting(chromium, live_server.url, erin, viewport=LAPTOP) as visitor:
        yield visitor


def test_no_screen_is_blocked_by_the_policy(desk_page, one_of_each):
    one_of_each()
    desk_page.open("/admin/")
    for model in screens():
        record = model._default_manager.first()
        desk_page.open(address(model, "changelist"))
        for page in ("change", "history"):
            desk_page.open(address(model, page, record.pk))
        assert not desk_page.complaints, model._meta.label


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_kind_of_screen_bars_anyone(chromium, live_server, erin, one_of_each, theme):
    one_of_each()
    physician, person = Physician.objects.first(), User.objects.first()
    pages = [
        "/admin/",
        "/admin/contacts/",
        address(Physician, "changelist"),
        address(Physician, "add"),
        address(Physician, "change", physician.pk),
        address(Physician, "history", physician.pk),
        address(Physician, "delete", physician.pk),
        address(Practice, "change", Practice.objects.first().pk),
        address(User, "change", person.pk),
        address(Territory, "changelist"),
        address(AccessLog, "changelist"),
        address(AccessLog, "change", AccessLog.objects.first().pk),
    ]
    found = {}
    with visiting(chromium, live_server.url, erin, theme=theme, viewport=LAPTOP) as visitor:
        for page in pages:
            visitor.open(page)
            found[page] = visitor.barriers()
            # While axe looks, it makes the autocomplete write styles that it never writes itself;
            # what the policy blocks is asked of every screen above.
            visitor.complaints.clear()
    assert not [(page, barrier) for page, barriers in found.items() for barrier in barriers]


def test_autocomplete_and_calendar_work(desk_page, northern_practice):
    physician = factories.PhysicianFactory(first_name="Kwame", last_name="Mensah")
    desk_page.open(address(Affiliation, "add"))
    page = desk_page.page
    for label, typed, found in (
        ("physician", "mens", "Dr. Kwame Mensah"),
        ("practice", "northern", "Northern Family Medicine"),
    ):
        page.locator(f".field-{label} .select2-selection").click()
        page.locator(".select2-search__field").last.fill(typed)
        page.get_by_role("option", name=found).click()
    page.get_by_role("link", name="Today").first.click()
    page.locator(".field-ends_on .date-icon").click()
    page.get_by_role("link", name="Cancel").last.click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("successfully")).to_be_visible()
    affiliation = physician.affiliations.get()
    assert affiliation.practice == northern_practice
    assert affiliation.starts_on is not None


def test_a_filter_a_search_and_an_action_work(desk_page):
    factories.PhysicianFactory(first_name="Kwame", last_name="Mensah")
    factories.PhysicianFactory(first_name="Ama", last_name="Boateng", status="retired")
    desk_page.open(address(Physician, "changelist"))
    page = desk_page.page
    page.get_by_role("link", name="Retired").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.locator("#searchbar").fill("boat")
    page.get_by_role("button", name="Search").click()
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option("reinstate")
    page.get_by_role("button", name="Go").click()
    page.get_by_role("button", name="Take back to work").click()
    expect(page.get_by_text("1 done")).to_be_visible()
    assert Physician.objects.get(last_name="Boateng").status == "active"


def test_an_affiliation_is_added_on_the_physicians_page(desk_page, northern_practice):
    physician = factories.PhysicianFactory()
    desk_page.open(address(Physician, "change", physician.pk))
    page = desk_page.page
    page.get_by_text("Add another Affiliation").click()
    page.locator("#affiliations-0 .select2-selection").click()
    page.locator(".select2-search__field").last.fill("northern")
    page.get_by_role("option", name="Northern Family Medicine").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("successfully")).to_be_visible()
    assert physician.affiliations.get().practice == northern_practice

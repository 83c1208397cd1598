"""The manager's flows on a laptop, counted in clicks and keys."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Assignment
from contacts.models import Practice
from liaison_crm.core.periods import site_today
from tests.journeys import desk
from tests.journeys.browsing import LAPTOP, visiting
from visits.models import PlannedVisit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def market(north, south, ana, cleo):
    return desk.grow(north, south, ana)


@pytest.fixture
def laptop(chromium, live_server, dana, market):
    with visiting(chromium, live_server.url, dana, viewport=LAPTOP) as visitor:
        yield visitor


def test_a_decline_is_spotted_and_a_visit_planned_by_keys_alone(laptop, market, ana):
    laptop.open("/growth/?period=month")
    keys = laptop.page.keyboard
    row = laptop.page.get_by_role("row", name=re.compile("Priya Raman")).first
    expect(row).to_have_class(re.compile("sel"))
    keys.press("v")
    laptop.page.wait_for_url("**/plan/new/**")
    expect(laptop.page.get_by_role("button", name="Plan it")).to_be_focused()
    keys.press("Enter")
    laptop.page.wait_for_url("**/growth/?period=month")
    expect(laptop.page.get_by_text("Planned").first).to_be_visible()
    plan = PlannedVisit.objects.get()
    assert (plan.practice, plan.physician, plan.liaison) == (market.heart, market.falling, ana)
    assert plan.reason.endswith("a year before")


def test_keys_move_through_the_rows_assign_and_can_be_turned_off(laptop, market):
    laptop.open("/growth/?period=month")
    keys = laptop.page.keyboard
    keys.press("j")
    expect(laptop.page.get_by_role("link", name="Dr. Priya Raman").first).to_be_focused()
    keys.press("j")
    expect(laptop.page.get_by_role("link", name="Dr. Ines Carvalho").first).to_be_focused()
    keys.press("k")
    expect(laptop.page.get_by_role("link", name="Dr. Priya Raman").first).to_be_focused()
    laptop.tap(laptop.page.get_by_role("button", name="Keys on"))
    keys.press("v")
    assert laptop.page.url.endswith("/growth/?period=month")
    laptop.tap(laptop.page.get_by_role("button", name="Keys off"))
    keys.press("j")
    keys.press("j")
    keys.press("a")
    laptop.page.wait_for_url(f"**/practices/{market.wooster.pk}/territory/")


def test_a_county_changes_hands_with_preview_and_undo_in_six_clicks(laptop, market, south):
    laptop.open("/territories/")
    laptop.tap(laptop.page.get_by_role("link", name="South").first)
    box = laptop.page.get_by_role("searchbox", name="ZIP code, town or county to add")
    box.fill("wayne")
    box.press("Enter")
    laptop.tap(laptop.page.get_by_role("checkbox", name=re.compile("Wayne County, OH")))
    laptop.tap(laptop.page.get_by_role("button", name="See what would move"))
    expect(laptop.page.get_by_role("heading", level=1)).to_have_text(
        "1 practice would move to South"
    )
    assert Practice.objects.get(pk=market.wooster.pk).territory != south
    laptop.tap(laptop.page.get_by_role("button", name="Move now"))
    laptop.page.get_by_text("1 practice moved. Undo is below.").wait_for()
    assert Practice.objects.get(pk=market.wooster.pk).territory == south
    laptop.tap(laptop.page.get_by_role("button", name=re.compile("^Undo")).first)
    laptop.page.get_by_text("Undone: 1 practice moved back").wait_for()
    assert Practice.objects.get(pk=market.wooster.pk).territory.is_unassigned
    assert laptop.taps <= 6


def test_a_territory_gets_a_new_owner_and_the_old_one_back(laptop, market, north, ana, cleo):
    laptop.open(f"/territories/{north.pk}/")
    laptop.tap(laptop.page.get_by_role("link", name=re.compile("^Assign")))
    laptop.page.get_by_label("Who", exact=True).select_option(label="Cleo South")
    laptop.tap(laptop.page.get_by_role("button", name="Assign"))
    laptop.page.get_by_text("Cleo South works North").wait_for()
    working = Assignment.objects.in_force(site_today()).owning().filter(territory=north)
    assert [held.user for held in working] == [cleo]
    laptop.tap(laptop.page.get_by_role("button", name=re.compile("^Undo the last change")))
    laptop.page.get_by_text("worked as before").wait_for()
    assert [held.user for held in working.all()] == [ana]


def test_a_list_narrows_as_one_chooses_and_the_address_keeps_it(laptop, market):
    laptop.open("/physicians/")
    laptop.page.get_by_label("Change", exact=True).select_option("1")
    laptop.page.get_by_role("heading", name="2 falling physicians").wait_for()
    laptop.page.get_by_role("searchbox", name="Search physicians").press_sequentially("ram")
    laptop.page.get_by_role("heading", name=re.compile("1 falling physician matching")).wait_for()
    address = laptop.page.url
    assert "falling=1" in address
    assert "q=ram" in address
    laptop.page.reload()
    expect(laptop.page.get_by_role("link", name="Priya Raman")).to_be_visible()
    laptop.tap(laptop.page.get_by_role("link", name="Clear the filters"))
    laptop.page.get_by_role("heading", name="4 physicians").wait_for()


def test_a_list_is_narrowed_and_growth_is_read_without_script(chromium, live_server, dana, market):
    with visiting(
        chromium, live_server.url, dana, viewport=LAPTOP, java_script_enabled=False
    ) as plain:
        plain.open("/practices/")
        plain.page.get_by_label("Change", exact=True).select_option("1")
        plain.tap(plain.page.get_by_role("button", name="Apply"))
        expect(plain.page.get_by_role("heading", level=1)).to_contain_text("falling practice")
        plain.open("/growth/")
        plain.page.get_by_label("Territory", exact=True).select_option(label="North")
        plain.tap(plain.page.get_by_role("button", name="Apply"))
        expect(plain.page.get_by_role("heading", level=1)).to_contain_text("Referrals are")
        plain.tap(plain.page.get_by_role("link", name="Plan visit").first)
        expect(plain.page.get_by_role("heading", name="Plan a visit")).to_be_visible()

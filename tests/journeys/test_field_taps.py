"""The liaison's flows on a phone, counted in taps."""

import re

import pytest
from django.utils import timezone

from contacts.models import Practice
from tests import factories
from tests.journeys.browsing import LAPTOP, visiting
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


def test_a_planned_visit_takes_three_taps_and_nothing_typed(phone, world):
    before = Visit.objects.count()
    phone.open("/")
    phone.tap(phone.page.get_by_role("link", name="Log visit").first)
    phone.tap(phone.page.get_by_role("radio", name="Good talk"))
    phone.tap(phone.page.get_by_role("button", name="Save visit"))
    phone.page.wait_for_url("**/")
    assert phone.taps == 3
    assert Visit.objects.count() == before + 1
    visit = Visit.objects.order_by("-pk")[0]
    assert visit.attendees.get().physician == world.plans[0].physician
    assert phone.page.get_by_text("Visit logged at").is_visible()
    assert visit.plan.pk == world.plans[0].pk


def test_a_typical_one_takes_five(phone, world):
    phone.open("/")
    phone.tap(phone.page.get_by_role("link", name="Log visit").first)
    phone.tap(phone.page.get_by_role("radio", name="Quick hello"))
    phone.tap(phone.page.get_by_role("checkbox", name="Report speed"))
    phone.tap(phone.page.get_by_role("radio", name="1 month"))
    phone.tap(phone.page.get_by_role("button", name="Save visit"))
    phone.page.wait_for_url("**/")
    assert phone.taps == 5
    visit = Visit.objects.order_by("-pk")[0]
    assert [topic.name for topic in visit.topics.all()] == ["Report speed"]
    assert visit.see_again_on is not None


def test_an_unplanned_one_takes_five_at_most(phone, world):
    phone.open("/")
    phone.tap(phone.page.get_by_role("link", name="Log visit").last)
    phone.tap(phone.page.get_by_role("link", name=re.compile(world.practices[1].name)).first)
    phone.tap(phone.page.get_by_role("radio", name="Drop-off"))
    phone.tap(phone.page.get_by_role("button", name="Save visit"))
    phone.page.get_by_text("Visit logged at").wait_for()
    assert phone.taps == 4
    assert Visit.objects.order_by("-pk")[0].outcome == "drop_off"


def test_the_doors_nearby_are_one_tap_away(chromium, live_server, ana, world):
    here = {"latitude": 41.38, "longitude": -81.73}
    with visiting(
        chromium, live_server.url, ana, geolocation=here, permissions=["geolocation"]
    ) as phone:
        phone.open("/visits/new/")
        phone.tap(phone.page.get_by_role("button", name="Practices near me"))
        phone.page.get_by_text("0.0 mi").first.wait_for()


def test_find_offers_the_doors_nearby_too(chromium, live_server, ana, world):
    here = {"latitude": 41.38, "longitude": -81.73}
    with visiting(
        chromium, live_server.url, ana, geolocation=here, permissions=["geolocation"]
    ) as phone:
        phone.open("/find/")
        phone.tap(phone.page.get_by_role("button", name="Practices near me"))
        phone.tap(phone.page.get_by_role("link", name=re.compile("0.0 mi")).first)
        phone.page.wait_for_url("**/practices/*/")


def test_a_position_kept_secret_leaves_the_search(phone):
    phone.open("/visits/new/")
    phone.tap(phone.page.get_by_role("button", name="Practices near me"))
    phone.page.get_by_text("Your position is not known. Search instead.").wait_for()


def test_a_promise_is_kept_and_told_by_two_taps_and_undone_by_one_each(phone, world):
    phone.open("/")
    first = FollowUp.objects.open().order_by("due_on", "pk")[0]

    def button(words):
        return phone.page.get_by_role("button", name=f"{words}: {first.promise}", exact=True)

    phone.tap(phone.page.locator(f"#promise-{first.pk} summary"))
    phone.tap(button("Told the office"))
    button("Undo").wait_for()
    assert phone.taps == 2
    first.refresh_from_db()
    assert first.kept_at
    assert first.told_at
    phone.tap(button("Undo"))
    button("Told the office").wait_for()
    phone.tap(button("Undo"))
    phone.page.locator(f"#promise-{first.pk} summary").wait_for()
    first.refresh_from_db()
    assert first.is_open
    assert first.told_at is None


def test_a_promise_is_one_tap_in_the_log(phone, world):
    phone.open("/")
    phone.tap(phone.page.get_by_role("link", name="Log visit").first)
    phone.tap(phone.page.get_by_role("radio", name="Good talk"))
    phone.tap(phone.page.get_by_role("radio", name="Send the referral form"))
    phone.tap(phone.page.get_by_role("button", name="Save visit"))
    phone.page.wait_for_url("**/")
    assert phone.taps == 4
    promise = FollowUp.objects.order_by("-pk")[0]
    assert promise.promise == "Send the referral form"
    assert promise.due_on.weekday() < 5


def test_the_brief_is_on_the_first_screen(phone, world):
    """Read it without a tap and without scrolling: on Today, and on top of both profiles."""
    practice, physician = world.plans[0].practice, world.plans[0].physician
    Practice.objects.filter(pk=practice.pk).update(access_rule="Tuesday lunch only")
    for address, words in (
        ("/", ["Log visit", "in three months", "Before you go in"]),
        (practice.get_absolute_url(), ["Log visit", "in three months"]),
        (physician.get_absolute_url(), ["Log visit", "in three months"]),
    ):
        phone.open(address)
        for seen in [*words, "Tuesday lunch only", "books the referrals", practice_promise(world)]:
            shown = phone.page.get_by_text(seen, exact=False)
            box = shown.filter(visible=True).first.bounding_box()
            assert box is not None, (address, seen)
            assert box["y"] + box["height"] < 844 - 70, (address, seen)


def practice_promise(world):
    here = FollowUp.objects.open().filter(practice=world.plans[0].practice)
    return here.order_by("due_on", "pk")[0].promise


def test_stops_change_places_by_a_button(phone, world):
    phone.open("/?reorder=1")
    last = phone.page.get_by_role("button", name=re.compile("later$")).first
    assert last.is_visible()
    phone.tap(phone.page.get_by_role("button", name=re.compile("earlier$")).first)
    phone.page.wait_for_load_state()
    world.plans[3].refresh_from_db()
    assert world.plans[3].position == 0


def test_a_visit_is_logged_and_found_without_script(chromium, live_server, ana, world):
    with visiting(chromium, live_server.url, ana, java_script_enabled=False) as phone:
        phone.open("/")
        phone.tap(phone.page.get_by_role("link", name="Log visit").first)
        phone.tap(phone.page.get_by_role("radio", name="No access"))
        phone.tap(phone.page.get_by_role("button", name="Save visit"))
        assert phone.page.get_by_text("Visit logged at").is_visible()
        phone.open("/find/")
        phone.page.get_by_role("searchbox").fill(world.physicians[0].last_name)
        phone.tap(phone.page.get_by_role("button", name="Find"))
        assert phone.page.get_by_role(
            "link", name=re.compile(f"^{world.physicians[0]}")
        ).is_visible()
        phone.open("/visits/?outcome=no_access")
        assert phone.page.get_by_role("button", name="Apply").is_visible()
    assert Visit.objects.order_by("-pk")[0].outcome == "no_access"


def test_typing_finds_as_one_goes(phone, world):
    Practice.objects.filter(pk=world.practices[0].pk).update(name="Cuyahoga Heart")
    phone.open("/find/")
    phone.page.get_by_role("searchbox").press_sequentially("cuya")
    phone.page.get_by_role("link", name=re.compile("^Cuyahoga Heart")).wait_for()
    assert phone.page.url.endswith("?q=cuya")


def test_ctrl_k_finds_from_any_page(chromium, live_server, ana, world):
    person = factories.PhysicianFactory(first_name="Priya", last_name="Raman")
    with visiting(chromium, live_server.url, ana, viewport=LAPTOP) as desk:
        desk.open("/follow-ups/")
        desk.page.keyboard.press("Control+k")
        desk.page.keyboard.type("ram")
        desk.page.get_by_role("link", name=re.compile("Priya Raman")).wait_for()
        desk.page.keyboard.press("Enter")
        desk.page.wait_for_url(f"**{person.get_absolute_url()}")
        desk.page.keyboard.press("Control+k")
        desk.page.keyboard.press("Escape")
        assert not desk.page.get_by_role("dialog").is_visible()

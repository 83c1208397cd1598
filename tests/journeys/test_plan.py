"""Planning tomorrow on a phone: few taps, by drag, by buttons, by keys."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.workdays.reports import team_workdays
from tests import factories
from tests.journeys.browsing import LAPTOP, NARROWEST, TALL_PHONE, visiting
from visits.models import PlannedVisit
from visits.planning.closed import next_open_day
from visits.planning.models import Cadence, PracticeTier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def cadences(db):
    """A flush after an earlier test may have taken the shipped ones."""
    for tier, days in (("A", 30), ("B", 60), ("C", 90), ("D", 180)):
        Cadence.objects.get_or_create(tier=tier, defaults={"days": days})


@pytest.fixture
def tomorrow(db):
    return next_open_day(timezone.localdate(), team_workdays())


@pytest.fixture
def targets(ana, dana, north):
    """Six A practices on one road, seen forty days ago and more."""
    made = []
    for number, away in enumerate((4, 1, 5, 2, 6, 3)):
        practice = factories.PracticeFactory(
            name=f"Mile {away}", territory=north, latitude=41.3 + away / 69
        )
        PracticeTier.objects.create(practice=practice, tier="A", set_by=dana)
        factories.VisitFactory(
            practice=practice,
            liaison=ana,
            held_at=timezone.now() - timedelta(days=40 + 5 * number),
        )
        made.append(practice)
    return made


@pytest.fixture
def stops(ana, targets, tomorrow):
    return [
        factories.PlannedVisitFactory(
            liaison=ana, practice=practice, planned_on=tomorrow, position=number
        )
        for number, practice in enumerate(targets[:4])
    ]


def order(person, day):
    plans = PlannedVisit.objects.open().filter(liaison=person, planned_on=day).in_order()
    return [plan.practice.name for plan in plans]


def titles(visitor):
    return visitor.page.locator(".stops b")


def test_tomorrow_is_planned_in_eight_taps(chromium, live_server, ana, targets, tomorrow):
    with visiting(chromium, live_server.url, ana) as phone:
        phone.open("/")
        phone.tap(phone.page.get_by_role("link", name="Plan the next day"))
        for number in range(5):
            expect(titles(phone)).to_have_count(number)
            phone.tap(phone.page.get_by_role("button", name="Plan Mile").first)
        expect(titles(phone)).to_have_count(5)
        phone.tap(phone.page.get_by_role("button", name="Order by travel"))
        phone.page.get_by_text("miles less").wait_for()
        assert phone.taps <= 8
    miles = [int(name.split()[1]) for name in order(ana, tomorrow)]
    assert miles in (sorted(miles), sorted(miles, reverse=True))


def test_a_suggestion_is_declined_in_two_taps_and_taken_back(chromium, live_server, ana, targets):
    with visiting(chromium, live_server.url, ana) as phone:
        phone.open("/plan/")
        # The latest seen comes last, so it is the first that is longest overdue.
        name = targets[-1].name
        phone.tap(phone.page.get_by_label(f"Not {name}"))
        phone.tap(phone.page.get_by_role("button", name="Not now").first)
        phone.page.get_by_text("1 suggestion declined").wait_for()
        assert phone.taps == 2
        phone.page.get_by_role("checkbox", name="Dismiss").check()
        phone.page.get_by_text("1 suggestion declined").click()
        phone.page.get_by_role("button", name=f"Suggest {name} again").click()
        expect(phone.page.get_by_role("button", name=f"Plan {name}")).to_be_visible()


def test_stops_are_dragged_moved_by_button_and_by_keys(chromium, live_server, ana, stops, tomorrow):
    before = order(ana, tomorrow)
    with visiting(chromium, live_server.url, ana, viewport=TALL_PHONE) as phone:
        phone.open(f"/plan/{tomorrow}/")
        grips = phone.page.get_by_role("button", name="drag")
        here, there = grips.nth(3).bounding_box(), grips.nth(0).bounding_box()
        assert here
        assert there
        phone.page.mouse.move(here["x"] + 9, here["y"] + 9)
        phone.page.mouse.down()
        phone.page.mouse.move(there["x"] + 9, there["y"] - 20, steps=6)
        with phone.page.expect_navigation():
            phone.page.mouse.up()
        expect(titles(phone).first).to_have_text(before[3])
        dragged = [before[3], *before[:3]]
        assert order(ana, tomorrow) == dragged
        phone.page.get_by_role("button", name=f"Move {before[3]}").press("ArrowDown")
        with phone.page.expect_navigation():
            phone.page.keyboard.press("Enter")
        expect(titles(phone).first).to_have_text(before[0])
        phone.page.get_by_role("link", name="Reorder").click()
        phone.page.get_by_role("button", name=f"{before[3]} earlier").click()
        expect(titles(phone).first).to_have_text(before[3])
    assert order(ana, tomorrow) == dragged


def test_an_order_made_over_another_says_so(chromium, live_server, ana, stops, tomorrow):
    with visiting(chromium, live_server.url, ana, viewport=TALL_PHONE) as phone:
        phone.open(f"/plan/{tomorrow}/")
        for number, stop in enumerate(reversed(stops)):
            PlannedVisit.objects.filter(pk=stop.pk).update(position=number)
        first = stops[0].practice.name
        phone.page.get_by_role("button", name=f"Move {first}").press("ArrowDown")
        phone.page.keyboard.press("Enter")
        phone.page.get_by_text("changed on another device").wait_for()
    assert order(ana, tomorrow) == [stop.practice.name for stop in reversed(stops)]


def test_today_is_dragged_too(chromium, live_server, ana, targets):
    for number, practice in enumerate(targets[:4]):
        factories.PlannedVisitFactory(
            liaison=ana, practice=practice, planned_on=timezone.localdate(), position=number
        )
    before = order(ana, timezone.localdate())
    with visiting(chromium, live_server.url, ana, viewport=TALL_PHONE) as phone:
        phone.open("/?reorder=1")
        phone.page.get_by_role("button", name=f"Move {before[3]}").press("ArrowUp")
        with phone.page.expect_navigation():
            phone.page.keyboard.press("Enter")
        expect(phone.page.locator("[data-reorder] [data-stop] b").nth(1)).to_have_text(before[3])
    assert order(ana, timezone.localdate()) == [before[0], before[1], before[3], before[2]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_bars_anyone(chromium, live_server, ana, dana, stops, tomorrow, theme):
    mine = ["/plan/", f"/plan/{tomorrow}/?reorder=1", "/coverage/", "/you/days/"]
    mine.append(f"/practices/{stops[0].practice.pk}/office/")
    desk = [f"/plan/{tomorrow}/", "/coverage/", "/tiers/", "/tiers/propose/?a=10&b=20&c=30"]
    found = {}
    for person, addresses, window in ((ana, mine, TALL_PHONE), (dana, desk, LAPTOP)):
        with visiting(chromium, live_server.url, person, theme=theme, viewport=window) as one:
            for address in addresses:
                one.open(address)
                found[person.name, address] = one.barriers()
    assert {key: barred for key, barred in found.items() if barred} == {}


def test_no_page_scrolls_sideways_on_the_smallest_phone(
    chromium, live_server, ana, dana, stops, tomorrow
):
    mine = ["/plan/", f"/plan/{tomorrow}/?reorder=1", "/coverage/", "/you/days/"]
    mine.append(f"/practices/{stops[0].practice.pk}/office/")
    desk = [f"/plan/{tomorrow}/", "/coverage/", "/tiers/", "/tiers/propose/?a=10&b=20&c=30"]
    wide = {}
    for person, addresses in ((ana, mine), (dana, desk)):
        with visiting(chromium, live_server.url, person, viewport=NARROWEST) as phone:
            for address in addresses:
                phone.open(address)
                wide[person.name, address] = phone.sideways()
    assert {address: pixels for address, pixels in wide.items() if pixels > 0} == {}

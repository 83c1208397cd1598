"""The log screen and the referral taken by hand, on a phone, counted in taps."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from referrals.models import HandReferral
from tests import factories
from tests.journeys.browsing import NARROWEST, TALL_PHONE, visiting
from tests.services import eventually
from tests.visits.world import World
from visits.correcting.services import Reason, withdraw_visit
from visits.models import FollowUp, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(ana, north):
    factories.FacilityFactory(code="ours", name="Our Hospital", network="own")
    factories.ServiceLineFactory(code="cardiology", name="Cardiology")
    return World().grow(north, ana, timezone.now(), rows=2)


@pytest.fixture
def phone(chromium, live_server, ana, world):
    with visiting(chromium, live_server.url, ana) as visitor:
        yield visitor


def stored(rows, count):
    eventually(lambda: rows.count() == count, "it is stored")
    return rows.order_by("-pk")[0]


def test_six_taps_are_enough_for_somebody_behind_the_plus(phone, world, north):
    practice = world.plans[0].practice
    for number in range(4):
        person = factories.PhysicianFactory(last_name=f"Zeller{number}")
        factories.AffiliationFactory(practice=practice, physician=person)
    before = Visit.objects.count()
    phone.open("/")
    phone.tap(phone.page.get_by_role("link", name="Log visit").first)
    phone.tap(phone.page.get_by_label("Someone else"))
    phone.tap(phone.page.get_by_role("checkbox", name="Zeller3"))
    phone.tap(phone.page.get_by_role("radio", name="Good talk"))
    phone.tap(phone.page.get_by_role("checkbox", name="Report speed"))
    phone.tap(phone.page.get_by_role("button", name="Save visit"))
    visit = stored(Visit.objects, before + 1)
    assert phone.taps == 6
    assert "Zeller3" in {one.physician.last_name for one in visit.attendees.all() if one.physician}


def test_five_taps_log_a_door_nearby(chromium, live_server, ana, world):
    before = Visit.objects.count()
    here = {"latitude": 41.38, "longitude": -81.73}
    with visiting(
        chromium, live_server.url, ana, geolocation=here, permissions=["geolocation"]
    ) as phone:
        phone.open("/")
        phone.tap(phone.page.get_by_role("link", name="Log visit").last)
        phone.tap(phone.page.get_by_role("button", name="Practices near me"))
        phone.tap(phone.page.get_by_role("link", name=re.compile("0.0 mi")).first)
        phone.tap(phone.page.get_by_role("radio", name="Drop-off"))
        phone.tap(phone.page.get_by_role("button", name="Save visit"))
        assert stored(Visit.objects, before + 1).outcome == "drop_off"
        assert phone.taps == 5


def test_five_taps_take_a_referral_from_today(phone, world):
    phone.open("/")
    phone.tap(phone.page.get_by_role("link", name="Take a referral"))
    phone.tap(phone.page.get_by_role("link", name=re.compile(world.practices[1].name)).first)
    who = phone.page.get_by_role("group", name="Who referred?").get_by_role("radio")
    phone.tap(who.first)
    phone.tap(phone.page.get_by_role("radio", name="Cardiology"))
    phone.tap(phone.page.get_by_role("button", name="Save referral"))
    taken = stored(HandReferral.objects, 1)
    assert phone.taps == 5
    assert (taken.practice, taken.service_line.name) == (world.practices[1], "Cardiology")
    expect(phone.page.get_by_text("Referral taken")).to_be_visible()


def test_a_visit_with_a_promise_and_a_referral_is_one_screen(phone, world):
    before, promised = Visit.objects.count(), FollowUp.objects.count()
    phone.open(f"/visits/new/?plan={world.plans[0].pk}")
    page = phone.page
    page.get_by_role("radio", name="Good talk").check()
    page.locator("summary[aria-label='A promise in your own words']").click()
    page.get_by_role("textbox", name="What did you promise?").fill("Send the protocol")
    page.locator("summary", has_text="Referral").click()
    page.get_by_role("group", name="What for?").get_by_role("radio", name="Cardiology").check()
    page.get_by_role("button", name="Save visit").click()
    visit = stored(Visit.objects, before + 1)
    assert HandReferral.objects.get().physician == world.plans[0].physician
    assert HandReferral.objects.get().taken_at == visit.held_at
    assert FollowUp.objects.count() == promised + 1


def test_a_copy_kept_since_the_morning_takes_the_time_it_is_opened(phone, world, ana):
    """The phone's clock is two hours on, as with a page it kept for two hours."""
    later = timezone.now() + timedelta(hours=2)
    phone.page.clock.set_fixed_time(later)
    phone.open(f"/visits/new/?plan={world.plans[0].pk}")
    wall = later.astimezone(ZoneInfo(ana.time_zone))
    when = phone.page.locator("[name=held_at]")
    expect(when).to_have_value(wall.strftime("%Y-%m-%dT%H:%M"))
    expect(phone.page.get_by_role("link", name=f"{wall:%H:%M}, in person")).to_be_visible()
    phone.open(f"/referrals/new/?practice={world.practices[0].pk}")
    taken_at = phone.page.locator("[name=taken_at]")
    expect(taken_at).to_have_value(re.compile(r"Z$"))
    told = datetime.fromisoformat(taken_at.input_value().replace("Z", "+00:00"))
    assert abs(told - later) < timedelta(seconds=1)


def test_a_fresh_page_has_the_time_of_the_server(phone, world):
    phone.open(f"/referrals/new/?practice={world.practices[0].pk}")
    expect(phone.page.locator("[name=taken_at]")).not_to_have_value(re.compile(r"Z$"))


@pytest.fixture
def addresses(world, ana):
    long_ago = timezone.now() - timedelta(days=9)
    old, gone = (
        factories.VisitFactory(
            practice=world.practices[0], liaison=ana, held_at=long_ago, created_at=long_ago
        )
        for _ in range(2)
    )
    withdraw_visit(gone, by=ana, at=timezone.now(), reason=Reason(words="Another door."))
    return [
        "/referrals/new/",
        f"/referrals/new/?practice={world.practices[0].pk}",
        f"/visits/{old.pk}/",
        f"/visits/{old.pk}/correct/",
        f"/visits/{old.pk}/withdraw/",
        f"/visits/{gone.pk}/",
        f"/visits/{gone.pk}/reinstate/",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_bars_anyone_or_scrolls_sideways(
    chromium, live_server, ana, world, addresses, theme
):
    barred, wide = {}, {}
    with visiting(chromium, live_server.url, ana, theme=theme, viewport=TALL_PHONE) as phone:
        for address in addresses:
            phone.open(address)
            barred[address] = phone.barriers()
        phone.open(f"/visits/new/?practice={world.practices[0].pk}")
        for summary in phone.page.locator(".adds summary").all():
            summary.click()
        barred["unfolded"] = phone.barriers()
    with visiting(chromium, live_server.url, ana, theme=theme, viewport=NARROWEST) as phone:
        for address in [*addresses, f"/visits/new/?practice={world.practices[0].pk}"]:
            phone.open(address)
            for summary in phone.page.locator(".adds summary").all():
                summary.click()
            wide[address] = phone.sideways()
    assert {address: found for address, found in barred.items() if found} == {}
    assert {address: pixels for address, pixels in wide.items() if pixels > 0} == {}

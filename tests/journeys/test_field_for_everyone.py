"""Every page of the field in both themes: for screen readers, keyboards and the smallest phone."""

import pytest
from django.utils import timezone

from tests.journeys.browsing import LAPTOP, NARROWEST, TALL_PHONE, visiting
from tests.visits.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(ana, north):
    return World().grow(north, ana, timezone.now(), rows=2)


@pytest.fixture
def addresses(world, southern_practice):
    practice, physician = world.practices[0].pk, world.physicians[0].pk
    return [
        "/",
        "/?reorder=1",
        "/visits/new/",
        f"/visits/new/?plan={world.plans[0].pk}",
        "/find/",
        "/find/?q=first",
        "/find/?q=zzzz",
        f"/practices/{practice}/",
        f"/practices/{southern_practice.pk}/",
        f"/physicians/{physician}/",
        "/visits/",
        "/visits/?outcome=drop_off",
        f"/visits/{world.visits[0].pk}/",
        f"/visits/{world.visits[0].pk}/edit/",
        "/follow-ups/",
        "/follow-ups/?state=kept",
        "/follow-ups/?state=untold",
        "/working-days/",
        f"/follow-ups/new/?practice={practice}",
        f"/follow-ups/{world.promises[0].pk}/reschedule/",
        f"/plan/new/?practice={practice}",
        f"/practices/{practice}/people/new/",
        f"/practices/{practice}/office/",
        f"/people/{world.practices[0].staff.all()[0].pk}/",
        "/referrals/",
        "/referrals/?status=completed",
        f"/practices/{practice}/?show=corrections",
        "/messages/",
        f"/messages/{world.messages[0].pk}/",
    ]


MANAGERS = [
    "/",
    "/follow-ups/",
    "/follow-ups/owners/",
    "/working-days/",
    "/visits/",
    "/messages/new/",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_bars_anyone(chromium, live_server, ana, dana, addresses, theme):
    found = {}
    with visiting(chromium, live_server.url, ana, theme=theme, viewport=TALL_PHONE) as phone:
        for address in addresses:
            phone.open(address)
            found[address] = phone.barriers()
    with visiting(chromium, live_server.url, dana, theme=theme, viewport=LAPTOP) as desk:
        for address in [*MANAGERS, *addresses[7:10]]:
            desk.open(address)
            found[f"manager {address}"] = desk.barriers()
    assert {address: barred for address, barred in found.items() if barred} == {}


def test_a_refused_form_bars_nobody_either(chromium, live_server, ana, addresses):
    with visiting(chromium, live_server.url, ana, viewport=TALL_PHONE) as phone:
        phone.open(addresses[3])
        phone.page.get_by_role("button", name="Save visit").evaluate(
            "b => b.form.noValidate = true"
        )
        phone.page.get_by_role("button", name="Save visit").click()
        phone.page.get_by_text("Choose how it went.").wait_for()
        assert phone.barriers() == []


def test_no_page_scrolls_sideways_on_the_smallest_phone(
    chromium, live_server, ana, dana, addresses
):
    wide = {}
    for person, pages in ((ana, addresses), (dana, MANAGERS)):
        with visiting(chromium, live_server.url, person, viewport=NARROWEST) as phone:
            for address in pages:
                phone.open(address)
                wide[person.name, address] = phone.sideways()
    assert {address: pixels for address, pixels in wide.items() if pixels > 0} == {}


def test_the_keyboard_reaches_everything_in_order(chromium, live_server, ana, addresses):
    with visiting(chromium, live_server.url, ana, viewport=LAPTOP) as desk:
        desk.open("/")
        desk.page.keyboard.press("Tab")
        assert desk.page.evaluate("document.activeElement.textContent") == "Skip to content"
        desk.page.keyboard.press("Enter")
        assert desk.page.evaluate("document.activeElement.id") == "main"
        desk.open(addresses[3])
        desk.page.get_by_role("radio", name="Good talk").focus()
        desk.page.keyboard.press("ArrowDown")
        assert desk.page.get_by_role("radio", name="Quick hello").is_checked()


def test_focus_never_hides_behind_a_bar(chromium, live_server, ana, addresses):
    """Walk each page by Tab on the phone: what has the focus is never under the bar."""
    hidden = []
    with visiting(chromium, live_server.url, ana) as phone:
        for address in ("/", "/follow-ups/", addresses[3], addresses[7]):
            phone.open(address)
            for _ in range(40):
                phone.page.keyboard.press("Tab")
                under = phone.page.evaluate(
                    """() => {
                      const focused = document.activeElement
                      if (!focused || focused === document.body) return ''
                      const place = focused.getBoundingClientRect()
                      const bar = document.querySelector('.tabs, .log .save')
                      if (!bar || bar.contains(focused) || !bar.offsetHeight) return ''
                      const top = bar.getBoundingClientRect().top
                      return place.top >= top - 1 ? focused.outerHTML.slice(0, 120) : ''
                    }"""
                )
                if under:
                    hidden.append((address, under))
    assert hidden == []

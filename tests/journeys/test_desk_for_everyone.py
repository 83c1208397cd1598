"""Every page of the desk in both themes: for screen readers and for the smallest phone."""

import pytest
from django.utils import timezone

from accounts import services
from contacts.realigning.services import realign
from contacts.services import Area
from liaison_crm.core.periods import site_today
from tests import factories
from tests.journeys import desk
from tests.journeys.browsing import LAPTOP, NARROWEST, TALL_PHONE, visiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def market(north, south, ana, ben, cleo, dana):
    market = desk.grow(north, south, ana)
    services.assign(
        south,
        person=ben,
        part="cover",
        term=services.Term(site_today()),
        by=dana,
        at=timezone.now(),
    )
    realign([Area("zip", "44129")], to=south, by=dana, at=timezone.now())
    factories.TerritoryFactory(name="A new one without anything")
    return market


@pytest.fixture
def read(market, north):
    """What everyone reads."""
    return [
        "/physicians/",
        "/physicians/?territory=all&sort=-referrals",
        "/physicians/?q=zzzz",
        "/practices/",
        "/practices/?territory=all&falling=1&sort=change",
        "/growth/",
        "/growth/?period=year",
        "/territories/",
        f"/territories/{north.pk}/",
    ]


@pytest.fixture
def managed(market, north, south):
    """What only managers read."""
    unassigned = market.wooster.territory
    cover = south.assignments.get(part="cover")
    return [
        "/growth/runs/",
        f"/growth/?territory={north.pk}&period=month",
        f"/territories/{south.pk}/?q=wayne",
        f"/territories/{unassigned.pk}/",
        f"/territories/{north.pk}/realign/?area=county:39169",
        f"/territories/{north.pk}/realign/?area=county:39035&leave=on",
        f"/territories/{north.pk}/assign/",
        f"/territories/{north.pk}/edit/",
        "/territories/new/",
        f"/territories/assignments/{cover.pk}/end/",
        f"/practices/{market.wooster.pk}/territory/",
        f"/plan/new/?practice={market.heart.pk}&reason=Why",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_bars_anyone(chromium, live_server, ana, dana, read, managed, theme):
    found = {}
    with visiting(chromium, live_server.url, ana, theme=theme, viewport=TALL_PHONE) as phone:
        for address in read:
            phone.open(address)
            found[address] = phone.barriers()
    with visiting(chromium, live_server.url, dana, theme=theme, viewport=LAPTOP) as laptop:
        for address in [*read, *managed]:
            laptop.open(address)
            found[f"manager {address}"] = laptop.barriers()
    assert {address: barred for address, barred in found.items() if barred} == {}


def test_no_page_scrolls_sideways_on_the_smallest_phone(
    chromium, live_server, ana, dana, read, managed
):
    wide = {}
    for person, pages in ((ana, read), (dana, [*read, *managed])):
        with visiting(chromium, live_server.url, person, viewport=NARROWEST) as phone:
            for address in pages:
                phone.open(address)
                wide[person.name, address] = phone.sideways()
    assert {address: pixels for address, pixels in wide.items() if pixels > 0} == {}


def test_empty_pages_bar_nobody_either(chromium, live_server, dana, erin):
    empty = ["/physicians/", "/practices/", "/growth/", "/growth/runs/", "/territories/"]
    found = {}
    for person in (dana, erin):
        with visiting(chromium, live_server.url, person, viewport=TALL_PHONE) as phone:
            for address in empty:
                phone.open(address)
                found[person.name, address] = (phone.barriers(), phone.sideways() > 0)
    assert {address: bad for address, bad in found.items() if bad != ([], False)} == {}

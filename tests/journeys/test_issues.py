"""An office complains, an outsider mends it, the office is told: on a phone, without barriers."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.browsing import LAPTOP, NARROWEST, PHONE, TALL_PHONE, visiting
from tests.visits.world import World
from visits.issues import services
from visits.issues.models import Issue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(ana, north):
    return World().grow(north, ana, timezone.now(), rows=1)


@pytest.fixture
def rosa(dana):
    rosa = services.add_outsider(by=dana, name="Rosa Diaz", email="rosa@hospital.example.org")
    services.set_rule(by=dana, terms=services.RuleTerms(category="report_speed", to=rosa))
    return rosa


@pytest.fixture
def issues(ana, world, rosa):
    """One in each state, by its name."""

    def raised(category="other"):
        said = services.Complaint(category=category, said="Reports take six days")
        return services.raise_issue(world.practices[0], by=ana, at=timezone.now(), complaint=said)

    rows = {name: raised() for name in ("mine", "fixed", "told", "gone")}
    rows["theirs"] = raised("report_speed")
    now = timezone.now()
    for name in ("fixed", "told"):
        services.resolve_issue(rows[name], by=ana, at=now, answer="Two more readers")
    services.tell_office(rows["told"], by=ana, at=now, telling=services.Telling(how="phone"))
    services.withdraw_issue(rows["gone"], by=ana, at=now)
    return rows


def test_it_is_raised_in_two_taps(chromium, live_server, ana, world, rosa):
    with visiting(chromium, live_server.url, ana) as phone:
        phone.open(f"/visits/new/?plan={world.plans[0].pk}")
        phone.page.get_by_role("radio", name="Good talk").click()
        phone.tap(phone.page.get_by_text("Raise an issue"))
        phone.tap(phone.page.get_by_role("radio", name="Report speed"))
        assert phone.taps == 2
        phone.page.get_by_role("button", name="Save visit").click()
        expect(phone.page.get_by_text("Visit logged at")).to_be_visible()
    issue = Issue.objects.get()
    assert (issue.outsider, issue.visit.practice) == (rosa, world.practices[0])


def test_an_outsider_answers_without_an_account(chromium, live_server, issues):
    link = services.address_of(issues["theirs"].links.get())
    window = chromium.new_context(viewport=PHONE)
    page = window.new_page()
    page.goto(live_server.url + link)
    page.get_by_role("button", name="I see to it").click()
    expect(page.get_by_text("You see to it since")).to_be_visible()
    page.get_by_label("What was done").fill("Two more readers at night")
    page.get_by_role("button", name="It is fixed").click()
    expect(page.get_by_text("Somebody of our team tells the office.")).to_be_visible()
    window.close()
    issues["theirs"].refresh_from_db()
    assert issues["theirs"].state == "resolved"


def test_the_office_is_told_in_two_taps(chromium, live_server, ana, issues):
    with visiting(chromium, live_server.url, ana) as phone:
        phone.open(f"/issues/{issues['fixed'].pk}/")
        phone.tap(phone.page.get_by_text("In person"))
        phone.tap(phone.page.get_by_role("button", name="They know now"))
        expect(phone.page.get_by_text(re.compile("Ana North told"))).to_be_visible()
        assert phone.taps == 2
    issues["fixed"].refresh_from_db()
    assert (issues["fixed"].state, issues["fixed"].told_how) == ("closed", "in_person")


def addresses(issues, world):
    practice = world.practices[0].pk
    return [
        "/issues/",
        "/issues/?state=closed",
        "/issues/?state=overdue",
        *(f"/issues/{issue.pk}/" for issue in issues.values()),
        f"/issues/new/?practice={practice}",
        "/issues/trend/",
        "/issues/rules/",
        f"/practices/{practice}/",
        services.address_of(issues["theirs"].links.get()),
    ]


MANAGERS = ["/issues/", "/issues/rules/", "/issues/rules/new/", "/issues/outsiders/new/"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_issues_bars_anyone(
    chromium, live_server, ana, dana, issues, world, rosa, theme
):
    found = {}
    with visiting(chromium, live_server.url, ana, theme=theme, viewport=TALL_PHONE) as phone:
        for address in addresses(issues, world):
            phone.open(address)
            found[address] = phone.barriers()
    with visiting(chromium, live_server.url, dana, theme=theme, viewport=LAPTOP) as desk:
        for address in [*MANAGERS, f"/issues/outsiders/{rosa.pk}/"]:
            desk.open(address)
            found[f"manager {address}"] = desk.barriers()
    assert {address: barred for address, barred in found.items() if barred} == {}


def test_no_page_of_issues_scrolls_sideways(chromium, live_server, ana, dana, issues, world):
    wide = {}
    for person, pages in ((ana, addresses(issues, world)), (dana, MANAGERS)):
        with visiting(chromium, live_server.url, person, viewport=NARROWEST) as phone:
            for address in pages:
                phone.open(address)
                wide[person.name, address] = phone.sideways()
    assert {address: pixels for address, pixels in wide.items() if pixels > 0} == {}

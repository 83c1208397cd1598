"""The Plan page: a day's suggestions and stops, for a liaison and for who sees the team."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.workdays.reports import team_workdays
from tests import factories
from tests.visits.world import World
from visits.models import PlannedVisit
from visits.planning.closed import next_open_day
from visits.planning.models import Dismissal, PracticeTier

MOST_QUERIES = 12


@pytest.fixture
def day(db):
    """An open day far enough ahead for no other plan to stand in its way."""
    return next_open_day(timezone.localdate() + timedelta(days=15), team_workdays())


@pytest.fixture
def target(northern_practice, dana):
    PracticeTier.objects.create(practice=northern_practice, tier="A", set_by=dana)
    return northern_practice


@pytest.fixture
def phone(client, ana):
    client.force_login(ana)
    return client


def read(client, day, query=""):
    return client.get(f"{reverse('plan-day', args=[day])}{query}").content.decode()


def test_it_says_whom_to_see_and_why(phone, target, day):
    page = read(phone, day)
    assert "Never seen:" in page
    assert "an A practice, due every 30 days." in page
    assert reverse("practice", args=[target.pk]) in page


def test_a_suggestion_is_accepted_declined_and_taken_back(phone, ana, target, day):
    path = {name: reverse(f"{name}-suggestion", args=[day]) for name in ("accept", "dismiss")}
    phone.post(path["dismiss"], {"practice": target.pk, "why": "other", "words": "On leave"})
    page = read(phone, day)
    assert "Nothing presses" in page
    assert "On leave, until" in page
    phone.post(reverse("undo-dismissal", args=[Dismissal.objects.get().pk]))
    phone.post(path["accept"], {"practice": target.pk})
    assert PlannedVisit.objects.get().liaison == ana
    assert "1 stop on" in read(phone, day)
    again = phone.post(path["accept"], {"practice": target.pk}, follow=True)
    assert "is not suggested any more" in again.content.decode()


def test_an_answer_that_says_nothing_changes_nothing(phone, target, day):
    path = reverse("dismiss-suggestion", args=[day])
    said = phone.post(path, {"practice": target.pk, "why": "because"}, follow=True)
    assert "Say in a few words why." in said.content.decode()
    assert phone.post(path, {"practice": "x", "why": "other"}).status_code == 404
    assert not Dismissal.objects.exists()


@pytest.mark.parametrize("words", ["2026-02-30", "tomorrow", "2026-W01", "1889-01-01", "20260303"])
def test_a_day_that_is_none_is_not_there(phone, words):
    assert phone.get(f"/plan/{words}/").status_code == 404


def test_plan_opens_the_next_open_day(phone):
    expected = next_open_day(timezone.localdate(), team_workdays())
    assert phone.get("/plan/")["Location"] == f"/plan/{expected}/"


def test_a_day_that_is_over_suggests_nothing(phone, target):
    page = read(phone, date(2026, 3, 2))
    assert "This day is over" in page
    assert "Never seen" not in page


def test_a_holiday_says_so(phone, target):
    year = timezone.localdate().year + 1
    page = read(phone, date(year, 7, 5 if date(year, 7, 4).weekday() == 6 else 4))
    assert "offices are closed" in page.lower()


def test_a_liaison_plans_his_own_day_alone(phone, ben, target, day):
    assert phone.get(f"/plan/{day}/?liaison={ben.pk}").status_code == 404
    answer = phone.post(
        reverse("accept-suggestion", args=[day]), {"practice": target.pk, "liaison": ben.pk}
    )
    assert answer.status_code == 404
    assert not PlannedVisit.objects.exists()


def test_a_strangers_practice_is_not_there(phone, southern_practice, day):
    for name in ("accept-suggestion", "dismiss-suggestion"):
        answer = phone.post(
            reverse(name, args=[day]), {"practice": southern_practice.pk, "why": "other"}
        )
        assert answer.status_code == 404


def test_a_manager_sees_the_week_and_plans_for_anybody(client, dana, ana, target, unassigned, day):
    lone = factories.PracticeFactory(name="Lone Clinic", territory=unassigned)
    PracticeTier.objects.create(practice=lone, tier="A", set_by=dana)
    client.force_login(dana)
    page = read(client, day)
    assert "Ana North" in page
    assert "Lone Clinic" in page
    assert target.name not in page
    path = reverse("accept-suggestion", args=[day])
    client.post(path, {"practice": target.pk, "liaison": ana.pk})
    assert PlannedVisit.objects.get().liaison == ana
    assert "1 stop on" in read(client, day, f"?liaison={ana.pk}")


def test_a_stop_on_a_day_when_they_see_nobody_says_when_they_do(phone, ana, target, day):
    weekday = (day.weekday() + 1) % 5
    target.windows.create(weekday=weekday, opens_at=time(12), closes_at=time(13))
    factories.PlannedVisitFactory(liaison=ana, practice=target, planned_on=day)
    assert "They see liaisons" in read(phone, day)


def test_the_office_page_keeps_its_week(phone, target):
    path = reverse("edit-office", args=[target.pk])
    said = {"hours": "", "access_rule": "Tuesday lunch only", "from_1": "12:00", "to_1": "13:00"}
    phone.post(path, {**said, "from_0": "", "to_0": ""})
    assert [str(one) for one in target.windows.all()] == ["Tuesday 12 to 13"]
    # A form that does not show the week leaves it alone.
    phone.post(path, {"hours": "8 to 5", "access_rule": ""})
    assert target.windows.count() == 1
    for wrong in ({"from_0": "12:00"}, {"from_0": "13:00", "to_0": "12:00"}):
        assert phone.post(path, {**said, "from_0": "", **wrong}).status_code == 200
    assert target.windows.count() == 1


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in asked]


@pytest.mark.parametrize("person", ["ana", "dana"])
def test_pages_cost_no_more_for_many_rows(request, client, ana, dana, north, day, person):
    world = World()

    def grow(rows):
        world.grow(north, ana, timezone.now(), rows=rows)
        for practice in world.practices:
            PracticeTier.objects.get_or_create(
                practice=practice, defaults={"tier": "A", "set_by": dana}
            )
        PlannedVisit.objects.filter(visit=None, planned_on=timezone.localdate()).update(
            planned_on=day
        )

    viewer = request.getfixturevalue(person)
    client.force_login(viewer)
    addresses = [f"/plan/{day}/?liaison={ana.pk}", f"/plan/{day}/", "/coverage/"]
    if person == "dana":
        addresses += ["/tiers/", "/tiers/propose/?a=10&b=20&c=30"]
    grow(1)
    client.get("/")
    few = {address: queries(client, address) for address in addresses}
    grow(6)
    for address in addresses:
        many = queries(client, address)
        assert len(many) <= MOST_QUERIES, "\n".join(many)
        assert len(many) <= len(few[address]), "\n".join(set(many) - set(few[address]))

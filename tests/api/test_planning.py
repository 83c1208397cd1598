"""Plans, suggestions, tiers and coverage over HTTP."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.workdays.reports import team_workdays
from tests import factories
from visits.models import PlannedVisit
from visits.planning.closed import next_open_day
from visits.planning.models import Cadence, PracticeTier

JSON = "application/json"


@pytest.fixture
def day(db):
    return next_open_day(timezone.localdate() + timedelta(days=15), team_workdays())


@pytest.fixture
def target(northern_practice, dana):
    PracticeTier.objects.create(practice=northern_practice, tier="A", set_by=dana)
    return northern_practice


@pytest.fixture
def program(client, ana):
    client.force_login(ana)
    return client


def post(client, path, **body):
    return client.post(f"/api/v1/{path}/", body, content_type=JSON)


def test_a_program_plans_from_suggestions(program, target, day):
    found = program.get("/api/v1/suggestions/", {"day": str(day)}).json()
    (one,) = found["results"]
    assert (one["practice"], one["tier"], found["more"]) == (target.pk, "A", 0)
    assert one["reasons"][0]["sentence"] == "Never seen: an A practice, due every 30 days."
    declined = post(
        program, "suggestions/dismiss", practice=target.pk, day=str(day), why="handled"
    ).json()
    assert declined["reasons"] == ["overdue"]
    assert not program.get("/api/v1/suggestions/", {"day": str(day)}).json()["results"]
    post(program, f"dismissals/{declined['id']}/undo")
    plan = post(program, "suggestions/accept", practice=target.pk, day=str(day))
    assert (plan.status_code, plan.json()["reason"]) == (201, one["reasons"][0]["sentence"])
    gone = post(program, "suggestions/accept", practice=target.pk, day=str(day))
    assert (gone.status_code, gone.json()["code"]) == (409, "nothing_suggested")


def test_a_program_puts_a_day_in_order(program, ana, north, day):
    plans = [
        post(
            program,
            "plans",
            practice=factories.PracticeFactory(territory=north, latitude=41 + away / 69).pk,
            planned_on=str(day),
        ).json()
        for away in (6, 0, 3)
    ]
    seen = [plan["id"] for plan in plans]
    turned = post(program, "plans/order", day=str(day), order=seen[::-1], seen=seen)
    assert turned.json()["order"] == seen[::-1]
    stale = post(program, "plans/order", day=str(day), order=seen, seen=seen)
    assert (stale.status_code, stale.json()["code"]) == (409, "day_changed")
    by_way = post(program, "plans/by-travel", day=str(day), seen=seen[::-1]).json()
    assert by_way["miles_now"] < by_way["miles_before"]
    listed = program.get("/api/v1/plans/", {"day_from": str(day), "state": "open"}).json()
    assert [row["id"] for row in listed["results"]] == by_way["order"]
    dropped = post(program, f"plans/{seen[0]}/drop").json()
    assert dropped["dropped_at"]
    assert post(program, f"plans/{seen[0]}/restore").json()["dropped_at"] is None
    assert PlannedVisit.objects.open().filter(liaison=ana).count() == 3


def test_what_is_not_known_is_refused(program, target, day):
    assert program.get("/api/v1/suggestions/", {"dya": "x"}).status_code == 400
    assert program.get("/api/v1/coverage/", {"territory": "1"}).status_code == 400
    wrong = post(program, "suggestions/dismiss", practice=target.pk, day=str(day), why="because")
    assert wrong.status_code == 400
    order = post(program, "plans/order", day=str(day), order=["1"], seen=[True])
    assert order.status_code == 400


def test_tiers_and_cadences_are_the_managers(client, ana, dana, target):
    client.force_login(ana)
    tier = {"practice": target.pk, "tier": "B"}
    assert post(client, "tiers", **tier).status_code == 403
    client.force_login(dana)
    assert post(client, "tiers", **tier).json()["tier"] == "B"
    cadence = f"/api/v1/cadences/{Cadence.objects.get(tier='B').pk}/"
    version = client.get(cadence)["ETag"]
    changed = client.patch(cadence, {"days": 45}, content_type=JSON, headers={"If-Match": version})
    assert changed.json()["days"] == 45
    found = client.get("/api/v1/coverage/").json()
    line = next(one for one in found["results"] if one["owner"] == ana.pk)
    assert line["total"] == {"practices": 1, "seen": 0}
    assert found["goal"] == 80

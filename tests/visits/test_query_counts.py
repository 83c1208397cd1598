"""A page costs at most twelve queries, and no more for many rows than for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.visits.world import World

MOST = 12
MANY = 12


def of_first(name, kind):
    return lambda world: reverse(name, args=[getattr(world, kind)[0].pk])


def asking(name, query):
    return lambda world: f"{reverse(name)}?{query(world)}"


PAGES = {
    "today": lambda world: reverse("today"),
    "today, reordering": lambda world: reverse("today") + "?reorder=1",
    "log visit, planned": asking("new-visit", lambda w: f"plan={w.plans[0].pk}"),
    "log visit": asking("new-visit", lambda w: f"practice={w.practices[0].pk}"),
    "where": asking("new-visit", lambda w: "q=practice"),
    "find": asking("find", lambda w: ""),
    "found": asking("find", lambda w: "q=first"),
    "found practices": asking("find", lambda w: "q=practice"),
    "physician": of_first("physician", "physicians"),
    "practice": of_first("practice", "practices"),
    "visits": lambda world: reverse("visits"),
    "visits of a practice": asking("visits", lambda w: f"practice={w.practices[0].pk}"),
    "visits of a physician": asking("visits", lambda w: f"physician={w.physicians[0].pk}"),
    "visit": of_first("visit", "visits"),
    "edit visit": of_first("edit-visit", "visits"),
    "follow-ups": lambda world: reverse("follow-ups"),
    "overdue": asking("follow-ups", lambda w: "state=overdue"),
    "to tell": asking("follow-ups", lambda w: "state=untold"),
    "working days": lambda world: reverse("working-days"),
    "reschedule": of_first("reschedule-follow-up", "promises"),
    "plan a visit": asking("plan-visit", lambda w: f"practice={w.practices[0].pk}"),
    "promise": asking("new-follow-up", lambda w: f"practice={w.practices[0].pk}"),
    "referrals": lambda world: reverse("referrals"),
    "take a referral": asking("new-referral", lambda w: f"practice={w.practices[0].pk}"),
    "a referral from where": lambda world: reverse("new-referral"),
    "referrals by hand": asking("referrals", lambda w: "told=by_feed_too"),
    "practice, its visits": lambda w: f"{of_first('practice', 'practices')(w)}?show=visits",
    "messages": lambda world: reverse("messages"),
    "message": of_first("message", "messages"),
    "message, heard": lambda w: f"{of_first('message', 'messages')(w)}?state=heard",
    "correct a visit": of_first("correct-visit", "visits"),
    "referrals of a practice": asking("referrals", lambda w: f"practice={w.practices[0].pk}"),
}
MANAGERS = {
    "the team": lambda world: reverse("today"),
    "the team, once more": lambda world: reverse("team-now"),
    "late by owner": lambda world: reverse("promises-by-owner"),
    "late of one": asking("promises-by-owner", lambda w: f"owner={w.promises[0].owner_id}"),
    "follow-ups": lambda world: reverse("follow-ups"),
    "practice": of_first("practice", "practices"),
    "physician": of_first("physician", "physicians"),
    "visits": lambda world: reverse("visits"),
    "reschedule": of_first("reschedule-follow-up", "promises"),
    "plan a visit": asking("plan-visit", lambda w: f"practice={w.practices[0].pk}"),
}


def queries(client, address):
    """What the navigation counts is remembered for a minute, so the page before has asked it."""
    client.get(reverse("more"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(address)
    assert response.status_code == 200, address
    return [one["sql"] for one in asked]


@pytest.mark.parametrize("name", PAGES)
def test_a_liaisons_page_costs_no_more_for_many_rows(client, name, ana, north):
    now = timezone.now()
    world = World().grow(north, ana, now, rows=1)
    client.force_login(ana)
    client.get(reverse("today"))
    few = queries(client, PAGES[name](world))
    world.grow(north, ana, now, rows=MANY)
    many = queries(client, PAGES[name](world))
    assert len(many) <= MOST, "\n".join(many)
    assert len(many) <= len(few), "\n".join(sorted(set(many) - set(few)))


@pytest.mark.parametrize("name", MANAGERS)
def test_a_managers_page_costs_no_more_for_many_rows(client, name, ana, ben, dana, north):
    now = timezone.now()
    world = World().grow(north, ana, now, rows=1)
    client.force_login(dana)
    client.get(reverse("today"))
    few = queries(client, MANAGERS[name](world))
    world.grow(north, ana, now, rows=MANY)
    world.grow(north, ben, now, rows=1)
    many = queries(client, MANAGERS[name](world))
    assert len(many) <= MOST, "\n".join(many)
    assert len(many) <= len(few), "\n".join(sorted(set(many) - set(few)))

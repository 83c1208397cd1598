"""Tiers, plans, suggestions and calendars: their part of the table."""

from __future__ import annotations

from typing import Any

from tests.access.who import (
    EVERYONE,
    MANAGERS,
    MANAGERS_FORM,
    OWN_FORM,
    Case,
    ShownHere,
    Who,
    everyone,
    in_days,
    reading,
    today,
)
from tests.access.world import World

SHARES = {"a": "10", "b": "20", "c": "30"}
# A day belongs to its liaison; who covers the territory has a day of his own.
OWN_DAY = Who(302, 302, 404, 302, 302)


def a_suggestion(world: World) -> dict[str, Any]:
    return {"practice": world.lone_practice.pk}


def an_order(world: World) -> dict[str, Any]:
    return {"order": world.north_plan.pk, "seen": world.north_plan.pk}


def cadences(_: World) -> dict[str, Any]:
    return {"goal": 85, **{f"days_{tier}": 45 for tier in "ABCD"}}


PLANNING_PAGES: ShownHere = {
    "plan": reading(OWN_FORM),
    "plan-day": reading(row="a_day"),
    "accept-suggestion": {"POST": Case(OWN_DAY, row="a_day", body=a_suggestion)},
    "dismiss-suggestion": {
        "POST": Case(
            OWN_DAY, row="a_day", body=lambda w: {**a_suggestion(w), "why": "not_worth_it"}
        )
    },
    "undo-dismissal": {"POST": Case(Who(302, 404, 404, 302, 302), row="dismissal")},
    "order-stops": {"POST": Case(OWN_FORM, row="a_day", body=an_order)},
    "order-by-travel": {"POST": Case(OWN_FORM, row="a_day", body=lambda w: {"seen": ""})},
    "own-days": {**reading(), "POST": Case(OWN_FORM, body=lambda w: {"zip_code": "44129"})},
    "new-calendar": {"POST": Case(EVERYONE)},
    "revoke-calendar": {"POST": Case(OWN_FORM)},
    # Whoever has the secret reads it; a calendar program signs nobody in.
    "calendar": reading(everyone(200, anonymous=200), row="calendar"),
    "coverage": reading(),
    "tiers": {**reading(MANAGERS), "POST": Case(MANAGERS_FORM, body=cadences)},
    "propose-tiers": {
        **reading(MANAGERS, query=lambda w: SHARES),
        "POST": Case(MANAGERS_FORM, body=lambda w: SHARES),
    },
    "undo-tiers": {"POST": Case(MANAGERS_FORM, row="tier_change")},
    "set-tier": {"POST": Case(MANAGERS_FORM, row="north_practice", body=lambda w: {"tier": "B"})},
}

# A practice out of one's scope, named in a body, is a wrong value.
MADE_HERE = Who(201, 201, 400, 201, 201)
OWN = Who(200, 404, 404, 200, 200)

PLANNING_API: ShownHere = {
    "api-plans-list": {
        **reading(),
        "POST": Case(
            MADE_HERE, body=lambda w: {"practice": w.lone_practice.pk, "planned_on": in_days(3)}
        ),
    },
    "api-plans-detail": {
        **reading(OWN, row="north_plan"),
        "PATCH": Case(
            OWN, row="north_plan", body=lambda w: {"planned_on": in_days(9)}, versioned=True
        ),
    },
    "api-plans-drop": {"POST": Case(OWN, row="north_plan")},
    "api-plans-restore": {"POST": Case(OWN, row="dropped_plan")},
    "api-plans-order": {
        "POST": Case(
            Who(200, 403, 403, 200, 200),
            body=lambda w: {
                "liaison": w.people["owner"].pk,
                "day": today(),
                "order": [w.north_plan.pk],
                "seen": [w.north_plan.pk],
            },
        )
    },
    "api-plans-by-travel": {
        "POST": Case(
            Who(200, 403, 403, 200, 200),
            body=lambda w: {
                "liaison": w.people["owner"].pk,
                "day": today(),
                "seen": [w.north_plan.pk],
            },
        )
    },
    "api-suggestions-list": reading(
        Who(200, 403, 403, 200, 200), query=lambda w: {"liaison": w.people["owner"].pk}
    ),
    "api-suggestions-accept": {
        "POST": Case(
            Who(201, 403, 400, 201, 201),
            body=lambda w: {
                **a_suggestion(w),
                "day": w.a_day.pk,
                "liaison": w.people["owner"].pk,
            },
        )
    },
    "api-suggestions-dismiss": {
        "POST": Case(
            Who(201, 403, 400, 201, 201),
            body=lambda w: {
                **a_suggestion(w),
                "day": w.a_day.pk,
                "liaison": w.people["owner"].pk,
                "why": "handled",
            },
        )
    },
    "api-dismissals-list": reading(),
    "api-dismissals-detail": reading(OWN, row="dismissal"),
    "api-dismissals-undo": {"POST": Case(OWN, row="dismissal")},
    "api-tiers-list": {
        **reading(),
        "POST": Case(
            Who(403, 403, 400, 201, 201),
            body=lambda w: {"practice": w.north_practice.pk, "tier": "B"},
        ),
    },
    "api-tiers-detail": reading(Who(200, 200, 404, 200, 200), row="north_tier"),
    "api-cadences-list": reading(),
    "api-cadences-detail": {
        **reading(row="cadence"),
        "PATCH": Case(MANAGERS, row="cadence", body=lambda w: {"days": 40}, versioned=True),
    },
    "api-coverage-list": reading(),
}

PLANNING: ShownHere = {**PLANNING_PAGES, **PLANNING_API}

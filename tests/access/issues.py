"""Issues in the table: pages, the open page of an outsider, and the API."""

from __future__ import annotations

from typing import Any

from tests.access.who import (
    EVERYONE,
    MANAGERS,
    MANAGERS_FORM,
    SCOPED,
    SCOPED_FORM,
    Case,
    ShownHere,
    Who,
    everyone,
    reading,
)
from tests.access.world import World
from visits.issues.services import key_of

# Whoever raised it withdraws it; who has it, and managers, hand it on.
AUTHORS_FORM = Who(302, 403, 404, 403, 403)
OWNERS_FORM = Who(302, 403, 404, 302, 302)


def an_issue(world: World) -> dict[str, Any]:
    return {
        "practice": world.north_practice.pk,
        "client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b13",
        "category": "billing",
        "said": "Bills come twice",
    }


def a_rule(world: World) -> dict[str, Any]:
    return {
        "category": "other",
        "to": f"u{world.people['cover'].pk}",
        "acknowledge_within_hours": "4",
        "resolve_within_hours": "9",
    }


def in_the_north(world: World) -> dict[str, Any]:
    return {"practice": world.north_practice.pk}


def with_a_key(world: World) -> dict[str, Any]:
    return {"key": key_of(world.issue_link)}


def an_act(row: str, body: Any = None, who: Who = SCOPED_FORM) -> dict[str, Case]:
    return {"POST": Case(who, row=row, body=body)}


AN_OUTSIDER = {"name": "Sam Lee", "email": "sam@hospital.example.org"}

ISSUE_PAGES: ShownHere = {
    "issues": reading(),
    "issue": reading(SCOPED, row="north_issue"),
    "issue-trend": reading(),
    "new-issue": {
        **reading(SCOPED, query=in_the_north),
        "POST": Case(SCOPED_FORM, body=an_issue),
    },
    "acknowledge-issue": an_act("north_issue"),
    "remark-on-issue": an_act("north_issue", lambda w: {"words": "Soon"}),
    "resolve-issue": an_act("north_issue", lambda w: {"answer": "Mended"}),
    "tell-office": an_act("fixed_issue", lambda w: {"how": "phone"}),
    "take-back-telling": an_act("told_issue", who=Who(302, 403, 404, 302, 302)),
    "reopen-issue": an_act("fixed_issue", lambda w: {"why": "It is not"}),
    "hand-on-issue": an_act(
        "north_issue", lambda w: {"to": f"u{w.people['cover'].pk}"}, OWNERS_FORM
    ),
    "withdraw-issue": an_act("north_issue", who=AUTHORS_FORM),
    "restore-issue": an_act("withdrawn_issue", who=AUTHORS_FORM),
    "renew-issue-link": an_act("asked_issue"),
    "revoke-issue-link": an_act("asked_issue"),
    "issue-rules": reading(),
    "new-issue-rule": {**reading(MANAGERS), "POST": Case(MANAGERS_FORM, body=a_rule)},
    "edit-issue-rule": {
        **reading(MANAGERS, row="issue_rule"),
        "POST": Case(MANAGERS_FORM, row="issue_rule", body=a_rule),
    },
    "drop-issue-rule": an_act("issue_rule", who=MANAGERS_FORM),
    "restore-issue-rule": an_act("dropped_rule", who=MANAGERS_FORM),
    "new-outsider": {
        **reading(MANAGERS),
        "POST": Case(MANAGERS_FORM, body=lambda w: AN_OUTSIDER),
    },
    "edit-outsider": {
        **reading(MANAGERS, row="issue_outsider"),
        "POST": Case(MANAGERS_FORM, row="issue_outsider", body=lambda w: AN_OUTSIDER),
    },
    "drop-outsider": an_act("issue_outsider", who=MANAGERS_FORM),
    "restore-outsider": an_act("dropped_outsider", who=MANAGERS_FORM),
    # Whoever has the key may; without an answer to it nothing is written.
    "answer-issue": {
        **reading(everyone(200, anonymous=200), query=with_a_key),
        "POST": Case(
            everyone(200, anonymous=200), body=lambda w: {**with_a_key(w), "act": "resolve"}
        ),
    },
}

CHANGED = Who(200, 200, 404, 200, 200)


def acted(row: str, body: Any = None, who: Who = CHANGED) -> dict[str, Case]:
    return {"POST": Case(who, row, body)}


ISSUE_API: ShownHere = {
    "api-issues-list": {
        **reading(),
        "POST": Case(
            Who(201, 201, 400, 201, 201),
            body=lambda w: {
                "practice": w.north_practice.pk,
                "category": "billing",
                "said": "Bills come twice",
            },
        ),
    },
    "api-issues-detail": reading(SCOPED, row="north_issue"),
    "api-issues-acknowledge": acted("north_issue"),
    "api-issues-remark": acted("north_issue", lambda w: {"words": "Soon"}),
    "api-issues-resolve": acted("north_issue", lambda w: {"answer": "Mended"}),
    "api-issues-tell": acted("fixed_issue", lambda w: {"how": "phone"}),
    "api-issues-untell": acted("told_issue", who=Who(200, 403, 404, 200, 200)),
    "api-issues-reopen": acted("fixed_issue", lambda w: {"why": "It is not"}),
    "api-issues-hand-on": acted(
        "north_issue", lambda w: {"owner": w.people["cover"].pk}, Who(200, 403, 404, 200, 200)
    ),
    "api-issues-withdraw": acted("north_issue", who=Who(200, 403, 404, 403, 403)),
    "api-issues-restore": acted("withdrawn_issue", who=Who(200, 403, 404, 403, 403)),
    "api-issues-trend": reading(),
    "api-issue-rules-list": {
        **reading(),
        "POST": Case(
            Who(403, 403, 403, 201, 201),
            body=lambda w: {"category": "other", "owner": w.people["cover"].pk},
        ),
    },
    "api-issue-rules-detail": {
        **reading(EVERYONE, row="issue_rule"),
        "PATCH": Case(
            Who(403, 403, 403, 200, 200),
            "issue_rule",
            lambda w: {"resolve_within_hours": 18},
            versioned=True,
        ),
        "DELETE": Case(Who(403, 403, 403, 204, 204), "issue_rule"),
    },
    "api-outsiders-list": {
        **reading(),
        "POST": Case(Who(403, 403, 403, 201, 201), body=lambda w: AN_OUTSIDER),
    },
    "api-outsiders-detail": reading(EVERYONE, row="issue_outsider"),
}

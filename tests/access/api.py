"""The API's part of the table."""

from __future__ import annotations

from typing import Any

from tests.access.who import (
    ADMINS,
    CREATED_BY_ADMINS,
    CREATED_BY_MANAGERS,
    EVERYONE,
    MANAGERS,
    SCOPED,
    SEEN_BY_MANAGERS,
    Body,
    Case,
    ShownHere,
    Who,
    an_hour_ago,
    everyone,
    in_days,
    on_day,
    reading,
    today,
)
from tests.access.world import World


def listed(who: Who = EVERYONE) -> dict[str, Case]:
    return reading(who)


def shown(row: str, who: Who = EVERYONE) -> dict[str, Case]:
    return reading(who, row)


def posted(who: Who, row: str = "", body: Body | None = None) -> dict[str, Case]:
    return {"POST": Case(who, row, body)}


def patched(who: Who, row: str, body: Body) -> dict[str, Case]:
    return {"PATCH": Case(who, row, body, versioned=True)}


def an_api_visit(world: World) -> dict[str, Any]:
    return {
        "practice": world.north_practice.pk,
        "held_at": an_hour_ago(),
        "outcome": "good_talk",
        "physicians": [world.north_physician.pk],
        "staff": [world.north_staff.pk],
        "note": "Said hello",
        "plan": None,
    }


# A practice, physician or territory out of one's scope, named in a body, is a wrong value.
MADE_HERE = Who(201, 201, 400, 201, 201)

API: ShownHere = {
    "api-schema": listed(),
    "api-docs": reading(),
    "api-me": {
        **listed(),
        "PATCH": Case(EVERYONE, body=lambda w: {"name": "New Name"}, versioned=True),
    },
    "api-people-list": listed(),
    "api-people-detail": shown("colleague"),
    "api-assignments-list": {
        **listed(),
        **posted(
            CREATED_BY_MANAGERS,
            body=lambda w: {
                "person": w.people["outsider"].pk,
                "territory": w.north.pk,
                "part": "cover",
                "starts_on": today(),
            },
        ),
    },
    "api-assignments-detail": shown("assignment_of_owner"),
    "api-assignments-end": posted(MANAGERS, "assignment_of_owner", on_day),
    "api-handovers-list": listed(),
    "api-handovers-detail": shown("handover", SEEN_BY_MANAGERS),
    "api-handovers-undo": posted(SEEN_BY_MANAGERS, "handover"),
    "api-tokens-list": {
        **listed(),
        **posted(everyone(201), body=lambda w: {"name": "Export", "days": 30}),
    },
    "api-tokens-detail": {
        "DELETE": Case(Who(204, 404, 404, 404, 404), "token_of_owner"),
    },
    "api-specialties-list": listed(),
    "api-specialties-detail": shown("specialty"),
    "api-organizations-list": {
        **listed(),
        **posted(CREATED_BY_ADMINS, body=lambda w: {"name": "Health Group"}),
    },
    "api-organizations-detail": {
        **shown("organization"),
        **patched(ADMINS, "organization", lambda w: {"name": "Health Group"}),
    },
    "api-practices-list": {
        **listed(),
        **posted(
            CREATED_BY_ADMINS,
            body=lambda w: {
                "name": "Parma Clinic",
                "street": "5500 Ridge Rd",
                "city": "Parma",
                "state": "OH",
                "zip_code": "44129",
            },
        ),
    },
    "api-practices-detail": {
        **shown("north_practice"),
        # Whoever works there notes when the office is open; the rest is the admins'.
        **patched(
            Who(200, 200, 403, 200, 200), "north_practice", lambda w: {"hours": "Tuesday lunch"}
        ),
    },
    "api-practices-close": posted(ADMINS, "lone_practice", on_day),
    "api-practices-reopen": posted(ADMINS, "closed_practice"),
    "api-physicians-list": {
        **listed(),
        **posted(CREATED_BY_ADMINS, body=lambda w: {"first_name": "Kwame", "last_name": "Mensah"}),
    },
    "api-physicians-detail": {
        **shown("north_physician"),
        **patched(ADMINS, "north_physician", lambda w: {"last_name": "Changed"}),
    },
    "api-physicians-retire": posted(ADMINS, "north_physician", on_day),
    "api-physicians-reinstate": posted(ADMINS, "retired_physician", on_day),
    "api-affiliations-list": {
        **listed(),
        **posted(
            CREATED_BY_ADMINS,
            body=lambda w: {
                "physician": w.north_physician.pk,
                "practice": w.lone_practice.pk,
            },
        ),
    },
    "api-affiliations-detail": {
        **shown("north_affiliation"),
        **patched(ADMINS, "north_affiliation", lambda w: {"role": "partner"}),
    },
    "api-affiliations-end": posted(ADMINS, "north_affiliation", on_day),
    "api-affiliations-make-primary": posted(ADMINS, "second_affiliation"),
    "api-affiliations-move": posted(
        ADMINS, "north_affiliation", lambda w: {"practice": w.lone_practice.pk, "on": today()}
    ),
    "api-affiliations-verify": posted(Who(200, 200, 403, 200, 200), "north_affiliation", on_day),
    "api-staff-list": {
        **listed(),
        **posted(MADE_HERE, body=lambda w: {"practice": w.north_practice.pk, "name": "Joy Kim"}),
    },
    "api-staff-detail": {
        **shown("north_staff", SCOPED),
        **patched(SCOPED, "north_staff", lambda w: {"name": "Joy Kim"}),
    },
    "api-territories-list": {
        **listed(),
        **posted(CREATED_BY_MANAGERS, body=lambda w: {"name": "East"}),
    },
    "api-territories-detail": {
        **shown("north"),
        **patched(MANAGERS, "north", lambda w: {"name": "Far North"}),
        "DELETE": Case(Who(403, 403, 403, 204, 204), "empty"),
    },
    "api-referrals-detail": shown("north_referral", SCOPED),
    "api-volumes-list": listed(),
    "api-imports-list": {
        **listed(),
        # Bytes of an admin are looked at: these are no form. Nobody else's are.
        **posted(Who(403, 403, 403, 403, 415)),
    },
    "api-refused-rows-list": shown("batch", SEEN_BY_MANAGERS),
    "api-imports-detail": shown("batch", SEEN_BY_MANAGERS),
    "api-sources-list": listed(),
    "api-sources-detail": shown("source"),
    "api-service-lines-list": listed(),
    "api-service-lines-detail": shown("service_line"),
    "api-facilities-list": listed(),
    "api-facilities-detail": shown("destination"),
    "api-visits-list": {**listed(), **posted(MADE_HERE, body=an_api_visit)},
    "api-visits-detail": {
        **shown("north_visit", SCOPED),
        **patched(Who(200, 403, 404, 403, 403), "north_visit", lambda w: {"note": "Corrected"}),
    },
    "api-visits-take-back": posted(Who(200, 403, 404, 403, 403), "north_visit"),
    "api-visits-restore": posted(Who(200, 403, 404, 403, 403), "taken_back_visit"),
    "api-follow-ups-list": {
        **listed(),
        **posted(
            MADE_HERE,
            body=lambda w: {
                "practice": w.north_practice.pk,
                "promise": "Send the form",
                "due_on": in_days(5),
            },
        ),
    },
    "api-follow-ups-detail": {
        **shown("north_promise", SCOPED),
        **patched(SCOPED, "north_promise", lambda w: {"due_on": in_days(9)}),
    },
    "api-follow-ups-keep": posted(SCOPED, "north_promise"),
    "api-follow-ups-reopen": posted(SCOPED, "kept_promise"),
    "api-follow-ups-drop": posted(SCOPED, "north_promise"),
    "api-follow-ups-hand-on": posted(
        Who(403, 403, 404, 200, 200),
        "north_promise",
        lambda w: {"owner": w.people["cover"].pk},
    ),
    "api-topics-list": listed(),
    "api-topics-detail": shown("topic"),
}

"""The pages of the table: every route and method of them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.utils import timezone

from tests.access.who import (
    EVERYONE,
    MANAGERS,
    MANAGERS_FORM,
    NO_FACTOR,
    OWN_FORM,
    SCOPED,
    SCOPED_FORM,
    Case,
    ShownHere,
    Who,
    everyone,
    in_days,
    on_day,
    reading,
    today,
)
from tests.access.world import World

OPEN: ShownHere = {
    "account_login": {
        **reading(everyone(302, anonymous=200)),
        "POST": Case(everyone(302, anonymous=200), body=lambda w: {"login": "x", "password": "y"}),
    },
    "account_reset_password": {
        **reading(everyone(200, anonymous=200)),
        "POST": Case(
            everyone(302, anonymous=302), body=lambda w: {"email": f"{uuid4()}@example.org"}
        ),
    },
    "account_reset_password_done": reading(everyone(200, anonymous=200)),
    "account_reset_password_from_key_done": reading(everyone(200, anonymous=200)),
    "account_reset_password_from_key": {
        **reading(everyone(200, anonymous=200)),
        "POST": Case(everyone(200, anonymous=200)),
    },
    "mfa_authenticate": {
        **reading(everyone(302, anonymous=302)),
        "POST": Case(everyone(302, anonymous=302)),
    },
}

MINE = Who(302, 404, 404, 404, 404)

OWN_PAGES: ShownHere = {
    "account_logout": {**reading(EVERYONE), "POST": Case(OWN_FORM)},
    "account_change_password": {**reading(EVERYONE), "POST": Case(EVERYONE)},
    "account_reauthenticate": {
        **reading(EVERYONE),
        "POST": Case(EVERYONE, body=lambda w: {"password": "wrong"}),
    },
    "mfa_index": reading(EVERYONE),
    # Behind a fresh confirmation of one's password.
    "mfa_activate_totp": {**reading(OWN_FORM), "POST": Case(OWN_FORM)},
    "mfa_deactivate_totp": {**reading(NO_FACTOR), "POST": Case(NO_FACTOR)},
    "mfa_reauthenticate": {**reading(OWN_FORM), "POST": Case(OWN_FORM)},
    "mfa_generate_recovery_codes": {**reading(OWN_FORM), "POST": Case(OWN_FORM)},
    "mfa_view_recovery_codes": reading(NO_FACTOR),
    "mfa_download_recovery_codes": reading(NO_FACTOR),
    "more": reading(),
    "appearance": {"POST": Case(OWN_FORM, body=lambda w: {"theme": "dark"})},
    "you": {
        **reading(),
        "POST": Case(OWN_FORM, body=lambda w: {"name": "New Name", "time_zone": "America/Chicago"}),
    },
    "create-token": {"POST": Case(EVERYONE, body=lambda w: {"name": "Export", "days": "30"})},
    "revoke-token": {"POST": Case(MINE, row="token_of_owner")},
    "end-session": {"POST": Case(MINE, row="session_of_owner")},
    "end-other-sessions": {"POST": Case(OWN_FORM)},
}


def a_visit(world: World) -> dict[str, Any]:
    return {
        "practice": world.north_practice.pk,
        "client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b11",
        "held_at": timezone.localtime().strftime("%Y-%m-%dT00:01"),
        "outcome": "drop_off",
        "due": "1w",
    }


def a_stop(world: World) -> dict[str, Any]:
    return {"practice": world.lone_practice.pk, "planned_on": in_days(3)}


def a_promise(world: World) -> dict[str, Any]:
    return {
        "practice": world.north_practice.pk,
        "client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b12",
        "promise": "Send the new referral form",
        "due_on": in_days(5),
    }


def in_the_north(world: World) -> dict[str, Any]:
    return {"practice": world.north_practice.pk}


# A visit is corrected by whoever made it, and by nobody else.
AUTHORS_FORM = Who(302, 403, 404, 403, 403)
# A plan is its liaison's own; managers see it and move it.
PLANNERS_FORM = Who(302, 404, 404, 302, 302)

FIELD_PAGES: ShownHere = {
    "today": reading(),
    "find": reading(query=lambda w: {"q": "north"}),
    "new-visit": {
        **reading(SCOPED, query=in_the_north),
        "POST": Case(SCOPED_FORM, body=a_visit),
    },
    "practices-nearby": {
        "POST": Case(EVERYONE, body=lambda w: {"latitude": "41.4", "longitude": "-81.7"})
    },
    "visits": reading(),
    "visit": reading(SCOPED, row="north_visit"),
    "edit-visit": {
        **reading(Who(200, 403, 404, 403, 403), row="north_visit"),
        "POST": Case(
            AUTHORS_FORM,
            row="north_visit",
            body=lambda w: {"held_at": "2026-11-20T10:00", "outcome": "drop_off", "note": "x"},
        ),
    },
    "take-back-visit": {"POST": Case(AUTHORS_FORM, row="north_visit")},
    "restore-visit": {"POST": Case(Who(302, 404, 404, 403, 403), row="taken_back_visit")},
    "physician": reading(EVERYONE, row="north_physician"),
    "practice": reading(EVERYONE, row="north_practice"),
    "referrals": reading(),
    "plan-visit": {
        **reading(SCOPED, query=in_the_north),
        "POST": Case(
            Who(302, 302, 404, 302, 302),
            body=lambda w: {**a_stop(w), "liaison": w.people["owner"].pk},
        ),
    },
    "drop-plan": {"POST": Case(PLANNERS_FORM, row="north_plan")},
    "restore-plan": {"POST": Case(PLANNERS_FORM, row="dropped_plan")},
    "move-plan": {"POST": Case(PLANNERS_FORM, row="north_plan", body=lambda w: {"move": "later"})},
    "replan-visit": {
        "POST": Case(PLANNERS_FORM, row="north_plan", body=lambda w: {"to": in_days(4)})
    },
    "follow-ups": reading(),
    "new-follow-up": {
        **reading(SCOPED, query=in_the_north),
        "POST": Case(SCOPED_FORM, body=a_promise),
    },
    "keep-follow-up": {"POST": Case(SCOPED_FORM, row="north_promise")},
    "reopen-follow-up": {"POST": Case(SCOPED_FORM, row="kept_promise")},
    "drop-follow-up": {"POST": Case(SCOPED_FORM, row="north_promise")},
    "reschedule-follow-up": {
        **reading(SCOPED, row="north_promise"),
        "POST": Case(SCOPED_FORM, row="north_promise", body=lambda w: {"due_on": in_days(9)}),
    },
    "reassign-follow-up": {
        "POST": Case(
            Who(403, 403, 404, 302, 302),
            row="north_promise",
            body=lambda w: {"to": w.people["cover"].pk},
        )
    },
}

A_MEMBER = {"name": "Joy Kim", "job": "nurse"}
A_TERRITORY = {"name": "East", "colour": "#aa0000"}

OFFICE_PAGES: ShownHere = {
    "new-staff": {
        **reading(SCOPED, row="north_practice"),
        "POST": Case(SCOPED_FORM, row="north_practice", body=lambda w: A_MEMBER),
    },
    "edit-staff": {
        **reading(SCOPED, row="north_staff"),
        "POST": Case(SCOPED_FORM, row="north_staff", body=lambda w: A_MEMBER),
    },
    "staff-left": {"POST": Case(SCOPED_FORM, row="north_staff")},
    "edit-office": {
        **reading(SCOPED, row="north_practice"),
        "POST": Case(
            SCOPED_FORM, row="north_practice", body=lambda w: {"hours": "8 to 5", "access_rule": ""}
        ),
    },
}

DESK_PAGES: ShownHere = {
    "physicians": reading(),
    "physicians-export": reading(),
    "practices": reading(),
    "practices-export": reading(),
    "growth": reading(),
    "growth-export": reading(),
    "runs": reading(MANAGERS),
    "territories": reading(),
    "territory": reading(EVERYONE, row="north"),
    "new-territory": {
        **reading(MANAGERS),
        "POST": Case(MANAGERS_FORM, body=lambda w: A_TERRITORY),
    },
    "edit-territory": {
        **reading(MANAGERS, row="north"),
        "POST": Case(MANAGERS_FORM, row="north", body=lambda w: A_TERRITORY),
    },
    "delete-territory": {"POST": Case(MANAGERS_FORM, row="empty")},
    "realign": {
        **reading(MANAGERS, row="north", query=lambda w: {"area": "zip:44101"}),
        "POST": Case(MANAGERS_FORM, row="north", body=lambda w: {"area": "zip:44101"}),
    },
    "assign": {
        **reading(MANAGERS, row="north"),
        "POST": Case(
            MANAGERS_FORM,
            row="north",
            body=lambda w: {
                "person": w.people["outsider"].pk,
                "part": "cover",
                "starts_on": today(),
            },
        ),
    },
    "undo-realignment": {"POST": Case(MANAGERS_FORM, row="realignment")},
    "undo-handover": {"POST": Case(MANAGERS_FORM, row="handover")},
    "end-assignment": {
        **reading(MANAGERS, row="assignment_of_cover"),
        "POST": Case(MANAGERS_FORM, row="assignment_of_cover", body=on_day),
    },
    "place-practice": reading(MANAGERS, row="unassigned_practice"),
}

# Files hold rows of every territory: managers look, admins send. Without a file an admin is told
# what the form lacks; nobody else's bytes are read at all.
IMPORT_PAGES: ShownHere = {
    "imports": reading(MANAGERS),
    "new-import": {
        **reading(Who(403, 403, 403, 302, 302)),
        "POST": Case(Who(403, 403, 403, 403, 422)),
    },
    "import": reading(MANAGERS, row="batch"),
    "refused-rows": reading(MANAGERS, row="batch"),
    "unmatched": reading(MANAGERS),
}

# The demo's own door answers only in the demo.
DEMO: ShownHere = {"demo-sign-in": {"POST": Case(everyone(404, anonymous=404))}}

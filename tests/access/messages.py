"""Service messages in the table: everybody reads, managers publish, whoever works there tells."""

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
    in_days,
    reading,
)
from tests.access.world import World


def a_message(_: World) -> dict[str, Any]:
    return {"title": "Stroke line", "points": "Call any time.", "valid_from": in_days(0)}


def the_message(world: World) -> dict[str, Any]:
    return {"message": world.message.pk}


def the_version(world: World) -> dict[str, Any]:
    return {"version": world.message_version.pk}


MESSAGES: ShownHere = {
    "messages": reading(),
    "message": reading(EVERYONE, "message"),
    "new-message": {**reading(MANAGERS), "POST": Case(MANAGERS_FORM, body=a_message)},
    "edit-message": {
        **reading(MANAGERS, "message"),
        "POST": Case(MANAGERS_FORM, "message", body=a_message),
    },
    "withdraw-message": {"POST": Case(MANAGERS_FORM, "message")},
    "restore-message": {"POST": Case(MANAGERS_FORM, "withdrawn_message")},
    "tell-message": {"POST": Case(SCOPED_FORM, "lone_practice", body=the_version)},
    "untell-message": {"POST": Case(SCOPED_FORM, "north_hearing")},
    "api-messages-list": {
        **reading(),
        "POST": Case(Who(403, 403, 403, 201, 201), body=a_message),
    },
    "api-messages-detail": {
        **reading(EVERYONE, "message"),
        "PATCH": Case(MANAGERS, "message", lambda w: {"points": "New words."}, versioned=True),
    },
    "api-messages-withdraw": {"POST": Case(MANAGERS, "message")},
    "api-messages-restore": {"POST": Case(MANAGERS, "withdrawn_message")},
    "api-hearings-list": {
        **reading(),
        "POST": Case(
            Who(201, 201, 400, 201, 201),
            body=lambda w: {"practice": w.lone_practice.pk, **the_message(w)},
        ),
    },
    "api-hearings-detail": {
        **reading(SCOPED, "north_hearing"),
        "DELETE": Case(Who(204, 204, 404, 204, 204), "north_hearing"),
    },
}

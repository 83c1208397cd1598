"""What everyone gets from corrections: pages and API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.access.who import (
    EVERYONE,
    MANAGERS,
    OWN_FORM,
    SCOPED,
    Case,
    ShownHere,
    Who,
    everyone,
    reading,
)

BY_ADMIN_FORM = Who(403, 403, 404, 403, 302)
BY_ADMIN = Who(403, 403, 404, 403, 200)
# Refused where it is not one's own; managers and admins see it, and may not take it back either.
BY_ASKER_FORM = Who(302, 403, 404, 403, 403)
BY_ASKER = Who(200, 403, 404, 403, 403)


def a_phone(world: Any) -> dict[str, Any]:
    return {
        "practice": world.south_practice.pk,
        "kind": "phone",
        "phone": "216 555 0143",
        "client_key": str(uuid4()),
    }


def an_api_phone(world: Any) -> dict[str, Any]:
    return {
        "practice": world.south_practice.pk,
        "kind": "phone",
        "value": {"phone": "2165550143"},
        "client_key": str(uuid4()),
    }


def a_word(_: Any) -> dict[str, str]:
    return {"word": "The old one is right"}


CORRECTIONS: ShownHere = {
    "new-correction": {
        **reading(EVERYONE, query=lambda w: {"practice": w.south_practice.pk}),
        "POST": Case(OWN_FORM, body=a_phone),
    },
    "my-corrections": reading(),
    "correction": reading(SCOPED, row="correction"),
    "withdraw-correction": {"POST": Case(BY_ASKER_FORM, row="correction")},
    "undo-correction": {"POST": Case(BY_ADMIN_FORM, row="decided_correction")},
    "corrections": reading(MANAGERS),
    "approve-correction": {
        "POST": Case(BY_ADMIN_FORM, row="correction", body=lambda w: {"as_proposed": "1"})
    },
    "decline-correction": {"POST": Case(BY_ADMIN_FORM, row="correction", body=a_word)},
    "approve-corrections": {"POST": Case(Who(403, 403, 403, 403, 302))},
    "undo-corrections": {"POST": Case(Who(403, 403, 403, 403, 302), row="together")},
    "unknown-physicians": reading(MANAGERS),
    "find-npi": {
        **reading(MANAGERS, row="newcomer"),
        "POST": Case(
            Who(403, 403, 403, 403, 302),
            row="newcomer",
            body=lambda w: {"npi": w.north_physician.npi},
        ),
    },
    "undo-match": {"POST": Case(Who(404, 404, 404, 403, 302), row="match")},
    "api-corrections-list": {
        **reading(),
        "POST": Case(everyone(201), body=an_api_phone),
    },
    "api-corrections-detail": reading(SCOPED, row="correction"),
    "api-corrections-approve": {
        "POST": Case(BY_ADMIN, row="correction", body=lambda w: {"word": "Thank you"})
    },
    "api-corrections-decline": {"POST": Case(BY_ADMIN, row="correction", body=a_word)},
    "api-corrections-withdraw": {"POST": Case(BY_ASKER, row="correction")},
    "api-corrections-undo": {"POST": Case(BY_ADMIN, row="decided_correction")},
}

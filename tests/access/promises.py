"""What everyone gets from the pages of promises and of the team's working days."""

from __future__ import annotations

from tests.access.who import (
    CREATED_BY_MANAGERS,
    MANAGERS,
    MANAGERS_FORM,
    SCOPED,
    SCOPED_FORM,
    Case,
    ShownHere,
    in_days,
    reading,
)

PROMISE_PAGES: ShownHere = {
    "team-now": reading(MANAGERS),
    "working-days": {
        **reading(),
        "POST": Case(MANAGERS_FORM, body=lambda w: {"day": in_days(40), "name": "Team day"}),
    },
    "work-holiday": {"POST": Case(MANAGERS_FORM, body=lambda w: {"day": "2026-12-25"})},
    "remove-closed-day": {"POST": Case(MANAGERS_FORM, row="closed_day")},
    "restore-closed-day": {"POST": Case(MANAGERS_FORM, row="removed_day")},
    "tell-follow-up": {
        "POST": Case(SCOPED_FORM, row="kept_promise", body=lambda w: {"told": "office"})
    },
    "untell-follow-up": {"POST": Case(SCOPED_FORM, row="told_promise")},
    "promises-by-owner": {
        **reading(MANAGERS, query=lambda w: {"owner": w.people["owner"].pk}),
        "POST": Case(
            MANAGERS_FORM,
            body=lambda w: {"promise": [w.north_promise.pk], "to": w.people["cover"].pk},
        ),
    },
    "undo-promise-handover": {"POST": Case(MANAGERS_FORM, row="promise_handover")},
}

PROMISE_API: ShownHere = {
    "api-follow-ups-tell": {"POST": Case(SCOPED, row="kept_promise")},
    "api-follow-ups-untell": {"POST": Case(SCOPED, row="told_promise")},
    "api-closed-days-list": {
        **reading(),
        "POST": Case(CREATED_BY_MANAGERS, body=lambda w: {"day": in_days(40), "name": "Team day"}),
    },
    "api-closed-days-detail": reading(row="closed_day"),
    "api-closed-days-work-holiday": {
        "POST": Case(CREATED_BY_MANAGERS, body=lambda w: {"day": "2026-12-25"})
    },
    "api-closed-days-remove": {"POST": Case(MANAGERS, row="closed_day")},
    "api-closed-days-restore": {"POST": Case(MANAGERS, row="removed_day")},
    "api-suggested-promises-list": reading(),
    "api-suggested-promises-detail": reading(row="suggested_promise"),
}

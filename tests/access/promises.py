"""What everyone gets from the pages of promises and of the team's working days."""

from __future__ import annotations

from tests.access.who import MANAGERS_FORM, Case, ShownHere, in_days, reading

PROMISE_PAGES: ShownHere = {
    "working-days": {
        **reading(),
        "POST": Case(MANAGERS_FORM, body=lambda w: {"day": in_days(40), "name": "Team day"}),
    },
    "work-holiday": {"POST": Case(MANAGERS_FORM, body=lambda w: {"day": "2026-12-25"})},
    "remove-closed-day": {"POST": Case(MANAGERS_FORM, row="closed_day")},
    "restore-closed-day": {"POST": Case(MANAGERS_FORM, row="removed_day")},
}

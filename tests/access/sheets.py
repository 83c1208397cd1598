"""What everyone gets from checking, matching and undoing imports: only admins do."""

from __future__ import annotations

from tests.access.who import ADMINS, Case, ShownHere, Who, reading

ADMINS_FORM = Who(403, 403, 403, 403, 302)
# This import is done: there is nothing to match or to drop.
REFUSED_TO_ADMINS = Who(403, 403, 403, 403, 409)
ACCEPTED = Who(403, 403, 403, 403, 202)
A_MATCH = {"columns": {"external_id": "Ref"}, "date_form": "YYYY-MM-DD"}

SHEET_PAGES: ShownHere = {
    "check-import": {
        **reading(Who(403, 403, 403, 302, 302)),
        "POST": Case(Who(403, 403, 403, 403, 422)),
    },
    "match-columns": {
        **reading(ADMINS_FORM, row="batch"),
        "POST": Case(ADMINS_FORM, row="batch"),
    },
    "confirm-import": {"POST": Case(ADMINS_FORM, row="batch")},
    "drop-import": {"POST": Case(ADMINS_FORM, row="batch")},
    "undo-import": {
        **reading(ADMINS, row="batch"),
        "POST": Case(ADMINS_FORM, row="batch"),
    },
}

SHEET_API: ShownHere = {
    # Bytes of an admin are looked at: these are no form. Nobody else's are.
    "api-imports-check": {"POST": Case(Who(403, 403, 403, 403, 415))},
    "api-imports-columns": {
        **reading(REFUSED_TO_ADMINS, row="batch"),
        "PUT": Case(REFUSED_TO_ADMINS, row="batch", body=lambda w: A_MATCH),
    },
    "api-imports-confirm": {
        "POST": Case(ACCEPTED, row="batch", body=lambda w: {"mode": "per_row"})
    },
    "api-imports-drop": {"POST": Case(REFUSED_TO_ADMINS, row="batch")},
    "api-imports-foresee": {
        **reading(ADMINS, row="batch"),
        "POST": Case(ACCEPTED, row="batch"),
    },
}

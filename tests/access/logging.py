"""What everyone gets where referrals are taken by hand and old visits corrected."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from liaison_crm.core.periods import site_today
from tests.access.who import SCOPED, SCOPED_FORM, Case, ShownHere, Who, reading
from tests.access.world import World

# Its liaison and those who oversee him; a colleague who covers sees it and may not.
THEIRS = Who(200, 403, 404, 200, 200)
THEIRS_FORM = Who(302, 403, 404, 302, 302)
# Taken back, it is not there for the colleague.
GONE = Who(200, 404, 404, 200, 200)
GONE_FORM = Who(302, 404, 404, 302, 302)
TAKEN_HERE = Who(201, 201, 400, 201, 201)


def a_referral(world: World) -> dict[str, Any]:
    return {
        "practice": world.north_practice.pk,
        "client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b77",
        "taken_at": timezone.now().isoformat(),
        "referral_from": f"p{world.north_physician.pk}",
        "referral_for": world.service_line.pk,
        "referral_day": "today",
    }


def an_api_referral(world: World) -> dict[str, Any]:
    return {
        "practice": world.north_practice.pk,
        "physician": world.north_physician.pk,
        "service_line": world.service_line.pk,
        "destination": None,
        "referred_on": site_today(timezone.now()).isoformat(),
    }


def a_reason(world: World) -> dict[str, Any]:
    return {"client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b78", "reason": "Another door."}


def a_correction(world: World) -> dict[str, Any]:
    return {**a_reason(world), "held_at": "2026-11-10T10:00", "outcome": "drop_off", "note": "x"}


LOGGING_PAGES: ShownHere = {
    "new-referral": {
        **reading(SCOPED, query=lambda w: {"practice": w.north_practice.pk}),
        "POST": Case(SCOPED_FORM, body=a_referral),
    },
    "hand-referral": reading(SCOPED, row="hand_referral"),
    "take-back-referral": {"POST": Case(THEIRS_FORM, row="hand_referral")},
    "restore-referral": {"POST": Case(THEIRS_FORM, row="gone_hand_referral")},
    "correct-visit": {
        **reading(THEIRS, row="old_visit"),
        "POST": Case(THEIRS_FORM, row="old_visit", body=a_correction),
    },
    "withdraw-visit": {
        **reading(THEIRS, row="old_visit"),
        "POST": Case(THEIRS_FORM, row="old_visit", body=a_reason),
    },
    "reinstate-visit": {
        **reading(GONE, row="old_gone_visit"),
        "POST": Case(GONE_FORM, row="old_gone_visit", body=a_reason),
    },
}

LOGGING_API: ShownHere = {
    "api-referrals-list": {**reading(), "POST": Case(TAKEN_HERE, body=an_api_referral)},
    "api-hand-referrals-list": reading(),
    "api-hand-referrals-detail": reading(SCOPED, row="hand_referral"),
    "api-hand-referrals-take-back": {"POST": Case(THEIRS, row="hand_referral")},
    "api-hand-referrals-restore": {"POST": Case(THEIRS, row="gone_hand_referral")},
    "api-visit-corrections-list": reading(),
    "api-visit-corrections-detail": reading(SCOPED, row="visit_correction"),
    "api-visits-correct": {
        "POST": Case(THEIRS, row="old_visit", body=lambda w: {"reason": "Late.", "note": "x"})
    },
    "api-visits-withdraw": {
        "POST": Case(THEIRS, row="old_visit", body=lambda w: {"reason": "Another door."})
    },
    "api-visits-reinstate": {
        "POST": Case(
            Who(200, 403, 404, 200, 200),
            row="old_gone_visit",
            body=lambda w: {"reason": "It did happen."},
        )
    },
}

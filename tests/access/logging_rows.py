"""Rows of the table that belong to referrals taken by hand and to corrections of visits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from liaison_crm.core.periods import site_today
from referrals.by_hand import services as by_hand
from tests import factories
from visits.correcting import services as correcting


def logging_rows(world: Any, now: Any) -> None:
    factories.FacilityFactory(code="ours", name="Our Hospital", network="own")
    _referrals(world, now)
    _corrections(world, now)


def _referrals(world: Any, now: Any) -> None:
    def take() -> Any:
        record = by_hand.ReferralRecord(
            physician=world.north_physician,
            service_line=world.north_referral.service_line,
            referred_on=site_today(now),
            taken_at=now,
        )
        return by_hand.record_by_hand(
            world.north_practice, by=world.people["owner"], at=now, record=record
        )

    gone = take()
    by_hand.take_back(gone, by=world.people["owner"], at=now)
    world.rows |= {"hand_referral": take(), "gone_hand_referral": gone}


def _corrections(world: Any, now: Any) -> None:
    """Visits whose seven days are over: one that stands, one that was taken back."""
    long_ago = now - timedelta(days=9)
    owner = world.people["owner"]

    def visit() -> Any:
        return factories.VisitFactory(
            practice=world.north_practice, liaison=owner, held_at=long_ago, created_at=long_ago
        )

    gone = visit()
    correction = correcting.withdraw_visit(
        gone, by=owner, at=now, reason=correcting.Reason(words="Another door.")
    )
    world.rows |= {"old_visit": visit(), "old_gone_visit": gone, "visit_correction": correction}

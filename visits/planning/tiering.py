"""Give tiers to practices, one at a time or all by their volume, and take that back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts.models import User
from contacts.models import Practice
from visits.errors import NothingToTier, TiersChangedBack
from visits.planning.models import Cadence, CoverageGoal, PracticeTier, TierChange
from visits.planning.proposing import CHANGES, Shares, parameters
from visits.reports.relationship import Span

# Everybody who writes tiers takes turns, so that a change knows what it replaces.
TIERS_LOCK = "visits_practicetier"

KEEP_MOVES = f"""
    {CHANGES}
    INSERT INTO visits_tiermove (change_id, practice_id, was, became)
    SELECT %(change)s, practice_id, was, became FROM changes
"""  # noqa: S608  every value goes in as a parameter
GIVE_TIERS = """
    INSERT INTO visits_practicetier (practice_id, tier, set_by_id, set_at)
    SELECT practice_id, became, %(by)s, %(at)s FROM visits_tiermove WHERE change_id = %(change)s
    ON CONFLICT (practice_id)
    DO UPDATE SET tier = excluded.tier, set_by_id = excluded.set_by_id, set_at = excluded.set_at
"""
# Only where nobody gave another tier since.
GIVE_BACK = """
    UPDATE visits_practicetier AS given
    SET tier = moved.was, set_by_id = %(by)s, set_at = %(at)s
    FROM visits_tiermove AS moved
    WHERE moved.change_id = %(change)s AND moved.practice_id = given.practice_id
      AND moved.became = given.tier AND moved.was <> ''
"""
TAKE_AWAY = """
    DELETE FROM visits_practicetier AS given USING visits_tiermove AS moved
    WHERE moved.change_id = %(change)s AND moved.practice_id = given.practice_id
      AND moved.became = given.tier AND moved.was = ''
"""


@transaction.atomic
def set_tier(practice: Practice, tier: str, *, by: User, at: datetime) -> PracticeTier | None:
    """Give a practice its tier; a blank one takes it away. Managers decide."""
    _must_manage(by)
    _take_turns()
    row = PracticeTier.objects.filter(practice=practice).first()
    if not tier:
        if row:
            row.delete()
        return None
    row = row or PracticeTier(practice=practice)
    if row.tier != tier:
        row.tier, row.set_by, row.set_at = tier, by, at
        row.full_clean(validate_unique=False)
        row.save()
    return row


@transaction.atomic
def set_cadences(days: Mapping[str, int], *, goal: int, by: User) -> None:
    """Say how often each tier is due, and which share of A, B and C should be in time."""
    _must_manage(by)
    for row in Cadence.objects.select_for_update().filter(tier__in=days):
        if row.days != days[row.tier]:
            row.days = days[row.tier]
            row.full_clean()
            row.save(update_fields=["days", "updated_at"])
    kept = CoverageGoal.objects.select_for_update().the_one()
    if kept.percent != goal:
        kept.percent = goal
        kept.full_clean(validate_unique=False)
        kept.save()


@transaction.atomic
def give_tiers_by_volume(shares: Shares, *, by: User, at: datetime, span: Span) -> TierChange:
    """Do what `proposal` shows, and keep what each practice had."""
    _must_manage(by)
    _take_turns()
    change = TierChange.objects.create(
        shares=shares.as_percent(), practices_changed=0, made_by=by, made_at=at
    )
    moved = _run(KEEP_MOVES, {**parameters(shares, span), "change": change.pk})
    if not moved:
        raise NothingToTier("Every practice has the tier its volume gives it.")
    _run(GIVE_TIERS, {"change": change.pk, "by": by.pk, "at": at})
    change.practices_changed = moved
    change.save(update_fields=["practices_changed"])
    return change


@transaction.atomic
def undo_tier_change(change: TierChange, *, by: User, at: datetime) -> int:
    """Give each practice back the tier it had, unless somebody gave it another one since."""
    _must_manage(by)
    _take_turns()
    # Undone at once on two desks, the second finds nothing to undo.
    if not TierChange.objects.standing().filter(pk=change.pk).update(undone_at=at):
        raise TiersChangedBack("This was undone already.")
    told = {"change": change.pk, "by": by.pk, "at": at}
    return _run(GIVE_BACK, told) + _run(TAKE_AWAY, told)


def _must_manage(by: User) -> None:
    if not by.sees_all_territories:
        raise PermissionDenied


def _take_turns() -> None:
    _run("SELECT pg_advisory_xact_lock(hashtext(%(lock)s))", {"lock": TIERS_LOCK})


def _run(statement: str, told: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return int(cursor.rowcount)

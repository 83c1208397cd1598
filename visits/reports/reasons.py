"""Why go there: one sentence with its number, from what a practice sent and when it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from liaison_crm.core.wording import count_of, number, percent
from visits.reports.relationship import Relationship

NOTABLE = 10.0  # percent; less is noise
FEW = 5  # below this many a percentage says nothing


@dataclass(frozen=True, slots=True)
class Reason:
    """The number first, then what it is compared with."""

    headline: str
    compared: str
    tone: Literal["", "up", "down"] = ""


def reason_to_go(volumes: Relationship) -> Reason:
    """The first that is true: nothing at all, nothing to compare with, too few for percent,
    falling, rising, steady."""
    recent, before = volumes.recent, volumes.before
    if not volumes.referrals and not before:
        return Reason("No referrals", "in the last twelve months.")
    if not before:
        return _alone(recent, volumes.referrals, is_first=before == 0)
    against = f"on last year: {number(recent)} against {number(before)} in three months."
    change = volumes.change_percent
    if change is None or max(recent, before) < FEW:
        return Reason(count_of(recent, "referral"), f"in three months, {before} a year ago.")
    if change <= -NOTABLE:
        return Reason(f"Referrals down {percent(-change)}", against, "down")
    if change >= NOTABLE:
        return Reason(f"Referrals up {percent(change)}", against, "up")
    return Reason(count_of(recent, "referral"), "in three months, steady on last year.")


def _alone(recent: int, in_a_year: int, *, is_first: bool) -> Reason:
    """With nothing a year before, or nobody who knows what there was."""
    if recent and is_first:
        return Reason(count_of(recent, "referral"), "in three months, none a year ago.", "up")
    if recent:
        return Reason(count_of(recent, "referral"), "in three months.")
    return Reason(count_of(in_a_year, "referral"), "in a year, none in the last three months.")

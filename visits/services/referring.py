"""A referral given during a visit: taken with it, taken back with it, restored with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from referrals.by_hand.services import ReferralRecord, forget, let_it_count, record_by_hand
from referrals.models import HandReferral
from visits.models import Visit


@dataclass(frozen=True, slots=True)
class ReferralGiven:
    record: ReferralRecord

    def fingerprint(self) -> str:
        return self.record.fingerprint()

    def store(self, visit: Visit, *, by: User, at: datetime) -> HandReferral:
        return record_by_hand(visit.practice, by=by, at=at, record=self.record)


def key_of_referral(client_key: uuid.UUID) -> uuid.UUID:
    """The visit's key makes the referral's, so that both are stored once."""
    return uuid.uuid5(client_key, "referral")


def take_back_referral_of(visit: Visit, *, at: datetime) -> None:
    for taken in HandReferral.objects.standing().filter(
        client_key=key_of_referral(visit.client_key)
    ):
        forget(taken, at=at)


def restore_referral_of(visit: Visit, *, taken_back_at: datetime) -> None:
    """Only what went with the visit; a referral taken back by itself stays so."""
    gone = HandReferral.objects.filter(taken_back_at=taken_back_at)
    for taken in gone.filter(client_key=key_of_referral(visit.client_key)):
        let_it_count(taken)

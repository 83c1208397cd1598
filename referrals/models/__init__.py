from referrals.by_hand.models import HandReferral
from referrals.models.catalogue import Facility, ServiceLine, Source
from referrals.models.intake import IntakeBatch, RefusedRow, UnmatchedRow
from referrals.models.referral import Referral, ReferralEvent, Status
from referrals.models.rollup import (
    ArrivalCurve,
    Restatement,
    RollupChunk,
    RollupRun,
    VolumeCell,
    VolumeDraft,
    VolumeMark,
)

__all__ = [
    "ArrivalCurve",
    "Facility",
    "HandReferral",
    "IntakeBatch",
    "Referral",
    "ReferralEvent",
    "RefusedRow",
    "Restatement",
    "RollupChunk",
    "RollupRun",
    "ServiceLine",
    "Source",
    "Status",
    "UnmatchedRow",
    "VolumeCell",
    "VolumeDraft",
    "VolumeMark",
]

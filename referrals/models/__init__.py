from referrals.by_hand.models import HandReferral
from referrals.hl7.models import Hl7Message, IgnoredMessages, SourceCode, ToldReferral
from referrals.models.catalogue import Facility, ServiceLine, Source
from referrals.models.intake import IntakeBatch, RefusedRow, UnmatchedRow
from referrals.models.mapping import HeaderMap, SealedFile
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
from referrals.models.undoing import BatchUndo, EarlierDescription, Retelling

__all__ = [
    "ArrivalCurve",
    "BatchUndo",
    "EarlierDescription",
    "Facility",
    "HandReferral",
    "HeaderMap",
    "Hl7Message",
    "IgnoredMessages",
    "IntakeBatch",
    "Referral",
    "ReferralEvent",
    "RefusedRow",
    "Restatement",
    "Retelling",
    "RollupChunk",
    "RollupRun",
    "SealedFile",
    "ServiceLine",
    "Source",
    "SourceCode",
    "Status",
    "ToldReferral",
    "UnmatchedRow",
    "VolumeCell",
    "VolumeDraft",
    "VolumeMark",
]

"""Referrals, what they count up to, and the imports they came by."""

from referrals.api.views.catalogue import Facilities, ServiceLines, Sources
from referrals.api.views.hl7 import Hl7Intake
from referrals.api.views.imports import Imports, RefusedRows
from referrals.api.views.referrals import HandReferrals, Referrals
from referrals.api.views.volumes import Volumes

__all__ = [
    "Facilities",
    "HandReferrals",
    "Hl7Intake",
    "Imports",
    "Referrals",
    "RefusedRows",
    "ServiceLines",
    "Sources",
    "Volumes",
]

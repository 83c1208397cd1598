"""The canonical file of referrals: its columns, and where each stands in a row."""

from __future__ import annotations

from liaison_crm.core.csv import Columns

PATIENT_NUMBER = "patient_number"

REQUIRED = (
    "external_id",
    "referred_on",
    "referring_npi",
    "service_line",
    "destination",
    "status",
    "status_at",
)
OPTIONAL = ("practice_id", "practice_name", "practice_zip", "left_because", "receiving_npi")
# What a file of refused rows tells besides; it may be corrected and sent as it is.
TOLD = ("line", "code", "reason")

# A row starts with what may be kept of it and ends with the patient number, which may not.
KEPT = (*REQUIRED, *OPTIONAL)
COLUMNS = Columns(required=REQUIRED, optional=(*OPTIONAL, *TOLD, PATIENT_NUMBER))

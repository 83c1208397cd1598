"""What the columns of a header nobody has matched yet may mean, by their names alone."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from referrals.models import Status

CLOSE = 0.84
_WORDS = re.compile(r"[a-z0-9]+")

# Names that other systems have for our columns, most telling first.
ALSO_CALLED = {
    "external_id": (
        "referral id", "referral number", "referral no", "referral", "ref id", "ref no", "ref",
        "order id", "order number", "case id", "request id", "id",
    ),
    "referred_on": (
        "referral date", "date referred", "referred", "date of referral", "order date",
        "date ordered", "request date", "created date", "date",
    ),
    "referring_npi": (
        "referring provider npi", "referring physician npi", "referrer npi", "ordering npi",
        "ordering provider npi", "from npi", "npi",
    ),
    "service_line": (
        "service", "specialty", "speciality", "department", "programme", "program", "clinic type",
        "referred to specialty",
    ),
    "destination": (
        "facility", "referred to", "referred to facility", "location", "site", "hospital",
        "to facility",
    ),
    "status": ("referral status", "state", "order status", "current status", "outcome"),
    "status_at": (
        "status date", "status changed", "status time", "last updated", "updated", "status as of",
        "date of status", "last change", "changed",
    ),
    "practice_id": ("practice number", "practice no"),
    "practice_name": (
        "practice", "referring practice", "referring office", "office", "clinic", "from practice",
        "referring clinic",
    ),
    "practice_zip": (
        "zip", "zip code", "postal code", "practice zip code", "office zip", "referring zip",
    ),
    "left_because": ("reason", "reason left", "leakage reason", "redirect reason"),
    "receiving_npi": (
        "receiving provider npi", "referred to npi", "to npi", "specialist npi", "seen by npi",
    ),
    "patient_number": (
        "mrn", "patient id", "patient no", "medical record number", "patient mrn",
        "chart number", "chart no", "member id",
    ),
}  # fmt: skip

STATUS_WORDS = {
    Status.RECEIVED: ("received", "new", "open", "pending", "sent", "ordered", "requested"),
    Status.ACCEPTED: ("accepted", "approved", "authorized", "triaged"),
    Status.SCHEDULED: ("scheduled", "booked", "appointment made", "appt made", "appt scheduled"),
    Status.COMPLETED: ("completed", "complete", "seen", "closed", "done", "kept", "arrived"),
    Status.CANCELLED: ("cancelled", "canceled", "withdrawn"),
    Status.DECLINED: ("declined", "denied", "rejected", "refused"),
    Status.NO_SHOW: ("no show", "noshow", "did not attend", "dna", "missed"),
    Status.REDIRECTED: ("redirected", "redirected elsewhere", "sent elsewhere", "transferred"),
}


def suggest(names: Sequence[str]) -> dict[str, str]:
    """Our columns with the names of theirs that look like them; each of theirs at most once."""
    plain = {name: _plain(name) for name in names if names.count(name) == 1}
    chosen: dict[str, str] = {}
    for likeness in (_is_called, _is_close):
        for ours in ALSO_CALLED:
            if ours in chosen:
                continue
            free = [name for name in plain if name not in chosen.values()]
            if (theirs := likeness(ours, {name: plain[name] for name in free})) is not None:
                chosen[ours] = theirs
    return chosen


def suggest_status(word: str) -> str:
    plain = _plain(word)
    for status, words in STATUS_WORDS.items():
        if plain in words:
            return str(status)
    return ""


def _is_called(ours: str, theirs: dict[str, str]) -> str | None:
    for known in (_plain(ours), *ALSO_CALLED[ours]):
        for name, plain in theirs.items():
            if plain == known:
                return name
    return None


def _is_close(ours: str, theirs: dict[str, str]) -> str | None:
    known = (_plain(ours), *(word for word in ALSO_CALLED[ours] if " " in word))
    close = (
        (max(difflib.SequenceMatcher(None, plain, word).ratio() for word in known), name)
        for name, plain in theirs.items()
        if plain
    )
    likeness, name = max(close, default=(0.0, ""))
    return name if likeness >= CLOSE else None


def _plain(name: str) -> str:
    return " ".join(_WORDS.findall(name.lower().replace("#", " no ")))

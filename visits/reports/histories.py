"""What was changed on a visit since it was logged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from accounts.models import User
from liaison_crm.core.wording import sentence
from visits.models import Correction, Visit

FIELDS = {
    "held_at": "the time",
    "outcome": "how it went",
    "channel": "the channel",
    "note": "the note",
    "see_again_on": "when to come again",
}


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    what: str
    by: User
    reason: str = ""


def changes_of(visit: Visit, corrections: Iterable[Correction]) -> list[Change]:
    """Oldest first. Those without a reason are its liaison's own: nobody else can make one."""
    told: Any = visit.events  # type: ignore[attr-defined]  # pghistory adds it
    columns = ("pgh_id", "pgh_created_at", "taken_back_at", *FIELDS)
    reasoned = {one.version: one for one in corrections}
    changes = []
    for before, after in pairwise(told.order_by("pgh_id").values(*columns)):
        if after["pgh_id"] in reasoned:
            one = reasoned[after["pgh_id"]]
            changes.append(Change(one.made_at, one.get_what_display(), one.made_by, one.reason))
        elif what := _what_changed(before, after):
            changes.append(Change(after["pgh_created_at"], what, visit.liaison))
    return changes


def _what_changed(before: dict[str, Any], after: dict[str, Any]) -> str:
    if after["taken_back_at"] and not before["taken_back_at"]:
        return "Taken back"
    if before["taken_back_at"] and not after["taken_back_at"]:
        return "Restored"
    changed = [words for name, words in FIELDS.items() if before[name] != after[name]]
    return f"Changed {sentence(changed)}" if changed else "Changed the people or topics"

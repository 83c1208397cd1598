"""What was changed on a visit since it was logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from liaison_crm.core.wording import sentence
from visits.models import Visit

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


def changes_of(visit: Visit) -> list[Change]:
    """Corrections, oldest first. They are its liaison's own: nobody else can make one."""
    told: Any = visit.events  # type: ignore[attr-defined]  # pghistory adds it
    events = list(told.order_by("pgh_id").values("pgh_created_at", "taken_back_at", *FIELDS))
    changes = []
    for before, after in pairwise(events):
        if what := _what_changed(before, after):
            changes.append(Change(after["pgh_created_at"], what))
    return changes


def _what_changed(before: dict[str, Any], after: dict[str, Any]) -> str:
    if after["taken_back_at"] and not before["taken_back_at"]:
        return "Taken back"
    if before["taken_back_at"] and not after["taken_back_at"]:
        return "Restored"
    changed = [words for name, words in FIELDS.items() if before[name] != after[name]]
    return f"Changed {sentence(changed)}" if changed else "Changed the people or topics"

"""What became of a promise, step by step, out of the rows that every change leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from accounts.models import User
from liaison_crm.core.wording import short_day
from visits.models import FollowUp

Row = Mapping[str, Any]
# A column that was filled, what that means, whose doing it was, and the mark of it.
FILLED = (
    ("kept_at", "Kept", "kept_by_id", "check"),
    ("told_at", "Told the office", "told_by_id", "message-circle"),
    ("dropped_at", "Dropped", "", "x"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """What happened, when, and who did it where the promise says so."""

    at: datetime
    what: str
    by: str
    icon: str


def history_of(follow_up: FollowUp, *, viewer: User, today: date) -> list[Step]:
    """Oldest first. Two queries."""
    told: Any = follow_up.events  # type: ignore[attr-defined]  # pghistory adds it
    events: list[Row] = list(told.order_by("pgh_id").values())
    names = dict(User.objects.visible_to(viewer).values_list("pk", "name"))
    owner = events[0]["owner_id"] if events else follow_up.owner_id
    steps = [Step(follow_up.created_at, "Promised", names.get(owner, ""), "plus")]
    for before, after in pairwise(events):
        steps += _moved(before, after, names, today)
        steps += _filled(before, after, names)
        steps += _emptied(before, after)
    return steps


def _moved(before: Row, after: Row, names: Mapping[int, str], today: date) -> Iterator[Step]:
    at = after["pgh_created_at"]
    if before["due_on"] != after["due_on"]:
        yield Step(at, f"Moved to {short_day(after['due_on'], today)}", "", "calendar")
    if before["owner_id"] != after["owner_id"]:
        to = names.get(after["owner_id"], "a colleague")
        yield Step(at, f"Handed on to {to}", "", "users-round")


def _filled(before: Row, after: Row, names: Mapping[int, str]) -> Iterator[Step]:
    for column, what, doer, icon in FILLED:
        if after[column] and not before[column]:
            by = names.get(after[doer], "") if doer else ""
            yield Step(after[column], what, by, icon)


def _emptied(before: Row, after: Row) -> Iterator[Step]:
    at = after["pgh_created_at"]
    gone = {column for column, *_ in FILLED if before[column] and not after[column]}
    if gone & {"kept_at", "dropped_at"}:
        yield Step(at, "Opened again", "", "undo-2")
    elif gone:
        yield Step(at, "Not told after all", "", "undo-2")

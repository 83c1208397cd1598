"""Who works a territory from which day on, and how to take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.errors import AlreadyEnded, AlreadyWorksThere, CannotSignIn, HandoverOverwritten
from accounts.models import Assignment, Handover, Territory, User
from accounts.querysets import AssignmentQuerySet
from accounts.services.territories import require_assignable, require_manager

Rows = list[dict[str, Any]]
FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)


@dataclass(frozen=True)
class Term:
    """From a day on, up to but without `ends_on`; None goes on."""

    starts_on: date
    ends_on: date | None = None


@transaction.atomic
def assign(
    territory: Territory, *, person: User, part: str, term: Term, by: User, at: datetime
) -> Handover:
    """Let a person work a territory for a term, and end what that replaces.

    1. A new owner takes over from whoever owned it: that ends on the day the new one starts,
       and an owner planned for later is removed.
    2. What the person himself did in this territory in that time ends as well.
    3. An owner has no planned end; a cover may.
    """
    require_manager(by)
    require_assignable(territory)
    _require_sensible(person, part, term)
    _lock(territory)
    replaced = _replaced_by(territory, person=person, part=part, term=term)
    if any(_is_the_same(row, person=person, part=part, term=term) for row in replaced):
        raise AlreadyWorksThere(f"{person} already has this part there from that day on.")
    before = _rows(replaced)
    for row in replaced:
        _end_or_remove(row, on=term.starts_on)
    new = Assignment(
        territory=territory,
        user=person,
        part=part,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
    )
    new.full_clean()
    new.save()
    return _hand_over(territory, before=before, also=[new.pk], by=by, at=at)


@transaction.atomic
def end_assignment(assignment: Assignment, *, on: date, by: User, at: datetime) -> Handover:
    """Let an assignment end on a day, its first day without. Before its start: it never was."""
    require_manager(by)
    _lock(assignment.territory)
    assignment.refresh_from_db()
    if assignment.ends_on and assignment.ends_on <= on:
        raise AlreadyEnded("This assignment has already ended by then.", field="on")
    before = _rows([assignment])
    _end_or_remove(assignment, on=on)
    return _hand_over(assignment.territory, before=before, also=[], by=by, at=at)


@transaction.atomic
def undo_handover(handover: Handover, *, by: User, at: datetime) -> None:
    """Put the assignments of a handover back as they were, if nobody changed them since."""
    require_manager(by)
    _lock(handover.territory)
    handover.refresh_from_db()
    touched = _touched(handover.before, handover.after)
    if handover.undone_at or _rows(touched) != handover.after:
        raise HandoverOverwritten("This territory has changed hands since. Assign it anew.")
    touched.exclude(pk__in=[row["id"] for row in handover.before]).delete()
    for row in handover.before:
        Assignment.objects.update_or_create(
            pk=row["id"], defaults={"territory": handover.territory, **_values(row)}
        )
    handover.undone_at = at
    handover.save(update_fields=["undone_at"])


def _require_sensible(person: User, part: str, term: Term) -> None:
    if not person.is_active:
        raise CannotSignIn(f"{person} cannot sign in, so nobody would answer.", field="person")
    if not FIRST_DAY <= term.starts_on <= LAST_DAY:
        raise ValidationError({"starts_on": "Give a day between 1990 and 2100."})
    if term.ends_on and part == Assignment.Part.OWNER:
        raise ValidationError(
            {"ends_on": "An owner stays until the next one takes over. Use a cover for a while."}
        )


def _lock(territory: Territory) -> None:
    """Two managers who assign one territory at once take turns."""
    Territory.objects.select_for_update().get(pk=territory.pk)


def _replaced_by(territory: Territory, *, person: User, part: str, term: Term) -> list[Assignment]:
    running = territory.assignments.overlapping(term.starts_on, term.ends_on)
    his_own = running.filter(user=person)
    if part != Assignment.Part.OWNER:
        return list(his_own.order_by("pk"))
    return list((running.filter(part=Assignment.Part.OWNER) | his_own).order_by("pk"))


def _is_the_same(row: Assignment, *, person: User, part: str, term: Term) -> bool:
    return (
        row.user_id == person.pk
        and row.part == part
        and row.starts_on <= term.starts_on
        and row.ends_on == term.ends_on
    )


def _end_or_remove(assignment: Assignment, *, on: date) -> None:
    if assignment.starts_on >= on:
        assignment.delete()
        return
    assignment.ends_on = on
    assignment.save(update_fields=["ends_on", "updated_at"])


def _hand_over(
    territory: Territory, *, before: Rows, also: list[int], by: User, at: datetime
) -> Handover:
    ids = [row["id"] for row in before] + also
    after = _rows(Assignment.objects.filter(pk__in=ids).order_by("pk"))
    return Handover.objects.create(
        territory=territory, made_by=by, made_at=at, before=before, after=after
    )


def _touched(before: Rows, after: Rows) -> AssignmentQuerySet:
    ids = {row["id"] for row in [*before, *after]}
    return Assignment.objects.filter(pk__in=ids).order_by("pk")


def _rows(assignments: AssignmentQuerySet | list[Assignment]) -> Rows:
    return [
        {
            "id": row.pk,
            "user": row.user_id,
            "part": row.part,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        }
        for row in assignments
    ]


def _values(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "user_id": row["user"],
        "part": row["part"],
        "starts_on": date.fromisoformat(row["starts_on"]),
        "ends_on": date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
    }

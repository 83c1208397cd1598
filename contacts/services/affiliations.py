"""Who works where: affiliations are opened and ended, never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from contacts.errors import AffiliationEnded, AlreadyThere, PhysicianNotActive, PracticeClosed
from contacts.models import Affiliation, Evidence, Physician, Practice
from contacts.services.facts import (
    AffiliationFacts,
    put_on,
    refuse_unknown,
    refuse_unless_admin,
    save_changes,
)


@transaction.atomic
def open_affiliation(
    physician: Physician,
    practice: Practice,
    *,
    by: User,
    starts_on: date | None = None,
    role: str = Affiliation.Role.CLINICIAN,
    is_primary: bool | None = None,
) -> Affiliation:
    """Record that a physician works at a practice, from a day on or since nobody knows when.

    His only practice is his primary one unless `is_primary` says otherwise; a new primary
    practice takes the place of the old one.
    """
    refuse_unless_admin(by)
    return record_opened(
        Affiliation(
            physician=physician,
            practice=practice,
            role=role,
            starts_on=starts_on,
            source=Evidence.COLLEAGUE,
            verified_on=starts_on,
        ),
        is_primary=is_primary,
    )


def record_opened(affiliation: Affiliation, *, is_primary: bool | None) -> Affiliation:
    """Store a new affiliation; None for the primary one if it is the only one."""
    physician, practice = affiliation.physician, affiliation.practice
    refuse_if_gone(physician, practice)
    standing = lock_open(physician)
    if any(other.practice_id == practice.pk for other in standing):
        raise AlreadyThere(f"{physician} already works at {practice}.", field="practice")
    if is_primary is None:
        is_primary = not any(other.is_primary for other in standing)
    if is_primary:
        step_down(standing)
    affiliation.is_primary = is_primary
    affiliation.full_clean()
    affiliation.save()
    return affiliation


@transaction.atomic
def end_affiliation(affiliation: Affiliation, *, by: User, ends_on: date) -> None:
    """Record the first day the physician no longer works there.

    If that was his primary practice and one other is left, that one becomes it.
    """
    refuse_unless_admin(by)
    record_ended(affiliation, ends_on=ends_on)


def record_ended(affiliation: Affiliation, *, ends_on: date) -> None:
    standing = lock_open(affiliation.physician)
    if affiliation not in standing:
        raise AffiliationEnded(f"{affiliation} has ended already.")
    save_changes(affiliation, put_on(affiliation, {"ends_on": ends_on}))
    others = [row for row in standing if row != affiliation]
    if affiliation.is_primary and len(others) == 1:
        save_changes(others[0], put_on(others[0], {"is_primary": True}))


@transaction.atomic
def edit_affiliation(
    affiliation: Affiliation, *, by: User, **facts: Unpack[AffiliationFacts]
) -> None:
    """Correct the role or the first day; from then on the registry leaves it alone."""
    refuse_unless_admin(by)
    refuse_unknown(facts, AffiliationFacts)
    if names := put_on(affiliation, facts):
        affiliation.source = Evidence.COLLEAGUE
        save_changes(affiliation, [*names, "source"])


@transaction.atomic
def make_primary(affiliation: Affiliation, *, by: User) -> None:
    """Make this the practice where the physician is looked for first."""
    refuse_unless_admin(by)
    standing = lock_open(affiliation.physician)
    if affiliation not in standing:
        raise AffiliationEnded(f"{affiliation} has ended already.")
    step_down(row for row in standing if row != affiliation)
    save_changes(affiliation, put_on(affiliation, {"is_primary": True}))


@transaction.atomic
def verify_affiliation(affiliation: Affiliation, *, by: User, on: date) -> None:
    """Record that a colleague who works that practice saw the physician there."""
    if not by.is_admin:
        refuse_unless_worked(affiliation.practice, by=by)
    save_changes(affiliation, put_on(affiliation, {"verified_on": on}))


@transaction.atomic
def move_physician(leaving: Affiliation, *, to: Practice, by: User, on: date) -> Affiliation:
    """End one affiliation and open another in its place, in the same role, on one day."""
    refuse_unless_admin(by)
    end_affiliation(leaving, by=by, ends_on=on)
    return open_affiliation(
        leaving.physician,
        to,
        by=by,
        starts_on=on,
        role=leaving.role,
        is_primary=leaving.is_primary,
    )


def lock_open(physician: Physician) -> list[Affiliation]:
    """His open affiliations, held, with the physician himself, until the transaction ends."""
    Physician.objects.select_for_update().get(pk=physician.pk)
    return list(Affiliation.objects.select_for_update().filter(physician=physician, ends_on=None))


def end_all(affiliations: Iterable[Affiliation], *, on: date) -> None:
    """End each that is open on that day, or the day after it starts if that is later."""
    for affiliation in affiliations:
        earliest = affiliation.starts_on + timedelta(days=1) if affiliation.starts_on else on
        save_changes(affiliation, put_on(affiliation, {"ends_on": max(on, earliest)}))


def step_down(affiliations: Iterable[Affiliation]) -> None:
    for affiliation in affiliations:
        save_changes(affiliation, put_on(affiliation, {"is_primary": False}))


def refuse_if_gone(physician: Physician, practice: Practice) -> None:
    if physician.status != Physician.Status.ACTIVE:
        raise PhysicianNotActive(
            f"{physician} is {physician.get_status_display().lower()}.", field="physician"
        )
    if not practice.is_open:
        raise PracticeClosed(f"{practice} is closed.", field="practice")


def refuse_unless_worked(practice: Practice, *, by: User) -> None:
    if not Practice.objects.worked_by(by).contains(practice):
        raise PermissionDenied

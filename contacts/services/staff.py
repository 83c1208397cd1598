"""The people at the office. Who works the practice keeps them."""

from __future__ import annotations

from datetime import date
from typing import Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from contacts.errors import PracticeClosed
from contacts.models import Practice, StaffMember
from contacts.services.affiliations import refuse_unless_worked
from contacts.services.facts import StaffFacts, put_on, refuse_unknown, save_changes


@transaction.atomic
def add_staff(practice: Practice, *, by: User, **facts: Unpack[StaffFacts]) -> StaffMember:
    """Enter somebody a liaison met at the office."""
    refuse_unless_worked(practice, by=by)
    refuse_unknown(facts, StaffFacts)
    if not practice.is_open:
        raise PracticeClosed(f"{practice} is closed.")
    member = StaffMember(practice=practice)
    put_on(member, facts)
    member.full_clean()
    member.save()
    return member


@transaction.atomic
def edit_staff(member: StaffMember, *, by: User, **facts: Unpack[StaffFacts]) -> None:
    refuse_unless_seen(member, by=by)
    refuse_unknown(facts, StaffFacts)
    save_changes(member, put_on(member, facts))


@transaction.atomic
def mark_staff_left(member: StaffMember, *, by: User, on: date | None) -> None:
    """Record the first day without her; None takes it back."""
    refuse_unless_seen(member, by=by)
    save_changes(member, put_on(member, {"left_on": on}))


def refuse_unless_seen(member: StaffMember, *, by: User) -> None:
    if not StaffMember.objects.visible_to(by).contains(member):
        raise PermissionDenied

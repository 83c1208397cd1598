"""Many promises handed on at once, and taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from contacts.models import Practice
from visits.errors import HandedOnSince, NothingToHandOn
from visits.models import FollowUp, PromiseHandover
from visits.notices.telling import tell_handover


@transaction.atomic
def hand_over_promises(
    promises: Sequence[FollowUp], *, to: User, by: User, at: datetime
) -> PromiseHandover:
    """Give open promises to a colleague: those at practices that he works, and not his yet."""
    if not by.sees_all_territories:
        raise PermissionDenied
    asked = [one.pk for one in promises]
    theirs = Practice.objects.worked_by(to)
    waiting = FollowUp.objects.visible_to(by).open().filter(pk__in=asked, practice__in=theirs)
    # Locked, so that what is written down as the owner before is who had it.
    before = dict(waiting.exclude(owner=to).select_for_update().values_list("pk", "owner"))
    if not before:
        raise NothingToHandOn(f"{to} works none of these practices, or has these promises.")
    FollowUp.objects.filter(pk__in=before).update(owner=to, updated_at=Now())
    handover = PromiseHandover.objects.create(
        to=to,
        promises=[{"promise": pk, "was": owner} for pk, owner in sorted(before.items())],
        left_out=len(set(asked)) - len(before),
        made_by=by,
        made_at=at,
    )
    tell_handover(handover)
    return handover


@transaction.atomic
def undo_handover(handover: PromiseHandover, *, by: User, at: datetime) -> int:
    """Give the promises back that are still open and still with that colleague."""
    if not by.sees_all_territories:
        raise PermissionDenied
    standing = PromiseHandover.objects.standing().filter(pk=handover.pk)
    if not standing.update(undone_at=at):
        raise HandedOnSince("This was undone already.")
    given_back = 0
    for owner, promises in _by_owner(handover).items():
        still = FollowUp.objects.open().filter(pk__in=promises, owner=handover.to)
        given_back += still.update(owner=owner, updated_at=Now())
    if not given_back:
        raise HandedOnSince("These promises are closed by now, or somebody else has them.")
    return given_back


def _by_owner(handover: PromiseHandover) -> dict[int, list[int]]:
    grouped: dict[int, list[int]] = defaultdict(list)
    for one in handover.promises:
        grouped[one["was"]].append(one["promise"])
    return grouped

"""Words at hand for a promise, and who is late with what he promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q

from accounts.models import User
from contacts.models import Practice
from visits.models import FollowUp, PromiseHandover, SuggestedPromise

ASKED_BEFORE = 3
LOOKED_BACK = 12
AT_HAND = 6
HANDOVERS = 3
SHORT_WORDS = 48


def suggestions_at(practice: Practice, *, viewer: User) -> tuple[str, ...]:
    """Words for one tap: what this office was promised before, then what is promised often."""
    before = FollowUp.objects.visible_to(viewer).filter(practice=practice)
    asked = before.order_by("-promised_on", "-pk").values_list("promise", flat=True)[:LOOKED_BACK]
    short = [words for words in dict.fromkeys(asked) if len(words) <= SHORT_WORDS]
    usual = SuggestedPromise.objects.visible_to(viewer).offered().values_list("words", flat=True)
    return tuple(dict.fromkeys([*short[:ASKED_BEFORE], *usual[:AT_HAND]]))[:AT_HAND]


@dataclass(frozen=True, slots=True)
class OwnerOverdue:
    pk: int
    name: str
    overdue: int
    oldest_due_on: date | None
    untold: int


def promises_by_owner(viewer: User, *, on: date) -> tuple[OwnerOverdue, ...]:
    """Who is late with what he promised, and who kept it without telling; most late first."""
    late, untold = Q(kept_at=None, due_on__lt=on), Q(kept_at__isnull=False)
    waiting: Any = FollowUp.objects.visible_to(viewer).unsettled(on)
    counted = (
        waiting.values("owner", "owner__name")
        .annotate(
            overdue=Count("pk", filter=late),
            oldest=Min("due_on", filter=late),
            untold=Count("pk", filter=untold),
        )
        .order_by("-overdue", "oldest", "-untold", "owner")
    )
    return tuple(
        OwnerOverdue(row["owner"], row["owner__name"], row["overdue"], row["oldest"], row["untold"])
        for row in counted
    )


def latest_handovers(viewer: User) -> tuple[PromiseHandover, ...]:
    """What was handed on last and can still be taken back."""
    made = PromiseHandover.objects.visible_to(viewer).standing()
    return tuple(made.select_related("to", "made_by")[:HANDOVERS])

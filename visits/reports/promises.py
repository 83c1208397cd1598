"""How the team stands with what it promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from accounts.models import User
from visits.models import FollowUp


@dataclass(frozen=True, slots=True)
class OwnerOverdue:
    pk: int
    name: str
    overdue: int
    oldest_due_on: date


def overdue_by_owner(viewer: User, *, on: date) -> tuple[OwnerOverdue, ...]:
    """Who is late with what he promised, most first."""
    late = (
        FollowUp.objects.visible_to(viewer)
        .overdue(on)
        .values("owner", "owner__name")
        .annotate(overdue=Count("pk"), oldest=Min("due_on"))
        .order_by("-overdue", "oldest", "owner")
    )
    return tuple(
        OwnerOverdue(row["owner"], row["owner__name"], row["overdue"], row["oldest"])
        for row in late
    )

"""Questions about issues: what is open here, what is fixed and not told, who is late."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from accounts.models import User
from contacts.models import Practice
from visits.issues.models import Issue
from visits.issues.querysets import IssueQuerySet


def fixed_and_untold(viewer: User) -> IssueQuerySet:
    """Issues that are fixed and whose office does not know it, the longest waiting first.

    Chain `.filter(practice__in=...)` for some offices, or slice it.
    """
    waiting = Issue.objects.visible_to(viewer).fixed_and_untold()
    return waiting.for_list().order_by("resolved_at", "pk")


def open_issues_of(practice: Practice, *, viewer: User) -> list[Issue]:
    """What an office waits for, fixed but untold first: that is what a visit can settle."""
    waiting = Issue.objects.visible_to(viewer).open().filter(practice=practice).for_list()
    return sorted(waiting, key=lambda issue: (issue.is_unresolved, issue.raised_at, issue.pk))


def open_issues_by_practice(viewer: User, practices: Collection[int]) -> dict[int, list[Issue]]:
    """The same for many practices, in one statement; those without any are left out."""
    waiting = Issue.objects.visible_to(viewer).open().filter(practice__in=practices).for_list()
    found: dict[int, list[Issue]] = {}
    for issue in sorted(waiting, key=lambda one: (one.is_unresolved, one.raised_at, one.pk)):
        found.setdefault(issue.practice_id, []).append(issue)
    return found


@dataclass(frozen=True, slots=True)
class IssueCounts:
    """How many wait for what. Closed ones are history, and are not counted here."""

    open: int
    overdue: int
    untold: int


def issue_counts(rows: IssueQuerySet, *, now: datetime) -> IssueCounts:
    """Of these rows, in one statement."""
    counted = rows.open().aggregate(
        open=Count("pk", filter=Q(due_at__isnull=False)),
        overdue=Count("pk", filter=Q(due_at__lt=now)),
        untold=Count("pk", filter=Q(due_at=None)),
    )
    return IssueCounts(**counted)


@dataclass(frozen=True, slots=True)
class OwnerLate:
    """Somebody who is late: a colleague, or an outsider."""

    pk: int
    name: str
    is_outsider: bool
    late: int
    since: datetime


def late_by_owner(viewer: User, *, now: datetime) -> tuple[OwnerLate, ...]:
    """Who is late to acknowledge or to resolve, most first."""
    late = (
        Issue.objects.visible_to(viewer)
        .overdue(now)
        .values("owner", "owner__name", "outsider", "outsider__name")
        .annotate(late=Count("pk"), since=Min("due_at"))
        .order_by("-late", "since", "owner", "outsider")
    )
    return tuple(
        OwnerLate(
            pk=row["owner"] or row["outsider"],
            name=row["owner__name"] or row["outsider__name"],
            is_outsider=row["owner"] is None,
            late=row["late"],
            since=row["since"],
        )
        for row in late
    )

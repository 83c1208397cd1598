"""Questions about issues: what is open here, what is fixed and not told, who is late."""

from __future__ import annotations

from collections.abc import Collection

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

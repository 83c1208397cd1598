"""May they? And the steps they leave, which nobody rewrites."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model

from accounts.models import User
from visits.issues.models import Issue, IssueStep, Outsider
from visits.issues.querysets import IssueQuerySet

Actor = User | Outsider


def theirs(issue: Issue, by: Actor) -> IssueQuerySet:
    """The issue as a row to move, if `by` may: he sees it, or is the outsider who has it now.

    Only columns of the row itself are asked in what is returned: an update through a join would
    look at the state as it was before somebody else moved it.
    """
    if isinstance(by, Outsider):
        return Issue.objects.filter(pk=issue.pk, outsider=by)
    if not Issue.objects.visible_to(by).filter(pk=issue.pk).exists():
        raise PermissionDenied
    return Issue.objects.filter(pk=issue.pk)


def who(column: str, by: Actor) -> dict[str, Any]:
    """Both columns that say who did it: a colleague, or somebody outside the team."""
    is_outsider = isinstance(by, Outsider)
    return {column: None if is_outsider else by, f"{column}_outsider": by if is_outsider else None}


def note_step(
    issue: Issue, kind: str, *, by: Actor | None, at: datetime, words: str = ""
) -> IssueStep:
    said_by = {"by": None, "by_outsider": None} if by is None else who("by", by)
    return IssueStep.objects.create(issue=issue, kind=kind, at=at, words=words, **said_by)


def checked(model: type[Model], column: str, words: str) -> str:
    """The words as the column takes them, or a `ValidationError` about it."""
    return str(model._meta.get_field(column).clean(words.strip(), None))  # type: ignore[union-attr]  # a plain column

"""What happened to an issue, step by step, and the link by which an outsider answers."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from liaison_crm.core.fields import ProseField
from visits.issues.models.issue import Issue
from visits.issues.models.routing import Outsider, a_person, an_outsider
from visits.issues.querysets import IssueLinkQuerySet, IssueStepQuerySet


class IssueStep(models.Model):
    """One thing that happened to an issue. Written once; the database refuses any change."""

    class Kind(models.TextChoices):
        RAISED = "raised", "Raised"
        POSTED = "posted", "Letter sent"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        REMARKED = "remarked", "Remark"
        HANDED_ON = "handed_on", "Handed on"
        RESOLVED = "resolved", "Resolved"
        TOLD = "told", "The office was told"
        UNTOLD = "untold", "The office was not told after all"
        REOPENED = "reopened", "Opened again"
        WITHDRAWN = "withdrawn", "Withdrawn"
        RESTORED = "restored", "Restored"
        LINK_RENEWED = "link_renewed", "New link"
        LINK_REVOKED = "link_revoked", "Link revoked"

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="steps", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = a_person()
    by_outsider = an_outsider()
    words = ProseField(max_length=2000, blank=True, screened=True)

    objects = IssueStepQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("at", "pk")
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=Q(by=None) | Q(by_outsider=None), name="issue_step_by_one"
            ),
        )
        indexes: ClassVar = (
            models.Index(fields=["issue", "at"], name="issue_step_story"),
            models.Index(fields=["-at", "-id"], name="issue_step_recent"),
        )
        triggers: ClassVar = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def who(self) -> str:
        """Who did it; the site itself sends letters, and offices raise things themselves."""
        if self.by or self.by_outsider:
            return str(self.by or self.by_outsider)
        return "The office" if self.kind == self.Kind.RAISED else ""


class IssueLink(models.Model):
    """The way in for an outsider: to one issue, for a time, until somebody takes it back.

    What the address carries is signed and is stored nowhere. A row whose letter has not gone out
    waits for the tick.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="links")
    outsider = models.ForeignKey(Outsider, on_delete=models.PROTECT, related_name="links")
    made_at = models.DateTimeField()
    made_by = a_person()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)

    objects = IssueLinkQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-made_at", "-pk")
        constraints: ClassVar = (
            models.UniqueConstraint(
                fields=["issue"], condition=Q(revoked_at=None), name="issue_link_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="issue_link_lasts"
            ),
        )
        indexes: ClassVar = (
            models.Index(
                fields=["made_at"],
                name="issue_link_to_post",
                condition=Q(notified_at=None, revoked_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"Link for {self.outsider}"

"""An issue: what an office complained of, and how far it has come."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from contacts.models import Physician, Practice, StaffMember
from liaison_crm.core.fields import LineField, ProseField
from liaison_crm.core.history import tracked
from referrals.models import ServiceLine
from visits.issues.models.routing import Category, Outsider, a_person, an_outsider
from visits.issues.querysets import IssueQuerySet

if TYPE_CHECKING:
    from accounts.models import User


@tracked(exclude=["sent_sha256"])
class Issue(models.Model):
    """What an office complained of. It closes only when the office was told what came of it.

    `due_at` is the next moment somebody is late: to acknowledge, then to resolve. The clock is of
    working hours and starts at `clock_from`, anew when the issue is opened again.
    """

    class State(models.TextChoices):
        RAISED = "raised", "Raised"
        ACKNOWLEDGED = "acknowledged", "Being seen to"
        RESOLVED = "resolved", "Fixed, not told"
        CLOSED = "closed", "Told and closed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class How(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        PHONE = "phone", "By phone"
        EMAIL = "email", "By e-mail"

    class Source(models.TextChoices):
        LIAISON = "liaison", "A liaison"
        OFFICE = "office", "The office itself"

    client_key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="Made on the device, so that an issue sent twice is stored once.",
    )
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="issues", db_index=False
    )
    category = models.CharField(max_length=13, choices=Category.choices)
    service_line = models.ForeignKey(
        ServiceLine, null=True, blank=True, on_delete=models.PROTECT, related_name="issues"
    )
    said = LineField("what they said", max_length=200, screened=True)
    detail = ProseField(max_length=2000, blank=True, screened=True)
    said_by_physician = models.ForeignKey(
        Physician, null=True, blank=True, on_delete=models.PROTECT, related_name="issues_raised"
    )
    said_by_staff = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="issues_raised"
    )
    visit = models.ForeignKey(
        "visits.Visit", null=True, blank=True, on_delete=models.PROTECT, related_name="issues"
    )
    came_back_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="came_back_as"
    )
    source = models.CharField(max_length=7, choices=Source.choices, default=Source.LIAISON)
    raised_by = a_person("issues_raised")
    raised_at = models.DateTimeField()

    state = models.CharField(max_length=12, choices=State.choices, default=State.RAISED)
    owner = a_person("issues")
    outsider = an_outsider("issues")
    clock_from = models.DateTimeField()
    acknowledge_by = models.DateTimeField()
    resolve_by = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)

    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = a_person()
    acknowledged_by_outsider = an_outsider()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = a_person()
    resolved_by_outsider = an_outsider()
    answer = ProseField(max_length=2000, blank=True, screened=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = a_person()
    told_to_physician = models.ForeignKey(
        Physician, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told_to_staff = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told_how = models.CharField(max_length=9, choices=How.choices, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    sent_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-raised_at", "-pk")
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=Q(state="closed", told_at__isnull=False, told_by__isnull=False)
                & ~Q(told_how="")
                | ~Q(state="closed")
                & Q(
                    told_at=None,
                    told_by=None,
                    told_how="",
                    told_to_physician=None,
                    told_to_staff=None,
                ),
                name="issue_closed_only_when_told",
                violation_error_message="An issue is closed once the office was told.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("resolved", "closed"), resolved_at__isnull=False)
                & ~Q(answer="")
                & (
                    Q(resolved_by__isnull=False, resolved_by_outsider=None)
                    | Q(resolved_by=None, resolved_by_outsider__isnull=False)
                )
                | ~Q(state__in=("resolved", "closed"))
                & Q(resolved_at=None, resolved_by=None, resolved_by_outsider=None, answer=""),
                name="issue_resolved_with_an_answer",
                violation_error_message="An issue is resolved by somebody, with an answer.",
            ),
            models.CheckConstraint(
                condition=Q(state="raised", acknowledged_at=None)
                | Q(
                    state__in=("acknowledged", "resolved", "closed"),
                    acknowledged_at__isnull=False,
                )
                | Q(state="withdrawn"),
                name="issue_acknowledged_on_the_way",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawn_at=None),
                name="issue_withdrawn_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("raised", "acknowledged"), due_at__isnull=False)
                | ~Q(state__in=("raised", "acknowledged")) & Q(due_at=None),
                name="issue_due_while_unresolved",
            ),
            models.CheckConstraint(
                condition=Q(owner=None, outsider__isnull=False)
                | Q(owner__isnull=False, outsider=None),
                name="issue_one_owner",
                violation_error_message="Somebody sees to an issue, and one person alone.",
            ),
            models.CheckConstraint(
                condition=Q(said_by_physician=None) | Q(said_by_staff=None),
                name="issue_said_by_one",
            ),
            models.CheckConstraint(
                condition=Q(told_to_physician=None) | Q(told_to_staff=None),
                name="issue_told_to_one",
            ),
            models.CheckConstraint(
                condition=Q(source="office") | Q(raised_by__isnull=False),
                name="issue_raised_by_somebody",
            ),
        )
        indexes: ClassVar = (
            models.Index(fields=["practice", "-raised_at"], name="issue_practice"),
            models.Index(
                fields=["due_at", "id"],
                name="issue_due",
                condition=Q(state__in=("raised", "acknowledged")),
            ),
            models.Index(
                fields=["resolved_at", "id"], name="issue_untold", condition=Q(state="resolved")
            ),
            models.Index(
                fields=["-told_at", "-id"], name="issue_told", condition=Q(state="closed")
            ),
            models.Index(fields=["-raised_at", "-id"], name="issue_recent"),
            models.Index(fields=["updated_at", "id"], name="issue_changed"),
        )

    def __str__(self) -> str:
        return self.said

    def get_absolute_url(self) -> str:
        return reverse("issue", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Somebody must see to it, or the office must be told."""
        return self.state in {self.State.RAISED, self.State.ACKNOWLEDGED, self.State.RESOLVED}

    @property
    def is_unresolved(self) -> bool:
        return self.state in {self.State.RAISED, self.State.ACKNOWLEDGED}

    @property
    def answers(self) -> User | Outsider:
        """Who sees to it."""
        someone = self.owner or self.outsider
        assert someone is not None  # a constraint holds it
        return someone

    @property
    def said_by(self) -> Physician | StaffMember | None:
        """Who raised it there; None means the office."""
        return self.said_by_physician or self.said_by_staff

    @property
    def told_to(self) -> Physician | StaffMember | None:
        """Who was told; None means the office."""
        return self.told_to_physician or self.told_to_staff

    @property
    def resolver(self) -> User | Outsider | None:
        return self.resolved_by or self.resolved_by_outsider

    @property
    def subject(self) -> str:
        """What it is about: "Report speed, Cardiology"."""
        line = f", {self.service_line}" if self.service_line else ""
        return f"{self.get_category_display()}{line}"

"""What somebody says is otherwise, what became of it, and whose NPI was found."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from contacts.corrections.querysets import ChangeRequestQuerySet, NpiMatchQuerySet
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked


class Kind(models.TextChoices):
    """Which fact is corrected."""

    PHONE = "phone", "Phone"
    FAX = "fax", "Fax"
    ADDRESS = "address", "Moved, or another suite"
    PRACTICE_NAME = "practice_name", "Name of the practice"
    HOURS = "hours", "Hours"
    ACCESS_RULE = "access_rule", "When liaisons are welcome"
    JOINED = "joined", "Somebody joined"
    CLOSED = "closed", "Closed"
    MERGED = "merged", "Merged into another practice"
    PHYSICIAN_NAME = "physician_name", "Name"
    SPECIALTY = "specialty", "Specialty"
    RETIRED = "retired", "Retired"
    LEFT = "left", "Left this practice"
    STAFF_NAME = "staff_name", "Name of a person"
    STAFF_PHONE = "staff_phone", "Phone of a person"
    STAFF_LEFT = "staff_left", "No longer at the office"


OF_ONE_PRACTICE = (
    Kind.PHONE,
    Kind.FAX,
    Kind.ADDRESS,
    Kind.PRACTICE_NAME,
    Kind.HOURS,
    Kind.ACCESS_RULE,
    Kind.CLOSED,
)
OF_PRACTICE = (*OF_ONE_PRACTICE, Kind.MERGED, Kind.JOINED)
OF_PHYSICIAN = (Kind.PHYSICIAN_NAME, Kind.SPECIALTY, Kind.RETIRED)
OF_STAFF = (Kind.STAFF_NAME, Kind.STAFF_PHONE, Kind.STAFF_LEFT)


def _subject(kinds: tuple[Kind, ...], **columns: bool) -> Q:
    """These kinds have exactly these columns filled."""
    return Q(kind__in=kinds, **{f"{name}__isnull": not filled for name, filled in columns.items()})


@tracked(exclude=["sent_sha256"])
class ChangeRequest(models.Model):
    """Somebody says a fact of the directory is otherwise. An admin decides, or the registry."""

    class State(models.TextChoices):
        OPEN = "open", "Not checked yet"
        APPROVED = "approved", "Approved"
        EDITED = "edited", "Approved with edits"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class SaidBy(models.TextChoices):
        COLLEAGUE = "colleague", "I saw it myself"
        OFFICE = "office", "The office told me"
        UNKNOWN = "unknown", "Heard elsewhere"

    client_key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="Made on the device, so that a correction sent twice is stored once.",
    )
    kind = models.CharField(max_length=14, choices=Kind.choices)
    practice = models.ForeignKey(
        "contacts.Practice", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    physician = models.ForeignKey(
        "contacts.Physician", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    affiliation = models.ForeignKey(
        "contacts.Affiliation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    staff_member = models.ForeignKey(
        "contacts.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    other_practice = models.ForeignKey(
        "contacts.Practice",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Where a practice was merged into.",
    )
    before = models.JSONField(default=dict, blank=True, help_text="What the directory said.")
    proposed = models.JSONField(default=dict, blank=True)
    approved = models.JSONField(default=dict, blank=True, help_text="What became the fact.")
    why = LineField(max_length=200, blank=True)
    said_by = models.CharField(
        max_length=9, choices=SaidBy.choices, default=SaidBy.COLLEAGUE, help_text="Who said so."
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="change_requests",
        help_text="Empty where the office wrote to us itself.",
    )
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty where the registry decided.",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    load = models.ForeignKey(
        "contacts.RegistryLoad",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The registry load that said the same.",
    )
    word_back = LineField(max_length=200, blank=True)
    # Those approved in one go, and the request whose decision answered this one too.
    batch = models.UUIDField(null=True, blank=True, editable=False)
    answered_with = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="answers"
    )
    # The rows the decision wrote, before and after: what an undo puts back.
    effect = models.JSONField(default=dict, blank=True, editable=False)
    sent_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        app_label = "contacts"
        ordering: ClassVar = ("-asked_at", "-pk")
        verbose_name = "correction"
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=_subject(
                    OF_ONE_PRACTICE,
                    practice=True,
                    physician=False,
                    affiliation=False,
                    staff_member=False,
                    other_practice=False,
                )
                | _subject((Kind.MERGED,), practice=True, physician=False, other_practice=True)
                | _subject((Kind.JOINED,), practice=True, staff_member=False)
                | _subject(OF_PHYSICIAN, physician=True, practice=False, affiliation=False)
                | _subject((Kind.LEFT,), practice=True, physician=True, staff_member=False)
                | _subject(OF_STAFF, staff_member=True, practice=True, physician=False),
                name="change_request_subject",
                violation_error_message="Say what the correction is about.",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(said_by="office"),
                name="change_request_someone_said_so",
                violation_error_message="Only an office may write without signing in.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="change_request_decided_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "practice", "physician", "affiliation", "staff_member", "by"],
                condition=Q(state="open") & ~Q(kind="joined"),
                nulls_distinct=False,
                name="change_request_one_open_word",
                violation_error_message="You have an open correction of this already.",
            ),
        )
        indexes: ClassVar = (
            models.Index(
                fields=["asked_at", "id"], name="change_request_open", condition=Q(state="open")
            ),
            models.Index(fields=["batch"], name="change_request_batch"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("correction", args=[self.pk])

    @property
    def subject(self) -> models.Model | None:
        """The row the correction is about."""
        return self.staff_member or self.physician or self.practice

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_approved(self) -> bool:
        return self.state in (self.State.APPROVED, self.State.EDITED)

    if TYPE_CHECKING:
        practice_id: int | None
        physician_id: int | None
        affiliation_id: int | None
        staff_member_id: int | None


class ChangeStep(models.Model):
    """One line of the story of a correction. Written once, never changed."""

    class What(models.TextChoices):
        ASKED = "asked", "Proposed"
        APPROVED = "approved", "Approved"
        EDITED = "edited", "Approved with edits"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        REPLACED = "replaced", "Replaced by a newer word"
        CONFIRMED = "confirmed", "The registry says the same"
        UNDONE = "undone", "Undone"

    request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="story")
    what = models.CharField(max_length=9, choices=What.choices)
    value = models.JSONField(default=dict, blank=True)
    word = LineField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        app_label = "contacts"
        ordering: ClassVar = ("at", "pk")
        triggers: ClassVar = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.at:%Y-%m-%d}"


@tracked()
class NpiMatch(models.Model):
    """The NPI that was found for a physician entered without one, and the way back.

    Where somebody else had that NPI already, the two were joined: `into` is the one who stays.
    """

    physician = models.ForeignKey(
        "contacts.Physician", on_delete=models.PROTECT, related_name="+", db_index=True
    )
    npi = models.CharField("NPI", max_length=10)
    into = models.ForeignKey(
        "contacts.Physician", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    moved = models.JSONField(default=list, blank=True, help_text="Rows that point elsewhere now.")
    effect = models.JSONField(default=dict, blank=True, help_text="Rows changed or doubled.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = NpiMatchQuerySet.as_manager()

    class Meta:
        app_label = "contacts"
        ordering: ClassVar = ("-made_at", "-pk")
        verbose_name = "NPI match"
        verbose_name_plural = "NPI matches"
        constraints: ClassVar = (
            models.UniqueConstraint(
                fields=["physician"], condition=Q(undone_at=None), name="npi_match_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.physician} has NPI {self.npi}"

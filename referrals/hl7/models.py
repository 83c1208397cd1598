"""Messages as they came in, what they told, and what a source's own codes mean here.

Django looks for models in the app's `models`, which imports these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.models import Physician, Practice
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked
from referrals.hl7.querysets import Hl7MessageQuerySet, SourceCodeQuerySet, ToldReferralQuerySet
from referrals.models.catalogue import Facility, ServiceLine, Source
from referrals.models.referral import Status


class Hl7Message(models.Model):
    """One message that told of a referral, or tried to. What it said is encrypted, for a while."""

    class Outcome(models.TextChoices):
        REFERRAL = "referral", "Made or described a referral"
        EVENT = "event", "Moved a referral on"
        WAITING = "waiting", "Waits"
        SET_ASIDE = "set_aside", "Set aside"
        REFUSED = "refused", "Refused"

    class Door(models.TextChoices):
        FILE = "file", "File"
        API = "api", "API"
        MLLP = "mllp", "MLLP"

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    sender = models.CharField(max_length=200, blank=True)
    control_id = models.CharField(max_length=199, blank=True)
    kind = models.CharField(max_length=7, blank=True)
    version = models.CharField(max_length=8, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    came_by = models.CharField(max_length=4, choices=Door.choices)
    times = models.PositiveIntegerField(default=1, help_text="How often it was sent.")
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    raw = models.BinaryField(null=True, editable=False)

    objects = Hl7MessageQuerySet.as_manager()

    class Meta:
        app_label = "referrals"
        ordering: ClassVar = ("-pk",)
        verbose_name = "HL7 message"
        constraints = (
            models.UniqueConstraint(fields=["source", "digest"], name="hl7_message_once"),
            models.UniqueConstraint(
                fields=["source", "sender", "control_id"],
                condition=~Q(outcome="refused"),
                name="hl7_control_id_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["received_at"], condition=Q(raw__isnull=False), name="hl7_message_raw"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind or 'Message'} {self.control_id}".strip()


class ToldReferral(models.Model):
    """What one message told of one referral. All of them together say what the referral is."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits"
        TAKEN = "taken", "Taken"
        SET_ASIDE = "set_aside", "Set aside"

    class Missing(models.TextChoices):
        NOTHING = "", "Nothing"
        REFERRAL = "referral", "No referral of this number yet"
        PHYSICIAN = "physician", "Physician not known"
        PRACTICE = "practice", "Practice not known"
        SERVICE_LINE = "service_line", "Service line not known"
        DESTINATION = "destination", "Destination not known"

    message = models.ForeignKey(Hl7Message, on_delete=models.CASCADE, related_name="told")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    control_id = models.CharField(max_length=199)
    status = models.CharField(max_length=10, blank=True, choices=Status.choices)
    happened_at = models.DateTimeField(null=True)
    referred_on = models.DateField(null=True)
    patient_key = models.BinaryField(max_length=32, null=True, editable=False)
    is_described = models.BooleanField(default=False)
    physician_npi = models.CharField(max_length=10, blank=True)
    physician_code = models.CharField(max_length=80, blank=True)
    physician_name = models.CharField(max_length=200, blank=True)
    practice_code = models.CharField(max_length=80, blank=True)
    practice_name = models.CharField(max_length=200, blank=True)
    practice_zip = models.CharField(max_length=5, blank=True)
    service_line_code = models.CharField(max_length=80, blank=True)
    service_line_name = models.CharField(max_length=200, blank=True)
    destination_code = models.CharField(max_length=80, blank=True)
    destination_name = models.CharField(max_length=200, blank=True)
    receiving_npi = models.CharField(max_length=10, blank=True)
    receiving_code = models.CharField(max_length=80, blank=True)
    # What these mean here, once it is known.
    physician = models.ForeignKey(
        Physician, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    practice = models.ForeignKey(
        Practice, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    service_line = models.ForeignKey(
        ServiceLine, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    destination = models.ForeignKey(
        Facility, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Physician, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    missing = models.CharField(max_length=12, choices=Missing.choices, blank=True)
    learned_at = models.DateTimeField(default=timezone.now)

    objects = ToldReferralQuerySet.as_manager()

    class Meta:
        app_label = "referrals"
        ordering: ClassVar = ("made_at", "pk")
        verbose_name = "referral told by a message"
        verbose_name_plural = "referrals told by messages"
        indexes = (
            models.Index(fields=["source", "external_id"], name="hl7_told_referral"),
            models.Index(
                fields=["source", "id"], condition=Q(state="waiting"), name="hl7_told_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_status_display() or 'Description'} of {self.external_id}"

    @property
    def is_resolved(self) -> bool:
        known = (self.physician_id, self.practice_id, self.service_line_id, self.destination_id)
        return self.is_described and all(known)

    if TYPE_CHECKING:
        source_id: int
        physician_id: int | None
        practice_id: int | None
        service_line_id: int | None
        destination_id: int | None
        receiver_id: int | None


@tracked()
class SourceCode(models.Model):
    """A word of a source's own, and what it means here: asked once, remembered for good."""

    class Kind(models.TextChoices):
        PHYSICIAN = "physician", "Physician"
        PRACTICE = "practice", "Practice"
        SERVICE_LINE = "service_line", "Service line"
        DESTINATION = "destination", "Destination"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="codes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=80)
    name = LineField(max_length=200, blank=True, help_text="What the source calls it.")
    physician = models.ForeignKey(
        Physician, null=True, blank=True, on_delete=models.PROTECT, related_name="source_codes"
    )
    practice = models.ForeignKey(
        Practice, null=True, blank=True, on_delete=models.PROTECT, related_name="source_codes"
    )
    service_line = models.ForeignKey(
        ServiceLine, null=True, blank=True, on_delete=models.PROTECT, related_name="source_codes"
    )
    destination = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="source_codes"
    )
    is_set_aside = models.BooleanField(
        "set aside",
        default=False,
        help_text="What is told with this code is no referral of ours: a laboratory test, a trial.",
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    first_seen_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SourceCodeQuerySet.as_manager()

    class Meta:
        app_label = "referrals"
        ordering: ClassVar = ("source", "kind", "code")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "kind", "code"],
                name="source_code_once",
                violation_error_message="This code of the source is in the table already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"

    @property
    def meaning_id(self) -> int | None:
        found: int | None = getattr(self, f"{self.kind}_id")
        return found

    @property
    def is_answered(self) -> bool:
        return self.is_set_aside or self.meaning_id is not None


class IgnoredMessages(models.Model):
    """How many messages of a day told nothing of a referral. Nothing else of them is kept."""

    class Reason(models.TextChoices):
        KIND = "kind", "Of a kind that tells of no referral"
        NO_ORDER = "no_order", "An appointment that names no order"
        NO_NEWS = "no_news", "An order whose state says nothing of a referral"
        NOT_PRODUCTION = "not_production", "Not marked as production"
        TOO_LARGE = "too_large", "Larger than a message may be"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=7, blank=True)
    reason = models.CharField(max_length=14, choices=Reason.choices)
    messages = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "referrals"
        ordering: ClassVar = ("-day", "source", "kind", "reason")
        verbose_name = "messages ignored"
        verbose_name_plural = "messages ignored"
        constraints = (
            models.UniqueConstraint(
                fields=["source", "day", "kind", "reason"], name="ignored_messages_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.messages:,} {self.kind} on {self.day}"

"""One row per referral, and the append-only story of what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import DateField, F, Q
from django.urls import reverse
from django.utils import timezone

from contacts.models import Physician, Practice
from liaison_crm.core.fields import LineField
from referrals.models.catalogue import Facility, ServiceLine, Source
from referrals.models.intake import IntakeBatch
from referrals.models.marking import REFERRAL_TRIGGERS
from referrals.querysets import ReferralEventQuerySet, ReferralQuerySet

if TYPE_CHECKING:
    from referrals.by_hand.models import HandReferral


class Status(models.TextChoices):
    RECEIVED = "received", "Received"
    ACCEPTED = "accepted", "Accepted"
    SCHEDULED = "scheduled", "Scheduled"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
    DECLINED = "declined", "Declined"
    NO_SHOW = "no_show", "No show"
    REDIRECTED = "redirected", "Redirected elsewhere"


# Of two statuses at the same moment, the later one here is what the referral has now. Files that
# tell days only need it: scheduled and completed on one day means completed.
LAST_WORD = (
    Status.RECEIVED,
    Status.ACCEPTED,
    Status.SCHEDULED,
    Status.NO_SHOW,
    Status.CANCELLED,
    Status.DECLINED,
    Status.REDIRECTED,
    Status.COMPLETED,
)


class MonthOf(models.Func):
    """The first day of a date's month; immutable, so it can be a stored column."""

    output_field = DateField()
    template = "date_trunc('month', (%(expressions)s)::timestamp)::date"


class Referral(models.Model):
    """A patient was sent on: by whom, from where, for what, to where. No patient identity."""

    class LeftBecause(models.TextChoices):
        ACCESS = "access", "Access"
        INSURANCE = "insurance", "Insurance"
        PATIENT_CHOICE = "patient_choice", "Patient choice"
        RELATIONSHIP = "relationship", "Relationship"
        NOT_OFFERED = "not_offered", "Service not offered"
        CAPACITY = "capacity", "Capacity"
        UNKNOWN = "unknown", "Not known"

    # No index of their own where a longer index below already starts with the column.
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="referrals", db_index=False
    )
    external_id = LineField(max_length=80)
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="referrals", db_index=False
    )
    physician = models.ForeignKey(Physician, on_delete=models.PROTECT, related_name="referrals")
    service_line = models.ForeignKey(
        ServiceLine, on_delete=models.PROTECT, related_name="referrals", db_index=False
    )
    destination = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="referrals", db_index=False
    )
    receiving_physician = models.ForeignKey(
        Physician,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="received_referrals",
        db_index=False,
    )
    receiving_npi = models.CharField(
        "receiving NPI",
        max_length=10,
        blank=True,
        default="",
        help_text="As the source gave it; the physician is linked once the directory knows him.",
    )
    referred_on = models.DateField()
    month = models.GeneratedField(
        expression=MonthOf(F("referred_on")), output_field=DateField(), db_persist=True
    )
    first_seen_at = models.DateTimeField(
        default=timezone.now, help_text="When we first learned of it."
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    status_at = models.DateTimeField(help_text="When that status happened.")
    scheduled_on = models.DateField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    left_because = models.CharField(max_length=14, choices=LeftBecause.choices, blank=True)
    patient_key = models.BinaryField(
        max_length=32,
        null=True,
        editable=False,
        help_text="Keyed hash (HMAC-SHA256) of the patient number.",
    )
    batch = models.ForeignKey(
        IntakeBatch, null=True, on_delete=models.PROTECT, related_name="referrals", db_index=False
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ("-referred_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "external_id"],
                name="referral_once_per_source",
                violation_error_message="This source already told us of this referral.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="referral_status_known"
            ),
            models.CheckConstraint(
                condition=Q(referred_on__gte="1990-01-01", referred_on__lt="2101-01-01"),
                name="referral_date_in_range",
            ),
        )
        indexes = (
            # Finds the rows of one rollup cell. It carries all that a cell counts, so that counting
            # reads the index and nothing else. Months come first, because a night's news is of the
            # last few: it then touches one end of the index, however long the history.
            models.Index(
                fields=["month", "practice", "physician", "service_line", "destination"],
                include=["status", "referred_on", "scheduled_on", "completed_on"],
                name="referral_counted",
            ),
            models.Index(fields=["practice", "-referred_on", "-id"], name="referral_practice"),
            models.Index(fields=["-referred_on", "-id"], name="referral_recent"),
            models.Index(
                fields=["receiving_npi"],
                condition=Q(receiving_physician=None) & ~Q(receiving_npi=""),
                name="referral_receiver_unknown",
            ),
        )
        triggers = REFERRAL_TRIGGERS

    def __str__(self) -> str:
        return f"Referral {self.external_id}"

    def get_absolute_url(self) -> str:
        return reverse("practice", args=[self.practice_id])

    @property
    def taken(self) -> HandReferral | None:
        """What a liaison took, where no feed told of it."""
        return getattr(self, "by_hand", None)


class ReferralEvent(models.Model):
    """A status the referral reached: when it happened, when we learned of it. Append-only."""

    referral = models.ForeignKey(
        Referral, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    status = models.CharField(max_length=10, choices=Status.choices)
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField(default=timezone.now)
    batch = models.ForeignKey(
        IntakeBatch, null=True, on_delete=models.PROTECT, related_name="events", db_index=False
    )

    objects = ReferralEventQuerySet.as_manager()

    class Meta:
        ordering = ("happened_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["referral", "status", "happened_at"], name="referral_event_once"
            ),
        )
        # Events are appended import by import, so a few bytes for each run of pages find one's.
        indexes = (BrinIndex(fields=["batch"], name="referral_event_batch", pages_per_range=32),)
        triggers = (pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),)

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.happened_at:%Y-%m-%d}"

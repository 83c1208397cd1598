"""What an import needs to remember so that it can be undone, and the undoing of one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from contacts.models import Physician, Practice
from referrals.models.catalogue import Facility, ServiceLine
from referrals.models.intake import IntakeBatch
from referrals.models.referral import Referral
from referrals.querysets import BatchUndoQuerySet


class EarlierDescription(models.Model):
    """What a referral was before an import said something else of it."""

    batch = models.ForeignKey(
        IntakeBatch, on_delete=models.CASCADE, related_name="described", db_index=False
    )
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="earlier")
    said_by = models.ForeignKey(
        IntakeBatch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    physician = models.ForeignKey(Physician, on_delete=models.PROTECT, related_name="+")
    service_line = models.ForeignKey(
        ServiceLine, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    destination = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiving_physician = models.ForeignKey(
        Physician, null=True, on_delete=models.PROTECT, related_name="+"
    )
    receiving_npi = models.CharField(max_length=10, blank=True, default="")
    referred_on = models.DateField()
    left_because = models.CharField(max_length=14, blank=True)
    patient_key = models.BinaryField(max_length=32, null=True, editable=False)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["batch", "referral"], name="described_once_a_batch"),
        )

    def __str__(self) -> str:
        return f"Referral {self.referral_id} before import {self.batch_id}"


class Retelling(models.Model):
    """Events that others had told of and this import told again: they outlive the others' undo."""

    batch = models.ForeignKey(IntakeBatch, on_delete=models.CASCADE, related_name="retold")
    event_ids = ArrayField(models.BigIntegerField())

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{len(self.event_ids)} events told again by import {self.batch_id}"


class BatchUndo(models.Model):
    """Who took an import back, and what came of it."""

    batch = models.OneToOneField(IntakeBatch, on_delete=models.PROTECT, related_name="undo")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    removed = models.PositiveIntegerField(default=0, help_text="Referrals only this file told of.")
    restored = models.PositiveIntegerField(default=0, help_text="Referrals that are as before.")
    left = models.PositiveIntegerField(
        default=0, help_text="Referrals that a later file told of: they stay with its word."
    )
    left_ids = models.JSONField(default=list, help_text="The first of those, by their number.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BatchUndoQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-pk")
        verbose_name = "undone import"

    def __str__(self) -> str:
        return f"Undo of import {self.batch_id}"

"""How the files of a source are read, as a person said it, and files that wait to be told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from liaison_crm.core.csv.cells import DATE_FORMS
from liaison_crm.core.history import tracked
from referrals.models.catalogue import Source
from referrals.models.intake import IntakeBatch
from referrals.querysets import HeaderMapQuerySet


@tracked()
class HeaderMap(models.Model):
    """What the columns of one header mean here, for the files of one source."""

    class Clock(models.TextChoices):
        HOURS_24 = "24", "14:05"
        HOURS_12 = "12", "2:05 PM"

    class Delimiter(models.TextChoices):
        COMMA = ",", "Commas"
        SEMICOLON = ";", "Semicolons"
        TAB = "\t", "Tabs"
        BAR = "|", "Bars"

    class Encoding(models.TextChoices):
        UTF_8 = "utf-8", "UTF-8"
        WINDOWS_1252 = "windows-1252", "Windows-1252"
        ISO_8859_1 = "iso-8859-1", "ISO 8859-1"
        ISO_8859_15 = "iso-8859-15", "ISO 8859-15"

    DATE_FORMS: ClassVar = [(form, form) for form in DATE_FORMS]

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="header_maps")
    fingerprint = models.CharField(max_length=64, editable=False)
    header = models.JSONField(default=list, help_text="The names, as the file has them.")
    columns = models.JSONField(default=dict, help_text="Our column: the name of theirs.")
    fixed = models.JSONField(
        default=dict, blank=True, help_text="Our column: what every row of such a file says."
    )
    statuses = models.JSONField(default=dict, blank=True, help_text="Their word: our status.")
    date_form = models.CharField(max_length=10, choices=DATE_FORMS, default="YYYY-MM-DD")
    clock = models.CharField(max_length=2, choices=Clock.choices, default=Clock.HOURS_24)
    delimiter = models.CharField(max_length=1, choices=Delimiter.choices, default=Delimiter.COMMA)
    encoding = models.CharField(max_length=12, choices=Encoding.choices, default=Encoding.UTF_8)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = HeaderMapQuerySet.as_manager()

    class Meta:
        ordering = ("source", "-updated_at", "pk")
        verbose_name = "matched header"
        constraints = (
            models.UniqueConstraint(
                fields=["source", "fingerprint"],
                name="header_once_per_source",
                violation_error_message="This header is matched already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source}: {len(self.header)} columns"


class SealedFile(models.Model):
    """A file as it came, which nobody can read without the key in this row.

    Nobody knows which of its columns is the patient's, so it waits encrypted until a person says.
    The row, its key and the file go together.
    """

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel workbook"

    batch = models.OneToOneField(IntakeBatch, on_delete=models.CASCADE, related_name="sealed")
    stored_as = models.CharField(max_length=200)
    key = models.BinaryField(max_length=32, editable=False)
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.CSV)
    sheet = models.CharField(max_length=100, blank=True, help_text="Of a workbook; or its first.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Sealed file of import {self.batch_id}"

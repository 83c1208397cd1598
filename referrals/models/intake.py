"""One file or stream of referrals: its hash, its counts, and the rows it could not place."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from liaison_crm.core.fields import LineField
from referrals.models.catalogue import Source
from referrals.querysets import IntakeBatchQuerySet, RefusedRowQuerySet, UnmatchedRowQuerySet


class IntakeBatch(models.Model):
    """One load. The row is the queue: a worker claims it, a sweeper finds it when one dies."""

    class State(models.TextChoices):
        MAPPING = "mapping", "Columns to match"
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        CHECKED = "checked", "Checked"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "Dropped"
        UNDONE = "undone", "Undone"

    class Job(models.TextChoices):
        """What a worker is to do with it, or did last."""

        CHECK = "check", "Check"
        LOAD = "load", "Import"
        UNDO = "undo", "Undo"

    class Mode(models.TextChoices):
        ALL_OR_NOTHING = "all_or_nothing", "All rows or none"
        PER_ROW = "per_row", "Every good row"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="batches")
    file_name = LineField(max_length=200)
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200, blank=True, editable=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    job = models.CharField(max_length=5, choices=Job.choices, default=Job.LOAD, db_default=Job.LOAD)
    header_map = models.ForeignKey(
        "referrals.HeaderMap",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="batches",
        db_index=False,
        help_text="How its columns were matched, if they are not ours.",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="batches",
    )
    mode = models.CharField(
        max_length=14,
        choices=Mode.choices,
        default=Mode.ALL_OR_NOTHING,
        help_text="Whether one refused row keeps the good ones out as well.",
    )
    create_missing = models.BooleanField(
        default=False, help_text="Make service lines and destinations that are not there yet."
    )
    bytes_total = models.PositiveBigIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0, help_text="While it runs: how far it is.")
    # What became of the rows read; these add up to them once it is done or was refused.
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_same = models.PositiveIntegerField(default=0)
    rows_repeated = models.PositiveIntegerField(
        default=0, help_text="Said the same as an earlier row of the file."
    )
    rows_refused = models.PositiveIntegerField(default=0)
    rows_waiting = models.PositiveIntegerField(default=0)
    rows_held_back = models.PositiveIntegerField(
        default=0, help_text="Good, but not taken because others were refused."
    )
    keeps_undo = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="It remembers what it changed.",
    )
    made = models.JSONField(
        default=dict,
        db_default={},
        editable=False,
        help_text="Service lines and destinations it made.",
    )
    resume_after = models.PositiveIntegerField(
        default=0, editable=False, help_text="The last line that is in the tables for good."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    heartbeat_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IntakeBatchQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = "import"
        constraints = (
            models.UniqueConstraint(
                fields=["source", "sha256"],
                condition=~Q(state__in=["failed", "dropped", "undone"]),
                name="batch_file_once",
                violation_error_message="This file was already imported.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("import", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.state not in (self.State.QUEUED, self.State.RUNNING)

    @property
    def is_unconfirmed(self) -> bool:
        """Nothing of it was taken: somebody has to match its columns or to confirm it."""
        return self.job == self.Job.CHECK

    @property
    def is_checked(self) -> bool:
        """Its counts say what would become of the rows; nothing of them is in the tables."""
        return self.state == self.State.CHECKED

    @property
    def can_be_undone(self) -> bool:
        return self.state == self.State.DONE and self.keeps_undo

    @property
    def progress(self) -> int:
        """Percent of its rows, 100 only once it is done."""
        if self.state in (self.State.DONE, self.State.CHECKED, self.State.UNDONE):
            return 100
        return min(99, 100 * self.rows_done // max(1, self.rows_read))


class RefusedRow(models.Model):
    """A row that was not taken, why, and what it said without the patient number."""

    batch = models.ForeignKey(
        IntakeBatch, on_delete=models.CASCADE, related_name="refused", db_index=False
    )
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    cells = models.JSONField(default=list)

    objects = RefusedRowQuerySet.as_manager()

    class Meta:
        ordering = ("batch", "line", "pk")
        indexes = (models.Index(fields=["batch", "line", "id"], name="refused_in_order"),)

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason}"


class UnmatchedRow(models.Model):
    """A good row whose physician or practice the directory does not know yet. It waits."""

    class Missing(models.TextChoices):
        PHYSICIAN = "physician", "Physician not known"
        PRACTICE = "practice", "Practice not known"
        BOTH = "both", "Physician and practice not known"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="unmatched")
    batch = models.ForeignKey(IntakeBatch, on_delete=models.CASCADE, related_name="unmatched")
    line = models.PositiveIntegerField()
    missing = models.CharField(max_length=9, choices=Missing.choices)
    external_id = LineField(max_length=80)
    physician_npi = models.CharField(max_length=10)
    practice_id_given = models.BigIntegerField(null=True)
    practice_name = LineField(max_length=200, blank=True)
    practice_zip = models.CharField(max_length=5, blank=True)
    service_line_id = models.BigIntegerField()
    destination_id = models.BigIntegerField()
    referred_on = models.DateField()
    status = models.CharField(max_length=10)
    status_at = models.DateTimeField()
    left_because = models.CharField(max_length=14, blank=True)
    receiving_npi = models.CharField(max_length=10, blank=True, default="")
    patient_key = models.BinaryField(max_length=32, null=True, editable=False)
    first_batch = models.ForeignKey(
        IntakeBatch,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="The import that made it wait, if a later one told it again.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = UnmatchedRowQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["source", "external_id", "status", "status_at"],
                name="unmatched_row_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["physician_npi"], name="unmatched_npi", condition=Q(resolved_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"Line {self.line}: {self.get_missing_display()}"

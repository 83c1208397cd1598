"""Counted referrals, the marks that say which counts are out of date, and the ledger of runs."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.models import Physician, Practice
from referrals.models.catalogue import Facility, ServiceLine, Source
from referrals.querysets import RestatementQuerySet, RollupRunQuerySet, VolumeCellQuerySet


class VolumeCounts(models.Model):
    """What is counted of the referrals in a cell, by the status each one has now.

    In network are destinations that are our own or in network, out of it friendly ones and
    competitors; a destination whose network is not known is neither. The days are sums, so that
    coarser answers add them up and divide by the counts beside them.
    """

    referrals = models.IntegerField()
    received = models.IntegerField()
    accepted = models.IntegerField()
    scheduled = models.IntegerField()
    completed = models.IntegerField()
    cancelled = models.IntegerField()
    declined = models.IntegerField()
    no_show = models.IntegerField()
    redirected = models.IntegerField()
    in_network = models.IntegerField()
    out_of_network = models.IntegerField()
    days_to_schedule = models.IntegerField(help_text="Summed over `timed_schedules` referrals.")
    timed_schedules = models.IntegerField()
    days_to_complete = models.IntegerField(help_text="Summed over `timed_completions` referrals.")
    timed_completions = models.IntegerField()

    class Meta:
        abstract = True


class VolumeCell(VolumeCounts):
    """Referrals of one month, practice, physician, service line and destination.

    Derived from the referrals, which hold the foreign keys; here they are not checked again, so
    that a run costs what it counts and a cell never stands in the way of an honest deletion.
    """

    month = models.DateField()
    practice = models.ForeignKey(
        Practice,
        on_delete=models.DO_NOTHING,
        related_name="volumes",
        db_index=False,
        db_constraint=False,
    )
    physician = models.ForeignKey(
        Physician,
        on_delete=models.DO_NOTHING,
        related_name="volumes",
        db_index=False,
        db_constraint=False,
    )
    service_line = models.ForeignKey(
        ServiceLine,
        on_delete=models.DO_NOTHING,
        related_name="volumes",
        db_index=False,
        db_constraint=False,
    )
    destination = models.ForeignKey(
        Facility,
        on_delete=models.DO_NOTHING,
        related_name="volumes",
        db_index=False,
        db_constraint=False,
    )

    objects = VolumeCellQuerySet.as_manager()

    class Meta:
        ordering = ("-month", "pk")
        verbose_name = "volume"
        constraints = (
            models.UniqueConstraint(
                fields=["month", "practice", "physician", "service_line", "destination"],
                name="volume_key",
            ),
        )
        indexes = (
            models.Index(fields=["practice", "month"], name="volume_practice"),
            models.Index(fields=["physician", "month"], name="volume_physician"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.referrals}"


class VolumeMark(models.Model):
    """A cell that some statement touched since it was last counted. Written by triggers alone.

    Appended without a unique key, so that two writers never wait for each other here.
    """

    month = models.DateField()
    practice_id = models.BigIntegerField()
    physician_id = models.BigIntegerField()
    service_line_id = models.BigIntegerField()
    destination_id = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} practice {self.practice_id}"


class RollupRun(models.Model):
    """One nightly, asked-for or full run over the marks: the ledger that decides what must run."""

    class Kind(models.TextChoices):
        NIGHTLY = "nightly", "Nightly"
        BY_HAND = "by_hand", "By hand"
        REBUILD = "rebuild", "Rebuild"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        COVERED = "covered", "Missed, covered by a later run"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    period = models.DateField(help_text="The night it counts for, in the site's time zone.")
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    covered_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="covers"
    )
    as_of = models.DateTimeField(help_text="Changes up to this moment are counted.")
    shares = models.PositiveSmallIntegerField(
        default=1, help_text="Into how many chunks the practices are dealt out."
    )
    marks_claimed = models.PositiveBigIntegerField(default=0)
    cells_written = models.PositiveBigIntegerField(default=0)
    cells_removed = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="How often its counts were about to be published."
    )
    error = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RollupRunQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["period"], condition=Q(kind="nightly"), name="rollup_once_a_night"
            ),
            # Two at a time could publish an older count over a newer one.
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="rollup_one_running"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} run for {self.period}"

    @property
    def took(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.finished_at else None


class RollupChunk(models.Model):
    """A share of a run: the practices whose id leaves `number` when divided by the shares."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    run = models.ForeignKey(
        RollupRun, on_delete=models.CASCADE, related_name="chunks", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    marks = models.PositiveBigIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("run", "number")
        constraints = (models.UniqueConstraint(fields=["run", "number"], name="rollup_chunk_once"),)

    def __str__(self) -> str:
        return f"Chunk {self.number} of run {self.run_id}"


class VolumeDraft(VolumeCounts):
    """A cell counted anew by a chunk, not shown to anyone until the whole run is published."""

    run = models.ForeignKey(RollupRun, on_delete=models.CASCADE, db_index=False, related_name="+")
    month = models.DateField()
    practice_id = models.BigIntegerField()
    physician_id = models.BigIntegerField()
    service_line_id = models.BigIntegerField()
    destination_id = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} practice {self.practice_id}: {self.referrals}"


class Restatement(models.Model):
    """A closed month's count changed: what it was, what it is, which run found it."""

    class Measure(models.TextChoices):
        REFERRALS = "referrals", "Referrals"
        IN_NETWORK = "in_network", "In network"
        OUT_OF_NETWORK = "out_of_network", "Out of network"

    run = models.ForeignKey(
        RollupRun, on_delete=models.PROTECT, related_name="restatements", db_index=False
    )
    month = models.DateField()
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="restatements")
    measure = models.CharField(max_length=14, choices=Measure.choices, default=Measure.REFERRALS)
    was = models.PositiveIntegerField()
    now = models.PositiveIntegerField()
    restated_at = models.DateTimeField(default=timezone.now)

    objects = RestatementQuerySet.as_manager()

    class Meta:
        ordering = ("-restated_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["run", "month", "practice", "measure"], name="restated_once_per_run"
            ),
        )
        indexes = (models.Index(fields=["-restated_at", "-id"], name="restatement_recent"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.was} to {self.now}"


class ArrivalCurve(models.Model):
    """How late a source tells us: the share of its referrals known so many days after the day."""

    LONGEST_DAYS: ClassVar = 90

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="arrival_curves", db_index=False
    )
    measured_on = models.DateField()
    referrals = models.PositiveIntegerField(help_text="How many the curve was measured on.")
    shares = ArrayField(
        models.FloatField(), help_text="By days of delay: 0 to 90. The last one is 1."
    )

    class Meta:
        ordering = ("-measured_on", "source")
        constraints = (
            models.UniqueConstraint(fields=["source", "measured_on"], name="arrival_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.source} on {self.measured_on}"

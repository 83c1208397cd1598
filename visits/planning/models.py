"""How often each practice is due, what was suggested and declined, where a day starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from contacts.models import Practice, ZipCode
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked
from visits.planning.querysets import (
    CadenceQuerySet,
    CalendarAddressQuerySet,
    CoverageGoalQuerySet,
    DismissalQuerySet,
    PracticeTierQuerySet,
    StartPointQuerySet,
    TierChangeQuerySet,
)


class Tier(models.TextChoices):
    """How much a practice matters to us; the cadence of its tier says how often it is due."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


# Coverage speaks of the practices one means to see regularly; D is visited on occasion.
COVERED_TIERS = (Tier.A, Tier.B, Tier.C)


@tracked()
class Cadence(models.Model):
    """The days between two visits to a practice of a tier. Managers set them."""

    tier = models.CharField(max_length=1, choices=Tier.choices, unique=True)
    days = models.PositiveSmallIntegerField("days between visits")
    updated_at = models.DateTimeField(auto_now=True)

    objects = CadenceQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("tier",)
        constraints = (
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=730),
                name="cadence_days_in_range",
                violation_error_message="A cadence is from 1 to 730 days.",
            ),
            models.CheckConstraint(condition=Q(tier__in=["A", "B", "C", "D"]), name="cadence_tier"),
        )

    def __str__(self) -> str:
        return f"{self.tier} every {self.days} days"


@tracked()
class CoverageGoal(models.Model):
    """The one number coverage is held against: which share of A, B and C practices is in time."""

    percent = models.PositiveSmallIntegerField(default=80)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CoverageGoalQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        constraints = (
            models.CheckConstraint(condition=Q(pk=1), name="coverage_goal_one_row"),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100),
                name="coverage_goal_percent",
                violation_error_message="A goal is from 1 to 100 percent.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.percent}%"


@tracked()
class PracticeTier(models.Model):
    """The tier a manager gave a practice. A practice without a row has none."""

    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="tier_row")
    tier = models.CharField(max_length=1, choices=Tier.choices)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    objects = PracticeTierQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("tier", "practice")
        constraints = (
            models.CheckConstraint(
                condition=Q(tier__in=["A", "B", "C", "D"]), name="practice_tier_known"
            ),
        )
        indexes = (models.Index(fields=["tier", "practice"], name="practice_tier"),)

    def __str__(self) -> str:
        return f"{self.tier}: {self.practice}"


class TierChange(models.Model):
    """Tiers given by volume in one go, with what they replaced, so that it can be undone."""

    shares = models.JSONField(help_text="Percent of the practices that got A, B and C.")
    practices_changed = models.PositiveIntegerField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = TierChangeQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"Tiers by volume on {self.made_at:%Y-%m-%d}"


class TierMove(models.Model):
    """One practice of a change: the tier it had, blank for none, and the one it got."""

    change = models.ForeignKey(
        TierChange, on_delete=models.CASCADE, related_name="moves", db_index=False
    )
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    was = models.CharField(max_length=1, blank=True)
    became = models.CharField(max_length=1, choices=Tier.choices)

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("change", "practice")
        constraints = (
            models.UniqueConstraint(fields=["change", "practice"], name="tier_move_once"),
        )

    def __str__(self) -> str:
        return f"{self.practice}: {self.was or 'no tier'} to {self.became}"


@tracked()
class Dismissal(models.Model):
    """A suggestion somebody declined, and why.

    `marks` holds each reason it had with what made it so, as `{"promise": "17 2026-03-09"}`. A
    reason stays away until its mark changes or `until` comes.
    """

    class Why(models.TextChoices):
        NOT_NOW = "not_now", "Not now"
        HANDLED = "handled", "Already handled"
        NOT_WORTH_IT = "not_worth_it", "Not worth it"
        OTHER = "other", "Other"

    liaison = models.ForeignKey(User, on_delete=models.PROTECT, related_name="dismissals")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="dismissals")
    marks = models.JSONField()
    why = models.CharField(max_length=12, choices=Why.choices)
    words = LineField(max_length=160, blank=True)
    until = models.DateField()
    dismissed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = DismissalQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-dismissed_at", "-pk")
        indexes = (
            models.Index(
                fields=["liaison", "until"], name="dismissal_open", condition=Q(undone_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_why_display()}: {self.practice}"

    if TYPE_CHECKING:
        practice_id: int
        liaison_id: int


@tracked()
class StartPoint(models.Model):
    """Where a person's day starts: the middle of a ZIP code, so that no home address is kept."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="start_point")
    zip_code = models.ForeignKey(ZipCode, on_delete=models.PROTECT, related_name="+")

    objects = StartPointQuerySet.as_manager()

    class Meta:
        app_label = "visits"

    def __str__(self) -> str:
        return str(self.zip_code)


@tracked(exclude=["digest", "read_at"])
class CalendarAddress(models.Model):
    """The secret address under which a person's calendar reads his stops; only its hash is kept."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_address")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        verbose_name_plural = "calendar addresses"

    def __str__(self) -> str:
        return f"Calendar of {self.person}"

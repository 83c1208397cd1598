"""Territories, what they are made of, and who works them when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from accounts.models.people import User
from accounts.querysets import AssignmentQuerySet, HandoverQuerySet, TerritoryQuerySet
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked


@tracked()
class Territory(models.Model):
    """A part of the market that one liaison answers for."""

    name = LineField(max_length=80, unique=True)
    colour = models.CharField(
        max_length=7,
        default="#0b4a3b",
        validators=[RegexValidator(r"\A#[0-9a-f]{6}\Z", "Give a colour as # and six hex digits.")],
    )
    is_unassigned = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name_plural = "territories"
        constraints = (
            models.UniqueConstraint(
                fields=["is_unassigned"],
                condition=Q(is_unassigned=True),
                name="territory_one_unassigned",
            ),
        )

    def __str__(self) -> str:
        return self.name


@tracked()
class TerritoryArea(models.Model):
    """A ZIP code or a county that belongs to a territory. A ZIP code wins over its county."""

    class Kind(models.TextChoices):
        ZIP = "zip", "ZIP code"
        COUNTY = "county", "County"

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="areas")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    code = models.CharField(
        max_length=5,
        validators=[RegexValidator(r"\A[0-9]{5}\Z", "A ZIP code or county FIPS has five digits.")],
        help_text="Five digits: the ZIP code, or the county's FIPS code.",
    )

    class Meta:
        ordering = ("kind", "code")
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="area_in_one_territory",
                violation_error_message="This area already belongs to a territory.",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{5}$"), name="area_code_five_digits"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"


@tracked()
class Assignment(models.Model):
    """A person works in a territory from a day on, up to but without `ends_on`."""

    class Part(models.TextChoices):
        OWNER = "owner", "Owner"
        COVER = "cover", "Cover"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=5, choices=Part.choices, default=Part.OWNER)
    starts_on = models.DateField()
    ends_on = models.DateField(
        null=True, blank=True, help_text="The first day without it; empty while it goes on."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                name="assignment_ends_after_start",
                violation_error_message="An assignment ends after the day it starts.",
            ),
            # One owner at a time. Ranges of one number stand in for "equal", because plain
            # GiST has no equality for integers without an extension.
            ExclusionConstraint(
                name="assignment_one_owner",
                expressions=[
                    (
                        Func(
                            F("territory"),
                            F("territory"),
                            Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (Func(F("starts_on"), F("ends_on"), function="daterange"), "&&"),
                ],
                condition=Q(part="owner"),
                violation_error_message="The territory already has an owner in that time.",
            ),
            ExclusionConstraint(
                name="assignment_person_once",
                expressions=[
                    (
                        Func(
                            F("territory"),
                            F("territory"),
                            Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        Func(F("user"), F("user"), Value("[]"), function="int8range"),
                        "&&",
                    ),
                    (Func(F("starts_on"), F("ends_on"), function="daterange"), "&&"),
                ],
                violation_error_message="This person already works in the territory then.",
            ),
        )
        indexes = (models.Index(fields=["user", "starts_on"], name="assignment_user"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.territory} from {self.starts_on}"


class Handover(models.Model):
    """One change of who works a territory, with what it replaced, so that it can be undone."""

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="handovers")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    before = models.JSONField(default=list, help_text="The assignments it touched, as they were.")
    after = models.JSONField(default=list, help_text="The same assignments, as it left them.")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        indexes = (models.Index(fields=["territory", "-made_at"], name="handover_territory"),)

    def __str__(self) -> str:
        return f"Handover of {self.territory} on {self.made_at:%Y-%m-%d}"

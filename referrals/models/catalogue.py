"""What a referral is about and where it goes: sources, service lines, destinations."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from contacts.models import Organization
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked
from liaison_crm.core.periods import validate_time_zone
from referrals.by_hand.source import BY_HAND
from referrals.models.marking import FACILITY_TRIGGERS
from referrals.querysets import CatalogueQuerySet, SourceQuerySet

code_format = RegexValidator(
    r"\A[a-z0-9][a-z0-9_-]*\Z", "A code has small letters, digits, - and _."
)


@tracked()
class Source(models.Model):
    """A feed that tells us of referrals: the EHR, the intake desk, a claims file."""

    code = models.CharField(max_length=40, unique=True, validators=[code_format])
    name = LineField(max_length=80)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def is_feed(self) -> bool:
        return self.code != BY_HAND


@tracked()
class ServiceLine(models.Model):
    """A clinical programme that receives referrals: cardiology, orthopedics."""

    code = models.CharField(max_length=40, unique=True, validators=[code_format])
    name = LineField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


@tracked()
class Facility(models.Model):
    """A destination of referrals, ours or not."""

    code = models.CharField(max_length=40, unique=True, validators=[code_format])
    name = LineField(max_length=120)
    network = models.CharField(
        max_length=10,
        choices=Organization.Network.choices,
        default=Organization.Network.UNKNOWN,
    )
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="facilities"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name_plural = "facilities"
        triggers = FACILITY_TRIGGERS

    def __str__(self) -> str:
        return self.name

"""A correction of a visit: why, by whom, and what the visit said until then."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models

from liaison_crm.core.fields import LineField

if TYPE_CHECKING:
    from accounts.models import User


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> Self:
        """Whoever may see the visit may see what it said before."""
        if user.sees_all_territories:
            return self
        return self.filter(visit__practice__territory__in=user.territories_today())


class Correction(models.Model):
    """Never edited. `before` has the visit in words, so that it reads the same for ever."""

    class What(models.TextChoices):
        CORRECTED = "corrected", "Corrected"
        TAKEN_BACK = "taken_back", "Taken back"
        RESTORED = "restored", "Restored"

    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="corrections")
    what = models.CharField(max_length=10, choices=What.choices)
    reason = LineField(max_length=200)
    before = models.JSONField(help_text="What the visit said until then.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections"
    )
    made_at = models.DateTimeField()
    # The version of the visit that this made, in its history.
    version = models.BigIntegerField()
    sent_sha256 = models.CharField(max_length=64, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("made_at", "pk")
        triggers = (pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),)

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.reason}"

    def get_absolute_url(self) -> str:
        return self.visit.get_absolute_url()

    @property
    def held_at(self) -> datetime:
        return datetime.fromisoformat(self.before["held_at"])

    @property
    def see_again_on(self) -> date | None:
        told = self.before["see_again_on"]
        return date.fromisoformat(told) if told else None

    if TYPE_CHECKING:
        made_by_id: int

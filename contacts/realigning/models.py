"""What a realignment did, kept so that it can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.utils import timezone

from accounts.models import Territory, User


class RealignmentQuerySet(models.QuerySet["Realignment"]):
    def visible_to(self, user: User) -> Self:
        """Managers and admins draw the borders, so they read who drew them."""
        return self if user.sees_all_territories else self.none()

    def touching(self, territory: Territory) -> Self:
        """Those that gave this territory an area or took one from it."""
        return self.filter(
            models.Q(to=territory) | models.Q(areas__contains=[{"was": territory.pk}])
        )


class Realignment(models.Model):
    """Areas given to a territory, or taken from all where `to` is empty, and whose they were."""

    to = models.ForeignKey(
        Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="realignments"
    )
    areas = models.JSONField(help_text="Kind and code of each area, and the territory it was in.")
    practices_moved = models.PositiveIntegerField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = RealignmentQuerySet.as_manager()

    class Meta:
        app_label = "contacts"
        ordering: ClassVar = ("-made_at", "-pk")

    def __str__(self) -> str:
        count = len(self.areas)
        return f"{count} {'area' if count == 1 else 'areas'} to {self.to or 'nobody'}"

    if TYPE_CHECKING:
        to_id: int | None

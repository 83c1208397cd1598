"""Days on which the team's calendar differs from the public one."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import User
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked


class ClosedDayQuerySet(models.QuerySet["ClosedDay"]):
    def visible_to(self, user: User) -> Self:
        """When the team is off is known to everyone who signs in."""
        if user.is_active and user.role in user.Role.values:
            return self
        return self.none()

    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def removed(self) -> Self:
        return self.exclude(removed_at=None)


@tracked()
class ClosedDay(models.Model):
    """A day off of the team's own; or, where `is_worked`, a public holiday that it works."""

    day = models.DateField()
    name = LineField(max_length=60)
    is_worked = models.BooleanField(default=False, help_text="The team works on this holiday.")
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ClosedDayQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        ordering: ClassVar = ("day", "pk")
        constraints: ClassVar = (
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(removed_at=None),
                name="closed_day_once",
                violation_error_message="This day is in the calendar already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.day}"

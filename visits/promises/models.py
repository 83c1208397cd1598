"""Words that promises are made with, and what a manager handed on at once."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from accounts.models import User
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked


class SuggestedPromiseQuerySet(models.QuerySet["SuggestedPromise"]):
    def visible_to(self, user: User) -> Self:
        """Words that everyone uses."""
        if user.is_active and user.role in user.Role.values:
            return self
        return self.none()

    def offered(self) -> Self:
        return self.filter(is_offered=True)


@tracked()
class SuggestedPromise(models.Model):
    """What is promised often, so that it takes one tap: send the referral form, call back."""

    words = LineField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=100)
    is_offered = models.BooleanField(default=True, help_text="Shown when a promise is made.")

    objects = SuggestedPromiseQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("position", "words", "pk")

    def __str__(self) -> str:
        return self.words


class PromiseHandoverQuerySet(models.QuerySet["PromiseHandover"]):
    def visible_to(self, user: User) -> Self:
        """Managers hand promises on, so they read who did."""
        return self if user.sees_all_territories else self.none()

    def standing(self) -> Self:
        return self.filter(undone_at=None)


class PromiseHandover(models.Model):
    """Promises that a manager gave to a colleague at once, and whose they were."""

    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    promises = models.JSONField(help_text="Each promise, and who had it before.")
    left_out = models.PositiveIntegerField(
        default=0,
        help_text="Asked for, but closed or at practices the colleague does not work.",
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = PromiseHandoverQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-made_at", "-pk")

    def __str__(self) -> str:
        count = self.count
        return f"{count} {'promise' if count == 1 else 'promises'} to {self.to}"

    @property
    def count(self) -> int:
        return len(self.promises)

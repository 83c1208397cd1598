from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User
    from visits.planning.models import (
        CalendarAddress,
        CoverageGoal,
        Dismissal,
        PracticeTier,
        StartPoint,
        TierChange,
    )

M = TypeVar("M", bound=models.Model)


class RuleQuerySet(models.QuerySet[M]):
    """What managers decided for everybody, so everybody may read it."""

    def visible_to(self, user: User) -> Self:
        return self if user.is_active and user.role in user.Role.values else self.none()


class CadenceQuerySet(RuleQuerySet[M]):
    pass


class CoverageGoalQuerySet(RuleQuerySet["CoverageGoal"]):
    def the_one(self) -> CoverageGoal:
        """The row there is, or the usual goal."""
        return self.first() or self.model(pk=1)


class PracticeTierQuerySet(models.QuerySet["PracticeTier"]):
    def visible_to(self, user: User) -> Self:
        """What we think of a practice belongs to the relationship."""
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())


class TierChangeQuerySet(models.QuerySet["TierChange"]):
    def visible_to(self, user: User) -> Self:
        """Managers and admins give tiers, so they read and undo what was given."""
        return self if user.sees_all_territories else self.none()

    def standing(self) -> Self:
        return self.filter(undone_at=None)


class DismissalQuerySet(models.QuerySet["Dismissal"]):
    def visible_to(self, user: User) -> Self:
        """Like a plan: its liaison's own, and the managers'."""
        if user.sees_all_territories:
            return self
        return self.filter(liaison=user, practice__territory__in=user.territories_today())

    def in_force(self, on: date) -> Self:
        """Neither undone nor run out by that day."""
        return self.filter(undone_at=None, until__gt=on)


class StartPointQuerySet(models.QuerySet["StartPoint"]):
    def visible_to(self, user: User) -> Self:
        """About where somebody lives: his own alone."""
        return self.filter(person=user) if user.is_active else self.none()


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(person=user) if user.is_active else self.none()

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

from referrals.by_hand.source import BY_HAND

if TYPE_CHECKING:
    from accounts.models import User
    from referrals.models import (
        BatchUndo,
        HeaderMap,
        IntakeBatch,
        Referral,
        ReferralEvent,
        RefusedRow,
        Restatement,
        RollupRun,
        Source,
        UnmatchedRow,
        VolumeCell,
    )


C = TypeVar("C", bound=models.Model)


class CatalogueQuerySet(models.QuerySet[C]):
    """Sources, service lines and facilities: words everyone uses."""

    def visible_to(self, user: User) -> Self:
        return self if user.is_active and user.role in user.Role.values else self.none()


class SourceQuerySet(CatalogueQuerySet["Source"]):
    def feeds(self) -> Self:
        """Those that send files: all but what liaisons take by hand."""
        return self.exclude(code=BY_HAND)


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: User) -> Self:
        """The only door from a request to these rows."""
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())

    def referred_between(self, start: date, end: date) -> Self:
        return self.filter(referred_on__gte=start, referred_on__lt=end)


class ReferralEventQuerySet(models.QuerySet["ReferralEvent"]):
    def visible_to(self, user: User) -> Self:
        if user.sees_all_territories:
            return self
        return self.filter(referral__practice__territory__in=user.territories_today())


class VolumeCellQuerySet(models.QuerySet["VolumeCell"]):
    def visible_to(self, user: User) -> Self:
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())

    def months_between(self, start: date, end: date) -> Self:
        """Months that start on or after `start` and before `end`."""
        return self.filter(month__gte=start, month__lt=end)


class IntakeBatchQuerySet(models.QuerySet["IntakeBatch"]):
    def visible_to(self, user: User) -> Self:
        """Imports hold rows of every territory: managers read them, admins run them."""
        return self if user.sees_all_territories else self.none()


class HeaderMapQuerySet(models.QuerySet["HeaderMap"]):
    def visible_to(self, user: User) -> Self:
        return self if user.sees_all_territories else self.none()


class BatchUndoQuerySet(models.QuerySet["BatchUndo"]):
    def visible_to(self, user: User) -> Self:
        return self if user.sees_all_territories else self.none()


class RefusedRowQuerySet(models.QuerySet["RefusedRow"]):
    def visible_to(self, user: User) -> Self:
        return self if user.sees_all_territories else self.none()


class UnmatchedRowQuerySet(models.QuerySet["UnmatchedRow"]):
    def visible_to(self, user: User) -> Self:
        return self if user.sees_all_territories else self.none()

    def waiting(self) -> Self:
        return self.filter(resolved_at=None)


class RestatementQuerySet(models.QuerySet["Restatement"]):
    def visible_to(self, user: User) -> Self:
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())


class RollupRunQuerySet(models.QuerySet["RollupRun"]):
    def visible_to(self, user: User) -> Self:
        """The ledger of counting speaks of every territory at once."""
        return self if user.sees_all_territories else self.none()

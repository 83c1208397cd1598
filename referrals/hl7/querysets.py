from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User
    from referrals.hl7.models import Hl7Message, SourceCode, ToldReferral


class Hl7MessageQuerySet(models.QuerySet["Hl7Message"]):
    def visible_to(self, user: User) -> Self:
        """Messages hold rows of every territory, as imports do."""
        return self if user.sees_all_territories else self.none()


class ToldReferralQuerySet(models.QuerySet["ToldReferral"]):
    def visible_to(self, user: User) -> Self:
        return self if user.sees_all_territories else self.none()

    def waiting(self) -> Self:
        return self.filter(state="waiting")


class SourceCodeQuerySet(models.QuerySet["SourceCode"]):
    def visible_to(self, user: User) -> Self:
        return self if user.sees_all_territories else self.none()

    def unanswered(self) -> Self:
        return self.filter(
            Q(physician=None, practice=None, service_line=None, destination=None),
            is_set_aside=False,
        )

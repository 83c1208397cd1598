from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User
    from visits.notices.models import Digest, Notice, NoticeChoices


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and of a practice only while one works it or has its issue."""
        own = self.filter(person=user, is_wanted=True)
        if user.sees_all_territories:
            return own
        places = user.territories_today()
        here = Q(practice=None) | Q(practice__territory__in=places)
        return own.filter(here | Q(issue__owner=user))

    def unseen(self) -> Self:
        return self.filter(seen_at=None)

    def made_since(self, moment: datetime) -> Self:
        return self.filter(made_at__gte=moment)


class NoticeChoicesQuerySet(models.QuerySet["NoticeChoices"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(person=user) if user.is_active else self.none()


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, user: User) -> Self:
        """One's own; nobody reads another person's mail."""
        return self.filter(person=user) if user.is_active else self.none()

    def to_send(self, at: datetime) -> Self:
        """Waiting, not to be tried later, and not yet too late."""
        return self.filter(state="waiting", try_at__lte=at, until__gt=at)

    def of_period(self, kind: str, period: date) -> Self:
        return self.filter(kind=kind, period=period)

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User
    from visits.voice.models import VoiceAnswer, VoiceLink


class VoiceLinkQuerySet(models.QuerySet["VoiceLink"]):
    def visible_to(self, user: User) -> Self:
        """Whoever works the practice may leave a card there."""
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())

    def standing(self) -> Self:
        """Nobody took them back; they may have run out."""
        return self.filter(revoked_at=None)

    def working(self, at: datetime) -> Self:
        return self.standing().filter(expires_at__gt=at)


class VoiceAnswerQuerySet(models.QuerySet["VoiceAnswer"]):
    def visible_to(self, user: User) -> Self:
        """What an office says of us belongs to the relationship."""
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())

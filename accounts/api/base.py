"""The base of every API view of the apps: who asks, and where answers to keys are kept."""

from __future__ import annotations

from accounts.models import User
from accounts.services.answers import KeptAnswers
from liaison_crm.core.api.views import StrictViewSet


class PersonViewSet(StrictViewSet):
    answers = KeptAnswers()

    @property
    def person(self) -> User:
        """Whoever asks. `IsAuthenticated` lets nobody else come this far."""
        user = self.request.user
        assert isinstance(user, User)
        return user

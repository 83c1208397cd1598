"""The refusals service messages can meet, in words for the team."""

from __future__ import annotations

from liaison_crm.core.errors import DomainError


class MessageWithdrawn(DomainError):
    code = "message_withdrawn"


class MessageStands(DomainError):
    """Nobody withdrew the message, so there is nothing to bring back."""

    code = "message_stands"


class MessageNotCurrent(DomainError):
    code = "message_not_current"


class HearingSentDifferently(DomainError):
    code = "hearing_sent_differently"


class TitleTaken(DomainError):
    code = "title_taken"


class NoSuchVersion(DomainError):
    code = "no_such_version"

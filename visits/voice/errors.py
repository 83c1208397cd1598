"""The refusals of the office's voice."""

from __future__ import annotations

from liaison_crm.core.errors import DomainError


class VoiceLinkEnded(DomainError):
    code = "voice_link_ended"


class VoiceLinkStands(DomainError):
    """It was not taken back, or another one stands in its place."""

    code = "voice_link_stands"


class AnswerSentDifferently(DomainError):
    """The client key was used before, for an answer that says something else."""

    code = "answer_sent_differently"

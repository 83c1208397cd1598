"""What corrections refuse."""

from liaison_crm.core.errors import DomainError


class CorrectionSentDifferently(DomainError):
    """The client key was used before, for a correction that says something else."""

    code = "correction_sent_differently"


class NothingToCorrect(DomainError):
    """The directory says so already."""

    code = "nothing_to_correct"


class NotACorrection(DomainError):
    """The kind does not fit what it is about, or the day has not come."""

    code = "not_a_correction"


class CorrectionAnswered(DomainError):
    """Somebody was quicker."""

    code = "correction_answered"


class CorrectionOpen(DomainError):
    """Nobody has answered it, so there is nothing to undo."""

    code = "correction_open"


class ChangedSince(DomainError):
    """What the approval wrote has been written over, so it cannot be taken back."""

    code = "changed_since"


class NpiGiven(DomainError):
    """The physician has an NPI, or was joined with somebody who has one."""

    code = "npi_given"

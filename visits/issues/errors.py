"""The refusals an issue can meet, in words for whoever acts on it."""

from __future__ import annotations

from liaison_crm.core.errors import DomainError


class IssueSentDifferently(DomainError):
    """The client key was used before, for an issue that says something else."""

    code = "issue_sent_differently"


class NotTheirVisit(DomainError):
    """The visit it is said to come from was elsewhere."""

    code = "not_their_visit"


class IssueMoved(DomainError):
    """Somebody was quicker, or the step does not fit where the issue stands."""

    code = "issue_moved"


class NoAnswer(DomainError):
    code = "no_answer"


class NoReason(DomainError):
    code = "no_reason"


class NothingSaid(DomainError):
    code = "nothing_said"


class TooLongClosed(DomainError):
    """After ninety days the same complaint is a new one."""

    code = "too_long_closed"


class TooLateToTakeBack(DomainError):
    code = "too_late_to_take_back"


class CannotSeeToIt(DomainError):
    """Nobody can be handed an issue that he cannot act on, or that he has."""

    code = "cannot_see_to_it"


class NoOutsider(DomainError):
    """A link is for an outsider, and a colleague sees to this issue."""

    code = "no_outsider"


class LinkNotStanding(DomainError):
    code = "link_not_standing"


class StillNeeded(DomainError):
    """Issues or rules name this person."""

    code = "still_needed"


class RuleReplaced(DomainError):
    """Another rule for the same issues was set since this one was dropped."""

    code = "rule_replaced"

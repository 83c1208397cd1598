"""The refusals visits, plans and promises can meet, in words for the liaison."""

from __future__ import annotations

from liaison_crm.core.errors import DomainError


class VisitInFuture(DomainError):
    code = "visit_in_future"


class VisitTooEarly(DomainError):
    code = "visit_too_early"


class VisitSentDifferently(DomainError):
    """The client key was used before, for a visit that says something else."""

    code = "visit_sent_differently"


class PracticeClosed(DomainError):
    code = "practice_closed"


class NotAtThisPractice(DomainError):
    code = "not_at_this_practice"


class NobodyWasMet(DomainError):
    """People were named on a visit that got no access."""

    code = "nobody_was_met"


class SeeAgainTooSoon(DomainError):
    code = "see_again_too_soon"


class TooLateToChange(DomainError):
    code = "too_late_to_change"


class VisitTakenBack(DomainError):
    code = "visit_taken_back"


class VisitStands(DomainError):
    """Nobody took the visit back, so there is nothing to restore."""

    code = "visit_stands"


class StillChangeable(DomainError):
    """The visit's liaison may still change it without a reason."""

    code = "still_changeable"


class NothingCorrected(DomainError):
    code = "nothing_corrected"


class CorrectionSentDifferently(DomainError):
    code = "correction_sent_differently"


class DayIsOver(DomainError):
    code = "day_is_over"


class TooFarAhead(DomainError):
    code = "too_far_ahead"


class AlreadyPlanned(DomainError):
    code = "already_planned"


class PlanNotOpen(DomainError):
    code = "plan_not_open"


class DayChanged(DomainError):
    """The stops are not those, or not in that order, that the person was looking at."""

    code = "day_changed"


class NothingSuggested(DomainError):
    """The suggestion is gone: planned, dismissed or no longer true."""

    code = "nothing_suggested"


class NotDismissed(DomainError):
    code = "not_dismissed"


class NothingToTier(DomainError):
    """No practice would change its tier."""

    code = "nothing_to_tier"


class TiersChangedBack(DomainError):
    code = "tiers_changed_back"


class ZipCodeUnknown(DomainError):
    code = "zip_code_unknown"


class NotTheirPractice(DomainError):
    """The colleague does not work the practice's territory."""

    code = "not_their_practice"


class PromiseSentDifferently(DomainError):
    code = "promise_sent_differently"


class DueTooEarly(DomainError):
    code = "due_too_early"


class FollowUpClosed(DomainError):
    code = "follow_up_closed"


class FollowUpOpen(DomainError):
    """The promise is still open, so there is nothing to open again."""

    code = "follow_up_open"


class OfficeToldAlready(DomainError):
    code = "office_told_already"


class OfficeNotTold(DomainError):
    """Nobody told the office, so there is nothing to take back."""

    code = "office_not_told"


class NothingToHandOn(DomainError):
    """None of the promises is open and at a practice that the colleague works."""

    code = "nothing_to_hand_on"


class HandedOnSince(DomainError):
    """None of the promises is as the handover left it."""

    code = "handed_on_since"

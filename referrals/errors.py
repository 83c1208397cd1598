"""What this app can refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liaison_crm.core.errors import DomainError

if TYPE_CHECKING:
    from referrals.models import IntakeBatch


class RollupUnderWay(DomainError):
    """Two runs at a time could publish an older count over a newer one."""

    code = "rollup_under_way"


class NightAlreadyCounted(DomainError):
    code = "night_already_counted"


class NightNotOver(DomainError):
    """The run of a night that has not come yet was asked for."""

    code = "night_not_over"


class AlreadyImported(DomainError):
    """These very bytes came in before; `batch` is the import that took them."""

    code = "already_imported"

    def __init__(self, batch: IntakeBatch) -> None:
        was = "is here already" if batch.is_unconfirmed else "was already imported"
        super().__init__(f"This file {was} as import {batch.pk}.", batch=batch.pk)
        self.batch = batch


class TooManyNew(DomainError):
    """An import that may make service lines and destinations would make absurdly many."""

    code = "too_many_new"


class FileLost(DomainError):
    """The stored file of an import is gone, so it cannot be taken."""

    code = "file_lost"


class ImportSuperseded(Exception):
    """This process was taken for dead, and another one is at its import now."""


class NothingToMatch(DomainError):
    """The columns of an import are matched, and it has gone on."""

    code = "nothing_to_match"


class ColumnsNotMatched(DomainError):
    """A match that leaves out what every referral has, or says one thing twice."""

    code = "columns_not_matched"
    http_status = 422


class NotChecked(DomainError):
    """An import was confirmed or dropped that does not wait for it."""

    code = "not_checked"


class CannotBeUndone(DomainError):
    code = "cannot_be_undone"


class UploadIncomplete(DomainError):
    """The connection broke before the file was whole."""

    code = "incomplete"
    http_status = 400


class UploadNotStored(DomainError):
    """The disk would not take the file."""

    code = "not_stored"
    http_status = 503


class NoFile(DomainError):
    """An import was asked for without a file of referrals."""

    code = "no_file"
    http_status = 422


class NotAFeed(DomainError):
    """A file was said to come from what liaisons take by hand."""

    code = "not_a_feed"


class CodeMeansNothing(DomainError):
    """A source's code was given a meaning that no code of its kind can have."""

    code = "code_means_nothing"


class ReferralNotOfThatDay(DomainError):
    code = "not_of_that_day"


class PracticeNotOpen(DomainError):
    code = "practice_not_open"


class ReferrerNotThere(DomainError):
    """The physician does not work at the practice the referral is said to come from."""

    code = "referrer_not_there"


class NoDestination(DomainError):
    code = "no_destination"


class ReferralSentDifferently(DomainError):
    code = "referral_sent_differently"


class ReferralTakenBack(DomainError):
    code = "referral_taken_back"


class ReferralStands(DomainError):
    """It was not taken back, so there is nothing to restore."""

    code = "referral_stands"


class TooLateToTakeBack(DomainError):
    code = "too_late_to_take_back"

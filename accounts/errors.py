"""What the accounts app refuses to do."""

from liaison_crm.core.errors import DomainError


class LastAdmin(DomainError):
    code = "last_admin"


class OwnAccount(DomainError):
    code = "own_account"


class EmailTaken(DomainError):
    code = "email_taken"


class CannotSignIn(DomainError):
    code = "cannot_sign_in"


class UnassignedIsFixed(DomainError):
    code = "unassigned_is_fixed"


class TerritoryNameTaken(DomainError):
    code = "territory_name_taken"


class TerritoryInUse(DomainError):
    code = "territory_in_use"


class AreaTaken(DomainError):
    code = "area_taken"


class AlreadyWorksThere(DomainError):
    code = "already_works_there"


class AlreadyEnded(DomainError):
    code = "already_ended"


class HandoverOverwritten(DomainError):
    code = "handover_overwritten"


class TooManyTokens(DomainError):
    code = "too_many_tokens"


class ClosedDayTaken(DomainError):
    code = "closed_day_taken"


class ClosedDayGone(DomainError):
    code = "closed_day_gone"


class NotAHoliday(DomainError):
    code = "not_a_holiday"

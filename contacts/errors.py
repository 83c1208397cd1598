"""What the directory refuses."""

from liaison_crm.core.errors import DomainError


class PracticeClosed(DomainError):
    code = "practice_closed"


class PracticeKnown(DomainError):
    """Another practice stands at this very address and suite."""

    code = "practice_known"


class NpiKnown(DomainError):
    """Somebody else in the directory has this NPI."""

    code = "npi_known"


class AlreadyThere(DomainError):
    """The physician works at that practice already."""

    code = "already_there"


class AffiliationEnded(DomainError):
    code = "affiliation_ended"


class PhysicianNotActive(DomainError):
    code = "physician_not_active"


class OwnParent(DomainError):
    """An organisation would belong to itself, directly or through its parents."""

    code = "own_parent"


class HasHistory(DomainError):
    """Something points at the record, so it is ended or closed and never deleted."""

    code = "has_history"


class LoadRunning(DomainError):
    """Registry loads run one after the other."""

    code = "load_running"


class NothingToRealign(DomainError):
    """The areas are where they should go already."""

    code = "nothing_to_realign"


class RealignmentOverwritten(DomainError):
    """An area changed hands again, so the earlier change cannot be undone."""

    code = "realignment_overwritten"

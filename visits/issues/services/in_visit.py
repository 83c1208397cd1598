"""What a visit settles of issues: one raised there, and those the office was told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from visits.issues.errors import IssueMoved
from visits.issues.models import Issue
from visits.issues.services.acting import Telling, tell_office
from visits.issues.services.raising import Complaint, raise_issue
from visits.models import Visit
from visits.services.sending import fingerprint


@dataclass(frozen=True, slots=True)
class RaisedThere:
    """What the office complained of while the liaison was there."""

    complaint: Complaint

    def fingerprint(self) -> str:
        return self.complaint.fingerprint()

    def store(self, visit: Visit, *, by: User, at: datetime) -> Issue:
        return raise_issue(visit.practice, by=by, at=at, complaint=self.complaint, visit=visit)


@dataclass(frozen=True, slots=True)
class ToldThere:
    """What had been fixed, and the office now knows."""

    issues: tuple[Issue, ...]
    telling: Telling

    def fingerprint(self) -> str:
        return fingerprint(issues=self.issues, **vars(self.telling))

    def store(self, visit: Visit, *, by: User, at: datetime) -> None:
        """What a colleague has told them meanwhile is no reason to refuse the visit."""
        for issue in self.issues:
            try:
                tell_office(issue, by=by, at=at, telling=self.telling)
            except IssueMoved:
                continue

"""What to know at the door of an office: what is owed, what was said last, who decides there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import User
from contacts.models import Practice, StaffMember
from visits.issues.reports import open_issues_of
from visits.models import FollowUp, Issue, Visit

ISSUES = 2
PROMISES = 2
BOOKERS = 2
LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """In the order in which it helps; what is known of the office alone stands last."""

    practice: Practice
    all_issues: tuple[Issue, ...]
    promises: tuple[FollowUp, ...]
    last_talk: Visit | None
    books_referrals: tuple[StaffMember, ...]
    reason: str = ""

    @property
    def issues(self) -> tuple[Issue, ...]:
        """The first few, as there is room for on a phone."""
        return self.all_issues[:ISSUES]

    @property
    def is_empty(self) -> bool:
        office = self.practice
        known = self.issues or self.promises or self.last_talk or self.books_referrals
        return not (known or office.access_rule or office.hours or self.reason)


def at_the_door(
    practice: Practice,
    *,
    viewer: User,
    promises: Iterable[FollowUp],
    visits: Sequence[Visit] | None = None,
    staff: Iterable[StaffMember] | None = None,
    reason: str = "",
) -> AtTheDoor:
    """Promises to that office, and what else is known already; what is not given is asked for."""
    if visits is None:
        visits = latest_visits(practice, viewer=viewer)
    if staff is None:
        staff = StaffMember.objects.visible_to(viewer).working().filter(practice=practice)
    return AtTheDoor(
        practice=practice,
        all_issues=tuple(open_issues_of(practice, viewer=viewer)),
        promises=tuple(one for one in promises if one.practice_id == practice.pk)[:PROMISES],
        last_talk=last_talk(visits),
        books_referrals=tuple(
            person for person in staff if person.books_referrals and not person.left_on
        )[:BOOKERS],
        reason=reason,
    )


def latest_visits(practice: Practice, *, viewer: User) -> list[Visit]:
    visits = Visit.objects.visible_to(viewer).filter(practice=practice)
    return list(visits.for_the_door()[:LOOKED_AT])


def last_talk(visits: Sequence[Visit]) -> Visit | None:
    """The latest visit on which something was said; else the latest that got in; else any."""
    said = (visit for visit in visits if visit.note)
    let_in = (visit for visit in visits if visit.outcome != Visit.Outcome.NO_ACCESS)
    return next(said, None) or next(let_in, None) or next(iter(visits), None)

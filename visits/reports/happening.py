"""What the team did today, as it comes: visits, promises kept, issues raised and answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from contacts.models import Practice
from visits.issues.models import IssueStep
from visits.models import FollowUp, Visit

SHOWN = 14
OUTCOME_ICONS = {
    "good_talk": "thumbs-up",
    "quick_hello": "hand",
    "drop_off": "package",
    "no_access": "door-closed",
}
EACH = 10
STEPS = ("raised", "acknowledged", "resolved", "told", "reopened")
ISSUE_WORDS = {
    "raised": "raised",
    "acknowledged": "being seen to",
    "resolved": "fixed",
    "told": "told to the office",
    "reopened": "opened again",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: when, what, where, and who did it."""

    at: datetime
    what: str
    practice: Practice
    by: str
    icon: str
    href: str = ""


HEARD = ("told_to_physician", "told_to_staff")


def happened_today(
    viewer: User, *, visits: list[Visit], start: datetime, end: datetime
) -> tuple[Happening, ...]:
    """Latest first. `visits` are those of the day, which the caller has read already."""
    found = [_visit(one) for one in visits]
    kept = FollowUp.objects.visible_to(viewer).filter(kept_at__gte=start, kept_at__lt=end)
    named = kept.select_related("practice", "owner", "kept_by", *HEARD)
    named = named.defer("practice__search", *(f"{one}__search" for one in HEARD))
    found += [_kept(one) for one in named.order_by("-kept_at", "-pk")[:EACH]]
    steps = (
        IssueStep.objects.visible_to(viewer)
        .filter(kind__in=STEPS, at__gte=start, at__lt=end)
        .select_related("issue__practice", "by", "by_outsider")
        .defer("issue__practice__search")
        .order_by("-at", "-pk")
    )
    found += [
        Happening(
            step.at,
            f"{step.issue.said}: {ISSUE_WORDS[step.kind]}",
            step.issue.practice,
            step.who,
            "message-circle-warning",
        )
        for step in steps[:EACH]
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN])


def _visit(visit: Visit) -> Happening:
    return Happening(
        visit.held_at,
        visit.get_outcome_display(),
        visit.practice,
        visit.liaison.name,
        OUTCOME_ICONS[visit.outcome],
        visit.get_absolute_url(),
    )


def _kept(follow_up: FollowUp) -> Happening:
    assert follow_up.kept_at is not None  # that is what it was found by
    told = f", told {follow_up.told_to or 'the office'}" if follow_up.told_at else ""
    by = follow_up.kept_by or follow_up.owner
    return Happening(
        follow_up.kept_at, f"{follow_up.promise}: kept{told}", follow_up.practice, by.name, "check"
    )

"""What becomes of an issue: seen to, resolved, told to the office; or opened again, handed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Least, Now

from accounts.models import User
from contacts.models import Physician, StaffMember
from visits.days import day_for
from visits.issues.clock import site_clock
from visits.issues.errors import (
    CannotSeeToIt,
    IssueMoved,
    NoAnswer,
    NoReason,
    NothingSaid,
    TooLateToTakeBack,
    TooLongClosed,
)
from visits.issues.models import Issue, IssueStep, Outsider
from visits.issues.querysets import COMES_BACK_WITHIN
from visits.issues.services.links import give_link
from visits.issues.services.routing import must_be_able, route_of
from visits.issues.services.scope import Actor, checked, note_step, theirs, who
from visits.notices.telling import tell_issue
from visits.services.scope import must_be_at

State = Issue.State
Kind = IssueStep.Kind

TELLING_TAKEN_BACK_WITHIN = timedelta(days=7)
NOT_TOLD: dict[str, Any] = {
    "told_at": None,
    "told_by": None,
    "told_how": "",
    "told_to_physician": None,
    "told_to_staff": None,
}
NOT_RESOLVED: dict[str, Any] = {
    "resolved_at": None,
    "resolved_by": None,
    "resolved_by_outsider": None,
    "answer": "",
}
NOT_ACKNOWLEDGED: dict[str, Any] = {
    "acknowledged_at": None,
    "acknowledged_by": None,
    "acknowledged_by_outsider": None,
}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How the office heard of it, and from whom at the office. Nobody by name: the office."""

    how: str
    to_physician: Physician | None = None
    to_staff: StaffMember | None = None


@transaction.atomic
def acknowledge_issue(issue: Issue, *, by: Actor, at: datetime) -> None:
    """Say that one sees to it."""
    raised = theirs(issue, by).filter(state=State.RAISED)
    # If somebody was quicker, no row matches.
    if not raised.update(
        state=State.ACKNOWLEDGED,
        acknowledged_at=at,
        **who("acknowledged_by", by),
        due_at=F("resolve_by"),
        updated_at=Now(),
    ):
        raise _moved(issue)
    note_step(issue, Kind.ACKNOWLEDGED, by=by, at=at)


@transaction.atomic
def remark_on_issue(issue: Issue, *, by: Actor, at: datetime, words: str) -> None:
    """Add a word to its story; nothing else changes. Until it is closed."""
    said = checked(IssueStep, "words", words)
    if not said:
        raise NothingSaid("Write what you want to say.", field="words")
    if not theirs(issue, by).open().update(updated_at=Now()):
        raise _moved(issue)
    note_step(issue, Kind.REMARKED, by=by, at=at, words=said)


@transaction.atomic
def resolve_issue(issue: Issue, *, by: Actor, at: datetime, answer: str) -> None:
    """Say what was done about it. The office has not heard of it yet."""
    said = checked(Issue, "answer", answer)
    if not said:
        raise NoAnswer("Say what was done, in words the office can be told.", field="answer")
    if (
        not theirs(issue, by)
        .unresolved()
        .update(
            state=State.RESOLVED,
            acknowledged_at=Coalesce("acknowledged_at", Value(at)),
            resolved_at=at,
            **who("resolved_by", by),
            answer=said,
            due_at=None,
            updated_at=Now(),
        )
    ):
        raise _moved(issue)
    note_step(issue, Kind.RESOLVED, by=by, at=at, words=said)


@transaction.atomic
def tell_office(issue: Issue, *, by: User, at: datetime, telling: Telling) -> None:
    """The office was told what came of it. This, and nothing else, closes an issue."""
    resolved = theirs(issue, by).fixed_and_untold()
    must_be_at(
        issue.practice,
        physicians=(telling.to_physician,) if telling.to_physician else (),
        staff=(telling.to_staff,) if telling.to_staff else (),
        on=day_for(by, at),
    )
    if not resolved.update(
        state=State.CLOSED,
        told_at=at,
        told_by=by,
        told_how=Issue.How(telling.how),
        told_to_physician=telling.to_physician,
        told_to_staff=telling.to_staff,
        updated_at=Now(),
    ):
        raise _moved(issue)
    told = telling.to_physician or telling.to_staff or "The office"
    words = f"{told}, {Issue.How(telling.how).label.lower()}"
    note_step(issue, Kind.TOLD, by=by, at=at, words=words)


@transaction.atomic
def take_back_telling(issue: Issue, *, by: User, at: datetime) -> None:
    """Undo: the office has not been told after all. Within a week, by who said so."""
    rows = theirs(issue, by).closed()
    told = rows.first()
    if told is None:
        raise _moved(issue)
    if told.told_by_id != by.pk and not by.sees_all_territories:
        raise PermissionDenied
    if told.told_at is None or at >= told.told_at + TELLING_TAKEN_BACK_WITHIN:
        raise TooLateToTakeBack("For a week one can say that the office was not told after all.")
    if not rows.filter(told_at=told.told_at).update(
        state=State.RESOLVED, **NOT_TOLD, updated_at=Now()
    ):
        raise _moved(issue)
    note_step(issue, Kind.UNTOLD, by=by, at=at)


@transaction.atomic
def reopen_issue(issue: Issue, *, by: User, at: datetime, why: str) -> None:
    """It was not fixed, or it came back within ninety days: its clock starts anew."""
    said = checked(IssueStep, "words", why)
    if not said:
        raise NoReason("Say why it is open again.", field="why")
    rows = theirs(issue, by)
    issue.refresh_from_db()
    if issue.told_at and at >= issue.told_at + COMES_BACK_WITHIN:
        raise TooLongClosed("It was closed more than ninety days ago. Raise it anew.")
    route = _route(issue, by, at)
    again = rows.filter(state__in=(State.RESOLVED, State.CLOSED), told_at=issue.told_at)
    if not again.update(
        state=State.RAISED,
        **NOT_TOLD,
        **NOT_RESOLVED,
        **NOT_ACKNOWLEDGED,
        **route.targets.from_(at),
        updated_at=Now(),
    ):
        raise _moved(issue)
    step = note_step(issue, Kind.REOPENED, by=by, at=at, words=said)
    tell_issue(step, to=issue.answers, at=at)
    if issue.outsider:
        give_link(issue, to=issue.outsider, by=by, at=at)


@transaction.atomic
def hand_on_issue(issue: Issue, *, by: User, at: datetime, to: Actor) -> None:
    """Somebody else sees to it. He has the usual time to say so; the time to resolve it runs on."""
    rows = theirs(issue, by)
    issue.refresh_from_db()
    if not can_hand_on(issue, by=by):
        raise PermissionDenied
    must_be_able(to)
    if to == issue.answers:
        raise CannotSeeToIt(f"{to} has this issue.", field="to")
    hours = timedelta(hours=_route(issue, by, at).targets.acknowledge)
    acknowledge_by = site_clock().after(at, hours)
    if not rows.unresolved().update(
        state=State.RAISED,
        owner=None if isinstance(to, Outsider) else to,
        outsider=to if isinstance(to, Outsider) else None,
        **NOT_ACKNOWLEDGED,
        acknowledge_by=acknowledge_by,
        due_at=Least(Value(acknowledge_by), F("resolve_by")),
        updated_at=Now(),
    ):
        raise _moved(issue)
    step = note_step(issue, Kind.HANDED_ON, by=by, at=at, words=f"To {to}")
    tell_issue(step, to=to, at=at)
    issue.links.standing().update(revoked_at=at)
    if isinstance(to, Outsider):
        give_link(issue, to=to, by=by, at=at)


def can_hand_on(issue: Issue, *, by: User) -> bool:
    """Managers, and the colleague who has it."""
    return by.sees_all_territories or issue.owner_id == by.pk


def can_take_back_telling(issue: Issue, *, by: User, at: datetime) -> bool:
    if issue.told_at is None or at >= issue.told_at + TELLING_TAKEN_BACK_WITHIN:
        return False
    return issue.told_by_id == by.pk or by.sees_all_territories


def can_reopen(issue: Issue, *, at: datetime) -> bool:
    if issue.state == State.CLOSED:
        return issue.told_at is not None and at < issue.told_at + COMES_BACK_WITHIN
    return issue.state == State.RESOLVED


def _route(issue: Issue, by: User, at: datetime) -> Any:
    return route_of(issue.practice, issue.category, issue.service_line, by=by, at=at)


def _moved(issue: Issue) -> IssueMoved:
    """Say where it stands, and who was quicker."""
    now = Issue.objects.for_page().get(pk=issue.pk)
    match now.state:
        case State.RAISED:
            return IssueMoved("Nobody has resolved this yet.")
        case State.ACKNOWLEDGED:
            seen_by = now.acknowledged_by or now.acknowledged_by_outsider or now.answers
            return IssueMoved(f"{seen_by} sees to it; it is not resolved yet.")
        case State.RESOLVED:
            return IssueMoved(f"{now.resolver} resolved this already.")
        case State.CLOSED:
            return IssueMoved(f"{now.told_by} told the office already.")
        case _:
            return IssueMoved("This issue was withdrawn.")

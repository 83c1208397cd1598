"""Raising an issue: once, however often it is sent, and with somebody to see to it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from contacts.models import Physician, Practice, StaffMember
from liaison_crm.core.errors import is_unique_violation
from liaison_crm.core.periods import site_today
from referrals.models import ServiceLine
from visits.days import day_for
from visits.issues.errors import IssueMoved, IssueSentDifferently, NotTheirVisit
from visits.issues.models import Issue, IssueStep, Outsider
from visits.issues.services.links import give_link
from visits.issues.services.routing import Route, route_of
from visits.issues.services.scope import note_step, theirs
from visits.models import Visit
from visits.notices.telling import tell_issue
from visits.services.scope import must_be_at, must_work
from visits.services.sending import fingerprint

LATE_AT_MOST = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What an office says is wrong. The key is made once, on the device.

    `recorded_at` is the device's clock where it was written down without a signal.
    """

    category: str
    said: str
    detail: str = ""
    service_line: ServiceLine | None = None
    by_physician: Physician | None = None
    by_staff: StaffMember | None = None
    recorded_at: datetime | None = None
    client_key: uuid.UUID = field(default_factory=uuid.uuid4)

    def fingerprint(self) -> str:
        apart = {"client_key", "recorded_at"}
        said = {name: value for name, value in vars(self).items() if name not in apart}
        return fingerprint(**said)

    def raised_at(self, at: datetime) -> datetime:
        """When it was written down; a clock that is wrong by more than a month, or fast, is not
        believed."""
        recorded = self.recorded_at
        return recorded if recorded and at - LATE_AT_MOST <= recorded <= at else at


@transaction.atomic
def raise_issue(
    practice: Practice,
    *,
    by: User,
    at: datetime,
    complaint: Complaint,
    visit: Visit | None = None,
) -> Issue:
    """Write down what an office complains of and give it an owner, by rule."""
    sent = fingerprint(practice=practice, by=by, visit=visit, said=complaint.fingerprint())
    if earlier := _sent_before(complaint.client_key, sent):
        return earlier
    must_work(practice, by)
    if visit and visit.practice_id != practice.pk:
        raise NotTheirVisit("That visit was at another practice.", field="visit")
    day = day_for(by, visit.held_at if visit else at)
    must_be_at(
        practice,
        physicians=(complaint.by_physician,) if complaint.by_physician else (),
        staff=(complaint.by_staff,) if complaint.by_staff else (),
        on=day,
    )
    issue = _new(practice, complaint, at=at, by=by)
    issue.visit, issue.raised_by, issue.sent_sha256 = visit, by, sent
    return _stored(issue)


@transaction.atomic
def take_issue(practice: Practice, *, at: datetime, complaint: Complaint) -> Issue:
    """What an office sends in itself. Whoever calls this knows that it is that office."""
    sent = fingerprint(practice=practice, said=complaint.fingerprint())
    if earlier := _sent_before(complaint.client_key, sent):
        return earlier
    must_be_at(
        practice,
        physicians=(complaint.by_physician,) if complaint.by_physician else (),
        staff=(complaint.by_staff,) if complaint.by_staff else (),
        on=site_today(at),
    )
    issue = _new(practice, complaint, at=at, by=None)
    issue.source, issue.sent_sha256 = Issue.Source.OFFICE, sent
    return _stored(issue)


@transaction.atomic
def withdraw_issue(issue: Issue, *, by: User, at: datetime) -> None:
    """Say that it was entered by mistake, while nobody has resolved it. It is in no count then."""
    rows = theirs(issue, by)
    _must_be_author(issue, by)
    # If a colleague resolved it first, no row matches.
    moved = rows.unresolved().update(
        state=Issue.State.WITHDRAWN, withdrawn_at=at, due_at=None, updated_at=Now()
    )
    if not moved:
        raise IssueMoved("Only an issue that nobody has resolved can be withdrawn.")
    note_step(issue, IssueStep.Kind.WITHDRAWN, by=by, at=at)


@transaction.atomic
def restore_issue(issue: Issue, *, by: User, at: datetime) -> None:
    """Undo a withdrawal: it stands where it stood, and its clock went on."""
    rows = theirs(issue, by).filter(state=Issue.State.WITHDRAWN)
    _must_be_author(issue, by)
    back = {"withdrawn_at": None, "updated_at": Now()}
    raised = rows.filter(acknowledged_at=None)
    moved = raised.update(state=Issue.State.RAISED, due_at=F("acknowledge_by"), **back)
    if not moved:
        moved = rows.update(state=Issue.State.ACKNOWLEDGED, due_at=F("resolve_by"), **back)
    if not moved:
        raise IssueMoved("This issue was not withdrawn.")
    note_step(issue, IssueStep.Kind.RESTORED, by=by, at=at)


def can_withdraw(issue: Issue, *, by: User) -> bool:
    """Did he raise it? What an office sent in itself is withdrawn by those who oversee it."""
    if issue.raised_by_id is None:
        return by.sees_all_territories
    return issue.raised_by_id == by.pk


def _must_be_author(issue: Issue, by: User) -> None:
    if not can_withdraw(issue, by=by):
        raise PermissionDenied


def _new(practice: Practice, complaint: Complaint, *, at: datetime, by: User | None) -> Issue:
    """The issue with its owner and its clock, not stored yet."""
    line = complaint.service_line
    route = route_of(practice, complaint.category, line, by=by, at=at)
    return Issue(
        practice=practice,
        client_key=complaint.client_key,
        category=complaint.category,
        service_line=line,
        said=complaint.said,
        detail=complaint.detail.strip(),
        said_by_physician=complaint.by_physician,
        said_by_staff=complaint.by_staff,
        came_back_from=_earlier(practice, complaint, at),
        raised_at=complaint.raised_at(at),
        created_at=at,
        **_given_to(route),
        **route.targets.from_(at),
    )


def _given_to(route: Route) -> dict[str, User | Outsider]:
    return {"outsider" if isinstance(route.to, Outsider) else "owner": route.to}


def _earlier(practice: Practice, complaint: Complaint, at: datetime) -> Issue | None:
    """The same complaint, closed less than ninety days ago: this is the same trouble again."""
    alike = Issue.objects.like(practice, complaint.category, complaint.service_line)
    return alike.closed_lately(at).order_by("-told_at", "-pk").first()


def _stored(issue: Issue) -> Issue:
    issue.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            issue.save(force_insert=True)
    except IntegrityError as error:
        # The same issue arrived twice at once, and the other one is stored by now.
        winner = _sent_before(issue.client_key, issue.sent_sha256)
        if is_unique_violation(error) and winner:
            return winner
        raise
    step = note_step(issue, IssueStep.Kind.RAISED, by=issue.raised_by, at=issue.raised_at)
    tell_issue(step, to=issue.answers, at=issue.created_at)
    if issue.outsider:
        give_link(issue, to=issue.outsider, by=issue.raised_by, at=issue.created_at)
    return issue


def _sent_before(client_key: uuid.UUID, sent: str) -> Issue | None:
    issue = Issue.objects.filter(client_key=client_key).first()
    if issue and issue.sent_sha256 != sent:
        raise IssueSentDifferently("Another issue was sent under this key already.")
    return issue

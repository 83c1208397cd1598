"""Promises to an office: made, kept, moved, handed on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.models import User
from contacts.models import Physician, Practice, StaffMember
from liaison_crm.core.errors import is_unique_violation
from visits.days import day_for
from visits.errors import (
    DueTooEarly,
    FollowUpClosed,
    FollowUpOpen,
    NotTheirPractice,
    PromiseSentDifferently,
    TooFarAhead,
)
from visits.models import FollowUp, Visit
from visits.services.scope import must_be_at, must_work
from visits.services.sending import fingerprint

DUE_WITHIN = timedelta(days=2 * 366)


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What was promised, by when, to whom. The key is made once, on the device."""

    promise: str
    due_on: date
    to_physician: Physician | None = None
    to_staff: StaffMember | None = None
    client_key: uuid.UUID = field(default_factory=uuid.uuid4)

    def fingerprint(self) -> str:
        return fingerprint(
            promise=self.promise,
            due_on=self.due_on,
            to_physician=self.to_physician,
            to_staff=self.to_staff,
        )


@transaction.atomic
def make_promise(
    practice: Practice, *, by: User, at: datetime, promise: Promise, owner: User | None = None
) -> FollowUp:
    """Promise an office something; `owner` keeps it, who must work there too."""
    must_work(practice, by)
    owner = owner or by
    _must_answer_for(owner, practice)
    return record_promise(practice, owner=owner, made_on=day_for(by, at), promise=promise)


def record_promise(
    practice: Practice,
    *,
    owner: User,
    made_on: date,
    promise: Promise,
    visit: Visit | None = None,
) -> FollowUp:
    """Store the promise once, however often it is sent. The caller asked for permission."""
    sent = fingerprint(practice=practice, owner=owner, said=promise.fingerprint())
    if earlier := _sent_before(promise.client_key, sent):
        return earlier
    _must_be_due(promise.due_on, since=made_on)
    must_be_at(
        practice,
        physicians=(promise.to_physician,) if promise.to_physician else (),
        staff=(promise.to_staff,) if promise.to_staff else (),
        on=made_on,
    )
    follow_up = FollowUp(
        practice=practice,
        visit=visit,
        owner=owner,
        promise=promise.promise,
        promised_on=made_on,
        due_on=promise.due_on,
        promised_to_physician=promise.to_physician,
        promised_to_staff=promise.to_staff,
        client_key=promise.client_key,
        sent_sha256=sent,
    )
    follow_up.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            follow_up.save(force_insert=True)
    except IntegrityError as error:
        if is_unique_violation(error) and (winner := _sent_before(promise.client_key, sent)):
            return winner
        raise
    return follow_up


@transaction.atomic
def keep_follow_up(follow_up: FollowUp, *, by: User, at: datetime) -> None:
    """Say that the promise was kept; whoever works the practice may."""
    must_work(follow_up.practice, by)
    still_open = FollowUp.objects.open().filter(pk=follow_up.pk)
    # If a colleague kept it first, no row matches.
    if not still_open.update(kept_at=at, kept_by=by, updated_at=Now()):
        raise _closed(follow_up)


@transaction.atomic
def reopen_follow_up(follow_up: FollowUp, *, by: User) -> None:
    """Undo keeping or dropping a promise."""
    must_work(follow_up.practice, by)
    closed = FollowUp.objects.filter(pk=follow_up.pk).exclude(kept_at=None, dropped_at=None)
    if not closed.update(kept_at=None, kept_by=None, dropped_at=None, updated_at=Now()):
        raise FollowUpOpen("This promise is open.")


@transaction.atomic
def drop_follow_up(follow_up: FollowUp, *, by: User, at: datetime) -> None:
    """The promise is no longer wanted: neither kept nor broken."""
    must_work(follow_up.practice, by)
    if not FollowUp.objects.open().filter(pk=follow_up.pk).update(dropped_at=at, updated_at=Now()):
        raise _closed(follow_up)


@transaction.atomic
def reschedule_follow_up(follow_up: FollowUp, *, by: User, today: date, due_on: date) -> None:
    """Promise it for another day, from today on."""
    must_work(follow_up.practice, by)
    _must_be_due(due_on, since=max(today, follow_up.promised_on))
    if not FollowUp.objects.open().filter(pk=follow_up.pk).update(due_on=due_on, updated_at=Now()):
        raise _closed(follow_up)


@transaction.atomic
def reassign_follow_up(follow_up: FollowUp, *, by: User, to: User) -> None:
    """A manager hands an open promise to a colleague who works the practice."""
    must_work(follow_up.practice, by)
    if not by.sees_all_territories:
        raise PermissionDenied
    _must_answer_for(to, follow_up.practice)
    if not FollowUp.objects.open().filter(pk=follow_up.pk).update(owner=to, updated_at=Now()):
        raise _closed(follow_up)


def _must_answer_for(owner: User, practice: Practice) -> None:
    if not Practice.objects.worked_by(owner).contains(practice):
        raise NotTheirPractice(f"{owner} does not work {practice}.", field="owner")


def _must_be_due(due_on: date, *, since: date) -> None:
    if due_on < since:
        raise DueTooEarly("A promise is due today or later.", field="due_on")
    if due_on > since + DUE_WITHIN:
        raise TooFarAhead("A promise is due within two years.", field="due_on")


def _sent_before(client_key: uuid.UUID, sent: str) -> FollowUp | None:
    follow_up = FollowUp.objects.filter(client_key=client_key).first()
    if follow_up and follow_up.sent_sha256 != sent:
        raise PromiseSentDifferently("Another promise was sent under this key already.")
    return follow_up


def _closed(follow_up: FollowUp) -> FollowUpClosed:
    """Say who was quicker."""
    now = FollowUp.objects.select_related("kept_by").get(pk=follow_up.pk)
    if now.kept_by:
        return FollowUpClosed(f"{now.kept_by} kept this promise already.")
    return FollowUpClosed("This promise was dropped already.")

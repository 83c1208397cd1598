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
from liaison_crm.core.sending import Sending
from visits.days import day_for
from visits.errors import (
    DueTooEarly,
    FollowUpClosed,
    FollowUpOpen,
    NotTheirPractice,
    OfficeNotTold,
    OfficeToldAlready,
    PromiseSentDifferently,
    TooFarAhead,
)
from visits.models import FollowUp, Visit
from visits.notices.telling import tell_handed_on
from visits.services.scope import must_be_at, must_work
from visits.services.sending import fingerprint

DUE_WITHIN = timedelta(days=2 * 366)
NOT_TOLD = {"told_at": None, "told_by": None, "told_to_physician": None, "told_to_staff": None}


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What was promised, by when, to whom. The key is made once, on the device."""

    promise: str
    due_on: date
    to_physician: Physician | None = None
    to_staff: StaffMember | None = None
    sending: Sending | None = None
    client_key: uuid.UUID = field(default_factory=uuid.uuid4)

    def fingerprint(self) -> str:
        return fingerprint(
            promise=self.promise,
            due_on=self.due_on,
            to_physician=self.to_physician,
            to_staff=self.to_staff,
        )


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who heard that a promise was kept; nobody by name means the office."""

    to_physician: Physician | None = None
    to_staff: StaffMember | None = None


@transaction.atomic
def make_promise(
    practice: Practice, *, by: User, at: datetime, promise: Promise, owner: User | None = None
) -> FollowUp:
    """Promise an office something; `owner` keeps it, who must work there too."""
    must_work(practice, by)
    owner = owner or by
    _must_answer_for(owner, practice)
    made = record_promise(practice, owner=owner, made_on=day_for(by, at), promise=promise)
    tell_handed_on(made, by=by, to=owner)
    return made


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
        **(promise.sending.columns if promise.sending else {}),
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
def keep_follow_up(
    follow_up: FollowUp,
    *,
    by: User,
    at: datetime,
    told: Told | None = None,
    client_key: uuid.UUID | None = None,
) -> None:
    """Say that the promise was kept, and who heard it; whoever works the practice may.

    Sent again under the same key it stays as it is, also if it was opened again since.
    """
    must_work(follow_up.practice, by)
    still_open = FollowUp.objects.open().filter(pk=follow_up.pk)
    if client_key:
        still_open = still_open.exclude(kept_key=client_key)
    # If a colleague kept it first, no row matches.
    if not still_open.update(kept_at=at, kept_by=by, kept_key=client_key, updated_at=Now()):
        if client_key and FollowUp.objects.filter(pk=follow_up.pk, kept_key=client_key).exists():
            return
        raise _closed(follow_up)
    if told:
        tell_office(follow_up, by=by, at=at, told=told, client_key=client_key)


@transaction.atomic
def tell_office(
    follow_up: FollowUp,
    *,
    by: User,
    at: datetime,
    told: Told,
    client_key: uuid.UUID | None = None,
) -> None:
    """Say that the office heard that its promise was kept: who, and when."""
    must_work(follow_up.practice, by)
    must_be_at(
        follow_up.practice,
        physicians=(told.to_physician,) if told.to_physician else (),
        staff=(told.to_staff,) if told.to_staff else (),
        on=day_for(by, at),
    )
    untold = FollowUp.objects.untold().filter(pk=follow_up.pk)
    if client_key:
        untold = untold.exclude(told_key=client_key)
    if not untold.update(
        told_at=at,
        told_by=by,
        told_to_physician=told.to_physician,
        told_to_staff=told.to_staff,
        told_key=client_key,
        updated_at=Now(),
    ):
        _refuse_telling(follow_up, client_key)


@transaction.atomic
def untell_office(follow_up: FollowUp, *, by: User) -> None:
    """Undo telling: the promise stays kept, and the office still has to hear it."""
    must_work(follow_up.practice, by)
    told = FollowUp.objects.filter(pk=follow_up.pk, told_at__isnull=False)
    if not told.update(**NOT_TOLD, updated_at=Now()):
        raise OfficeNotTold("Nobody told the office of this promise.")


@transaction.atomic
def reopen_follow_up(follow_up: FollowUp, *, by: User) -> None:
    """Undo keeping or dropping a promise; what the office was told goes with it."""
    must_work(follow_up.practice, by)
    closed = FollowUp.objects.filter(pk=follow_up.pk).exclude(kept_at=None, dropped_at=None)
    opened = {"kept_at": None, "kept_by": None, "dropped_at": None, **NOT_TOLD}
    if not closed.update(**opened, updated_at=Now()):
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
    tell_handed_on(follow_up, by=by, to=to)


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


def _refuse_telling(follow_up: FollowUp, client_key: uuid.UUID | None) -> None:
    """Say why there was nothing to tell; nothing where it is the same sending once more."""
    who = FollowUp.objects.select_related("told_by", "told_to_physician", "told_to_staff")
    now = who.get(pk=follow_up.pk)
    if client_key and now.told_key == client_key:
        return
    if now.told_at:
        raise OfficeToldAlready(f"{now.told_by} told {now.told_to or 'the office'} already.")
    raise FollowUpOpen("Keep the promise first, then tell the office.")


def _closed(follow_up: FollowUp) -> FollowUpClosed:
    """Say who was quicker."""
    now = FollowUp.objects.select_related("kept_by").get(pk=follow_up.pk)
    if now.kept_by:
        return FollowUpClosed(f"{now.kept_by} kept this promise already.")
    return FollowUpClosed("This promise was dropped already.")

"""Correct a visit after its seven days, take it back, restore it: each time with a reason."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from liaison_crm.core.errors import is_unique_violation
from visits.correcting.models import Correction
from visits.errors import (
    CorrectionSentDifferently,
    NothingCorrected,
    StillChangeable,
    VisitStands,
    VisitTakenBack,
)
from visits.models import Visit
from visits.services.recording import (
    VisitRecord,
    bring_back,
    can_change,
    rewrite,
    withdraw,
)
from visits.services.scope import must_work
from visits.services.sending import fingerprint


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why. The key is made once, on the device."""

    words: str
    client_key: uuid.UUID = field(default_factory=uuid.uuid4)


@transaction.atomic
def correct_visit(
    visit: Visit, *, by: User, at: datetime, reason: Reason, record: VisitRecord
) -> Correction:
    """Let the visit say what the record says. `record.client_key` is ignored."""
    said = {name: value for name, value in vars(record).items() if name != "client_key"}
    said["held_at"] = record.held_at.timestamp()
    said["alongside"] = [one.fingerprint() for one in record.alongside]
    sent = fingerprint(visit=visit, by=by, reason=reason.words, **said)
    visit = _locked(visit, by=by)
    if earlier := _sent_before(reason.client_key, sent):
        return earlier
    _must_be_theirs(visit, by=by, at=at)
    if visit.taken_back_at:
        raise VisitTakenBack("This visit was taken back. Restore it first.")
    correction = _begin(visit, Correction.What.CORRECTED, by=by, at=at, reason=reason)
    rewrite(visit, by=by, at=at, record=record)
    if as_it_stands(visit) == correction.before:
        raise NothingCorrected("Nothing is different from what the visit says already.")
    return _keep(correction, sent=sent)


@transaction.atomic
def withdraw_visit(visit: Visit, *, by: User, at: datetime, reason: Reason) -> Correction:
    """Say that it did not happen. `reinstate_visit` brings it back with all that went with it."""
    sent = fingerprint(visit=visit, by=by, reason=reason.words, what=Correction.What.TAKEN_BACK)
    visit = _locked(visit, by=by)
    if earlier := _sent_before(reason.client_key, sent):
        return earlier
    _must_be_theirs(visit, by=by, at=at)
    if visit.taken_back_at:
        raise VisitTakenBack("This visit was taken back already.")
    correction = _begin(visit, Correction.What.TAKEN_BACK, by=by, at=at, reason=reason)
    withdraw(visit, at=at)
    return _keep(correction, sent=sent)


@transaction.atomic
def reinstate_visit(visit: Visit, *, by: User, at: datetime, reason: Reason) -> Correction:
    """Say that it did happen after all."""
    sent = fingerprint(visit=visit, by=by, reason=reason.words, what=Correction.What.RESTORED)
    visit = _locked(visit, by=by)
    if earlier := _sent_before(reason.client_key, sent):
        return earlier
    _must_be_theirs(visit, by=by, at=at)
    if visit.taken_back_at is None:
        raise VisitStands("This visit was not taken back.")
    correction = _begin(visit, Correction.What.RESTORED, by=by, at=at, reason=reason)
    bring_back(visit)
    return _keep(correction, sent=sent)


def may_correct(visit: Visit, *, by: User, at: datetime) -> bool:
    """Its liaison once the seven days are over; who oversees him at any time."""
    if visit.liaison_id == by.pk:
        return not can_change(visit, by=by, at=at)
    return by.sees_all_territories


def as_it_stands(visit: Visit) -> dict[str, Any]:
    """The visit in words that need no other row to be read."""
    people = visit.attendees.select_related("physician", "staff_member").order_by("pk")
    told = visit.hearings.select_related("version__message")
    return {
        "held_at": visit.held_at.isoformat(),
        "outcome": visit.get_outcome_display(),
        "channel": visit.get_channel_display(),
        "met": sorted(str(one) for one in people),
        "topics": [topic.name for topic in visit.topics.all()],
        "note": visit.note,
        "see_again_on": visit.see_again_on.isoformat() if visit.see_again_on else None,
        "messages": sorted(str(one.version) for one in told),
    }


def _locked(visit: Visit, *, by: User) -> Visit:
    """Two corrections at once take turns, and the second sees what the first made of it."""
    must_work(visit.practice, by)
    if visit.liaison_id != by.pk and not by.sees_all_territories:
        raise PermissionDenied
    return Visit.ever.select_for_update().get(pk=visit.pk)


def _must_be_theirs(visit: Visit, *, by: User, at: datetime) -> None:
    if not may_correct(visit, by=by, at=at):
        raise StillChangeable("For seven days you can change this visit without a reason.")


def _begin(
    visit: Visit, what: Correction.What, *, by: User, at: datetime, reason: Reason
) -> Correction:
    """The correction with what the visit says until then."""
    return Correction(
        client_key=reason.client_key,
        visit=visit,
        what=what,
        reason=reason.words.strip(),
        before=as_it_stands(visit),
        made_by=by,
        made_at=at,
    )


def _keep(correction: Correction, *, sent: str) -> Correction:
    versions: Any = correction.visit.events  # type: ignore[attr-defined]  # pghistory adds it
    correction.version = versions.order_by("pgh_id").values_list("pgh_id", flat=True).last()
    correction.sent_sha256 = sent
    correction.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError as error:
        if is_unique_violation(error):
            raise _sent_differently() from error
        raise
    return correction


def _sent_before(client_key: uuid.UUID, sent: str) -> Correction | None:
    correction = Correction.objects.filter(client_key=client_key).first()
    if correction and correction.sent_sha256 != sent:
        raise _sent_differently()
    return correction


def _sent_differently() -> CorrectionSentDifferently:
    return CorrectionSentDifferently("Another correction was sent under this key already.")

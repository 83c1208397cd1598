"""An admin approves, edits or declines, with a word back; everything can be undone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from contacts.corrections.effects import Word, carry_out
from contacts.corrections.errors import CorrectionAnswered, CorrectionOpen
from contacts.corrections.kinds import Kind, Value, cleaned, now_said, same_words
from contacts.corrections.models import ChangeRequest, ChangeStep
from contacts.corrections.proposing import close, locked, refuse_if_answered, tell
from contacts.corrections.rows import put_back
from contacts.models import Evidence, RegistryLoad
from contacts.services.facts import refuse_unless_admin
from liaison_crm.core.errors import DomainError
from liaison_crm.core.periods import site_today

State, What = ChangeRequest.State, ChangeStep.What
OTHERWISE = "We took another word on this."


@transaction.atomic
def approve(
    request: ChangeRequest,
    *,
    by: User,
    at: datetime,
    value: Mapping[str, object] | None = None,
    word: str = "",
    batch: uuid.UUID | None = None,
) -> ChangeRequest:
    """Make it the fact, as proposed or as the admin edited it. Others who said so are answered."""
    refuse_unless_admin(by)
    request = locked(request)
    refuse_if_answered(request)
    final = dict(request.proposed)
    if value is not None and final:
        final = cleaned(request.kind, value, at=at)
    said = ChangeRequest.SaidBy(request.said_by)
    evidence = Evidence.OFFICE if said == ChangeRequest.SaidBy.OFFICE else Evidence.COLLEAGUE
    request.batch = batch
    request.word_back = word
    _become_fact(request, final, Word(evidence, site_today(at)), by=by, at=at)
    return request


@transaction.atomic
def confirm(request: ChangeRequest, *, load: RegistryLoad, at: datetime) -> None:
    """The registry says the same, which is evidence enough."""
    request = locked(request)
    if not request.is_open:
        return
    request.load = load
    word = Word(Evidence.NPPES, load.observed_on)
    _become_fact(request, dict(request.proposed), word, by=None, at=at)


@transaction.atomic
def decline(request: ChangeRequest, *, by: User, at: datetime, word: str) -> ChangeRequest:
    """Leave the fact as it is, and tell whoever proposed it why."""
    refuse_unless_admin(by)
    if not word.strip():
        raise ValidationError({"word": "Say why, in a word to whoever proposed it."})
    request = locked(request)
    refuse_if_answered(request)
    close(request, state=State.DECLINED, what=What.DECLINED, by=by, at=at, word=word.strip())
    return request


@transaction.atomic
def undo(request: ChangeRequest, *, by: User, at: datetime) -> ChangeRequest:
    """Take a decision back: every row is what it was, and the correction is open again.

    Refuses if what the approval wrote has been written over since. Whoever withdrew a correction
    takes that back himself.
    """
    request = locked(request)
    if request.is_open:
        raise CorrectionOpen("This correction is open.")
    if request.state == State.WITHDRAWN and request.by_id != by.pk:
        raise PermissionDenied
    if request.state != State.WITHDRAWN:
        refuse_unless_admin(by)
    if request.answered_with_id:
        raise CorrectionAnswered("It was answered with another one. Undo that one.")
    put_back(request.effect)
    _open_again(request, by=by, at=at)
    for answer in request.answers.select_for_update().order_by("pk"):
        _open_again(answer, by=by, at=at)
    return request


@dataclass(frozen=True, slots=True)
class Batch:
    """What a bulk approval came to; the key undoes it."""

    key: uuid.UUID
    approved: int
    refused: tuple[str, ...]


def approve_all(requests: Iterable[ChangeRequest], *, by: User, at: datetime) -> Batch:
    """Approve each on its own; those that cannot be stay open and say why."""
    refuse_unless_admin(by)
    key, approved, refused = uuid.uuid4(), 0, []
    for request in requests:
        try:
            approve(request, by=by, at=at, batch=key)
        except CorrectionAnswered:
            continue
        except DomainError as refusal:
            refused.append(refusal.message)
        except ValidationError as mistake:
            refused.append(" ".join(mistake.messages))
        else:
            approved += 1
    return Batch(key, approved, tuple(refused))


def undo_all(key: uuid.UUID, *, by: User, at: datetime) -> Batch:
    """Undo what one bulk approval approved, latest first, as far as it still stands."""
    refuse_unless_admin(by)
    undone, refused = 0, []
    for request in ChangeRequest.objects.filter(batch=key).answered().order_by("-pk"):
        try:
            undo(request, by=by, at=at)
        except DomainError as refusal:
            refused.append(refusal.message)
        else:
            undone += 1
    return Batch(key, undone, tuple(refused))


def _become_fact(
    request: ChangeRequest, value: Value, word: Word, *, by: User | None, at: datetime
) -> None:
    request.before = now_said(request)
    request.effect = carry_out(request, value, word)
    request.approved = value
    is_edited = value != request.proposed
    request.state = State.EDITED if is_edited else State.APPROVED
    request.decided_by, request.decided_at = by, at
    request.save()
    what = What.EDITED if is_edited else What.APPROVED
    tell(
        request,
        what if by else What.CONFIRMED,
        by=by,
        at=at,
        value=value,
        word=request.word_back,
    )
    _answer_rivals(request, by=by, at=at)


def _answer_rivals(request: ChangeRequest, *, by: User | None, at: datetime) -> None:
    """Those who said the same are right as well; the others hear that another word was taken."""
    for other in ChangeRequest.objects.rivals_of(request).select_for_update().order_by("pk"):
        other.answered_with = request
        other.load = request.load
        if same_words(other.proposed, request.approved) or request.kind in DAYLESS:
            other.state, other.approved = State.APPROVED, request.approved
            other.decided_by, other.decided_at = by, at
            other.save()
            tell(other, What.APPROVED, by=by, at=at, value=request.approved)
        else:
            close(other, state=State.DECLINED, what=What.DECLINED, by=by, at=at, word=OTHERWISE)


# Two people who say that he retired agree, whichever day each names.
DAYLESS = frozenset({Kind.RETIRED, Kind.LEFT, Kind.CLOSED, Kind.STAFF_LEFT})


def _open_again(request: ChangeRequest, *, by: User, at: datetime) -> None:
    """Open for a decision, or given way to the newer word its asker has sent by now."""
    was_withdrawn = request.state == State.WITHDRAWN
    links = request.effect.get("links", {})
    request.physician_id = links.get("physician", request.physician_id)
    request.affiliation_id = links.get("affiliation", request.affiliation_id)
    request.load = request.answered_with = request.batch = None
    request.approved, request.effect, request.word_back = {}, {}, ""
    if ChangeRequest.objects.rivals_of(request).filter(by=request.by).exists():
        if was_withdrawn:
            raise CorrectionAnswered("Your newer word on the same fact is open.")
        request.state, request.decided_by, request.decided_at = State.WITHDRAWN, request.by, at
    else:
        request.state, request.decided_by, request.decided_at = State.OPEN, None, None
    request.save()
    tell(request, What.UNDONE, by=by, at=at)

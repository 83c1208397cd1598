"""Somebody says that a fact is otherwise: colleagues from the field, offices through their link."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction

from accounts.models import User
from contacts.corrections.errors import (
    CorrectionAnswered,
    CorrectionSentDifferently,
    NotACorrection,
    NothingToCorrect,
)
from contacts.corrections.joining_in import leave_again, step_in
from contacts.corrections.kinds import OF_ONE_PRACTICE, Kind, cleaned, is_said, now_said
from contacts.corrections.models import OF_PHYSICIAN, OF_STAFF, ChangeRequest, ChangeStep
from contacts.errors import PracticeClosed
from contacts.models import Affiliation, Physician, Practice, StaffMember
from contacts.querysets import may_read_directory
from liaison_crm.core.errors import is_unique_violation

State, What = ChangeRequest.State, ChangeStep.What


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What is said to be otherwise. The key is made once, on the device.

    The kind says which row it is about: `practice`, `physician`, `affiliation` or `staff_member`.
    Somebody who joined is a `physician` of the directory, or the name in the value.
    """

    kind: str
    value: Mapping[str, object] = field(default_factory=dict)
    practice: Practice | None = None
    physician: Physician | None = None
    affiliation: Affiliation | None = None
    staff_member: StaffMember | None = None
    other_practice: Practice | None = None
    why: str = ""
    said_by: str = ChangeRequest.SaidBy.COLLEAGUE
    client_key: uuid.UUID = field(default_factory=uuid.uuid4)

    def fingerprint(self, by: User | None) -> str:
        """The same words for the same content."""
        said = {name: _plain(value) for name, value in vars(self).items() if name != "client_key"}
        said["by"] = by.pk if by else None
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def propose(correction: Correction, *, by: User, at: datetime) -> ChangeRequest:
    """Say that a fact is otherwise. Whoever may read the fact may correct it; an admin decides.

    It shows at once, as not checked. One's own earlier word on the same fact gives way to it.
    """
    refuse_unless_readable(correction, by=by)
    return _store(correction, by=by, at=at)


def propose_from_office(
    practice: Practice,
    *,
    kind: str,
    value: Mapping[str, object],
    at: datetime,
    client_key: uuid.UUID,
    why: str = "",
) -> ChangeRequest:
    """An office corrects what we say about it, without signing in. The caller checked its link.

    Phone, fax, address, name, hours, access rule, and that it closed: facts of the practice itself.
    """
    if kind not in OF_ONE_PRACTICE:
        raise NotACorrection("An office corrects what we say about the office.")
    correction = Correction(
        kind=kind,
        value=value,
        practice=practice,
        why=why,
        said_by=ChangeRequest.SaidBy.OFFICE,
        client_key=client_key,
    )
    return _store(correction, by=None, at=at)


@transaction.atomic
def withdraw(request: ChangeRequest, *, by: User, at: datetime) -> None:
    """Take one's own correction back while nobody has answered it."""
    request = locked(request)
    if request.by_id != by.pk:
        raise PermissionDenied
    refuse_if_answered(request)
    close(request, state=State.WITHDRAWN, what=What.WITHDRAWN, by=by, at=at)


def refuse_unless_readable(correction: Correction, *, by: User) -> None:
    """Directory facts: everyone signed in. Office staff: who works the practice."""
    if not may_read_directory(by):
        raise PermissionDenied
    member = correction.staff_member
    if member and not StaffMember.objects.visible_to(by).contains(member):
        raise PermissionDenied


@transaction.atomic
def _store(correction: Correction, *, by: User | None, at: datetime) -> ChangeRequest:
    sent = correction.fingerprint(by)
    if earlier := _sent_before(correction.client_key, sent):
        return earlier
    request = _request(correction, by=by, at=at)
    request.sent_sha256 = sent
    if is_said(request, request.proposed):
        raise NothingToCorrect("The directory says so already.")
    try:
        with transaction.atomic():
            _insert(request, at=at)
    except IntegrityError as error:
        # The same correction arrived twice at once, and the other one is stored by now.
        if is_unique_violation(error) and (winner := _sent_before(correction.client_key, sent)):
            return winner
        raise
    tell(request, What.ASKED, by=by, at=at, value=request.proposed, word=request.why)
    return request


def _insert(request: ChangeRequest, *, at: datetime) -> None:
    _give_way_to(request, at=at)
    if request.kind == Kind.JOINED:
        step_in(request)
    request.full_clean(
        validate_unique=False,
        validate_constraints=False,
        exclude=("effect", "before", "proposed", "approved"),
    )
    request.save(force_insert=True)


def _request(correction: Correction, *, by: User | None, at: datetime) -> ChangeRequest:
    kind = correction.kind
    if kind not in Kind.values:
        raise NotACorrection("There is no such correction.")
    value = {} if _is_known_newcomer(correction) else cleaned(kind, correction.value, at=at)
    request = ChangeRequest(
        kind=kind,
        proposed=value,
        why=correction.why,
        said_by=correction.said_by,
        client_key=correction.client_key,
        by=by,
        asked_at=at,
        **_subject(correction),
    )
    request.before = now_said(request)
    return request


def _is_known_newcomer(correction: Correction) -> bool:
    return correction.kind == Kind.JOINED and correction.physician is not None


def _subject(correction: Correction) -> dict[str, models.Model | None]:
    """The rows the kind is about; a row of another kind is a mistake."""
    kind, practice, physician = correction.kind, correction.practice, correction.physician
    if kind in OF_PHYSICIAN:
        return {"physician": _needed(physician)}
    if kind in OF_STAFF:
        member = _needed(correction.staff_member)
        return {"staff_member": member, "practice": member.practice}
    if kind == Kind.LEFT:
        left = _needed(correction.affiliation)
        return {"affiliation": left, "practice": left.practice, "physician": left.physician}
    practice = _needed(practice)
    if not practice.is_open and kind != Kind.MERGED:
        raise PracticeClosed(f"{practice} is closed.")
    if kind == Kind.JOINED:
        return {"practice": practice, "physician": physician}
    if kind == Kind.MERGED:
        other = _needed(correction.other_practice)
        if other == practice or not other.is_open:
            raise NotACorrection("Choose the open practice it became a part of.", field="into")
        return {"practice": practice, "other_practice": other}
    return {"practice": practice}


def _needed(row: Any) -> Any:
    if row is None:
        raise NotACorrection("Say what the correction is about.")
    return row


def _give_way_to(request: ChangeRequest, *, at: datetime) -> None:
    """One's own earlier word on the same fact is replaced; those of others stand beside it."""
    for earlier in ChangeRequest.objects.rivals_of(request).filter(by=request.by):
        mine = locked(earlier)
        if mine.is_open:
            close(mine, state=State.WITHDRAWN, what=What.REPLACED, by=request.by, at=at)


def _sent_before(client_key: uuid.UUID, sent: str) -> ChangeRequest | None:
    request = ChangeRequest.objects.filter(client_key=client_key).first()
    if request and request.sent_sha256 != sent:
        raise CorrectionSentDifferently("Another correction was sent under this key already.")
    return request


# --- Shared with the decisions ---


def locked(request: ChangeRequest) -> ChangeRequest:
    """The request read anew and held. Of two people who decide at once, the second waits here."""
    return ChangeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def refuse_if_answered(request: ChangeRequest) -> None:
    if request.is_open:
        return
    who = f"{request.decided_by}" if request.decided_by else "The registry"
    said = {
        State.DECLINED: "declined this already",
        State.WITHDRAWN: "took this back already",
    }.get(State(request.state), "approved this already")
    raise CorrectionAnswered(f"{who} {said}.")


def close(
    request: ChangeRequest,
    *,
    state: str,
    what: str,
    by: User | None,
    at: datetime,
    word: str = "",
) -> None:
    """Without becoming a fact. Whoever had joined for the time being leaves again."""
    request.effect = leave_again(request, on=at.date()) if request.kind == Kind.JOINED else {}
    request.state = state
    request.decided_by = by
    request.decided_at = at
    request.word_back = word
    request.save()
    tell(request, what, by=by, at=at, word=word)


def tell(
    request: ChangeRequest,
    what: str,
    *,
    by: User | None,
    at: datetime,
    value: Mapping[str, str] | None = None,
    word: str = "",
) -> None:
    """Write one line of the story."""
    ChangeStep.objects.create(
        request=request, what=what, value=value or {}, word=word, by=by, at=at
    )


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Mapping):
        return {name: str(text) for name, text in value.items()}
    return str(value)

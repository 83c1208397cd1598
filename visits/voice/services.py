"""A card left at an office: made, taken back, and what the office says by it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from contacts.corrections.errors import NothingToCorrect
from contacts.corrections.models import ChangeRequest, Kind
from contacts.corrections.services import propose_from_office
from contacts.models import Practice
from liaison_crm.core.errors import is_unique_violation
from referrals.models import ServiceLine
from visits.errors import PracticeClosed
from visits.services.scope import must_work
from visits.services.sending import fingerprint
from visits.voice.errors import AnswerSentDifferently, VoiceLinkEnded, VoiceLinkStands
from visits.voice.models import VoiceAnswer, VoiceLink

LINK_LASTS = timedelta(days=180)
OFFICE_FACTS: dict[str, tuple[str, ...]] = {
    Kind.PHONE: ("phone",),
    Kind.FAX: ("fax",),
    Kind.HOURS: ("hours",),
    Kind.ADDRESS: ("street", "suite", "city", "state", "zip_code"),
}
SIGNER = signing.Signer(salt="visits.voice.link")


@dataclass(frozen=True, kw_only=True)
class Said:
    """How the last referral went. The key is made once, by the page."""

    face: str
    word: str = ""
    service_line: ServiceLine | None = None
    client_key: uuid.UUID


@transaction.atomic
def make_voice_link(practice: Practice, *, by: User, at: datetime) -> VoiceLink:
    """A fresh link for a card. The one that was there ends, and its card with it."""
    must_work(practice, by)
    if not practice.is_open:
        raise PracticeClosed(f"{practice} no longer receives visits.")
    # Of two people who make one at once, the second takes the first one's back.
    Practice.objects.select_for_update(of=("self",), no_key=True).get(pk=practice.pk)
    practice.voice_links.standing().update(revoked_at=at, updated_at=Now())
    return VoiceLink.objects.create(
        practice=practice, made_by=by, made_at=at, expires_at=at + LINK_LASTS
    )


@transaction.atomic
def revoke_voice_link(link: VoiceLink, *, by: User, at: datetime) -> None:
    """From now on the card opens nothing."""
    _must_see(link, by)
    standing = VoiceLink.objects.standing().filter(pk=link.pk)
    if not standing.update(revoked_at=at, updated_at=Now()):
        raise VoiceLinkEnded("This card was taken back already.")


@transaction.atomic
def restore_voice_link(link: VoiceLink, *, by: User) -> None:
    """Undo taking it back, unless another card stands in its place."""
    _must_see(link, by)
    revoked = VoiceLink.objects.filter(pk=link.pk).exclude(revoked_at=None)
    try:
        with transaction.atomic():
            restored = revoked.update(revoked_at=None, updated_at=Now())
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        raise VoiceLinkStands("This office has another card by now.") from error
    if not restored:
        raise VoiceLinkStands("This card was not taken back.")


def take_answer(link: VoiceLink, *, at: datetime, said: Said) -> VoiceAnswer:
    """What somebody at the office says, once, however often it is sent."""
    sent = fingerprint(
        practice=link.practice, face=said.face, word=said.word, service_line=said.service_line
    )
    if earlier := _sent_before(said.client_key, sent):
        return earlier
    if not works(link, at=at):
        raise VoiceLinkEnded("This card has ended.")
    answer = VoiceAnswer(
        link=link,
        practice=link.practice,
        face=said.face,
        word=said.word,
        service_line=said.service_line,
        answered_at=at,
        client_key=said.client_key,
        sent_sha256=sent,
    )
    answer.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
    except IntegrityError as error:
        if is_unique_violation(error) and (winner := _sent_before(said.client_key, sent)):
            return winner
        raise
    return answer


@transaction.atomic
def correct_office(
    link: VoiceLink, *, at: datetime, facts: Mapping[str, str], client_key: uuid.UUID
) -> list[ChangeRequest]:
    """What an office says about itself, fact by fact, for an admin to check. The same page sent
    twice asks once. A fact that is blank or as we have it is not asked about."""
    asked = []
    for kind, names in OFFICE_FACTS.items():
        value = {name: facts.get(name, "") for name in names}
        said_now = {name: str(getattr(link.practice, name)) for name in names}
        if value == said_now or not any(value.values()):
            continue
        key = uuid.uuid5(client_key, kind)
        asked.append(
            propose_from_office(link.practice, kind=kind, value=value, at=at, client_key=key)
        )
    if not asked:
        raise NothingToCorrect("All of this is as we have it.")
    return asked


def address_of(link: VoiceLink, page: str = "voice") -> str:
    """The path of a page it opens. The key is in the query, which no log of ours keeps."""
    return f"{reverse(page)}?{urlencode({'key': key_of(link)})}"


def key_of(link: VoiceLink) -> str:
    return SIGNER.sign(link.key.hex)


def link_behind(key: str, *, at: datetime) -> VoiceLink | None:
    """The link with this key if it works now. None says nothing about what it may have been."""
    try:
        found = uuid.UUID(hex=SIGNER.unsign(key))
    except (signing.BadSignature, ValueError):
        return None
    links = VoiceLink.objects.working(at).filter(practice__closed_on=None)
    return links.select_related("practice").filter(key=found).first()


def works(link: VoiceLink, *, at: datetime) -> bool:
    return link.revoked_at is None and at < link.expires_at


def _must_see(link: VoiceLink, by: User) -> None:
    if not VoiceLink.objects.visible_to(by).contains(link):
        raise PermissionDenied


def _sent_before(client_key: uuid.UUID, sent: str) -> VoiceAnswer | None:
    answer = VoiceAnswer.objects.filter(client_key=client_key).first()
    if answer and answer.sent_sha256 != sent:
        raise AnswerSentDifferently("Another answer was sent from this page already.")
    return answer

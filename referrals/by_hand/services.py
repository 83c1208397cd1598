"""Take a referral by hand, take it back, restore it."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from contacts.models import Affiliation, Physician, Practice
from liaison_crm.core.errors import is_unique_violation
from referrals.by_hand.models import HandReferral
from referrals.by_hand.reports import destinations_for
from referrals.by_hand.source import BY_HAND
from referrals.errors import (
    NoDestination,
    PracticeNotOpen,
    ReferralNotOfThatDay,
    ReferralSentDifferently,
    ReferralStands,
    ReferralTakenBack,
    ReferrerNotThere,
    TooLateToTakeBack,
)
from referrals.models import Facility, Referral, ReferralEvent, ServiceLine, Source, Status

CLOCKS_DIFFER_BY = timedelta(minutes=5)
TAKEN_WITHIN = timedelta(days=30)
CHANGEABLE_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class ReferralRecord:
    """What an office told a liaison. The key is made once, on his device.

    Without a destination it goes to the facility of ours that the practice refers to most.
    """

    physician: Physician
    service_line: ServiceLine
    referred_on: date
    taken_at: datetime
    destination: Facility | None = None
    reference: str = ""
    client_key: uuid.UUID = field(default_factory=uuid.uuid4)

    def fingerprint(self) -> str:
        """The same words for the same content, to tell a second sending from another referral."""
        said = (
            self.physician.pk,
            self.service_line.pk,
            self.destination.pk if self.destination else None,
            self.referred_on.isoformat(),
            self.taken_at.timestamp(),
            self.reference,
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()


@transaction.atomic
def record_by_hand(
    practice: Practice, *, by: User, at: datetime, record: ReferralRecord
) -> HandReferral:
    """Take a referral once, however often it is sent. It counts like one that a feed told."""
    sent = _what_was_sent(practice, by, record)
    if earlier := _sent_before(record.client_key, sent):
        return earlier
    if not Practice.objects.worked_by(by).contains(practice):
        raise PermissionDenied
    _must_be_of_that_day(by, at, record)
    _must_refer_from(practice, record)
    taken = HandReferral(
        client_key=record.client_key,
        practice=practice,
        physician=record.physician,
        service_line=record.service_line,
        destination=record.destination or _destination(practice),
        referred_on=record.referred_on,
        reference=record.reference.strip(),
        taken_by=by,
        taken_at=min(record.taken_at, at),
        sent_sha256=sent,
        created_at=at,
    )
    taken.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            taken.save(force_insert=True)
    except IntegrityError as error:
        # The same one arrived twice at once, and the other is stored by now.
        if is_unique_violation(error) and (winner := _sent_before(record.client_key, sent)):
            return winner
        raise
    let_it_count(taken)
    return taken


@transaction.atomic
def take_back(taken: HandReferral, *, by: User, at: datetime) -> None:
    """Say that it was none. Nothing is lost: `restore` brings it back."""
    taken = _changeable(taken, by=by, at=at)
    if taken.taken_back_at:
        raise ReferralTakenBack("This referral was taken back already.")
    forget(taken, at=at)


@transaction.atomic
def restore(taken: HandReferral, *, by: User, at: datetime) -> None:
    taken = _changeable(taken, by=by, at=at)
    if taken.taken_back_at is None:
        raise ReferralStands("This referral was not taken back.")
    let_it_count(taken)


def may_change(taken: HandReferral, *, by: User, at: datetime) -> bool:
    """Whoever took it, for seven days; those who oversee him, as long as it is there."""
    if by.sees_all_territories:
        return True
    return taken.taken_by_id == by.pk and at < taken.created_at + CHANGEABLE_FOR


def forget(taken: HandReferral, *, at: datetime) -> None:
    """Let it count no more, alone or with the visit it was given in. The caller may do this."""
    referral, taken.referral, taken.taken_back_at = taken.referral, None, at
    taken.save(update_fields=["referral", "taken_back_at", "updated_at"])
    if referral:
        referral.delete()


def let_it_count(taken: HandReferral) -> None:
    """Make the referral and the first word of its story, as the intake does with a new row."""
    taken.taken_back_at = None
    taken.referral = Referral.objects.create(
        source=_source(),
        external_id=str(taken.client_key),
        practice=taken.practice,
        physician=taken.physician,
        service_line=taken.service_line,
        destination=taken.destination,
        referred_on=taken.referred_on,
        first_seen_at=taken.created_at,
        status=Status.RECEIVED,
        status_at=taken.taken_at,
    )
    ReferralEvent.objects.create(
        referral=taken.referral,
        status=Status.RECEIVED,
        happened_at=taken.taken_at,
        learned_at=taken.created_at,
    )
    taken.save(update_fields=["referral", "taken_back_at", "updated_at"])


def _source() -> Source:
    """No file comes from it: imports refuse its code."""
    told = {"name": "Taken by hand", "time_zone": settings.SITE_TIME_ZONE}
    return Source.objects.get_or_create(code=BY_HAND, defaults=told)[0]


def _destination(practice: Practice) -> Facility:
    usual = destinations_for(practice, Facility.objects.all()).first()
    if usual is None:
        raise NoDestination(
            "No facility of ours is in the records. An admin enters one first.", field="destination"
        )
    return usual


def _must_be_of_that_day(by: User, at: datetime, record: ReferralRecord) -> None:
    if not at - TAKEN_WITHIN <= record.taken_at <= at + CLOCKS_DIFFER_BY:
        raise ReferralNotOfThatDay(
            "A referral is taken by hand within thirty days, and not in the future.",
            field="taken_at",
        )
    day = record.taken_at.astimezone(ZoneInfo(by.time_zone)).date()
    if record.referred_on not in (day, day - timedelta(days=1)):
        raise ReferralNotOfThatDay(
            "A referral taken by hand is of that day or the day before.", field="referred_on"
        )


def _must_refer_from(practice: Practice, record: ReferralRecord) -> None:
    if practice.closed_on and practice.closed_on <= record.referred_on:
        raise PracticeNotOpen(f"{practice} was closed by then.", field="practice")
    working = Affiliation.objects.current(record.referred_on)
    if not working.filter(practice=practice, physician=record.physician).exists():
        raise ReferrerNotThere(
            f"{record.physician} did not work at {practice} on that day.", field="physician"
        )


def _what_was_sent(practice: Practice, by: User, record: ReferralRecord) -> str:
    said = f"{practice.pk} {by.pk} {record.fingerprint()}"
    return hashlib.sha256(said.encode()).hexdigest()


def _sent_before(client_key: uuid.UUID, sent: str) -> HandReferral | None:
    taken = HandReferral.objects.filter(client_key=client_key).first()
    if taken and taken.sent_sha256 != sent:
        raise ReferralSentDifferently("Another referral was sent under this key already.")
    return taken


def _changeable(taken: HandReferral, *, by: User, at: datetime) -> HandReferral:
    """The row, locked and read anew, if it is still this person's to change."""
    if not HandReferral.objects.visible_to(by).contains(taken):
        raise PermissionDenied
    if not by.sees_all_territories and taken.taken_by_id != by.pk:
        raise PermissionDenied
    if not may_change(taken, by=by, at=at):
        raise TooLateToTakeBack("A referral can be taken back for seven days. Ask your manager.")
    rows = HandReferral.objects.select_related("practice", "physician", "service_line", "referral")
    return rows.select_for_update(of=("self",)).get(pk=taken.pk)

"""Publish messages, and note which office has heard them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.errors import is_unique_violation
from referrals.models import ServiceLine
from visits.days import day_for
from visits.education.errors import (
    HearingSentDifferently,
    MessageNotCurrent,
    MessageStands,
    MessageWithdrawn,
    NoSuchVersion,
    TitleTaken,
)
from visits.education.models import Hearing, Message, MessageVersion
from visits.models import Visit
from visits.services.scope import must_work
from visits.services.sending import fingerprint


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a message says, of which service, and when it may be told."""

    title: str
    points: str
    valid_from: date
    valid_until: date | None = None
    service_line: ServiceLine | None = None


@dataclass(frozen=True)
class ToldAlongside:
    """The versions told in a visit: exactly these, also where it is corrected. Without access
    nobody heard any."""

    versions: tuple[MessageVersion, ...]

    def fingerprint(self) -> str:
        return fingerprint(messages=self.versions)

    def store(self, visit: Visit, *, by: User, at: datetime) -> object:
        heard = self.versions if visit.outcome != Visit.Outcome.NO_ACCESS else ()
        note_told(visit, heard, at=at)
        return visit


@transaction.atomic
def publish_message(said: Said, *, by: User, at: datetime) -> Message:
    _must_manage(by)
    message = Message(
        title=said.title,
        service_line=said.service_line,
        valid_from=said.valid_from,
        valid_until=said.valid_until,
    )
    _save(message)
    _add_version(message, said.points, by=by, at=at)
    return message


@transaction.atomic
def revise_message(message: Message, said: Said, *, by: User, at: datetime) -> Message:
    """Change it. Other words are a new version, which no office has heard yet; a new title or
    other days are not."""
    _must_manage(by)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.withdrawn_at:
        raise MessageWithdrawn("This message was withdrawn. Bring it back first.")
    latest = message.versions.get(number=message.version)
    message.title, message.service_line = said.title, said.service_line
    message.valid_from, message.valid_until = said.valid_from, said.valid_until
    if said.points.strip() != latest.points:
        message.version += 1
        _add_version(message, said.points, by=by, at=at)
    _save(message)
    return message


@transaction.atomic
def withdraw_message(message: Message, *, by: User, at: datetime) -> None:
    """Nobody tells it any more. Who has heard it stays written down."""
    _must_manage(by)
    standing = Message.objects.filter(pk=message.pk, withdrawn_at=None)
    if not standing.update(withdrawn_at=at, updated_at=Now()):
        raise MessageWithdrawn("This message was withdrawn already.")


@transaction.atomic
def restore_message(message: Message, *, by: User) -> None:
    _must_manage(by)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.withdrawn_at is None:
        raise MessageStands("This message was not withdrawn.")
    message.withdrawn_at = None
    _save(message)


@transaction.atomic
def tell_office(
    practice: Practice,
    version: MessageVersion,
    *,
    by: User,
    at: datetime,
    client_key: uuid.UUID | None = None,
) -> Hearing:
    """Note that the office heard this version at that moment, outside a visit. Sent twice it is
    stored once; a version that has been replaced since is kept as the one that was told."""
    must_work(practice, by)
    key, day = client_key or uuid.uuid4(), day_for(by, at)
    if earlier := _sent_before(key, practice, version):
        return earlier
    if not version.message.was_told(day, at):
        raise MessageNotCurrent(f"{version.message} is not told at this time.")
    told, _ = Hearing.objects.get_or_create(
        practice=practice,
        version=version,
        visit=None,
        told_on=day,
        told_by=by,
        defaults={"client_key": key, "told_at": at},
    )
    return told


def version_of(message: Message, number: int | None) -> MessageVersion:
    """The version of that number; the present one without."""
    version = message.versions.filter(number=number or message.version).first()
    if version is None:
        raise NoSuchVersion(f"{message} has no version {number}.", field="version")
    return version


@transaction.atomic
def untell_office(hearing: Hearing, *, by: User) -> None:
    """It was noted by mistake. Whoever works there may say so; of a visit, its liaison corrects
    the visit."""
    must_work(hearing.practice, by)
    if hearing.visit_id:
        raise PermissionDenied
    hearing.delete()


def note_told(visit: Visit, versions: Collection[MessageVersion], *, at: datetime) -> None:
    """Make the versions told in a visit exactly these. The caller asked for permission.

    What a phone sends late is taken as it was told, whatever has been published since.
    """
    told = Hearing.objects.filter(visit=visit)
    told.exclude(version__in=versions).delete()
    known = set(told.values_list("version", flat=True))
    Hearing.objects.bulk_create(
        Hearing(
            practice=visit.practice,
            version=version,
            visit=visit,
            told_by=visit.liaison,
            told_at=visit.held_at,
            told_on=day_for(visit.liaison, visit.held_at),
            created_at=at,
        )
        for version in dict.fromkeys(versions)
        if version.pk not in known
    )


def _must_manage(by: User) -> None:
    if not by.sees_all_territories:
        raise PermissionDenied


def _save(message: Message) -> None:
    message.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            message.save()
    except IntegrityError as error:
        if is_unique_violation(error):
            raise TitleTaken("There is a message of this title already.", field="title") from error
        raise


def _add_version(message: Message, points: str, *, by: User, at: datetime) -> None:
    version = MessageVersion(
        message=message,
        number=message.version,
        points=points.strip(),
        published_by=by,
        published_at=at,
    )
    version.full_clean(validate_unique=False, validate_constraints=False)
    version.save()


def _sent_before(key: uuid.UUID, practice: Practice, version: MessageVersion) -> Hearing | None:
    told = Hearing.objects.filter(client_key=key).first()
    if told and (told.practice_id, told.version_id) != (practice.pk, version.pk):
        raise HearingSentDifferently("Something else was sent under this key already.")
    return told

"""Send a file to be checked, say what its columns mean, let it in, drop it, undo it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import BinaryIO, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from liaison_crm.core.csv.refusals import WrongDelimiter
from referrals import intake, services
from referrals.errors import (
    CannotBeUndone,
    ColumnsNotMatched,
    NoFile,
    NotChecked,
    NothingToMatch,
)
from referrals.intake import mapping
from referrals.intake.columns import REQUIRED
from referrals.models import BatchUndo, HeaderMap, IntakeBatch, SealedFile, Source, Status

State = IntakeBatch.State
SENT_ON = (State.QUEUED, State.RUNNING, State.DONE)


@dataclass(frozen=True, kw_only=True)
class Match:
    """What a person says of a header: our columns by the names of theirs, and how to read them."""

    columns: dict[str, str]
    fixed: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    date_form: str
    clock: str = HeaderMap.Clock.HOURS_24
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str = ""


def send_to_check(
    upload: object, *, source: Source, create_missing: bool, by: User, at: datetime
) -> IntakeBatch:
    """Take in a file of any header. A header that is known is checked at once."""
    if not by.is_admin:
        raise PermissionDenied
    services.must_be_a_feed(source)
    if not isinstance(upload, intake.ScrubbedUpload):
        raise NoFile("Choose a file of referrals.")
    if upload.refusal is not None:
        raise upload.refusal
    sealed = SealedFile(stored_as=upload.stored_as, key=upload.key, created_at=at)
    with mapping.open_sealed_file(sealed) as opened:
        sealed.kind = mapping.kind_of(cast(BinaryIO, opened))
        head = mapping.head_of(cast(BinaryIO, opened), sealed.kind)
    known = HeaderMap.objects.filter(source=source, fingerprint=head.fingerprint).first()
    is_understood = known is not None or mapping.is_canonical(head)
    batch = IntakeBatch(
        source=source,
        file_name=upload.name or "",
        sha256=upload.sha256,
        bytes_total=upload.size or 0,
        state=State.QUEUED if is_understood else State.MAPPING,
        job=IntakeBatch.Job.CHECK,
        header_map=known,
        create_missing=create_missing,
        uploaded_by=by,
        created_at=at,
    )
    with transaction.atomic():
        intake.queue(batch)
        sealed.batch = batch
        sealed.save()
        if is_understood:
            transaction.on_commit(partial(services.hand_out_import, batch.pk))
    upload.keep()
    return batch


def match_columns(batch: IntakeBatch, *, by: User, match: Match) -> None:
    """Remember what this header means for its source, and let a worker check the file with it."""
    _must_be_an_admin(batch, by)
    sealed = SealedFile.objects.filter(batch=batch).first()
    if sealed is None:
        raise NothingToMatch("The columns of this file are not to be matched any more.")
    head = _head(sealed, match)
    _must_be_whole(match, head)
    with transaction.atomic():
        remembered, _ = HeaderMap.objects.update_or_create(
            source=batch.source,
            fingerprint=head.fingerprint,
            defaults={
                "header": list(head.names),
                "columns": match.columns,
                "fixed": match.fixed,
                "statuses": match.statuses,
                "date_form": match.date_form,
                "clock": match.clock,
                "delimiter": match.delimiter,
                "encoding": match.encoding,
                "confirmed_by": by,
            },
        )
        if not intake.check_again(batch, header_map=remembered):
            raise NothingToMatch("This file is being checked already.")
        SealedFile.objects.filter(batch=batch).update(sheet=match.sheet)
        transaction.on_commit(partial(services.hand_out_import, batch.pk))


def confirm(batch: IntakeBatch, *, by: User, mode: IntakeBatch.Mode) -> None:
    """Take what was checked. A second click finds it on its way and changes nothing."""
    _must_be_an_admin(batch, by)
    with transaction.atomic():
        if intake.confirm(batch, mode=mode):
            transaction.on_commit(partial(services.hand_out_import, batch.pk))
            return
    batch.refresh_from_db()
    if batch.job != IntakeBatch.Job.LOAD or batch.state not in SENT_ON:
        raise NotChecked("Only a file that was checked can be taken.")


def drop(batch: IntakeBatch, *, by: User) -> None:
    """Forget a file that was not taken. It may be sent again."""
    _must_be_an_admin(batch, by)
    if intake.drop(batch):
        return
    batch.refresh_from_db()
    if batch.state != State.DROPPED:
        raise NotChecked("This file is not waiting for anybody, so it cannot be dropped.")


def undo(batch: IntakeBatch, *, by: User, at: datetime) -> None:
    """Let a worker take back what this import did. A second click changes nothing."""
    _must_be_an_admin(batch, by)
    with transaction.atomic():
        if intake.ask_undo(batch):
            told = {"asked_by": by, "asked_at": at}
            BatchUndo.objects.update_or_create(batch=batch, defaults=told)
            transaction.on_commit(partial(services.hand_out_import, batch.pk))
            return
    batch.refresh_from_db()
    is_under_way = batch.job == IntakeBatch.Job.UNDO and not batch.is_finished
    if batch.state != State.UNDONE and not is_under_way:
        raise CannotBeUndone(
            "Only an import that is done can be undone, and only since imports remember what they "
            "changed."
        )


def _must_be_an_admin(batch: IntakeBatch, by: User) -> None:
    if not by.is_admin or not IntakeBatch.objects.visible_to(by).contains(batch):
        raise PermissionDenied


def _head(sealed: SealedFile, match: Match) -> mapping.Head:
    with mapping.open_sealed_file(sealed) as opened:
        return mapping.head_of(
            cast(BinaryIO, opened),
            sealed.kind,
            delimiter=match.delimiter,
            encoding=match.encoding,
            sheet=match.sheet,
        )


def _must_be_whole(match: Match, head: mapping.Head) -> None:
    """Every required column is matched or said once for all, and only columns that are there."""
    _must_speak_of_our_columns(match)
    missing = [name for name in REQUIRED if name not in {**match.columns, **match.fixed}]
    if missing:
        raise ColumnsNotMatched(f"Say which column is {', '.join(missing)}.", missing=missing)
    has_practice = "practice_id" in match.columns
    if not has_practice and not {"practice_name", "practice_zip"} <= match.columns.keys():
        raise ColumnsNotMatched(
            "Say which column is practice_id, or practice_name and practice_zip."
        )
    if len(head.names) == 1 and match.delimiter == ",":
        raise WrongDelimiter("This header has one name. Say what separates its columns.", line=1)
    if refusal := mapping.missing_from(head, list(match.columns.values())):
        raise refusal
    number = match.columns.get("patient_number")
    shared = [name for name, theirs in match.columns.items() if theirs == number]
    if number is not None and len(shared) > 1:
        raise ColumnsNotMatched("The patient number is no other column.", columns=shared)


def _must_speak_of_our_columns(match: Match) -> None:
    twice = sorted(match.columns.keys() & match.fixed.keys())
    strange = sorted({*match.columns} - {*mapping.TARGETS} | {*match.fixed} - {*mapping.FIXABLE})
    if twice or strange:
        names = ", ".join(twice or strange)
        raise ColumnsNotMatched(f"This cannot be said of {names}.", columns=twice or strange)
    statuses = {*match.statuses.values(), match.fixed.get("status", Status.RECEIVED)}
    if not statuses <= {*Status.values}:
        raise ColumnsNotMatched(
            "A word is matched to a status that there is not.", field="statuses"
        )

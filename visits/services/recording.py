"""Logging a visit, correcting it, taking it back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.models import User
from contacts.models import Physician, Practice, StaffMember
from contacts.services import add_staff
from liaison_crm.core.errors import is_unique_violation
from liaison_crm.core.sending import CLOCKS_DIFFER_BY, Sending
from liaison_crm.core.text import match_key
from visits.days import day_for
from visits.errors import (
    NobodyWasMet,
    PracticeClosed,
    SeeAgainTooSoon,
    TooFarAhead,
    TooLateToChange,
    VisitInFuture,
    VisitSentDifferently,
    VisitStands,
    VisitTakenBack,
    VisitTooEarly,
)
from visits.models import Attendee, FollowUp, PlannedVisit, Topic, Visit
from visits.services.promising import Promise, record_promise
from visits.services.referring import restore_referral_of, take_back_referral_of
from visits.services.scope import must_be_at, must_work, works_no_more
from visits.services.sending import fingerprint

P = TypeVar("P", Physician, StaffMember)

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CHANGEABLE_FOR = timedelta(days=7)
# The same visit sent again comes at another moment.
NOT_SAID = {"client_key", "sending"}
SEE_AGAIN_WITHIN = timedelta(days=2 * 366)


class Alongside(Protocol):
    """What came of a visit and is told with it: stored with it, or neither is."""

    def fingerprint(self) -> str: ...

    def store(self, visit: Visit, *, by: User, at: datetime) -> object: ...


@dataclass(frozen=True, kw_only=True)
class VisitRecord:
    """What a liaison tells about a visit. The key is made once, on his device.

    `newcomer` is the name of somebody met at the office whom nobody had entered yet.
    """

    held_at: datetime
    outcome: str
    channel: str = Visit.Channel.IN_PERSON
    physicians: tuple[Physician, ...] = ()
    staff: tuple[StaffMember, ...] = ()
    newcomer: str = ""
    topics: tuple[Topic, ...] = ()
    note: str = ""
    see_again_on: date | None = None
    alongside: tuple[Alongside, ...] = ()
    sending: Sending | None = None
    client_key: uuid.UUID = field(default_factory=uuid.uuid4)


@transaction.atomic
def log_visit(
    practice: Practice,
    *,
    by: User,
    at: datetime,
    record: VisitRecord,
    promise: Promise | None = None,
    plan: PlannedVisit | None = None,
) -> Visit:
    """Record a visit once, however often it is sent; what came of it goes with it.

    The stop it was planned as is done: `plan`, or else the open stop of that day.
    """
    sent = _what_was_sent(practice, by, record, promise)
    if earlier := _sent_before(record.client_key, sent):
        return earlier
    record = _by_our_clock(record, at)
    _must_be_past(record.held_at, at)
    day = day_for(by, record.held_at)
    moved = works_no_more(practice, by, on=day, sending=record.sending)
    record = _newcomer_in_the_note(record) if moved else record
    _must_be_possible(practice, record, day=day)
    must_be_at(practice, physicians=record.physicians, staff=record.staff, on=day)
    visit = Visit(
        practice=practice,
        liaison=by,
        client_key=record.client_key,
        sent_sha256=sent,
        created_at=at,
        moved_meanwhile=moved,
        **(record.sending.columns if record.sending else {}),
        **_own_columns(record),
    )
    visit.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError as error:
        # The same visit arrived twice at once, and the other one is stored by now.
        if is_unique_violation(error) and (winner := _sent_before(record.client_key, sent)):
            return winner
        raise
    _note_who_and_what(visit, _with_newcomer(practice, by, record))
    if promise:
        record_promise(practice, owner=by, made_on=day, promise=promise, visit=visit)
    for one in record.alongside:
        one.store(visit, by=by, at=at)
    _finish_stop(visit, day=day, plan=plan)
    return visit


@transaction.atomic
def edit_visit(visit: Visit, *, by: User, at: datetime, record: VisitRecord) -> Visit:
    """Correct one's own visit, within seven days of logging it. `record.client_key` is ignored."""
    visit = _changeable(visit, by=by, at=at)
    if visit.taken_back_at:
        raise VisitTakenBack("This visit was taken back. Restore it first.")
    return rewrite(visit, by=by, at=at, record=record)


def rewrite(visit: Visit, *, by: User, at: datetime, record: VisitRecord) -> Visit:
    """Let the visit say what the record says. The caller holds its lock and may do this."""
    _must_be_past(record.held_at, at)
    day = day_for(visit.liaison, record.held_at)
    _must_be_possible(visit.practice, record, day=day)
    known = list(visit.attendees.all())
    must_be_at(
        visit.practice,
        physicians=_newcomers(record.physicians, [one.physician_id for one in known]),
        staff=_newcomers(record.staff, [one.staff_member_id for one in known]),
        on=day,
    )
    columns = _own_columns(record)
    for name, value in columns.items():
        setattr(visit, name, value)
    visit.full_clean(validate_unique=False)
    visit.save(update_fields=[*columns, "updated_at"])
    _note_who_and_what(visit, _with_newcomer(visit.practice, by, record))
    if visit.outcome == Visit.Outcome.NO_ACCESS:
        visit.hearings.all().delete()
    visit.hearings.exclude(told_at=visit.held_at).update(told_at=visit.held_at, told_on=day)
    for one in record.alongside:
        one.store(visit, by=by, at=at)
    return visit


@transaction.atomic
def take_back_visit(visit: Visit, *, by: User, at: datetime) -> None:
    """Say that one's own visit did not happen. Its open promises and the referral taken there go
    with it, its stop opens again.

    Nothing is lost: `restore_visit` brings all of it back.
    """
    visit = _changeable(visit, by=by, at=at)
    if visit.taken_back_at:
        raise VisitTakenBack("This visit was taken back already.")
    withdraw(visit, at=at)


def withdraw(visit: Visit, *, at: datetime) -> None:
    """Take it out of every list and count. The caller holds its lock and may do this."""
    visit.taken_back_at = at
    visit.save(update_fields=["taken_back_at", "updated_at"])
    visit.follow_ups.open().update(dropped_at=at, updated_at=Now())
    take_back_referral_of(visit, at=at)
    _open_stop_again(visit, at=at)


@transaction.atomic
def restore_visit(visit: Visit, *, by: User, at: datetime) -> None:
    """Bring back a visit one took back, with what went with it."""
    visit = _changeable(visit, by=by, at=at)
    if visit.taken_back_at is None:
        raise VisitStands("This visit was not taken back.")
    bring_back(visit)


def bring_back(visit: Visit) -> None:
    """Undo `withdraw`. The caller holds the visit's lock and may do this."""
    taken_back_at = visit.taken_back_at
    assert taken_back_at is not None  # the caller looked
    visit.taken_back_at = None
    visit.save(update_fields=["taken_back_at", "updated_at"])
    FollowUp.objects.filter(visit=visit, dropped_at=taken_back_at).update(
        dropped_at=None, updated_at=Now()
    )
    restore_referral_of(visit, taken_back_at=taken_back_at)
    _finish_stop(visit, day=day_for(visit.liaison, visit.held_at), plan=None)


def can_change(visit: Visit, *, by: User, at: datetime) -> bool:
    """Is it his own visit, and logged less than seven days ago?"""
    return visit.liaison_id == by.pk and at < visit.created_at + CHANGEABLE_FOR


def _what_was_sent(
    practice: Practice, by: User, record: VisitRecord, promise: Promise | None
) -> str:
    said = {name: value for name, value in vars(record).items() if name not in NOT_SAID}
    said["held_at"] = record.held_at.timestamp()
    # Left out where there is nothing, so that visits stored before it was asked keep their words.
    if alongside := said.pop("alongside"):
        said["alongside"] = [one.fingerprint() for one in alongside]
    promised = promise.fingerprint() if promise else ""
    return fingerprint(practice=practice, by=by, promise=promised, **said)


def _sent_before(client_key: uuid.UUID, sent: str) -> Visit | None:
    visit = Visit.ever.filter(client_key=client_key).first()
    if visit and visit.sent_sha256 != sent:
        raise VisitSentDifferently("Another visit was sent under this key already.")
    return visit


def _by_our_clock(record: VisitRecord, at: datetime) -> VisitRecord:
    """A device ahead of us dates visits into the future; ours says when that was."""
    if record.sending is None or record.held_at <= at + CLOCKS_DIFFER_BY:
        return record
    return replace(record, held_at=record.sending.by_our_clock(record.held_at))


def _newcomer_in_the_note(record: VisitRecord) -> VisitRecord:
    """Whoever no longer works the office cannot enter its staff; the name is not lost."""
    name = record.newcomer.strip()
    note = "\n".join(filter(None, [record.note.strip(), f"Met {name}." if name else ""]))
    return replace(record, note=note, newcomer="")


def _must_be_past(held_at: datetime, at: datetime) -> None:
    if held_at > at + CLOCKS_DIFFER_BY:
        raise VisitInFuture("A visit is logged once it has happened.", field="held_at")
    if held_at < EARLIEST:
        raise VisitTooEarly("A visit cannot be older than 1990.", field="held_at")


def _must_be_possible(practice: Practice, record: VisitRecord, *, day: date) -> None:
    if practice.closed_on and practice.closed_on <= day:
        raise PracticeClosed(f"{practice} was closed by then.", field="practice")
    met = record.physicians or record.staff or record.newcomer
    if record.outcome == Visit.Outcome.NO_ACCESS and met:
        raise NobodyWasMet("Without access nobody was met.", field="people")
    again_on = record.see_again_on
    if again_on and again_on <= day:
        raise SeeAgainTooSoon("See them again on a later day.", field="see_again_on")
    if again_on and again_on > day + SEE_AGAIN_WITHIN:
        raise TooFarAhead("See them again within two years.", field="see_again_on")


def _own_columns(record: VisitRecord) -> dict[str, object]:
    return {
        "held_at": record.held_at,
        "outcome": record.outcome,
        "channel": record.channel,
        "note": record.note.strip(),
        "see_again_on": record.see_again_on,
    }


def _with_newcomer(practice: Practice, by: User, record: VisitRecord) -> VisitRecord:
    """The record with the newcomer among the staff, entered if nobody of that name is there."""
    name = record.newcomer.strip()
    if not name:
        return record
    working = StaffMember.objects.visible_to(by).working().filter(practice=practice)
    known = next((one for one in working if match_key(one.name) == match_key(name)), None)
    member = known or add_staff(practice, by=by, name=name)
    return replace(record, staff=(*record.staff, member))


def _note_who_and_what(visit: Visit, record: VisitRecord) -> None:
    """Make the people met and the topics exactly those of the record."""
    gone = visit.attendees.exclude(physician__in=record.physicians)
    gone.exclude(staff_member__in=record.staff).delete()
    known: set[Any] = set(visit.attendees.values_list("physician", "staff_member"))
    met: list[tuple[int | None, int | None]] = [
        (doctor.pk, None) for doctor in dict.fromkeys(record.physicians)
    ]
    met += [(None, person.pk) for person in dict.fromkeys(record.staff)]
    Attendee.objects.bulk_create(
        Attendee(visit=visit, physician_id=doctor, staff_member_id=person)
        for doctor, person in met
        if (doctor, person) not in known
    )
    visit.topics.set(record.topics)


def _newcomers(people: tuple[P, ...], known: list[int | None]) -> tuple[P, ...]:
    return tuple(person for person in people if person.pk not in known)


def _finish_stop(visit: Visit, *, day: date, plan: PlannedVisit | None) -> None:
    """Mark the planned stop as done, unless somebody closed it first."""
    stops = PlannedVisit.objects.open().filter(liaison=visit.liaison, practice=visit.practice)
    stops = stops.filter(pk=plan.pk) if plan else stops.on_day(day)
    stops.update(visit=visit, updated_at=Now())


def _open_stop_again(visit: Visit, *, at: datetime) -> None:
    """Free the stop this visit had done; drop it where the same stop was planned anew."""
    for stop in PlannedVisit.objects.filter(visit=visit):
        twin = PlannedVisit.objects.open().filter(
            liaison=stop.liaison, practice=stop.practice, planned_on=stop.planned_on
        )
        stop.visit = None
        stop.dropped_at = at if twin.exists() else stop.dropped_at
        stop.save(update_fields=["visit", "dropped_at", "updated_at"])


def _changeable(visit: Visit, *, by: User, at: datetime) -> Visit:
    """The visit, locked and read anew, if it is still its liaison's to change."""
    must_work(visit.practice, by)
    if visit.liaison_id != by.pk:
        raise PermissionDenied
    if not can_change(visit, by=by, at=at):
        raise TooLateToChange("A visit can be changed for seven days after it was logged.")
    return Visit.ever.select_for_update().get(pk=visit.pk)

"""What an approved correction does to the directory, through the services that people use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from contacts.corrections.errors import ChangedSince
from contacts.corrections.joining_in import scene as scene_of_physician
from contacts.corrections.kinds import PERSON, Kind, specialty_of
from contacts.corrections.models import OF_STAFF, ChangeRequest
from contacts.corrections.rows import Effect, recorded
from contacts.models import Affiliation, Evidence, Physician, Practice, StaffMember
from contacts.services.affiliations import lock_open, record_ended, record_opened
from contacts.services.facts import PhysicianFacts, put_on, save_changes
from contacts.services.physicians import record_retired, rewrite_physician
from contacts.services.practices import rewrite_practice, shut

Value = Mapping[str, str]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Word:
    """Who vouches for the fact, and since when."""

    evidence: str
    on: date

    @property
    def for_practice(self) -> dict[str, object]:
        """The registry's own word leaves the practice to the registry."""
        if self.evidence == Evidence.NPPES:
            return {}
        return {"source": self.evidence, "observed_on": self.on}


def carry_out(request: ChangeRequest, value: Value, word: Word) -> Effect:
    """Make the value the fact, and say which rows that wrote."""
    act = ACTS[Kind(request.kind)]
    return recorded(_scene(request), lambda: act(request, value, word))


def _scene(request: ChangeRequest) -> Callable[[], list[QuerySet[Any]]]:
    """The rows that may change; held in one order, so that two decisions never wait in a circle."""
    kind, physician = request.kind, request.physician_id
    member = request.staff_member_id or 0  # no row has that number
    if physician is not None:
        return lambda: scene_of_physician(physician)
    if kind in OF_STAFF:
        return lambda: [StaffMember.objects.filter(pk__in=[member])]
    asked = [pk for pk in (request.practice_id, request.other_practice_id) if pk is not None]
    practices = Practice.objects.filter(pk__in=asked)
    if kind not in (Kind.CLOSED, Kind.MERGED):
        return lambda: [practices]
    here = Affiliation.objects.filter(practice=request.practice_id)
    people = set(here.filter(ends_on=None).values_list("physician", flat=True))
    staff = set(
        StaffMember.objects.filter(practice=request.practice_id).values_list("pk", flat=True)
    )
    return lambda: [
        practices,
        Physician.objects.filter(pk__in=people),
        Affiliation.objects.filter(Q(physician__in=people)),
        StaffMember.objects.filter(pk__in=staff),
    ]


def _describe(request: ChangeRequest, value: Value, word: Word) -> None:
    rewrite_practice(_practice(request), value, evidence=word.for_practice)


def _close(request: ChangeRequest, value: Value, word: Word) -> None:
    shut(_practice(request), on=_day(value))


def _merge(request: ChangeRequest, value: Value, word: Word) -> None:
    """Everybody goes on at the other practice, and the door closes."""
    practice, on = _practice(request), _day(value)
    other = _still(request.other_practice)
    leaving = Affiliation.objects.filter(practice=practice, ends_on=None)
    for affiliation in leaving.select_related("physician", "practice").order_by("pk"):
        _go_on_at(other, affiliation, on=on, word=word)
    StaffMember.objects.working().filter(practice=practice).update(practice=other)
    shut(practice, on=on)


def _go_on_at(other: Practice, leaving: Affiliation, *, on: date, word: Word) -> None:
    was_primary = leaving.is_primary
    record_ended(leaving, ends_on=on)
    if leaving.physician.status != Physician.Status.ACTIVE:
        return
    standing = lock_open(leaving.physician)
    if any(one.practice_id == other.pk for one in standing):
        return
    going_on = Affiliation(
        physician=leaving.physician,
        practice=other,
        role=leaving.role,
        starts_on=on,
        source=word.evidence,
        verified_on=word.on,
    )
    record_opened(going_on, is_primary=was_primary)


def _join(request: ChangeRequest, value: Value, word: Word) -> None:
    """He was let in for the time being; now somebody vouches for it."""
    affiliation, physician = request.affiliation, request.physician
    if affiliation is None or physician is None or affiliation.ends_on is not None:
        raise ChangedSince("The affiliation has ended since.")
    if value and physician.npi is None:
        facts: PhysicianFacts = {
            "first_name": value["first_name"],
            "last_name": value["last_name"],
            "credentials": value["credentials"],
        }
        if value["specialty"]:
            facts["primary_specialty"] = specialty_of(value["specialty"])
        rewrite_physician(physician, facts)
    verified = {"source": word.evidence, "verified_on": word.on}
    save_changes(affiliation, put_on(affiliation, verified))


def _rename_physician(request: ChangeRequest, value: Value, word: Word) -> None:
    facts: Any = {name: value[name] for name in PERSON}
    rewrite_physician(_physician(request), facts)


def _respecialise(request: ChangeRequest, value: Value, word: Word) -> None:
    rewrite_physician(_physician(request), {"primary_specialty": specialty_of(value["specialty"])})


def _retire(request: ChangeRequest, value: Value, word: Word) -> None:
    record_retired(_physician(request), on=_day(value))


def _leave(request: ChangeRequest, value: Value, word: Word) -> None:
    """Whose word opened it stays: by that a load knows that the registry said this place before."""
    affiliation = request.affiliation
    if affiliation is None:
        raise ChangedSince("The affiliation is gone by now.")
    record_ended(affiliation, ends_on=_day(value))
    save_changes(affiliation, put_on(affiliation, {"verified_on": word.on}))


def _describe_staff(request: ChangeRequest, value: Value, word: Word) -> None:
    member = _member(request)
    save_changes(member, put_on(member, value))


def _staff_leaves(request: ChangeRequest, value: Value, word: Word) -> None:
    member = _member(request)
    save_changes(member, put_on(member, {"left_on": _day(value)}))


def _practice(request: ChangeRequest) -> Practice:
    return _still(request.practice)


def _physician(request: ChangeRequest) -> Physician:
    return _still(request.physician)


def _member(request: ChangeRequest) -> StaffMember:
    return _still(request.staff_member)


def _still(row: Row | None) -> Row:
    """The row as it is now, not as it was when the request was read."""
    assert row is not None  # the database holds that a correction has its subject
    row.refresh_from_db()
    return row


def _day(value: Value) -> date:
    return date.fromisoformat(value["on"])


ACTS: dict[Kind, Callable[[ChangeRequest, Value, Word], None]] = {
    Kind.PHONE: _describe,
    Kind.FAX: _describe,
    Kind.ADDRESS: _describe,
    Kind.PRACTICE_NAME: _describe,
    Kind.HOURS: _describe,
    Kind.ACCESS_RULE: _describe,
    Kind.CLOSED: _close,
    Kind.MERGED: _merge,
    Kind.JOINED: _join,
    Kind.PHYSICIAN_NAME: _rename_physician,
    Kind.SPECIALTY: _respecialise,
    Kind.RETIRED: _retire,
    Kind.LEFT: _leave,
    Kind.STAFF_NAME: _describe_staff,
    Kind.STAFF_PHONE: _describe_staff,
    Kind.STAFF_LEFT: _staff_leaves,
}

"""What messages told becomes referrals and their events, through the intake's own way in.

All that was ever told of a referral is looked at together: what it *is* follows from the moments
the messages were made, what became of it from its events. So the order of arrival changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from liaison_crm.core.periods import zone_named
from referrals.hl7.meaning import Meanings
from referrals.hl7.models import ToldReferral
from referrals.intake.taking import SLICE, Taken, take_slice
from referrals.models import IntakeBatch, Referral, Source

State, Missing = ToldReferral.State, ToldReferral.Missing

CREATE_SLICE = """
    CREATE TEMPORARY TABLE intake_slice (
        line integer, batch_id bigint, learned_at timestamptz, external_id text,
        practice_id bigint, physician_id bigint, service_line_id bigint, destination_id bigint,
        receiving_physician_id bigint, receiving_npi text, referred_on date, status text,
        status_at timestamptz, status_on date, left_because text, patient_key bytea
    ) ON COMMIT DROP
"""
COPY_SLICE = f"COPY intake_slice ({', '.join(SLICE)}) FROM STDIN"
TOLD = (
    "physician_id",
    "practice_id",
    "service_line_id",
    "destination_id",
    "receiver_id",
    "receiving_npi",
    "state",
    "missing",
)


class Described(NamedTuple):
    """What a referral is, by everything told of it so far."""

    practice_id: int
    physician_id: int
    service_line_id: int
    destination_id: int
    receiver_id: int | None
    receiving_npi: str
    referred_on: date
    patient_key: bytes | None


@dataclass(frozen=True)
class Event:
    status: str
    happened_at: datetime


def settle(source: Source, batch: IntakeBatch, rows: Collection[ToldReferral]) -> Taken:
    """Take what these waiting rows tell as far as it can be taken; the rows know how it went.

    The caller holds the source's lock and its transaction.
    """
    Meanings(source, rows).place()
    waiting = [row for row in rows if row.state == State.WAITING]
    ids = {row.external_id for row in waiting}
    histories = _histories(source, ids, rows)
    known = {each.external_id: each for each in _known(source, ids)}
    zone = zone_named(source.time_zone)
    ready: list[tuple[ToldReferral, Described, Event]] = []
    for external_id in sorted(ids):
        ready += _ready(histories[external_id], known.get(external_id), zone)
    for row, _, _ in ready:
        row.state, row.missing = State.TAKEN, Missing.NOTHING
    taken = _take(source, batch, ready, zone) if ready else Taken(new=0, changed=0, same=0)
    ToldReferral.objects.bulk_update(rows, TOLD)
    return taken


def _histories(
    source: Source, ids: set[str], rows: Collection[ToldReferral]
) -> dict[str, list[ToldReferral]]:
    """Everything told of these referrals, as the messages were made; `rows` as they are at hand."""
    at_hand = {row.pk: row for row in rows}
    histories: defaultdict[str, list[ToldReferral]] = defaultdict(list)
    told = ToldReferral.objects.filter(source=source, external_id__in=ids)
    for row in told.order_by("made_at", "control_id", "pk"):
        histories[row.external_id].append(at_hand.get(row.pk, row))
    return histories


def _known(source: Source, ids: set[str]) -> Iterable[Referral]:
    return Referral.objects.filter(source=source, external_id__in=ids)


def _ready(
    history: list[ToldReferral], known: Referral | None, zone: ZoneInfo
) -> list[tuple[ToldReferral, Described, Event]]:
    """The rows that can be taken now, each with what its referral is and the event it tells."""
    is_ours = [row for row in history if row.state != State.SET_ASIDE]
    described = describe(is_ours, known, zone)
    able = [
        row
        for row in is_ours
        if row.state == State.WAITING and (row.is_resolved or not row.is_described)
    ]
    if described is None and any(row.is_described for row in history if row not in is_ours):
        # What happens to an order that is no referral of ours is no event of ours.
        for row in able:
            row.state = State.SET_ASIDE
        return []
    event = _an_event(able, known) if described else None
    for row in able:
        if event is None:
            row.missing = Missing.REFERRAL
    if described is None or event is None:
        return []
    return [
        (row, described, Event(row.status, row.happened_at) if row.happened_at else event)
        for row in able
    ]


def _an_event(able: list[ToldReferral], known: Referral | None) -> Event | None:
    """One that the referral has or is about to get: what only describes tells none of its own."""
    if known:
        return Event(known.status, known.status_at)
    told = [Event(row.status, row.happened_at) for row in able if row.happened_at]
    return told[0] if told else None


def describe(
    history: list[ToldReferral], known: Referral | None, zone: ZoneInfo
) -> Described | None:
    """The latest that was made and could be placed; what it left open, the latest that said it."""
    placed = [row for row in history if row.is_resolved]
    if not placed:
        return _as_known(known, history, zone) if known else None
    latest = placed[-1]
    received = [row for row in placed if row.receiving_npi or row.receiver_id]
    assert latest.practice_id, "These are resolved."
    assert latest.physician_id, "These are resolved."
    assert latest.service_line_id, "These are resolved."
    assert latest.destination_id, "These are resolved."
    return Described(
        latest.practice_id,
        latest.physician_id,
        latest.service_line_id,
        latest.destination_id,
        received[-1].receiver_id if received else None,
        received[-1].receiving_npi if received else "",
        _referred_on(placed, history, zone),
        _patient(history),
    )


def _as_known(known: Referral, history: list[ToldReferral], zone: ZoneInfo) -> Described:
    """It came from elsewhere, a file: it stays what it is, but no event comes before it."""
    key = bytes(known.patient_key) if known.patient_key is not None else _patient(history)
    return Described(
        known.practice_id,
        known.physician_id,
        known.service_line_id,
        known.destination_id,
        known.receiving_physician_id,
        known.receiving_npi,
        min([known.referred_on, *_days(history, zone)]),
        key,
    )


def _referred_on(placed: list[ToldReferral], history: list[ToldReferral], zone: ZoneInfo) -> date:
    """What was told last; never after the first event, which cannot come before the referral."""
    told = [row.referred_on for row in placed if row.referred_on]
    days = _days(history, zone)
    return min([*told[-1:], *days] or [placed[0].made_at.astimezone(zone).date()])


def _days(history: list[ToldReferral], zone: ZoneInfo) -> list[date]:
    return [row.happened_at.astimezone(zone).date() for row in history if row.happened_at]


def _patient(history: list[ToldReferral]) -> bytes | None:
    keys = [bytes(row.patient_key) for row in history if row.patient_key]
    return keys[-1] if keys else None


def _take(
    source: Source,
    batch: IntakeBatch,
    ready: list[tuple[ToldReferral, Described, Event]],
    zone: ZoneInfo,
) -> Taken:
    with connection.cursor() as cursor:
        cursor.execute(CREATE_SLICE)
        with cursor.copy(COPY_SLICE) as copy:
            for line, (row, described, event) in enumerate(ready, 1):
                copy.write_row(_cells(batch, line, row, described, event, zone))
        taken = take_slice(source)
        cursor.execute("DROP TABLE intake_slice")
    return taken


def _cells(
    batch: IntakeBatch,
    line: int,
    row: ToldReferral,
    described: Described,
    event: Event,
    zone: ZoneInfo,
) -> tuple[object, ...]:
    key = described.patient_key
    cells = {
        "line": line,
        "batch_id": batch.pk,
        "learned_at": row.learned_at,
        "external_id": row.external_id,
        "practice_id": described.practice_id,
        "physician_id": described.physician_id,
        "service_line_id": described.service_line_id,
        "destination_id": described.destination_id,
        "receiving_physician_id": described.receiver_id,
        "receiving_npi": described.receiving_npi,
        "referred_on": described.referred_on,
        "status": str(event.status),
        "status_at": event.happened_at,
        "status_on": event.happened_at.astimezone(zone).date(),
        "left_because": "",
        "patient_key": f"\\x{key.hex()}" if key is not None else None,
    }
    return tuple(cells[name] for name in SLICE)

"""The import that a day's messages of a source belong to."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Now

from liaison_crm.core.periods import zone_named
from referrals.hl7.models import Hl7Message, ToldReferral
from referrals.intake.taking import Taken
from referrals.models import IntakeBatch, RefusedRow, Source

LONGEST_REASON = 200
CALLED = "HL7 messages of"


def stream_of(source: Source, at: datetime) -> IntakeBatch:
    """Today's, or a new one: also after a file, so that what comes later is the later word."""
    day = at.astimezone(zone_named(source.time_zone)).date()
    name = f"{CALLED} {day}"
    latest = IntakeBatch.objects.filter(source=source).order_by("-pk").first()
    if latest is not None and latest.file_name == name:
        return latest
    identity = f"hl7 {source.pk} {name} {latest.pk if latest else 0}"
    return IntakeBatch.objects.create(
        source=source,
        file_name=name,
        sha256=hashlib.sha256(identity.encode()).hexdigest(),
        state=IntakeBatch.State.DONE,
        mode=IntakeBatch.Mode.PER_ROW,
        created_at=at,
        started_at=at,
        finished_at=at,
    )


def count(
    batch: IntakeBatch,
    told: list[ToldReferral],
    taken: Taken,
    *,
    refused: list[Hl7Message],
    size: int,
) -> None:
    """Add to the import's counts, which always add up to what was read.

    What had waited and was woken is counted where it came in; here it is no news.
    """
    arrived = sum(1 for row in told if row.state == ToldReferral.State.TAKEN)
    new = min(taken.new, arrived)
    changed = min(taken.changed, arrived - new)
    waiting = sum(1 for row in told if row.state == ToldReferral.State.WAITING)
    read = len(told) + len(refused)
    RefusedRow.objects.bulk_create(
        RefusedRow(
            batch=batch,
            line=batch.rows_read + place,
            code=message.code,
            reason=f"{message}: {message.reason}"[:LONGEST_REASON],
        )
        for place, message in enumerate(refused, 1)
    )
    IntakeBatch.objects.filter(pk=batch.pk).update(
        rows_read=F("rows_read") + read,
        rows_done=F("rows_done") + read,
        rows_new=F("rows_new") + new,
        rows_changed=F("rows_changed") + changed,
        rows_same=F("rows_same") + arrived - new - changed,
        rows_waiting=F("rows_waiting") + waiting,
        rows_held_back=F("rows_held_back") + len(told) - arrived - waiting,
        rows_refused=F("rows_refused") + len(refused),
        bytes_total=F("bytes_total") + size,
        finished_at=Now(),
        updated_at=Now(),
    )

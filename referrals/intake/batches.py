"""The life of an import. Its row is the queue: what is lost on the way is found there again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from liaison_crm.core.errors import DomainError, is_unique_violation
from referrals.errors import AlreadyImported, ImportSuperseded
from referrals.intake import store
from referrals.intake.loading import load
from referrals.intake.pulse import Pulse
from referrals.locks import Lock, held
from referrals.models import IntakeBatch, Source

logger = logging.getLogger(__name__)

State, Mode = IntakeBatch.State, IntakeBatch.Mode

MOST_ATTEMPTS = 5
# A worker that was killed leaves its lock within moments; one that lives keeps it longer.
PATIENCE_SECONDS = 8
# Several beats of the pulse: without one for so long, the worker is gone.
SILENCE = timedelta(seconds=60)
# What was queued a moment ago is most likely on its way.
JUST_QUEUED = timedelta(seconds=15)
GAVE_UP = f"Given up after {MOST_ATTEMPTS} attempts."


def refuse_twice(source: Source, sha256: str) -> None:
    """Raise if these very bytes are in already, or on their way in."""
    earlier = IntakeBatch.objects.filter(source=source, sha256=sha256).exclude(state=State.FAILED)
    if (batch := earlier.first()) is not None:
        raise AlreadyImported(batch)


def queue(batch: IntakeBatch) -> IntakeBatch:
    """Save a new import. Of two that bring the same file at once, the second hears of the first."""
    refuse_twice(batch.source, batch.sha256)
    batch.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            batch.save()
    except IntegrityError as error:
        if is_unique_violation(error):
            refuse_twice(batch.source, batch.sha256)
        raise
    return batch


def take(batch_id: int, *, watch: Callable[[Pulse], None] | None = None) -> IntakeBatch | None:
    """Bring the import to its end, if it has not ended and nobody else is at it.

    Safe to call twice and from anywhere. What goes wrong leaves it queued for another attempt;
    the fifth was the last.
    """
    with held(Lock.BATCH, batch_id, patience_seconds=PATIENCE_SECONDS) as alone:
        if not alone or (batch := _claim(batch_id)) is None:
            return None
        try:
            with Pulse(batch) as pulse:
                if watch:
                    watch(pulse)
                load(batch, pulse)
        except ImportSuperseded:
            return None
        except DomainError as refusal:
            _fail(batch, refusal.code, str(refusal))
        except BaseException as problem:
            _put_back(batch, problem)
            raise
        else:
            _finish(batch)
        batch.refresh_from_db()
        return batch


def waiting_for_a_worker(at: datetime) -> list[int]:
    """Imports that nobody is at: never fetched from the queue, or silent for too long."""
    lost = Q(state=State.RUNNING, heartbeat_at__lt=at - SILENCE)
    queued = Q(state=State.QUEUED, updated_at__lt=at - JUST_QUEUED)
    return list(
        IntakeBatch.objects.filter(lost | queued).order_by("pk").values_list("pk", flat=True)
    )


def remove_orphans() -> int:
    unfinished = IntakeBatch.objects.filter(state__in=(State.QUEUED, State.RUNNING))
    return store.remove_orphans(unfinished.values_list("stored_as", flat=True))


def _claim(batch_id: int) -> IntakeBatch | None:
    """Count one more attempt and make it ours; None if it ended, or has none left."""
    open_ones = IntakeBatch.objects.filter(pk=batch_id, state__in=(State.QUEUED, State.RUNNING))
    claimed = open_ones.filter(attempts__lt=MOST_ATTEMPTS).update(
        state=State.RUNNING,
        attempts=F("attempts") + 1,
        started_at=Coalesce(F("started_at"), Now()),
        heartbeat_at=Now(),
    )
    batch = IntakeBatch.objects.select_related("source").filter(pk=batch_id).first()
    if claimed:
        return batch
    if batch is not None and not batch.is_finished:
        _fail(batch, "gave_up", f"{GAVE_UP} {batch.error}".strip())
    return None


def _finish(batch: IntakeBatch) -> None:
    refused = batch.refused.count() if batch.mode == Mode.ALL_OR_NOTHING else 0
    if refused:
        were = "was" if refused == 1 else "were"
        reason = f"{refused:,} of {batch.rows_read:,} rows {were} refused, so none was taken."
        _fail(batch, "rows_refused", reason)
    else:
        _close(batch, state=State.DONE, error="", error_code="")


def _fail(batch: IntakeBatch, code: str, reason: str) -> None:
    _close(batch, state=State.FAILED, error_code=code[:40], error=reason[:300])
    logger.warning("Import %d failed: %s", batch.pk, code)


def _close(batch: IntakeBatch, **told: str) -> None:
    IntakeBatch.objects.filter(pk=batch.pk, attempts=batch.attempts).update(
        **told, stored_as="", rows_done=F("rows_read"), finished_at=Now(), updated_at=Now()
    )
    store.remove(batch.stored_as)


def _put_back(batch: IntakeBatch, problem: BaseException) -> None:
    """Queue it again. The kind of the problem is kept; its text could hold what the file says."""
    IntakeBatch.objects.filter(pk=batch.pk, attempts=batch.attempts).update(
        state=State.QUEUED, error=f"Stopped by {type(problem).__name__}.", updated_at=Now()
    )

"""The life of an import. Its row is the queue: what is lost on the way is found there again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from liaison_crm.core.errors import DomainError, is_unique_violation
from referrals.errors import AlreadyImported, ImportSuperseded
from referrals.intake import store
from referrals.intake.loading import UNCOUNTED, load
from referrals.intake.pulse import Pulse
from referrals.intake.undoing import undo
from referrals.locks import Lock, held
from referrals.models import IntakeBatch, SealedFile, Source

logger = logging.getLogger(__name__)

State, Mode, Job = IntakeBatch.State, IntakeBatch.Mode, IntakeBatch.Job

MOST_ATTEMPTS = 5
# A worker that was killed leaves its lock within moments; one that lives keeps it longer.
PATIENCE_SECONDS = 8
# Several beats of the pulse: without one for so long, the worker is gone.
SILENCE = timedelta(seconds=60)
# What was queued a moment ago is most likely on its way.
JUST_QUEUED = timedelta(seconds=15)
# Whoever sent it has seen by then what would become of it.
LONGEST_OPEN = timedelta(days=1)
# An import before anybody was at it.
FRESH: dict[str, Any] = {
    **UNCOUNTED,
    **dict.fromkeys(("rows_done", "resume_after", "attempts"), 0),
    **dict.fromkeys(("started_at", "heartbeat_at", "finished_at")),
    **dict.fromkeys(("error", "error_code"), ""),
}
GAVE_UP = f"Given up after {MOST_ATTEMPTS} attempts."


def refuse_twice(source: Source, sha256: str) -> None:
    """Raise if these very bytes are in already, or on their way in."""
    gone = (State.FAILED, State.DROPPED, State.UNDONE)
    earlier = IntakeBatch.objects.filter(source=source, sha256=sha256).exclude(state__in=gone)
    if (batch := earlier.first()) is not None:
        raise AlreadyImported(batch)


def queue(batch: IntakeBatch) -> IntakeBatch:
    """Save a new import. Of two that bring the same file at once, the second hears of the first."""
    refuse_twice(batch.source, batch.sha256)
    batch.keeps_undo = True
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
                if batch.job == Job.UNDO:
                    undo(batch)
                else:
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
    needed = (State.MAPPING, State.QUEUED, State.RUNNING, State.CHECKED)
    unfinished = IntakeBatch.objects.filter(state__in=needed).values_list("stored_as", flat=True)
    sealed = SealedFile.objects.values_list("stored_as", flat=True)
    return store.remove_orphans([*unfinished, *sealed])


def forget_unconfirmed(at: datetime) -> int:
    """Drop what nobody matched or confirmed for a day, with its files; how many there were."""
    open_ones = IntakeBatch.objects.filter(
        state__in=(State.MAPPING, State.CHECKED), updated_at__lt=at - LONGEST_OPEN
    )
    return sum(drop(batch) for batch in open_ones)


def confirm(batch: IntakeBatch, *, mode: IntakeBatch.Mode) -> bool:
    """Let a checked file be taken for good; False if it is not waiting for that any more."""
    with transaction.atomic():
        confirmed = IntakeBatch.objects.filter(pk=batch.pk, state=State.CHECKED).update(
            state=State.QUEUED, job=Job.LOAD, mode=mode, **FRESH, updated_at=Now()
        )
        if confirmed:
            batch.refused.all().delete()
            forget_sealed(batch)
    return bool(confirmed)


def check_again(batch: IntakeBatch, **told: Any) -> bool:
    """Let a worker check the sealed file, as it is matched now; False if it is too late."""
    waiting = IntakeBatch.objects.filter(pk=batch.pk, state__in=(State.MAPPING, State.CHECKED))
    with transaction.atomic():
        stored_as = waiting.select_for_update().values_list("stored_as", flat=True).first()
        if stored_as is None:
            return False
        waiting.update(
            state=State.QUEUED, job=Job.CHECK, stored_as="", rows_read=0, **told, **FRESH,
            updated_at=Now(),
        )  # fmt: skip
        batch.refused.all().delete()
        transaction.on_commit(partial(store.remove, stored_as))
    return True


def drop(batch: IntakeBatch) -> bool:
    """Forget a file that was never taken."""
    with transaction.atomic():
        waiting = IntakeBatch.objects.filter(pk=batch.pk, state__in=(State.MAPPING, State.CHECKED))
        stored_as = waiting.select_for_update().values_list("stored_as", flat=True).first()
        if stored_as is None:
            return False
        waiting.update(state=State.DROPPED, stored_as="", finished_at=Now(), updated_at=Now())
        forget_sealed(batch)
        transaction.on_commit(partial(store.remove, stored_as))
    return True


def ask_undo(batch: IntakeBatch) -> bool:
    """Let a worker take back what the import did; False if it is not there to be taken back."""
    done = IntakeBatch.objects.filter(pk=batch.pk, state=State.DONE, keeps_undo=True)
    return bool(
        done.update(
            state=State.QUEUED, job=Job.UNDO, attempts=0, rows_done=0, heartbeat_at=None,
            finished_at=None, updated_at=Now(),
        )
    )  # fmt: skip


def forget_sealed(batch: IntakeBatch) -> None:
    """Delete the key first: a file that stays behind by accident can never be read again."""
    for sealed in SealedFile.objects.filter(batch=batch):
        sealed.delete()
        transaction.on_commit(partial(store.remove, sealed.stored_as))


def _claim(batch_id: int) -> IntakeBatch | None:
    """Count one more attempt and make it ours; None if it ended, or has none left."""
    open_ones = IntakeBatch.objects.filter(pk=batch_id, state__in=(State.QUEUED, State.RUNNING))
    claimed = open_ones.filter(attempts__lt=MOST_ATTEMPTS).update(
        state=State.RUNNING,
        attempts=F("attempts") + 1,
        started_at=Coalesce(F("started_at"), Now()),
        heartbeat_at=Now(),
    )
    batch = IntakeBatch.objects.select_related("source", "header_map").filter(pk=batch_id).first()
    if claimed:
        return batch
    if batch is not None and not batch.is_finished:
        _fail(batch, "gave_up", f"{GAVE_UP} {batch.error}".strip())
    return None


def _finish(batch: IntakeBatch) -> None:
    if batch.job != Job.LOAD:
        state = State.CHECKED if batch.job == Job.CHECK else State.UNDONE
        _close(batch, state=state, error="", error_code="")
        return
    refused = batch.refused.count() if batch.mode == Mode.ALL_OR_NOTHING else 0
    if refused:
        were = "was" if refused == 1 else "were"
        reason = f"{refused:,} of {batch.rows_read:,} rows {were} refused, so none was taken."
        _fail(batch, "rows_refused", reason)
    else:
        _close(batch, state=State.DONE, error="", error_code="")


def _fail(batch: IntakeBatch, code: str, reason: str) -> None:
    """A check that failed may be told otherwise; an undo that failed has changed nothing."""
    state = State.FAILED
    if batch.job == Job.UNDO:
        state = State.DONE
    elif batch.job == Job.CHECK and SealedFile.objects.filter(batch=batch).exists():
        state = State.MAPPING
    _close(batch, state=state, error_code=code[:40], error=reason[:300])
    logger.warning("Import %d failed: %s", batch.pk, code)


def _close(batch: IntakeBatch, **told: str) -> None:
    keeps_file = told["state"] == State.CHECKED
    IntakeBatch.objects.filter(pk=batch.pk, attempts=batch.attempts).update(
        **told,
        **({} if keeps_file else {"stored_as": ""}),
        rows_done=F("rows_read"),
        finished_at=Now(),
        updated_at=Now(),
    )
    if not keeps_file:
        store.remove(batch.stored_as)


def _put_back(batch: IntakeBatch, problem: BaseException) -> None:
    """Queue it again. The kind of the problem is kept; its text could hold what the file says."""
    IntakeBatch.objects.filter(pk=batch.pk, attempts=batch.attempts).update(
        state=State.QUEUED, error=f"Stopped by {type(problem).__name__}.", updated_at=Now()
    )

"""Jobs that do one thing to many records, slice by slice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from accounts.models import AccessLog, BulkJob, User
from accounts.services.access import Origin, log_access
from liaison_crm.core.errors import DomainError

log = logging.getLogger(__name__)

# Small enough that a slice never keeps a row locked for long.
SLICE = 100
REFUSALS_KEPT = 50
LOST_AFTER = timedelta(minutes=2)

Perform = Callable[[int, User], None]


@transaction.atomic
def start_bulk_job(
    action: str, ids: Sequence[int], *, label: str, by: User, at: datetime, origin: Origin
) -> BulkJob:
    """Write down what shall be done to whom. Nothing is done yet."""
    if not by.is_admin:
        raise PermissionDenied
    job = BulkJob.objects.create(
        action=action,
        label=label,
        ids=list(ids),
        total=len(ids),
        made_by=by,
        made_at=at,
        alive_at=at,
    )
    log_access(
        AccessLog.Action.BULK,
        at=at,
        user=by,
        subject=label,
        origin=origin,
        detail={"job": job.pk, "records": job.total},
    )
    return job


def queue_bulk_job(job: BulkJob) -> None:
    """Let a worker go on with the job once this transaction is committed."""
    transaction.on_commit(partial(_queue, job.pk))


def _queue(job_id: int) -> None:
    from accounts.tasks import run_bulk_job

    try:
        run_bulk_job.delay(job_id)
    except OperationalError:
        log.exception("Bulk job %s could not be queued; the tick will", job_id)


def do_slice(job_id: int, perform: Perform, *, at: datetime) -> BulkJob | None:
    """Do the next slice and note it in one transaction; None while somebody else does.

    Each record stands alone: a refusal is kept and the others go on. The person who asked is
    looked up anew, so somebody who lost his role in the meantime changes nothing more.
    """
    with transaction.atomic():
        jobs = BulkJob.objects.select_for_update(skip_locked=True, of=("self",))
        job = jobs.select_related("made_by").filter(pk=job_id).first()
        if job is None or job.state == BulkJob.State.DONE:
            return None
        with pghistory.context(user=job.made_by_id, command=f"bulk job {job.pk}"):
            for pk in job.ids[job.done : job.done + SLICE]:
                _do_one(job, pk, perform)
        job.done = min(job.total, job.done + SLICE)
        job.state = BulkJob.State.RUNNING
        job.alive_at = at
        if job.done == job.total:
            job.state = BulkJob.State.DONE
            job.finished_at = at
        job.save()
    return job


def _do_one(job: BulkJob, pk: int, perform: Perform) -> None:
    try:
        with transaction.atomic():
            perform(pk, job.made_by)
    except (DomainError, ValidationError, PermissionDenied) as refusal:
        job.refused += 1
        if len(job.refusals) < REFUSALS_KEPT:
            job.refusals.append({"id": pk, "reason": _reason(refusal)})


def _reason(refusal: Exception) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal) or "Not allowed."


def tend_bulk_jobs(at: datetime) -> None:
    """Queue again what a dead worker or a broker that forgot left lying."""
    lost = BulkJob.objects.exclude(state=BulkJob.State.DONE).filter(alive_at__lt=at - LOST_AFTER)
    for job in lost.filter(done__lt=F("total")).defer("ids"):
        BulkJob.objects.filter(pk=job.pk).update(alive_at=at)
        queue_bulk_job(job)

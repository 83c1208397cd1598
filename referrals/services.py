"""What people and the clock can do with referrals."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from celery import Task
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import User
from liaison_crm.core.csv import csv_lines
from referrals import intake, rollups
from referrals.errors import NoFile, NotAFeed
from referrals.hl7 import waking
from referrals.models import IntakeBatch, RefusedRow, RollupChunk, RollupRun, Source, UnmatchedRow

logger = logging.getLogger(__name__)

REFUSED_HEADER = (*intake.TOLD, *intake.KEPT)


# --- Imports ---


@dataclass(frozen=True)
class Terms:
    """How a file on this machine is to be read and taken."""

    mode: IntakeBatch.Mode = IntakeBatch.Mode.ALL_OR_NOTHING
    create_missing: bool = False
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Watch:
    """Who wants to see how far an import is: rows scrubbed so far, then the pulse of the load."""

    scrubbed: Callable[[int], None] | None = None
    loading: Callable[[intake.Pulse], None] | None = None


def queue_import(
    upload: object,
    *,
    source: Source,
    mode: IntakeBatch.Mode,
    create_missing: bool,
    by: User,
    at: datetime,
) -> IntakeBatch:
    """Give a file that came through the web to the workers; raises why it cannot be taken."""
    if not by.is_admin:
        raise PermissionDenied
    must_be_a_feed(source)
    if not isinstance(upload, intake.ScrubbedUpload):
        raise NoFile("Choose a file of referrals.")
    if upload.refusal is not None:
        raise upload.refusal
    batch = intake.queue(
        IntakeBatch(
            source=source,
            file_name=upload.name or "",
            sha256=upload.sha256,
            stored_as=upload.stored_as,
            bytes_total=upload.size or 0,
            rows_read=upload.rows,
            mode=mode,
            create_missing=create_missing,
            uploaded_by=by,
            created_at=at,
        )
    )
    upload.keep()
    transaction.on_commit(partial(hand_out_import, batch.pk))
    return batch


def import_file(
    path: Path, *, source: Source, terms: Terms, at: datetime, watch: Watch
) -> IntakeBatch:
    """Take a file on this machine, in this process; should it be killed, a worker goes on."""
    must_be_a_feed(source)
    sizes = intake.measure(path)
    intake.refuse_twice(source, sizes.sha256)
    stored_as, rows = intake.store_scrubbed(path, encoding=terms.encoding, progress=watch.scrubbed)
    try:
        batch = intake.queue(
            IntakeBatch(
                source=source,
                file_name=intake.plain_name(path.name),
                sha256=sizes.sha256,
                stored_as=stored_as,
                bytes_total=sizes.bytes,
                rows_read=rows,
                mode=terms.mode,
                create_missing=terms.create_missing,
                created_at=at,
            )
        )
    except BaseException:
        intake.remove(stored_as)
        raise
    return intake.take(batch.pk, watch=watch.loading) or batch


def must_be_a_feed(source: Source) -> None:
    if not source.is_feed:
        raise NotAFeed(f"{source} is what liaisons take by hand. No file comes from it.")


def take_import(batch_id: int) -> None:
    intake.take(batch_id)


def refused_csv(batch: IntakeBatch) -> Iterator[str]:
    """The refused rows with line, code and reason: a file to be corrected and sent again."""
    rows = RefusedRow.objects.filter(batch=batch).order_by("line", "pk").iterator()
    return csv_lines(
        REFUSED_HEADER,
        ([row.line, row.code, row.reason, *_all_cells(row.cells)] for row in rows),
    )


def _all_cells(cells: list[str]) -> list[str]:
    """A row that could not be read has no cells to show."""
    return cells or [""] * len(intake.KEPT)


def tend_imports(at: datetime) -> None:
    """Each minute: hand out imports nobody is at, take what waited, forget what nobody wants."""
    for batch_id in intake.waiting_for_a_worker(at):
        hand_out_import(batch_id)
    intake.forget_unconfirmed(at)
    if UnmatchedRow.objects.waiting().exists() or waking.is_waiting():
        look_for_waiting_rows()
    intake.remove_orphans()


def look_for_waiting_rows() -> None:
    """The directory learned of somebody: let a worker see who waited for him."""
    from referrals import tasks

    _send(tasks.resolve_waiting)


def hand_out_import(batch_id: int) -> None:
    """Tell a worker of it; the tick tells again whatever gets lost."""
    from referrals import tasks

    _send(tasks.take_import, batch_id)


# --- Rollups ---


def tend_rollups(at: datetime) -> None:
    """Each minute: start the night that is due, and hand out whatever nobody has done yet.

    What a dead worker or an emptied broker lost is so made good within a minute. A message that
    still waits by then has expired, and of two that arrive the second finds nothing to do.
    """
    from referrals import tasks

    rollups.reap_dead_rebuild()
    run = rollups.open_due_night(at) or rollups.running()
    if run is None or run.kind == RollupRun.Kind.REBUILD:
        return
    waiting = run.chunks.filter(state=RollupChunk.State.WAITING).values_list("pk", flat=True)
    for chunk_id in waiting:
        _send(tasks.count_chunk, chunk_id)
    if not waiting:
        _send(tasks.publish_run, run.pk)


def start_rollup(*, by: User, at: datetime) -> RollupRun:
    """Let the workers count now what would wait for the night."""
    if not by.is_admin:
        raise PermissionDenied
    run = rollups.open_by_hand(at)
    transaction.on_commit(partial(tend_rollups, at))
    return run


def count_chunk(chunk_id: int) -> None:
    """Count the chunk, and publish its run if it was the last."""
    if (chunk := rollups.count_chunk(chunk_id)) is not None:
        publish_run(chunk.run_id)


def publish_run(run_id: int) -> None:
    """Show what a run has counted, if all of it is; after a night, measure delays anew."""
    from referrals import tasks

    if not rollups.publish(run_id):
        return
    nights = RollupRun.objects.filter(pk=run_id, kind=RollupRun.Kind.NIGHTLY)
    if nights.filter(state=RollupRun.State.DONE).exists():
        _send(tasks.measure_arrivals)


def _send(task: Task[..., None], *ids: int) -> None:
    """Queue a task until the next tick, which finds again whatever a broker away or lost."""
    try:
        task.apply_async(ids, expires=settings.TICK.total_seconds())
    except BrokerError as problem:
        logger.warning("%s was not queued: %s", task.name, type(problem).__name__)

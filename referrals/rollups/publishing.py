"""The end of a run: all that its chunks counted becomes visible in one transaction."""

from __future__ import annotations

import logging

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, F, Q
from django.db.models.functions import Now
from psycopg import sql

from referrals.locks import Lock, held
from referrals.models import RollupChunk, RollupRun
from referrals.rollups.cells import CELLS, COLUMNS, COUNTS, DRAFTS, KEY, MARKS, names, same_cell
from referrals.rollups.restating import MEASURES, restating

logger = logging.getLogger(__name__)

State = RollupRun.State

MOST_ATTEMPTS = 5
PATIENCE_SECONDS = 8
# Below one changed cell in so many, looking each up beats reading the table.
FEW = 20

# Sorted by key both tables are walked in their own order: each page once, not once per cell.
PUBLISH = sql.SQL(
    """
    MERGE INTO {cells} AS cell
    USING (SELECT * FROM {drafts} WHERE run_id = %s ORDER BY {key}) AS draft ON {same}
    WHEN MATCHED AND draft.referrals = 0 THEN DELETE
    WHEN MATCHED AND ({cell_counts}) IS DISTINCT FROM ({draft_counts})
         THEN UPDATE SET ({counts}) = ROW ({draft_counts})
    WHEN NOT MATCHED AND draft.referrals > 0
         THEN INSERT ({columns}) VALUES ({draft_columns})
    """
).format(
    cells=CELLS,
    drafts=DRAFTS,
    key=names(KEY),
    same=same_cell("cell", "draft"),
    counts=names(COUNTS),
    cell_counts=names(COUNTS, "cell"),
    draft_counts=names(COUNTS, "draft"),
    columns=names(COLUMNS),
    draft_columns=names(COLUMNS, "draft"),
)

# A new status is no correction: most drafts change none of what a closed month is known by.
CORRECTED = sql.SQL(
    """
    SELECT draft.month, draft.practice_id
      FROM {drafts} AS draft LEFT JOIN {cells} AS cell ON {same}
     WHERE ({drafted}) IS DISTINCT FROM ({shown})
    """
).format(
    drafts=DRAFTS,
    cells=CELLS,
    same=same_cell("cell", "draft"),
    drafted=names(MEASURES, "draft"),
    shown=sql.SQL(", ").join(
        sql.SQL("coalesce({}, 0)").format(sql.Identifier("cell", name)) for name in MEASURES
    ),
)
COUNT_DRAFTS = sql.SQL("SELECT count(*) FROM {} WHERE run_id = %(run)s").format(DRAFTS)
COUNT_EMPTIED = sql.SQL(
    """
    SELECT count(*) FROM {drafts} AS draft JOIN {cells} AS cell ON {same}
     WHERE draft.run_id = %(run)s AND draft.referrals = 0
    """
).format(drafts=DRAFTS, cells=CELLS, same=same_cell("cell", "draft"))
COUNT_CELLS_ROUGHLY = sql.SQL(
    "SELECT reltuples::bigint FROM pg_class WHERE oid = 'referrals_volumecell'::regclass"
)

MARK_AGAIN = sql.SQL(
    "INSERT INTO {marks} ({key}) SELECT {key} FROM {drafts} WHERE run_id = %s"
).format(marks=MARKS, drafts=DRAFTS, key=names(KEY))


def publish(run_id: int) -> bool:
    """Close the run if all its chunks ended: done if all were counted, failed if any was not.

    Readers see all of the run or nothing of it. True if this call closed it.
    """
    with held(Lock.RUN, run_id, patience_seconds=PATIENCE_SECONDS) as alone:
        run = RollupRun.objects.filter(pk=run_id, state=State.RUNNING).first()
        if not alone or run is None or run.kind == RollupRun.Kind.REBUILD:
            return False
        chunks = run.chunks.aggregate(
            waiting=Count("pk", filter=Q(state=RollupChunk.State.WAITING)),
            failed=Count("pk", filter=Q(state=RollupChunk.State.FAILED)),
        )
        if chunks["waiting"]:
            return False
        if chunks["failed"]:
            fail(run, f"{chunks['failed']} of {run.shares} chunks could not be counted.")
            return True
        if run.attempts >= MOST_ATTEMPTS:
            fail(run, f"Could not be published in {MOST_ATTEMPTS} attempts.")
            return True
        RollupRun.objects.filter(pk=run_id).update(attempts=F("attempts") + 1)
        _publish(run)
        return True


@transaction.atomic
def fail(run: RollupRun, reason: str) -> None:
    """Close the run as failed, and mark again whatever it had counted for the next one."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_AGAIN, [run.pk])
        cursor.execute("DELETE FROM referrals_volumedraft WHERE run_id = %s", [run.pk])
    RollupRun.objects.filter(pk=run.pk, state=State.RUNNING).update(
        state=State.FAILED, error=reason[:300], finished_at=Now()
    )
    logger.error("Rollup run %d failed: %s", run.pk, reason)


@transaction.atomic
def _publish(run: RollupRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referrals_volumedraft")
        drafts = _number(cursor, COUNT_DRAFTS, run)
        if drafts * FEW < _number(cursor, COUNT_CELLS_ROUGHLY, run):
            cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        removed = _number(cursor, COUNT_EMPTIED, run)
        with restating(cursor, run, CORRECTED):
            cursor.execute(PUBLISH, [run.pk])
            touched = cursor.rowcount
        cursor.execute("DELETE FROM referrals_volumedraft WHERE run_id = %s", [run.pk])
    RollupRun.objects.filter(pk=run.pk).update(
        state=State.DONE,
        marks_claimed=drafts,
        cells_written=touched - removed,
        cells_removed=removed,
        finished_at=Now(),
    )


def _number(cursor: CursorWrapper, question: sql.Composable, run: RollupRun) -> int:
    cursor.execute(question, {"run": run.pk})
    answer: tuple[int] = cursor.fetchone()
    return answer[0]

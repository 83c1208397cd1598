"""One chunk: claim its marks and count exactly those cells anew, in one transaction."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from psycopg import sql

from referrals.locks import Lock, held
from referrals.models import RollupChunk
from referrals.rollups.cells import COLUMNS, DRAFTS, KEY, MARKS, counted, names, same_cell

State = RollupChunk.State

MOST_ATTEMPTS = 5
# A worker that was killed leaves its lock within moments; one that lives keeps it longer.
PATIENCE_SECONDS = 8

CLAIM = sql.SQL(
    """
    CREATE TEMPORARY TABLE claimed ON COMMIT DROP AS
    WITH gone AS (DELETE FROM {marks} WHERE practice_id %% %s = %s RETURNING *)
    SELECT DISTINCT {key} FROM gone ORDER BY {key}
    """
).format(marks=MARKS, key=names(KEY))

# Each claimed cell is looked up in the index. Left to itself the planner reads the whole table
# once the claims look many to it, and then the cost follows history instead of what changed.
BY_INDEX = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"

# Every claimed cell gets its draft: one that has no referral left is drafted with none.
DRAFT = sql.SQL(
    "INSERT INTO {drafts} (run_id, {columns}) SELECT %s, {columns} FROM ({counted}) AS fresh"
).format(
    drafts=DRAFTS,
    columns=names(COLUMNS),
    counted=counted(
        sql.SQL("claimed LEFT JOIN referrals_referral AS r ON {}").format(
            same_cell("r", "claimed")
        ),
        keyed_by="claimed",
    ),
)


def count_chunk(chunk_id: int) -> RollupChunk | None:
    """Count the chunk if it still waits and nobody else is at it; None if it was taken already.

    Each start is one attempt, counted before the work so that work which kills its worker is
    counted too. After five the chunk has failed, and with it the run.
    """
    with held(Lock.CHUNK, chunk_id, patience_seconds=PATIENCE_SECONDS) as alone:
        if not alone:
            return None
        waiting = RollupChunk.objects.filter(pk=chunk_id, state=State.WAITING)
        if waiting.filter(attempts__gte=MOST_ATTEMPTS).update(
            state=State.FAILED, error=f"Given up after {MOST_ATTEMPTS} attempts."
        ):
            return RollupChunk.objects.get(pk=chunk_id)
        if not waiting.update(attempts=F("attempts") + 1):
            return None
        chunk = RollupChunk.objects.select_related("run").get(pk=chunk_id)
        _count(chunk)
        return chunk


@transaction.atomic
def _count(chunk: RollupChunk) -> None:
    with connection.cursor() as cursor:
        # Losing the last moments in a crash loses the marks' deletion with them: safe, and quick.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(CLAIM, [chunk.run.shares, chunk.number])
        cursor.execute("ANALYZE claimed")
        cursor.execute(BY_INDEX)
        cursor.execute(DRAFT, [chunk.run_id])
        drafted = cursor.rowcount
        cursor.execute("DROP TABLE claimed")
    RollupChunk.objects.filter(pk=chunk.pk).update(
        state=State.DONE, marks=drafted, finished_at=Now()
    )

"""Count everything from nothing beside the live table, and swap the result in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models.functions import Now
from psycopg import sql
from psycopg.errors import LockNotAvailable

from referrals.errors import RollupUnderWay
from referrals.locks import Lock, held
from referrals.models import RollupRun
from referrals.rollups import ledger
from referrals.rollups.cells import CELLS, COLUMNS, MARKS, all_cells, names
from referrals.rollups.publishing import fail
from referrals.rollups.restating import restating

NEXT = sql.Identifier("referrals_volumecell_next")
SWAP_ATTEMPTS = 20
# Readers hold the table for moments; whoever queues behind our wait for it waits no longer either.
LOCK_TIMEOUT = "500ms"
LOCK_PAUSE_SECONDS = 1
SEQUENCE = "referrals_volumecell_id_seq"

# Index reading gives the cells sorted by key: no sort, no hash table, and a table in key order.
TUNING = """
    SET LOCAL work_mem = '128MB';
    SET LOCAL maintenance_work_mem = '256MB';
    SET LOCAL enable_hashagg = off;
    SET LOCAL random_page_cost = 1.1;
"""
CREATE = sql.SQL(
    """
    CREATE TABLE {next} (LIKE {cells} INCLUDING DEFAULTS INCLUDING CONSTRAINTS
                         INCLUDING IDENTITY INCLUDING STORAGE)
      WITH (fillfactor = 85)
    """
).format(next=NEXT, cells=CELLS)
# Ids are taken from the sequence many at a time; nothing minds the gaps.
NUMBER_MANY = sql.SQL("ALTER TABLE {} ALTER COLUMN id SET CACHE 1000").format(NEXT)
FILL = sql.SQL("INSERT INTO {next} ({columns}) SELECT {columns} FROM ({counted}) AS fresh").format(
    next=NEXT, columns=names(COLUMNS), counted=all_cells()
)
REMEMBER_MARKS = sql.SQL(
    "CREATE TEMPORARY TABLE counted_marks AS SELECT id, month, practice_id FROM {marks}"
).format(marks=MARKS)
FORGET_MARKS = sql.SQL(
    "DELETE FROM {marks} AS mark USING counted_marks WHERE mark.id = counted_marks.id"
).format(marks=MARKS)
INDEXES = """
    SELECT index.relname, pg_get_indexdef(index.oid), its.contype
      FROM pg_index
      JOIN pg_class AS index ON index.oid = pg_index.indexrelid
      LEFT JOIN pg_constraint AS its ON its.conindid = index.oid AND its.contype IN ('p', 'u')
     WHERE pg_index.indrelid = 'referrals_volumecell'::regclass
     ORDER BY index.relname
"""
CONSTRAINTS = {"p": sql.SQL("PRIMARY KEY"), "u": sql.SQL("UNIQUE")}


def rebuild(at: datetime) -> RollupRun:
    """Replace every cell by a fresh count; readers see the old table until the new one is there.

    Marks that were there when counting began are done with; those that came meanwhile stay. No
    other run may be under way, so nothing is written to the old table in between.
    """
    with held(Lock.REBUILD, 0) as alone:
        if not alone:
            raise RollupUnderWay("Another rebuild is under way.")
        run = ledger.open_rebuild(at)
        try:
            _drop_remains()
            marks, cells = _count_beside()
            _swap(run, marks=marks, cells=cells)
        except BaseException:
            fail(run, "The rebuild broke off.")
            _drop_remains()
            raise
    run.refresh_from_db()
    return run


def reap_dead_rebuild() -> None:
    """Close a rebuild whose process was killed, so that others may run."""
    run = ledger.running()
    if run is None or run.kind != RollupRun.Kind.REBUILD:
        return
    with held(Lock.REBUILD, 0) as nobody_works_on_it:
        if nobody_works_on_it:
            fail(run, "The rebuild was killed.")
            _drop_remains()


def _count_beside() -> tuple[int, int]:
    """The new table, complete with indexes; how many marks it answers and how many cells it has.

    Marks are noted before counting, so each noted one stands for a change that is counted.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REMEMBER_MARKS)
        marks = cursor.rowcount
        cursor.execute(TUNING)
        cursor.execute(CREATE)
        cursor.execute(NUMBER_MANY)
        cursor.execute(FILL)
        cells = cursor.rowcount
        for statement in _index_statements(cursor):
            cursor.execute(statement)
        cursor.execute(sql.SQL("ANALYZE {}").format(NEXT))
    return marks, cells


def _index_statements(cursor: CursorWrapper) -> Iterator[sql.Composed]:
    """Each index of the live table, built on the new one under its name for now."""
    cursor.execute(INDEXES)
    for name, definition, kind in cursor.fetchall():
        built = sql.Identifier(_for_now(name))
        columns = sql.SQL(definition.split(" USING ", 1)[1])
        unique = sql.SQL("UNIQUE " if kind else "")
        yield sql.SQL("CREATE {}INDEX {} ON {} USING {}").format(unique, built, NEXT, columns)
        if kind:
            yield sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {} USING INDEX {}").format(
                NEXT, built, CONSTRAINTS[kind], built
            )


def _swap(run: RollupRun, *, marks: int, cells: int) -> None:
    """Put the new table in the place of the old one, once no reader is in the way."""
    for attempt in range(1, SWAP_ATTEMPTS + 1):
        try:
            _swap_now(run, marks=marks, cells=cells)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable) or attempt == SWAP_ATTEMPTS:
                raise
            time.sleep(LOCK_PAUSE_SECONDS)
        else:
            return


@transaction.atomic
def _swap_now(run: RollupRun, *, marks: int, cells: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET_MARKS)
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(CELLS))
        with restating(cursor, run, sql.SQL("SELECT month, practice_id FROM counted_marks")):
            cursor.execute(INDEXES)
            indexes = [name for name, _, _ in cursor.fetchall()]
            cursor.execute(sql.SQL("DROP TABLE {}").format(CELLS))
            cursor.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(NEXT, CELLS))
            for name in indexes:
                _rename(cursor, "INDEX", _for_now(name), name)
            _rename(cursor, "SEQUENCE", "referrals_volumecell_next_id_seq", SEQUENCE)
        cursor.execute("DROP TABLE counted_marks")
    done = RollupRun.objects.filter(pk=run.pk, state=RollupRun.State.RUNNING).update(
        state=RollupRun.State.DONE, marks_claimed=marks, cells_written=cells, finished_at=Now()
    )
    assert done, "Only the holder of the lock closes a rebuild."


def _rename(cursor: CursorWrapper, what: str, old: str, new: str) -> None:
    cursor.execute(
        sql.SQL("ALTER {} {} RENAME TO {}").format(
            sql.SQL(what), sql.Identifier(old), sql.Identifier(new)
        )
    )


def _for_now(name: str) -> str:
    """The name of an index until its table takes the live one's place; within 63 bytes."""
    return f"next_{name}"[:63]


def _drop_remains() -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(NEXT))
        cursor.execute("DROP TABLE IF EXISTS pg_temp.counted_marks")

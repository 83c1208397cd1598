"""Take back what one import did, and nothing that another one said since.

Its events go, unless another import told them again: those are then the other one's. A referral
of which nobody else told goes with them. What a referral was before comes back, unless a later
import told of it: then its word stays, and stands on what was before this one. It is one
transaction, so a worker that dies here leaves everything as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F, ProtectedError
from django.db.models.functions import Now

from referrals.errors import ImportSuperseded
from referrals.intake.taking import DESCRIPTION, settle
from referrals.intake.waiting import link_receivers
from referrals.locks import Lock, wait_in_transaction
from referrals.models import (
    BatchUndo,
    Facility,
    IntakeBatch,
    Retelling,
    ServiceLine,
    UnmatchedRow,
)

LEFT_SHOWN = 100
# Made and never touched: the two moments of one save.
ONE_MOMENT = timedelta(seconds=1)

# Of each referral the import told of: who else did, before it and after it.
EVENTS = """
    CREATE TEMPORARY TABLE undo_event ON COMMIT DROP AS
    SELECT id, referral_id FROM referrals_referralevent WHERE batch_id = %(batch)s
"""
REFERRALS = """
    CREATE TEMPORARY TABLE undo_referral ON COMMIT DROP AS
    SELECT referral_id FROM undo_event
     UNION SELECT referral_id FROM referrals_earlierdescription WHERE batch_id = %(batch)s
"""
RETOLD = """
    CREATE TEMPORARY TABLE undo_retold ON COMMIT DROP AS
    SELECT again.event_id, event.referral_id, again.batch_id
      FROM (
        SELECT retelling.batch_id, unnest(retelling.event_ids) AS event_id
          FROM referrals_retelling AS retelling
          JOIN referrals_intakebatch AS batch ON batch.id = retelling.batch_id
         WHERE batch.source_id = %(source)s AND retelling.batch_id <> %(batch)s
      ) AS again
      JOIN referrals_referralevent AS event ON event.id = again.event_id
      JOIN undo_referral USING (referral_id)
"""
TELLERS = """
    CREATE TEMPORARY TABLE undo_fate ON COMMIT DROP AS
    SELECT undo_referral.referral_id, count(teller.referral_id) AS tellers,
           min(teller.batch_id) FILTER (WHERE teller.batch_id > %(batch)s) AS later,
           max(teller.batch_id) FILTER (WHERE teller.batch_id < %(batch)s) AS sooner
      FROM undo_referral LEFT JOIN (
        SELECT event.referral_id, event.batch_id
          FROM referrals_referralevent AS event JOIN undo_referral USING (referral_id)
         WHERE event.batch_id IS DISTINCT FROM %(batch)s
         UNION ALL SELECT referral_id, batch_id FROM undo_retold
      ) AS teller USING (referral_id)
     GROUP BY undo_referral.referral_id
"""
LOOK = (EVENTS, REFERRALS, RETOLD, TELLERS)
TABLES = "undo_event, undo_referral, undo_retold, undo_fate"
COUNT = """
    SELECT count(*) FILTER (WHERE tellers = 0),
           count(*) FILTER (WHERE tellers > 0 AND later IS NULL),
           count(*) FILTER (WHERE later IS NOT NULL)
      FROM undo_fate
"""
LEFT = """
    SELECT referral.external_id
      FROM undo_fate JOIN referrals_referral AS referral ON referral.id = referral_id
     WHERE later IS NOT NULL ORDER BY referral.id LIMIT %s
"""

# An event is never edited: what was told again goes and comes as the other import's.
INHERITED = """
    CREATE TEMPORARY TABLE undo_inherited ON COMMIT DROP AS
    SELECT event.id, event.referral_id, event.status, event.happened_at, heir.batch_id,
           batch.created_at AS learned_at
      FROM (SELECT event_id, min(batch_id) AS batch_id FROM undo_retold GROUP BY event_id) AS heir
      JOIN undo_event ON undo_event.id = heir.event_id
      JOIN referrals_referralevent AS event ON event.id = heir.event_id
      JOIN referrals_intakebatch AS batch ON batch.id = heir.batch_id
"""
FORGET_EVENTS = "DELETE FROM referrals_referralevent WHERE id IN (SELECT id FROM undo_event)"
INHERIT = """
    INSERT INTO referrals_referralevent (
        id, referral_id, status, happened_at, learned_at, batch_id
    )
    SELECT id, referral_id, status, happened_at, learned_at, batch_id FROM undo_inherited
"""

# A later import's word stands on what was before this one, or, if this one made the referral,
# on nothing.
STAND_ON_MINE = f"""
    UPDATE referrals_earlierdescription AS theirs
       SET said_by_id = mine.said_by_id, {", ".join(f"{c} = mine.{c}" for c in DESCRIPTION)}
      FROM referrals_earlierdescription AS mine, undo_fate
     WHERE mine.batch_id = %(batch)s AND theirs.referral_id = mine.referral_id
       AND undo_fate.referral_id = mine.referral_id AND theirs.batch_id = undo_fate.later
       AND theirs.said_by_id = %(batch)s
"""  # noqa: S608 (the columns are constants)
STAND_ON_NOTHING = """
    DELETE FROM referrals_earlierdescription AS theirs USING undo_fate
     WHERE theirs.referral_id = undo_fate.referral_id AND theirs.batch_id = undo_fate.later
       AND theirs.said_by_id = %(batch)s AND NOT EXISTS (
        SELECT 1 FROM referrals_earlierdescription AS mine
         WHERE mine.batch_id = %(batch)s AND mine.referral_id = theirs.referral_id
     )
"""
# One that agreed is the one who said it, from now on.
HAND_OVER_MINE = """
    UPDATE referrals_earlierdescription AS mine SET batch_id = undo_fate.later
      FROM undo_fate
     WHERE mine.batch_id = %(batch)s AND undo_fate.referral_id = mine.referral_id
       AND undo_fate.later IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM referrals_earlierdescription AS theirs
         WHERE theirs.batch_id = undo_fate.later AND theirs.referral_id = mine.referral_id
     )
"""
HAND_OVER_LATER = """
    UPDATE referrals_earlierdescription AS theirs
       SET said_by_id = coalesce(undo_fate.later, undo_fate.sooner)
      FROM undo_fate
     WHERE theirs.said_by_id = %(batch)s AND undo_fate.referral_id = theirs.referral_id
"""
RESTORE = f"""
    UPDATE referrals_referral AS referral
       SET batch_id = mine.said_by_id, updated_at = now(),
           {", ".join(f"{c} = mine.{c}" for c in DESCRIPTION)}
      FROM referrals_earlierdescription AS mine JOIN undo_fate USING (referral_id)
     WHERE mine.batch_id = %(batch)s AND referral.id = mine.referral_id
       AND referral.batch_id = %(batch)s AND undo_fate.tellers > 0
"""  # noqa: S608 (the columns are constants)
FORGET_MINE = "DELETE FROM referrals_earlierdescription WHERE batch_id = %(batch)s"
# Whoever is left to have said it; and since when we know of it.
SAID_BY_OTHERS = """
    UPDATE referrals_referral AS referral
       SET batch_id = coalesce(undo_fate.later, undo_fate.sooner), updated_at = now()
      FROM undo_fate
     WHERE referral.id = undo_fate.referral_id AND referral.batch_id = %(batch)s
       AND undo_fate.tellers > 0
"""
FIRST_SEEN = """
    UPDATE referrals_referral AS referral SET first_seen_at = told.first_seen_at, updated_at = now()
      FROM (
        SELECT event.referral_id, min(event.learned_at) AS first_seen_at
          FROM referrals_referralevent AS event JOIN undo_referral USING (referral_id)
         GROUP BY event.referral_id
      ) AS told
     WHERE referral.id = told.referral_id AND referral.first_seen_at < told.first_seen_at
"""
GONE = "SELECT referral_id FROM undo_fate WHERE tellers = 0"
REMOVE = (
    f"DELETE FROM referrals_earlierdescription WHERE referral_id IN ({GONE})",  # noqa: S608 (a constant)
    f"DELETE FROM referrals_referral WHERE id IN ({GONE})",  # noqa: S608 (a constant)
)
MOVED = """
    CREATE TEMPORARY TABLE intake_moved ON COMMIT DROP AS
    SELECT referral_id FROM undo_fate WHERE tellers > 0
"""

# Rows that only this import made wait go; those it took over are the earlier one's again.
REOPEN = """
    UPDATE referrals_unmatchedrow SET batch_id = first_batch_id, first_batch_id = NULL,
           resolved_at = NULL
     WHERE batch_id = %(batch)s AND first_batch_id IS NOT NULL
"""


@dataclass(frozen=True)
class Fate:
    """How many referrals an undo removes, brings back to what they were, and leaves as they are."""

    removed: int
    restored: int
    left: int
    left_ids: list[str]


@transaction.atomic
def foresee(batch: IntakeBatch) -> Fate:
    """What an undo would do by now; nothing is written."""
    with connection.cursor() as cursor:
        fate = _look(cursor, batch)
        cursor.execute(f"DROP TABLE {TABLES}")
    return fate


@transaction.atomic
def undo(batch: IntakeBatch) -> None:
    """Take the import back. The caller has claimed it."""
    wait_in_transaction(Lock.SOURCE, batch.source_id)
    names = {"batch": batch.pk, "source": batch.source_id}
    with connection.cursor() as cursor:
        # Foreign keys are looked up after each statement, not all at once in the end.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        fate = _look(cursor, batch)
        for statement in (INHERITED, FORGET_EVENTS, INHERIT):
            cursor.execute(statement)
        for statement in (
            STAND_ON_MINE,
            STAND_ON_NOTHING,
            HAND_OVER_MINE,
            HAND_OVER_LATER,
            RESTORE,
            FORGET_MINE,
            SAID_BY_OTHERS,
            REOPEN,
        ):
            cursor.execute(statement, names)
        for statement in (*REMOVE, FIRST_SEEN, MOVED):
            cursor.execute(statement)
        settle(batch.source)
        cursor.execute(f"DROP TABLE {TABLES}, undo_inherited, intake_moved")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    Retelling.objects.filter(batch=batch).delete()
    UnmatchedRow.objects.filter(batch=batch).delete()
    UnmatchedRow.objects.filter(first_batch=batch).update(first_batch=None)
    link_receivers()
    _unmake(batch)
    _note(batch, fate)


def _look(cursor: CursorWrapper, batch: IntakeBatch) -> Fate:
    for statement in LOOK:
        cursor.execute(statement, {"batch": batch.pk, "source": batch.source_id})
    cursor.execute("ANALYZE undo_event, undo_referral, undo_retold, undo_fate")
    cursor.execute(COUNT)
    removed, restored, left = cursor.fetchone()
    cursor.execute(LEFT, [LEFT_SHOWN])
    return Fate(removed, restored, left, [number for (number,) in cursor.fetchall()])


def _unmake(batch: IntakeBatch) -> None:
    """Service lines and destinations it made go, if nobody edited or used them since."""
    for column, model in (("service_line", ServiceLine), ("destination", Facility)):
        made = model.objects.filter(pk__in=batch.made.get(column, []))
        waiting = UnmatchedRow.objects.values(f"{column}_id")
        for row in made.exclude(pk__in=waiting).filter(updated_at__lt=F("created_at") + ONE_MOMENT):
            try:
                with transaction.atomic():
                    row.delete()
            except ProtectedError:
                continue


def _note(batch: IntakeBatch, fate: Fate) -> None:
    """Say what came of it, unless somebody else took the undo over."""
    mine = IntakeBatch.objects.filter(
        pk=batch.pk, state=IntakeBatch.State.RUNNING, attempts=batch.attempts
    )
    if not mine.select_for_update().exists():
        raise ImportSuperseded("Another worker took this undo over.")
    BatchUndo.objects.filter(batch=batch).update(
        removed=fate.removed,
        restored=fate.restored,
        left=fate.left,
        left_ids=fate.left_ids,
        finished_at=Now(),
    )

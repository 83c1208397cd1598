"""Good rows become referrals and their history: the one way in, for files and for what waited.

It reads a temporary table `intake_slice` and works on all of it at once. Whatever order rows and
files come in, a referral ends with the same events, and its status follows from them alone. What
a referral *is* (who, where, for what) is what the latest import says; an older one that comes
true late, because its physician was not known, adds its event and no more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from referrals.models import Source
from referrals.models.referral import LAST_WORD

REFERRAL_IDS = "referrals_referral_id_seq"

SLICE = (
    "line",
    "batch_id",
    "learned_at",
    "external_id",
    "practice_id",
    "physician_id",
    "service_line_id",
    "destination_id",
    "receiving_physician_id",
    "receiving_npi",
    "referred_on",
    "status",
    "status_at",
    "status_on",
    "left_because",
    "patient_key",
)

# The first row of a referral nobody knew gets the id the referral will have.
TOLD = """
    CREATE TEMPORARY TABLE intake_told ON COMMIT DROP AS
    SELECT told.*, known_id IS NULL AND is_first AS is_new,
           coalesce(known_id, CASE WHEN is_first THEN {next_id} END) AS referral_id
      FROM (
        SELECT slice.*, known.id AS known_id,
               row_number() OVER (PARTITION BY slice.external_id
                                      ORDER BY slice.batch_id, slice.line) = 1 AS is_first
          FROM intake_slice AS slice
          LEFT JOIN referrals_referral AS known
                 ON known.source_id = %s AND known.external_id = slice.external_id
      ) AS told
"""
TELL = TOLD.format(next_id=f"nextval('{REFERRAL_IDS}')")
LOOK = TOLD.format(next_id="NULL::bigint")
COUNT_TOLD = "SELECT count(*), count(*) FILTER (WHERE is_new) FROM intake_told"
JOIN_FIRST = """
    UPDATE intake_told AS told SET referral_id = first.referral_id
      FROM intake_told AS first
     WHERE told.referral_id IS NULL AND first.is_new AND first.external_id = told.external_id
"""

# In the order of the index that finds a cell's referrals, so that they lie together.
CREATE = """
    INSERT INTO referrals_referral (
        id, source_id, external_id, practice_id, physician_id, service_line_id, destination_id,
        receiving_physician_id, receiving_npi, referred_on, first_seen_at, status, status_at,
        scheduled_on, completed_on, left_because, patient_key, batch_id, updated_at
    )
    SELECT referral_id, %s, external_id, practice_id, physician_id, service_line_id,
           destination_id, receiving_physician_id, receiving_npi, referred_on, learned_at, status,
           status_at, CASE WHEN status = 'scheduled' THEN status_on END,
           CASE WHEN status = 'completed' THEN status_on END, left_because, patient_key, batch_id,
           now()
      FROM intake_told WHERE is_new
     ORDER BY practice_id, referred_on, physician_id
"""
FIRST_EVENTS = """
    INSERT INTO referrals_referralevent (referral_id, status, happened_at, learned_at, batch_id)
    SELECT referral_id, status, status_at, learned_at, batch_id FROM intake_told WHERE is_new
     ORDER BY referral_id
"""
BELIEVED = "SELECT reltuples FROM pg_class WHERE oid = 'referrals_referral'::regclass"
COUNT_AGAIN = """
    LOCK TABLE referrals_referral IN SHARE UPDATE EXCLUSIVE MODE NOWAIT;
    ANALYZE referrals_referral (id)
"""
# Events that are there already are left out; which referrals got one is remembered.
FURTHER_EVENTS = """
    WITH added AS (
        INSERT INTO referrals_referralevent (referral_id, status, happened_at, learned_at, batch_id)
        SELECT referral_id, status, status_at, learned_at, batch_id FROM intake_told
         WHERE NOT is_new ORDER BY referral_id, status_at, batch_id, line
        ON CONFLICT (referral_id, status, happened_at) DO NOTHING
        RETURNING referral_id
    )
    INSERT INTO intake_moved SELECT referral_id FROM added
"""

# The latest word on what each referral is. Optional cells that were empty say nothing.
DESCRIPTION = (
    "practice_id",
    "physician_id",
    "service_line_id",
    "destination_id",
    "referred_on",
    "left_because",
    "receiving_npi",
    "receiving_physician_id",
    "patient_key",
)


def described(of: str) -> str:
    return ", ".join(f"{of}.{column}" for column in DESCRIPTION)


SAID = """
    said AS (
        SELECT referral_id, batch_id,
               (array_agg(practice_id ORDER BY line DESC))[1] AS practice_id,
               (array_agg(physician_id ORDER BY line DESC))[1] AS physician_id,
               (array_agg(service_line_id ORDER BY line DESC))[1] AS service_line_id,
               (array_agg(destination_id ORDER BY line DESC))[1] AS destination_id,
               (array_agg(referred_on ORDER BY line DESC))[1] AS referred_on,
               max(nullif(left_because, '')) AS left_because,
               max(nullif(receiving_npi, '')) AS receiving_npi,
               max(receiving_physician_id) AS receiving_physician_id,
               (array_agg(patient_key) FILTER (WHERE patient_key IS NOT NULL))[1] AS patient_key
          FROM intake_told
         WHERE (referral_id, batch_id) IN (
            SELECT referral_id, max(batch_id) FROM intake_told GROUP BY referral_id
            HAVING NOT bool_and(is_new)
         )
         GROUP BY referral_id, batch_id
    ), fresh AS (
        SELECT said.referral_id, said.batch_id, said.practice_id, said.physician_id,
               said.service_line_id, said.destination_id, said.referred_on,
               coalesce(said.left_because, known.left_because) AS left_because,
               coalesce(said.receiving_npi, known.receiving_npi) AS receiving_npi,
               CASE WHEN said.receiving_npi IS NULL THEN known.receiving_physician_id
                    ELSE said.receiving_physician_id END AS receiving_physician_id,
               coalesce(said.patient_key, known.patient_key) AS patient_key
          FROM said JOIN referrals_referral AS known ON known.id = said.referral_id
    )
"""
SAYS_OTHERWISE = f"""
    referral.id = fresh.referral_id
    AND (referral.batch_id IS NULL OR referral.batch_id <= fresh.batch_id)
    AND ({described("referral")}) IS DISTINCT FROM ({described("fresh")})
"""
# What each referral was before is kept, so that an import can be undone.
DESCRIBE = f"""
    WITH {SAID}, kept AS (
        INSERT INTO referrals_earlierdescription (
            batch_id, referral_id, said_by_id, {", ".join(DESCRIPTION)}
        )
        SELECT fresh.batch_id, referral.id, referral.batch_id, {described("referral")}
          FROM fresh JOIN referrals_referral AS referral ON {SAYS_OTHERWISE}
         WHERE referral.batch_id IS DISTINCT FROM fresh.batch_id
        ON CONFLICT (batch_id, referral_id) DO NOTHING
    ), described AS (
        UPDATE referrals_referral AS referral
           SET practice_id = fresh.practice_id, physician_id = fresh.physician_id,
               service_line_id = fresh.service_line_id, destination_id = fresh.destination_id,
               referred_on = fresh.referred_on, left_because = fresh.left_because,
               receiving_npi = fresh.receiving_npi,
               receiving_physician_id = fresh.receiving_physician_id,
               patient_key = fresh.patient_key, batch_id = fresh.batch_id, updated_at = now()
          FROM fresh WHERE {SAYS_OTHERWISE}
        RETURNING referral.id
    )
    SELECT count(*) FROM described
     WHERE id NOT IN (SELECT referral_id FROM intake_moved)
       AND id NOT IN (SELECT referral_id FROM intake_told WHERE is_new)
"""  # noqa: S608 (the columns are constants)
# Events somebody else told of first. They outlive his undo, because they were told again.
RETELL = """
    INSERT INTO referrals_retelling (batch_id, event_ids)
    SELECT told.batch_id, array_agg(event.id)
      FROM intake_told AS told JOIN referrals_referralevent AS event
        ON event.referral_id = told.referral_id AND event.status = told.status
       AND event.happened_at = told.status_at
     WHERE NOT told.is_new AND event.batch_id IS DISTINCT FROM told.batch_id
     GROUP BY told.batch_id
"""

# What would become of the rows if they were taken now; nothing is written.
WOULD_MOVE = """
    CREATE TEMPORARY TABLE intake_moved ON COMMIT DROP AS
    SELECT told.referral_id
      FROM intake_told AS told LEFT JOIN referrals_referralevent AS event
        ON event.referral_id = told.referral_id AND event.status = told.status
       AND event.happened_at = told.status_at
     WHERE NOT told.is_new AND event.id IS NULL
"""
WOULD_DESCRIBE = f"""
    WITH {SAID}
    SELECT count(*) FROM fresh JOIN referrals_referral AS referral ON {SAYS_OTHERWISE}
     WHERE NOT EXISTS (SELECT 1 FROM intake_moved AS moved WHERE moved.referral_id = referral.id)
"""  # noqa: S608 (the columns are constants)

# What a referral is now follows from its events and from nothing else.
SETTLE = """
    UPDATE referrals_referral AS referral
       SET status = latest.status, status_at = latest.status_at,
           scheduled_on = latest.scheduled_on, completed_on = latest.completed_on,
           updated_at = now()
      FROM (
        SELECT referral_id, (array_agg(status ORDER BY happened_at DESC, weight DESC))[1] AS status,
               max(happened_at) AS status_at,
               min(day) FILTER (WHERE status = 'scheduled') AS scheduled_on,
               CASE (array_agg(status ORDER BY happened_at DESC, weight DESC))[1]
                    WHEN 'completed' THEN min(day) FILTER (WHERE status = 'completed')
               END AS completed_on
          FROM (
            SELECT referral_id, status, happened_at,
                   array_position(%(last_word)s::text[], status::text) AS weight,
                   (happened_at AT TIME ZONE %(zone)s)::date AS day
              FROM referrals_referralevent
             WHERE referral_id IN (SELECT referral_id FROM intake_moved)
          ) AS event
         GROUP BY referral_id
      ) AS latest
     WHERE referral.id = latest.referral_id
       AND (referral.status, referral.status_at, referral.scheduled_on, referral.completed_on)
           IS DISTINCT FROM
           (latest.status, latest.status_at, latest.scheduled_on, latest.completed_on)
"""


@dataclass(frozen=True)
class Taken:
    """What became of the rows of a slice."""

    new: int
    changed: int
    same: int


def take_slice(source: Source) -> Taken:
    """Take every row of `intake_slice`; the caller's transaction keeps or drops all of it.

    The caller holds the source's lock, so that no two make the same referral.
    """
    with connection.cursor() as cursor:
        # Foreign keys are looked up after each statement, not all at once in the end.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(TELL, [source.pk])
        cursor.execute("ANALYZE intake_told")
        cursor.execute(COUNT_TOLD)
        rows, new = cursor.fetchone()
        cursor.execute(CREATE, [source.pk])
        _count_again(cursor, new)
        cursor.execute(FIRST_EVENTS)
        changed = _continue(cursor, source) if rows > new else 0
        cursor.execute("DROP TABLE intake_told")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return Taken(new=new, changed=changed, same=rows - new - changed)


def count_slice(source: Source) -> Taken:
    """What `take_slice` would answer for the rows of `intake_slice` by now."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [source.pk])
        cursor.execute("ANALYZE intake_told")
        cursor.execute(COUNT_TOLD)
        rows, new = cursor.fetchone()
        cursor.execute(WOULD_MOVE)
        changed: int = cursor.rowcount
        cursor.execute(WOULD_DESCRIBE)
        changed += cursor.fetchone()[0]
        cursor.execute("DROP TABLE intake_told, intake_moved")
    return Taken(new=new, changed=changed, same=rows - new - changed)


def settle(source: Source) -> None:
    """Derive the present status of the referrals in `intake_moved` from their events."""
    with connection.cursor() as cursor:
        _settle(cursor, source)


def _count_again(cursor: CursorWrapper, new: int) -> None:
    """Tell the planner of the referrals just made, if it knows of fewer than those.

    For a table it believes empty, as after an undo of everything, it takes any index that has the
    id in it, and each event's foreign key is looked up by walking one of those whole. If somebody
    counts already, nobody waits for him: two imports could wait for each other.
    """
    cursor.execute(BELIEVED)
    if new > cursor.fetchone()[0]:
        with suppress(OperationalError), transaction.atomic():
            cursor.execute(COUNT_AGAIN)


def _continue(cursor: CursorWrapper, source: Source) -> int:
    """Take the rows that go on with a referral; how many of them told something new."""
    cursor.execute(JOIN_FIRST)
    cursor.execute("CREATE TEMPORARY TABLE intake_moved (referral_id bigint) ON COMMIT DROP")
    cursor.execute(FURTHER_EVENTS)
    added: int = cursor.rowcount
    cursor.execute(RETELL)
    cursor.execute(DESCRIBE)
    only_described: int = cursor.fetchone()[0]
    _settle(cursor, source)
    cursor.execute("DROP TABLE intake_moved")
    return added + only_described


def _settle(cursor: CursorWrapper, source: Source) -> None:
    cursor.execute(
        SETTLE, {"last_word": [str(status) for status in LAST_WORD], "zone": source.time_zone}
    )

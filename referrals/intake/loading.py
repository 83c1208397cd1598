"""From a stored file into the tables: all rows or none, or every good row slice by slice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from psycopg import sql

from liaison_crm.core.periods import zone_named
from referrals.errors import FileLost, ImportSuperseded
from referrals.intake import placing, staging, store
from referrals.intake.checking import RowCheck, staged_lines
from referrals.intake.columns import KEPT
from referrals.intake.mapping import unseal
from referrals.intake.placing import REASONS, Placed
from referrals.intake.pulse import Pulse
from referrals.intake.scrubbing import stored_rows
from referrals.intake.taking import SLICE, count_slice, take_slice
from referrals.locks import Lock, wait_in_transaction
from referrals.models import IntakeBatch, SealedFile

SLICE_LINES = 100_000
# What becomes of the rows of an import that has not begun.
UNCOUNTED = dict.fromkeys(
    (
        "rows_new",
        "rows_changed",
        "rows_same",
        "rows_repeated",
        "rows_refused",
        "rows_waiting",
        "rows_held_back",
    ),
    0,
)

# The cells of a row that was good by itself and is refused for what it means here.
CELL = {
    "status_at": "to_char(status_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    "practice_id": "coalesce(practice_id_given::text, '')",
    "referred_on": "referred_on::text",
}
REFUSE = sql.SQL(
    """
    INSERT INTO referrals_refusedrow (batch_id, line, code, reason, cells)
    SELECT %(batch)s, line, refusal, coalesce(placed.reason, told.reason),
           coalesce(cells, jsonb_build_array({cells}))
      FROM intake_placed AS placed LEFT JOIN (VALUES {reasons}) AS told (code, reason)
        ON told.code = refusal
     WHERE refusal IS NOT NULL AND line > %(after)s AND line <= %(until)s
     ORDER BY line
    """
).format(
    cells=sql.SQL(", ").join(sql.SQL(CELL.get(name, name)) for name in KEPT),
    reasons=sql.SQL(", ").join(
        sql.SQL("({}, {})").format(sql.Literal(code), sql.Literal(reason))
        for code, reason in REASONS.items()
    ),
)

# Told again while it waits, a row waits on with what was said last.
WAIT = """
    INSERT INTO referrals_unmatchedrow AS waiting (
        source_id, batch_id, line, missing, external_id, physician_npi, practice_id_given,
        practice_name, practice_zip, service_line_id, destination_id, referred_on, status,
        status_at, left_because, receiving_npi, patient_key, created_at
    )
    SELECT %(source)s, %(batch)s, line,
           CASE WHEN physician_id IS NOT NULL THEN 'practice'
                WHEN practice_id IS NOT NULL THEN 'physician' ELSE 'both' END,
           external_id, referring_npi, practice_id_given, practice_name, practice_zip,
           service_line_id, destination_id, referred_on, status, status_at, left_because,
           receiving_npi, patient_key, %(received_at)s
      FROM intake_placed
     WHERE line > %(after)s AND line <= %(until)s AND refusal IS NULL AND NOT is_repeated
       AND (physician_id IS NULL OR practice_id IS NULL)
     ORDER BY line
    ON CONFLICT (source_id, external_id, status, status_at) DO UPDATE
       SET first_batch_id = coalesce(waiting.first_batch_id, waiting.batch_id),
           batch_id = excluded.batch_id, line = excluded.line, missing = excluded.missing,
           physician_npi = excluded.physician_npi, practice_id_given = excluded.practice_id_given,
           practice_name = excluded.practice_name, practice_zip = excluded.practice_zip,
           service_line_id = excluded.service_line_id, destination_id = excluded.destination_id,
           referred_on = excluded.referred_on, left_because = excluded.left_because,
           receiving_npi = excluded.receiving_npi, patient_key = excluded.patient_key,
           resolved_at = NULL
"""
REPEATED = """
    SELECT count(*) FROM intake_placed
     WHERE line > %(after)s AND line <= %(until)s AND refusal IS NULL AND is_repeated
"""
GOOD = sql.SQL(
    """
    CREATE TEMPORARY TABLE intake_slice ON COMMIT DROP AS
    SELECT {columns} FROM (
        SELECT placed.*, %(batch)s::bigint AS batch_id, %(received_at)s::timestamptz AS learned_at
          FROM intake_placed AS placed
         WHERE line > %(after)s AND line <= %(until)s AND refusal IS NULL AND NOT is_repeated
           AND physician_id IS NOT NULL AND practice_id IS NOT NULL
    ) AS good
    """
).format(columns=sql.SQL(", ").join(map(sql.Identifier, SLICE)))

Counts = Counter[str]


def load(batch: IntakeBatch, pulse: Pulse) -> None:
    """Take the file of this import. Killed at any point and begun again, the tables end the same.

    A file that is only checked goes the same way and is counted instead of taken.
    With all or nothing it is one transaction. Row by row each slice is one, which also notes how
    far it came, so a second attempt goes on from there.
    """
    try:
        if not batch.stored_as:
            _unseal(batch, pulse)
        _stage(batch, pulse)
        placed = placing.place(
            batch.source, received_at=batch.created_at, create_missing=batch.create_missing
        )
        if batch.job == IntakeBatch.Job.CHECK:
            _try_all(batch, placed)
        elif batch.mode == IntakeBatch.Mode.ALL_OR_NOTHING:
            _take_all(batch, placed, pulse)
        else:
            _take_slices(batch, placed, pulse)
    finally:
        if connection.is_usable():
            staging.drop()


def _unseal(batch: IntakeBatch, pulse: Pulse) -> None:
    """Read a sealed file as it is matched. A worker that dies here leaves it sealed."""
    sealed = SealedFile.objects.filter(batch=batch).first()
    if sealed is None:
        raise FileLost("The file of this import is gone. Send it again.")
    batch.stored_as, batch.rows_read = unseal(sealed, batch.header_map, progress=pulse.staged)
    mine = IntakeBatch.objects.filter(
        pk=batch.pk, state=IntakeBatch.State.RUNNING, attempts=batch.attempts
    )
    if not mine.update(stored_as=batch.stored_as, rows_read=batch.rows_read):
        store.remove(batch.stored_as)
        raise ImportSuperseded("Another worker took this import over.")


def _stage(batch: IntakeBatch, pulse: Pulse) -> None:
    zone = zone_named(batch.source.time_zone)
    check = RowCheck(zone=zone, today=batch.created_at.astimezone(zone).date())
    try:
        file = store.path_of(batch.stored_as).open(encoding="utf-8", newline="\n")
    except OSError as error:
        raise FileLost("The file of this import is gone. Import it again.") from error
    with file:
        staging.stage(staged_lines(stored_rows(file), check), progress=pulse.staged)


@transaction.atomic
def _take_all(batch: IntakeBatch, placed: Placed, pulse: Pulse) -> None:
    if placed.refused:
        _keep_what_is_refused(batch, placed)
        return
    _make_what_is_missing(batch)
    counts: Counts = Counter()
    for after, until in _slices(0, placed.last_line):
        counts += _take(batch, after, until)
        pulse.taken(counts.total())
    _note(batch, counts, until=placed.last_line)


def _keep_what_is_refused(batch: IntakeBatch, placed: Placed) -> None:
    """Nothing is taken: the refused rows say why, the good ones are held back."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE, _range(batch, 0, placed.last_line))
    counts = Counter(
        rows_refused=placed.refused,
        rows_repeated=placed.repeated,
        rows_held_back=batch.rows_read - placed.refused - placed.repeated,
    )
    _note(batch, counts, until=placed.last_line)


def _take_slices(batch: IntakeBatch, placed: Placed, pulse: Pulse) -> None:
    with transaction.atomic():
        _make_what_is_missing(batch)
    done = 0
    for after, until in _slices(batch.resume_after, placed.last_line):
        with transaction.atomic():
            counts = _take(batch, after, until)
            _note(batch, counts, until=until)
        done += counts.total()
        pulse.taken(done)


@transaction.atomic
def _try_all(batch: IntakeBatch, placed: Placed) -> None:
    """Count what would become of the rows. Refused ones are kept, as they will be."""
    batch.refused.all().delete()
    IntakeBatch.objects.filter(pk=batch.pk).update(**UNCOUNTED)
    lines = _range(batch, 0, placed.last_line)
    with connection.cursor() as cursor:
        cursor.execute(REFUSE, lines)
        cursor.execute(GOOD, lines)
        good = cursor.rowcount
        told = count_slice(batch.source)
        cursor.execute("DROP TABLE intake_slice")
    counts = Counter(
        rows_new=told.new,
        rows_changed=told.changed,
        rows_same=told.same,
        rows_repeated=placed.repeated,
        rows_refused=placed.refused,
        rows_waiting=batch.rows_read - placed.refused - placed.repeated - good,
    )
    _note(batch, counts, until=0)


def _make_what_is_missing(batch: IntakeBatch) -> None:
    if not batch.create_missing:
        return
    made = placing.make_what_is_missing()
    if any(made.values()):
        known = IntakeBatch.objects.values_list("made", flat=True).get(pk=batch.pk)
        batch.made = {name: [*known.get(name, []), *ids] for name, ids in made.items()}
        IntakeBatch.objects.filter(pk=batch.pk).update(made=batch.made)


def _slices(after: int, last_line: int) -> Iterator[tuple[int, int]]:
    """Runs of lines: each after the first number, up to and with the second."""
    for start in range(after, last_line, SLICE_LINES):
        yield start, min(start + SLICE_LINES, last_line)


def _take(batch: IntakeBatch, after: int, until: int) -> Counts:
    """Take these lines of the file, inside the caller's transaction."""
    wait_in_transaction(Lock.SOURCE, batch.source_id)
    lines = _range(batch, after, until)
    with connection.cursor() as cursor:
        cursor.execute(REFUSE, lines)
        refused = cursor.rowcount
        cursor.execute(WAIT, lines)
        waiting = cursor.rowcount
        cursor.execute(REPEATED, lines)
        (repeated,) = cursor.fetchone()
        cursor.execute(GOOD, lines)
        taken = take_slice(batch.source)
        cursor.execute("DROP TABLE intake_slice")
    return Counter(
        rows_new=taken.new,
        rows_changed=taken.changed,
        rows_same=taken.same,
        rows_repeated=repeated,
        rows_refused=refused,
        rows_waiting=waiting,
    )


def _range(batch: IntakeBatch, after: int, until: int) -> dict[str, Any]:
    return {
        "batch": batch.pk,
        "source": batch.source_id,
        "received_at": batch.created_at,
        "after": after,
        "until": until,
    }


def _note(batch: IntakeBatch, counts: Counts, *, until: int) -> None:
    """Add the counts and note how far the tables are, unless somebody else took the import over."""
    mine = IntakeBatch.objects.filter(
        pk=batch.pk,
        state=IntakeBatch.State.RUNNING,
        attempts=batch.attempts,
        resume_after=batch.resume_after,
    )
    added = {name: F(name) + count for name, count in counts.items()}
    if not mine.update(resume_after=until, **added):
        raise ImportSuperseded("Another worker took this import over.")
    batch.resume_after = until

"""Checked rows in a temporary table: nothing of it outlives the session, a killed one included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from django.db import connection
from psycopg import sql

from referrals.intake.checking import STAGED

LINES_AT_ONCE = 5_000

TABLES = ("intake_row", "intake_practice", "intake_line", "intake_destination", "intake_placed")

CREATE = """
    CREATE TEMPORARY TABLE intake_row (
        line integer, code text, reason text, cells jsonb, patient_key bytea,
        external_id text, referred_on date, referring_npi text, service_line text,
        destination text, status text, status_at timestamptz, practice_id bigint,
        practice_name text, practice_zip text, left_because text, receiving_npi text
    )
"""
COPY = sql.SQL("COPY intake_row ({}) FROM STDIN").format(
    sql.SQL(", ").join(map(sql.Identifier, STAGED))
)


def stage(lines: Iterator[str], *, progress: Callable[[int], None]) -> None:
    """Fill a fresh staging table; `progress` hears how many rows it holds so far."""
    drop()
    rows = 0
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        with cursor.copy(COPY) as copy:
            while some := list(islice(lines, LINES_AT_ONCE)):
                copy.write("".join(some))
                rows += len(some)
                progress(rows)
        cursor.execute("ANALYZE intake_row")


def drop() -> None:
    with connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(sql.Identifier(name)))

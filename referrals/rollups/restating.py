"""A month that was shown as closed and changes after all is restated: what it was, what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from django.db.models import Max
from psycopg import sql

from liaison_crm.core.periods import Month
from referrals.models import Restatement, RollupRun
from referrals.rollups.cells import CELLS

MEASURES = tuple(Restatement.Measure.values)

SUMS = sql.SQL(", ").join(
    sql.SQL("coalesce(sum(cell.{0}), 0) AS {0}").format(sql.Identifier(name)) for name in MEASURES
)

SHOWN = sql.SQL(
    """
    CREATE TEMPORARY TABLE shown ON COMMIT DROP AS
    SELECT touched.month, touched.practice_id, {sums}
      FROM (SELECT DISTINCT month, practice_id FROM ({touched}) AS known WHERE month < %s)
           AS touched
      LEFT JOIN {cells} AS cell USING (practice_id, month)
     GROUP BY touched.month, touched.practice_id
    """
)
RESTATE = sql.SQL(
    """
    INSERT INTO referrals_restatement (run_id, month, practice_id, measure, was, now, restated_at)
    SELECT %s, month, practice_id, measure.name, measure.was, measure.now, %s
      FROM shown
     CROSS JOIN LATERAL (
        SELECT {sums} FROM {cells} AS cell
         WHERE cell.practice_id = shown.practice_id AND cell.month = shown.month
     ) AS fresh
     CROSS JOIN LATERAL (VALUES {measures}) AS measure (name, was, now)
     WHERE measure.was <> measure.now
    """
).format(
    cells=CELLS,
    sums=SUMS,
    measures=sql.SQL(", ").join(
        sql.SQL("({0}, shown.{1}, fresh.{1})").format(sql.Literal(name), sql.Identifier(name))
        for name in MEASURES
    ),
)


def closes_on(month: date) -> date:
    """The day from which a change to that month is a restatement."""
    return Month.of(month).end + timedelta(days=settings.MONTH_CLOSES_AFTER_DAYS)


def first_open_month(day: date) -> date:
    """The first month that is not closed on that day."""
    return Month.of(day - timedelta(days=settings.MONTH_CLOSES_AFTER_DAYS)).start


@contextmanager
def restating(cursor: CursorWrapper, run: RollupRun, touched: sql.Composable) -> Iterator[None]:
    """Record how the block changes closed months; `touched` selects the months and practices of
    the cells that may change.

    Only a month that an earlier run has shown as closed can be restated; the first count of an
    old month is news, not a correction.
    """
    earlier = RollupRun.objects.filter(state=RollupRun.State.DONE, pk__lt=run.pk)
    last: date | None = earlier.aggregate(last=Max("period"))["last"]
    if last is None:
        yield
        return
    cursor.execute(SHOWN.format(cells=CELLS, touched=touched, sums=SUMS), [first_open_month(last)])
    yield
    cursor.execute(RESTATE, [run.pk, run.as_of])
    cursor.execute("DROP TABLE shown")

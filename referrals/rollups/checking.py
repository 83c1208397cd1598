"""Is the table what a count from nothing gives? The differences, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from referrals.rollups.cells import (
    CELLS,
    COUNTS,
    DRAFTS,
    KEY,
    MARKS,
    all_cells,
    names,
    same_cell,
)

AT_ONCE = 2000
TUNING = "SET LOCAL work_mem = '128MB'; SET LOCAL enable_hashagg = off"

# One statement, so that cells, marks and referrals are read as of one moment.
COMPARE = sql.SQL(
    """
    CREATE TEMPORARY TABLE differences ON COMMIT DROP AS
    SELECT {keys}, {was}, {fresh},
           EXISTS (
             SELECT 1 FROM (SELECT {key} FROM {marks} UNION ALL SELECT {key} FROM {drafts}) AS known
              WHERE ({known}) = ({keys_plain})
           ) AS is_pending
      FROM {cells} AS live FULL JOIN ({counted}) AS fresh ON {same}
     WHERE ({live_counts}) IS DISTINCT FROM ({fresh_counts})
    """
).format(
    key=names(KEY),
    keys=sql.SQL(", ").join(
        sql.SQL("coalesce(live.{0}, fresh.{0}) AS {0}").format(sql.Identifier(name)) for name in KEY
    ),
    keys_plain=sql.SQL(", ").join(
        sql.SQL("coalesce(live.{0}, fresh.{0})").format(sql.Identifier(name)) for name in KEY
    ),
    known=names(KEY, "known"),
    was=sql.SQL(", ").join(
        sql.SQL("coalesce(live.{0}, 0) AS {1}").format(
            sql.Identifier(name), sql.Identifier(f"live_{name}")
        )
        for name in COUNTS
    ),
    fresh=sql.SQL(", ").join(
        sql.SQL("coalesce(fresh.{0}, 0) AS {1}").format(
            sql.Identifier(name), sql.Identifier(f"fresh_{name}")
        )
        for name in COUNTS
    ),
    marks=MARKS,
    drafts=DRAFTS,
    cells=CELLS,
    counted=all_cells(),
    same=same_cell("live", "fresh"),
    live_counts=names(COUNTS, "live"),
    fresh_counts=names(COUNTS, "fresh"),
)
READ = sql.SQL("SELECT * FROM differences ORDER BY {}").format(names(KEY))


@dataclass(frozen=True)
class Difference:
    """One cell: its key, the counts that differ as (live, counted anew), and whether it waits.

    A cell that waits for the next run is allowed to differ. An absent cell counts as all zeros.
    """

    practice_id: int
    month: date
    physician_id: int
    service_line_id: int
    destination_id: int
    counts: dict[str, tuple[int, int]]
    is_pending: bool

    def __str__(self) -> str:
        told = ", ".join(f"{name} {was} -> {now}" for name, (was, now) in self.counts.items())
        return (
            f"{self.month:%Y-%m} practice {self.practice_id} physician {self.physician_id} "
            f"service line {self.service_line_id} destination {self.destination_id}: {told}"
        )


def differences() -> Iterator[Difference]:
    """Every cell where the live table is not what the referrals give now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TUNING)
        cursor.execute(COMPARE)
        cursor.execute(READ)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from map(_difference, rows)
        cursor.execute("DROP TABLE differences")


def _difference(row: tuple[Any, ...]) -> Difference:
    *key, is_pending = row[: len(KEY)] + row[-1:]
    counts = row[len(KEY) : -1]
    live, fresh = counts[: len(COUNTS)], counts[len(COUNTS) :]
    differing = {
        name: (was, now) for name, was, now in zip(COUNTS, live, fresh, strict=True) if was != now
    }
    return Difference(**dict(zip(KEY, key, strict=True)), counts=differing, is_pending=is_pending)

"""Rebuild and nightly run, beside DuckDB and a materialized view over the same rows."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from django.db import connection
from psycopg import sql
from rich.console import Console

from benchmarks import world
from benchmarks.table import Row, median_seconds, ratio, timed
from referrals import rollups
from referrals.rollups.cells import KEY, all_cells, names

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
THROUGH = "2026-11-22"
CHANGED = 20_000
THREADS = 2

READ = sql.SQL(
    "COPY (SELECT {}, status, referred_on, scheduled_on, completed_on FROM referrals_referral)"
    " TO STDOUT (FORMAT csv, HEADER)"
).format(names(KEY))
DUCKDB_CELLS = """
    CREATE OR REPLACE TABLE cells AS
    SELECT month, practice_id, physician_id, service_line_id, destination_id, count(*),
           count(*) FILTER (WHERE status = 'received'), count(*) FILTER (WHERE status = 'accepted'),
           count(*) FILTER (WHERE status = 'scheduled'),
           count(*) FILTER (WHERE status = 'completed'),
           count(*) FILTER (WHERE status = 'cancelled'),
           count(*) FILTER (WHERE status = 'declined'),
           count(*) FILTER (WHERE status = 'no_show'),
           count(*) FILTER (WHERE status = 'redirected'),
           sum(scheduled_on - referred_on) FILTER (WHERE scheduled_on >= referred_on),
           count(*) FILTER (WHERE scheduled_on >= referred_on),
           sum(completed_on - referred_on) FILTER (WHERE completed_on >= referred_on),
           count(*) FILTER (WHERE completed_on >= referred_on)
      FROM referrals GROUP BY ALL
"""


def measure(console: Console, *, quick: bool = False) -> list[Row]:
    """The nightly run at a tenth and in full, then the rebuild in full."""
    small, large = (50_000, 200_000) if quick else (500_000, 5_000_000)
    world.start_anew()
    world.build_directory(territories=20, practices=6000, physicians=20_000)
    console.log(f"Adding {small:,} referrals")
    world.add_referrals(small, through=THROUGH)
    rollups.rebuild(AT)
    world.tidy()
    nightly_small = nightly(console)
    console.log(f"Adding {large - small:,} referrals")
    world.add_referrals(large - small, through=THROUGH)
    world.tidy()
    rebuild = median_seconds(lambda: rollups.rebuild(AT))
    console.log(f"Rebuild {rebuild:.1f} s")
    world.tidy()
    refresh = materialized_view()
    console.log(f"Materialized view {refresh:.1f} s")
    grouping = in_duckdb()
    console.log(f"DuckDB {grouping:.1f} s")
    nightly_large = nightly(console)
    size = f"{large:,}"
    return [
        ratio(
            f"Rebuild of {size} referrals", rebuild, "DuckDB grouping the same rows", grouping, 8
        ),
        ratio(f"Rebuild of {size} referrals", rebuild, "REFRESH MATERIALIZED VIEW", refresh, 1),
        ratio(
            f"Nightly run, {CHANGED:,} changed of {size}",
            nightly_large,
            "REFRESH MATERIALIZED VIEW",
            refresh,
            10,
            more=True,
        ),
        ratio(
            f"Nightly run, {CHANGED:,} changed of {size}",
            nightly_large,
            f"the same of {small:,}",
            nightly_small,
            1.5,
        ),
    ]


def nightly(console: Console) -> float:
    """Seconds to count what 20,000 changed referrals touched; the median of three nights."""
    measured = []
    for night in range(3):
        change(night)
        with timed() as watch:
            rollups.roll_up(AT)
        measured.append(watch.seconds)
        world.tidy()
    console.log(f"Nights took {', '.join(f'{seconds:.2f} s' for seconds in measured)}")
    return sorted(measured)[1]


def change(night: int) -> None:
    """One day's news: most of it about the last weeks, some about any day of two years.

    Night comes hours later, so what was changed has long been written out by then.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [0.1 + night / 10])
        cursor.execute(
            """
            UPDATE referrals_referral AS r
               SET status = CASE r.status WHEN 'completed' THEN 'accepted' ELSE 'completed' END,
                   completed_on = CASE r.status WHEN 'completed' THEN NULL
                                  ELSE r.referred_on + 9 END
              FROM (
                (SELECT id FROM referrals_referral WHERE referred_on > %(through)s::date - 45
                  ORDER BY random() LIMIT %(recent)s)
                UNION
                (SELECT 1 + floor(random() * top.id)::bigint
                   FROM (SELECT max(id) AS id FROM referrals_referral) AS top,
                        generate_series(1, %(old)s))
              ) AS picked
             WHERE r.id = picked.id
            """,
            {
                "through": THROUGH,
                "recent": CHANGED * 9 // 10,
                "old": CHANGED - CHANGED * 9 // 10,
            },
        )
        cursor.execute("CHECKPOINT")


def materialized_view() -> float:
    """The same grouping, columns and indexes, as a Django team would have it refreshed: a model
    on a view needs a primary key as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE MATERIALIZED VIEW bench_cells AS"
                " SELECT row_number() OVER () AS id, cells.* FROM ({}) AS cells WITH NO DATA"
            ).format(all_cells())
        )
        cursor.execute("CREATE UNIQUE INDEX ON bench_cells (id)")
        cursor.execute(sql.SQL("CREATE UNIQUE INDEX ON bench_cells ({})").format(names(KEY)))
        cursor.execute("CREATE INDEX ON bench_cells (practice_id, month)")
        cursor.execute("CREATE INDEX ON bench_cells (physician_id, month)")
        seconds = median_seconds(lambda: cursor.execute("REFRESH MATERIALIZED VIEW bench_cells"))
        cursor.execute("DROP MATERIALIZED VIEW bench_cells")
    return seconds


def in_duckdb() -> float:
    """The limit: a column store in memory, its rows loaded before the clock starts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "referrals.csv"
        with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(READ) as stream:
            file.writelines(stream)
        duck = duckdb.connect()
        duck.execute(f"SET threads = {THREADS}")
        duck.execute("CREATE TABLE referrals AS SELECT * FROM read_csv(?)", [str(path)])
    return median_seconds(lambda: duck.execute(DUCKDB_CELLS))

"""A file of a million referrals, beside a bare COPY of the same rows into the same table."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from rich.console import Console

from benchmarks import world
from benchmarks.make_referrals import write_file
from benchmarks.table import Row, ratio, run_measured, timed
from liaison_crm.core.npi import invented_npi
from referrals.models import IntakeBatch, Referral

ROWS = 1_000_000
TIMES_COPY = 4
MEGABYTES = 300
THROUGH = date(2026, 11, 20)


def measure(console: Console, *, quick: bool = False) -> list[Row]:
    """The command as an operator runs it, with every index, key, trigger and the events."""
    wanted = 20_000 if quick else ROWS
    folder = Path(settings.VAR_DIR) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path, copied = folder / "referrals.csv", folder / "referrals.copy"
    world.start_anew()
    world.build_directory(territories=20, practices=6000, physicians=20_000)
    give_npis()
    world.tidy()
    console.log(f"Writing {wanted:,} rows")
    write_file(path, rows=wanted, seed=1, through=THROUGH)
    seconds, megabytes = run_measured(
        [sys.executable, "manage.py", "import_referrals", str(path), "--source", "bench"]
    )
    batch = IntakeBatch.objects.get()
    if batch.rows_new != wanted:
        raise RuntimeError(f"Only {batch.rows_new:,} of {wanted:,} rows were taken.")
    console.log(f"Import {seconds:.1f} s, {megabytes:.0f} MB")
    save(copied)
    same, bare = copy_again(copied), copy_bare(copied)
    console.log(f"COPY into the table {same:.1f} s, into one without foreign keys {bare:.1f} s")
    path.unlink()
    copied.unlink()
    name = f"Import of {wanted:,} referrals"
    return [
        ratio(name, seconds, "COPY into the same table", same, TIMES_COPY),
        Row(name, f"{megabytes:.0f} MB", "the bar", megabytes, MEGABYTES, unit="MB"),
    ]


@transaction.atomic
def give_npis() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM contacts_physician ORDER BY id")
        numbers = [(pk, invented_npi(place)) for place, (pk,) in enumerate(cursor.fetchall())]
        cursor.execute("CREATE TEMPORARY TABLE given (id bigint, npi text) ON COMMIT DROP")
        with cursor.copy("COPY given FROM STDIN") as copy:
            for number in numbers:
                copy.write_row(number)
        cursor.execute(
            "UPDATE contacts_physician AS p SET npi = given.npi FROM given WHERE given.id = p.id"
        )


COLUMNS = (
    "source_id, external_id, practice_id, physician_id, service_line_id, destination_id,"
    " receiving_npi, referred_on, first_seen_at, status, status_at, scheduled_on, completed_on,"
    " left_because, patient_key, batch_id, updated_at"
)


def save(path: Path) -> None:
    """The same rows as they stand in the table, in the order of the file."""
    rows = f"SELECT {COLUMNS} FROM referrals_referral ORDER BY external_id"  # noqa: S608  ours
    question = f"COPY ({rows}) TO STDOUT"
    with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(question) as stream:
        file.writelines(stream)


def copy_again(path: Path) -> float:
    """Into the table itself, emptied: its indexes, foreign keys and triggers work as for us."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE referrals_referral, referrals_referralevent CASCADE")
        cursor.execute("DELETE FROM referrals_volumemark")
    world.tidy()
    with timed() as watch:
        copy_into("referrals_referral", path)
    if not Referral.objects.exists():
        raise RuntimeError("COPY brought nothing.")
    return watch.seconds


def copy_bare(path: Path) -> float:
    """Into a table that has nothing of it but columns, checks and indexes."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (LIKE referrals_referral INCLUDING ALL)")
    with timed() as watch:
        copy_into("bench_bare", path)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_bare")
    return watch.seconds


@transaction.atomic
def copy_into(table: str, path: Path) -> None:
    statement = f"COPY {table} ({COLUMNS}) FROM STDIN"
    with connection.cursor() as cursor, path.open("rb") as file, cursor.copy(statement) as copy:
        while chunk := file.read(1 << 20):
            copy.write(chunk)

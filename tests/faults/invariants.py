"""What must hold after any fault. `python -m tests.faults.invariants FOLDER` prints what does not.

I2 a source's referral at most once. I3 every rollup equals a recomputation from nothing, or waits
for the next run. I4 every visit has a history. I7 an import's counts equal its rows, and no half
import is done. I8 no patient number in logs or uploads. I9 nothing is left running that nobody
works on. I10 every constraint is valid and no row points nowhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import django

# Fault tests write only these as patient numbers, so that one that leaks can be found.
PATIENT_MARK = b"PATIENT-7f3e"


def broken(folder: Path) -> Iterator[str]:
    yield from doubled_referrals()
    yield from wrong_volumes()
    yield from visits_without_history()
    yield from wrong_imports()
    yield from leaked_patients(folder)
    yield from broken_references()


def doubled_referrals() -> Iterator[str]:
    for source, external_id, count in answers(
        "SELECT source_id, external_id, count(*) FROM referrals_referral GROUP BY 1, 2 "
        "HAVING count(*) > 1"
    ):
        yield f"I2: {external_id} of source {source} is there {count} times"


def wrong_volumes() -> Iterator[str]:
    from referrals import rollups

    for difference in rollups.differences():
        if not difference.is_pending:
            yield f"I3: {difference}"


def visits_without_history() -> Iterator[str]:
    for (key,) in answers(
        "SELECT client_key FROM visits_visit AS v WHERE NOT EXISTS "
        "(SELECT FROM visits_visitevent AS told WHERE told.pgh_obj_id = v.id)"
    ):
        yield f"I4: nobody knows how visit {key} came here"


def wrong_imports() -> Iterator[str]:
    from referrals.models import IntakeBatch

    for batch in IntakeBatch.objects.filter(state=IntakeBatch.State.DONE):
        told = (
            batch.rows_new
            + batch.rows_changed
            + batch.rows_same
            + batch.rows_repeated
            + batch.rows_refused
            + batch.rows_waiting
            + batch.rows_held_back
        )
        if told != batch.rows_read:
            yield f"I7: batch {batch.pk} read {batch.rows_read} rows and accounts for {told}"
        if batch.rows_refused != batch.refused.count():
            yield f"I7: batch {batch.pk} counts {batch.rows_refused} refused rows"
        if batch.referrals.count() < batch.rows_new:
            yield f"I7: batch {batch.pk} is done without all of its referrals"
    for batch in IntakeBatch.objects.filter(state=IntakeBatch.State.FAILED):
        if batch.referrals.exists():
            yield f"I7: batch {batch.pk} failed and left referrals"


def leaked_patients(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and PATIENT_MARK in path.read_bytes():
            yield f"I8: a patient number stands in {path.name}"


def broken_references() -> Iterator[str]:
    for (name,) in answers("SELECT conname FROM pg_constraint WHERE NOT convalidated"):
        yield f"I10: constraint {name} is not validated"
    for table, column in (
        ("referrals_volumecell", "practice"),
        ("referrals_volumecell", "physician"),
        ("referrals_referral", "practice"),
        ("referrals_referral", "physician"),
    ):
        [(orphans,)] = answers(
            f"SELECT count(*) FROM {table} LEFT JOIN contacts_{column} AS c "  # noqa: S608  ours
            f"ON c.id = {column}_id WHERE c.id IS NULL"
        )
        if orphans:
            yield f"I10: {orphans} rows of {table} point at no {column}"


def answers(question: str) -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(question)
        rows: list[tuple] = cursor.fetchall()
        return rows


if __name__ == "__main__":
    django.setup()
    problems = list(broken(Path(sys.argv[1])))
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sys.exit(bool(problems))

"""Rows that waited for a physician or a practice, once the directory knows them."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from referrals.intake import matching
from referrals.intake.taking import SLICE, take_slice
from referrals.locks import Lock, taken_in_transaction
from referrals.models import Source, UnmatchedRow

# Only rows whose physician is there by now are looked at any further.
OPEN = """
    CREATE TEMPORARY TABLE intake_open ON COMMIT DROP AS
    SELECT waiting.*, physician.id AS physician_id
      FROM referrals_unmatchedrow AS waiting
      JOIN contacts_physician AS physician ON physician.npi = waiting.physician_npi
     WHERE waiting.source_id = %s AND waiting.resolved_at IS NULL
       FOR UPDATE OF waiting
"""
PLACED = f"""
    CREATE TEMPORARY TABLE intake_slice ON COMMIT DROP AS
    SELECT {", ".join(SLICE)} FROM (
        SELECT waiting.*, waiting.created_at AS learned_at,
               coalesce(by_id.id, by_name.pk) AS practice_id,
               receiver.id AS receiving_physician_id,
               (waiting.status_at AT TIME ZONE %s)::date AS status_on
          FROM intake_open AS waiting
          LEFT JOIN contacts_practice AS by_id ON by_id.id = waiting.practice_id_given
          LEFT JOIN intake_practice AS by_name
                 ON by_name.name = waiting.practice_name AND by_name.zip = waiting.practice_zip
          LEFT JOIN contacts_physician AS receiver
                 ON waiting.receiving_npi <> '' AND receiver.npi = waiting.receiving_npi
    ) AS placed WHERE practice_id IS NOT NULL
"""  # noqa: S608 (the columns are constants)
RESOLVE = """
    UPDATE referrals_unmatchedrow AS waiting SET resolved_at = %s
      FROM intake_slice AS taken
     WHERE waiting.source_id = %s AND waiting.external_id = taken.external_id
       AND waiting.status = taken.status AND waiting.status_at = taken.status_at
"""
LINK_RECEIVERS = """
    UPDATE referrals_referral AS referral
       SET receiving_physician_id = physician.id, updated_at = now()
      FROM contacts_physician AS physician
     WHERE referral.receiving_physician_id IS NULL AND referral.receiving_npi <> ''
       AND physician.npi = referral.receiving_npi
"""


STILL_MISSING = """
    UPDATE referrals_unmatchedrow AS waiting SET missing = 'practice'
      FROM intake_open AS looked_at
     WHERE waiting.id = looked_at.id AND waiting.resolved_at IS NULL
       AND waiting.missing <> 'practice'
"""


def resolve_waiting(at: datetime) -> int:
    """Take every waiting row whose physician and practice are known by now; how many were."""
    waiting = UnmatchedRow.objects.waiting().values("source")
    taken = sum(_resolve(source, at) for source in Source.objects.filter(pk__in=waiting))
    link_receivers()
    return taken


def link_receivers() -> None:
    """Referrals that name a receiving physician whom the directory knows by now."""
    with connection.cursor() as cursor:
        cursor.execute(LINK_RECEIVERS)


@transaction.atomic
def _resolve(source: Source, at: datetime) -> int:
    if not taken_in_transaction(Lock.SOURCE, source.pk):
        return 0  # An import of this source goes on; whoever asks next will see.
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [source.pk])
        if not cursor.rowcount:
            cursor.execute("DROP TABLE intake_open")
            return 0
        matching.match_practices("intake_open")
        cursor.execute(PLACED, [source.time_zone])
        taken: int = cursor.rowcount
        if taken:
            take_slice(source)
            cursor.execute(RESOLVE, [at, source.pk])
        cursor.execute(STILL_MISSING)
        cursor.execute("DROP TABLE intake_open, intake_slice, intake_practice")
    return taken

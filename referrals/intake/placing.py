"""Each staged row finds its physician, practice, service line and destination, or a refusal.

Set-based: one pass joins the file with the directory, and only rows that share an external id
are looked at together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from psycopg import sql

from referrals.intake import matching
from referrals.models import Facility, ServiceLine, Source

# Why a row is refused here, for the person who sent it.
REASONS = {
    "unknown_service_line": "service_line: No service line has this code or name.",
    "ambiguous_service_line": "service_line: Several service lines have this name; give the code.",
    "unknown_destination": "destination: No destination has this code or name.",
    "ambiguous_destination": "destination: Several destinations have this name; give the code.",
    "ambiguous_practice": (
        "practice_name: Several practices have this name and ZIP code; give practice_id."
    ),
    "in_future": "status_at: This has not happened yet.",
    "before_referral": "status_at: This is before the day of the referral.",
    "conflict": "external_id: Rows of this file say different things about this referral.",
}

PLACE = """
    CREATE TEMPORARY TABLE intake_placed AS
    SELECT staged.line, staged.external_id, staged.referred_on, staged.referring_npi,
           staged.status, staged.status_at, staged.left_because, staged.receiving_npi,
           staged.patient_key, staged.code, staged.reason, staged.cells,
           staged.practice_id AS practice_id_given, staged.practice_name, staged.practice_zip,
           staged.service_line, staged.destination,
           (staged.status_at AT TIME ZONE %(zone)s)::date AS status_on,
           physician.id AS physician_id,
           coalesce(by_id.id, by_name.pk) AS practice_id,
           line.pk AS service_line_id,
           destination.pk AS destination_id,
           receiver.id AS receiving_physician_id,
           false AS is_repeated,
           CASE WHEN staged.code IS NOT NULL THEN staged.code
                WHEN staged.status_at > %(received_at)s THEN 'in_future'
                WHEN (staged.status_at AT TIME ZONE %(zone)s)::date < staged.referred_on
                     THEN 'before_referral'
                WHEN line.is_ambiguous THEN 'ambiguous_service_line'
                WHEN destination.is_ambiguous THEN 'ambiguous_destination'
                WHEN by_id.id IS NULL AND by_name.is_ambiguous THEN 'ambiguous_practice'
                WHEN line.pk IS NULL AND NOT %(create_missing)s THEN 'unknown_service_line'
                WHEN destination.pk IS NULL AND NOT %(create_missing)s THEN 'unknown_destination'
           END AS refusal
      FROM intake_row AS staged
      LEFT JOIN contacts_physician AS physician ON physician.npi = staged.referring_npi
      LEFT JOIN contacts_practice AS by_id ON by_id.id = staged.practice_id
      LEFT JOIN intake_practice AS by_name
             ON by_name.name = staged.practice_name AND by_name.zip = staged.practice_zip
      LEFT JOIN intake_line AS line ON line.given = staged.service_line
      LEFT JOIN intake_destination AS destination ON destination.given = staged.destination
      LEFT JOIN contacts_physician AS receiver
             ON staged.receiving_npi <> '' AND receiver.npi = staged.receiving_npi
"""

SHARED = """
    CREATE TEMPORARY TABLE intake_shared ON COMMIT DROP AS
    SELECT external_id FROM intake_placed WHERE refusal IS NULL
     GROUP BY external_id HAVING count(*) > 1
"""

# What a referral is stays the same from row to row; only its status moves on. An empty optional
# cell says nothing, so it contradicts nothing.
STEADY = (
    "referred_on::text",
    "referring_npi",
    "coalesce(practice_id::text, concat_ws('|', practice_id_given, practice_name, practice_zip))",
    "coalesce(service_line_id::text, service_line)",
    "coalesce(destination_id::text, destination)",
    "nullif(left_because, '')",
    "nullif(receiving_npi, '')",
    "encode(patient_key, 'hex')",
)
CONTRADICT = sql.SQL(
    """
    UPDATE intake_placed SET refusal = 'conflict'
     WHERE refusal IS NULL AND external_id IN (
        SELECT external_id FROM intake_placed JOIN intake_shared USING (external_id)
         WHERE refusal IS NULL
         GROUP BY external_id HAVING {differs}
     )
    """
).format(
    differs=sql.SQL(" OR ").join(
        sql.SQL("min({0}) <> max({0})").format(sql.SQL(column)) for column in STEADY
    )
)
REPEAT = """
    UPDATE intake_placed AS placed SET is_repeated = true
      FROM (
        SELECT line, row_number() OVER (
                   PARTITION BY external_id, status, status_at ORDER BY line
               ) AS time
          FROM intake_placed JOIN intake_shared USING (external_id)
         WHERE refusal IS NULL
      ) AS told
     WHERE told.line = placed.line AND told.time > 1
"""

COUNT = """
    SELECT count(*) FILTER (WHERE refusal IS NOT NULL),
           count(*) FILTER (WHERE refusal IS NULL AND is_repeated),
           coalesce(max(line), 0)
      FROM intake_placed
"""

UNKNOWN_NAMES = sql.SQL(
    """
    SELECT {column} FROM intake_placed WHERE refusal IS NULL AND {key} IS NULL
     GROUP BY {column} ORDER BY min(line) LIMIT %s
    """
)
ADOPT = sql.SQL(
    """
    UPDATE intake_placed SET {key} = names.pk FROM {names} AS names
     WHERE refusal IS NULL AND {key} IS NULL AND names.given = {column}
    """
)


@dataclass(frozen=True)
class Placed:
    """How many rows are refused, how many only repeat another, and the last line of the file."""

    refused: int
    repeated: int
    last_line: int


def place(source: Source, *, received_at: datetime, create_missing: bool) -> Placed:
    """Turn `intake_row` into `intake_placed`: every row of it, with ids or a refusal."""
    matching.match_practices("intake_row")
    matching.match_catalogue("intake_line", "service_line", ServiceLine)
    matching.match_catalogue("intake_destination", "destination", Facility)
    with connection.cursor() as cursor:
        cursor.execute(
            PLACE,
            {
                "zone": source.time_zone,
                "received_at": received_at,
                "create_missing": create_missing,
            },
        )
        cursor.execute("CREATE INDEX ON intake_placed (line)")
        cursor.execute("ANALYZE intake_placed")
    _compare_rows()
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        return Placed(*cursor.fetchone())


def make_what_is_missing() -> dict[str, list[int]]:
    """Create the service lines and destinations that good rows name; the rows get their ids.

    Answers which ones, by their column.
    """
    made: dict[str, list[int]] = {}
    for column, table, model in (
        ("service_line", "intake_line", ServiceLine),
        ("destination", "intake_destination", Facility),
    ):
        key, name = sql.Identifier(f"{column}_id"), sql.Identifier(column)
        with connection.cursor() as cursor:
            cursor.execute(UNKNOWN_NAMES.format(column=name, key=key), [matching.MOST_NEW + 1])
            unknown = [given for (given,) in cursor.fetchall()]
            if unknown:
                made[column] = matching.create_missing(model, unknown)
                matching.match_catalogue(table, column, model)
                cursor.execute(ADOPT.format(key=key, column=name, names=sql.Identifier(table)))
    return made


@transaction.atomic
def _compare_rows() -> None:
    """Refuse rows that contradict each other, and tell rows that only repeat another."""
    with connection.cursor() as cursor:
        cursor.execute(SHARED)
        if cursor.rowcount:
            cursor.execute("ANALYZE intake_shared")
            cursor.execute(CONTRADICT)
            cursor.execute(REPEAT)
        cursor.execute("DROP TABLE intake_shared")

"""The staging tables of a load: filled by COPY, thinned to what is new, read by the merge.

They are unlogged and made anew by each load, so a load that was killed leaves nothing to mend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, transaction

ROWS_IN_A_CHUNK = 25_000

# In the order in which `rows.staged` writes them.
COLUMNS = {
    "first_name": "text",
    "middle_name": "text",
    "last_name": "text",
    "suffix": "text",
    "credentials": "text",
    "name": "text",
    "door_name": "text",
    "parent_name": "text",
    "line_1": "text",
    "line_2": "text",
    "city": "text",
    "state": "text",
    "zip_code": "text",
    "phone": "text",
    "fax": "text",
    "replaced_by": "text",
    "kind": "smallint",
    "npi": "text",
    "changed_on": "date",
    "deactivated_on": "date",
    "reactivated_on": "date",
    "is_active": "boolean",
    "taxonomies": "text[]",
    "primary_code": "text",
    "is_assumed": "boolean",
    "place_rank": "smallint",
    "name_print": "bigint",
    "taxonomy_print": "bigint",
    "address_print": "bigint",
    "status_print": "bigint",
}

DROP = "DROP TABLE IF EXISTS registry_staged, registry_door CASCADE"
CREATE = (
    "CREATE UNLOGGED TABLE registry_staged ("
    + ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    + ", place bigint GENERATED ALWAYS AS IDENTITY)",
    "CREATE UNLOGGED TABLE registry_door (address_print bigint PRIMARY KEY, street text,"
    " suite text, city text, state text, zip_code text, address_key text, place text,"
    " practice_id bigint)",
)

# One NPI in several rows of one load: the row the registry changed last stands.
DROP_REPEATED = """
    WITH repeated AS (SELECT npi FROM registry_staged GROUP BY npi HAVING count(*) > 1),
    ranked AS (
        SELECT s.place, row_number() OVER (
            PARTITION BY s.npi ORDER BY s.changed_on DESC NULLS LAST, s.kind DESC, s.place
        ) AS rank
        FROM registry_staged s JOIN repeated USING (npi)
    )
    DELETE FROM registry_staged USING ranked
    WHERE registry_staged.place = ranked.place AND ranked.rank > 1
"""
COUNTED = "ANALYZE registry_staged (kind, npi, place, place_rank, address_print)"
# A planner that takes the directory for as empty as it was before the load compares every row with
# every row, and the load never ends.
DIRECTORY_COUNTED = (
    "ANALYZE contacts_affiliation, contacts_organization, contacts_physician,"
    " contacts_physicianspecialty, contacts_practice, contacts_registryrecord"
)
# The blank row of a deactivated NPI says nothing but its status.
DROP_SAME = """
    DELETE FROM registry_staged s USING contacts_registryrecord r
    WHERE r.npi = s.npi::bigint AND s.status_print = r.status_print
      AND (s.kind = 0 OR (
          s.name_print = r.name_print
          AND s.taxonomy_print = r.taxonomy_print
          AND s.address_print IS NOT DISTINCT FROM r.address_print
      ))
"""
DROP_OLDER = """
    DELETE FROM registry_staged s USING contacts_registryrecord r
    WHERE r.npi = s.npi::bigint AND (
        s.changed_on < r.changed_on
        OR (s.changed_on IS NOT DISTINCT FROM r.changed_on AND %(observed_on)s < r.observed_on)
    )
"""
DROP_UNKNOWN_BLANK = """
    DELETE FROM registry_staged s
    WHERE s.kind = 0
      AND NOT EXISTS (SELECT FROM contacts_registryrecord r WHERE r.npi = s.npi::bigint)
      AND NOT EXISTS (SELECT FROM contacts_physician p WHERE p.npi = s.npi)
      AND NOT EXISTS (SELECT FROM contacts_organization o WHERE o.npi = s.npi)
"""
DROP_CHANGED_TYPE = """
    DELETE FROM registry_staged s
    WHERE (s.kind = 1 AND EXISTS (SELECT FROM contacts_organization o WHERE o.npi = s.npi))
       OR (s.kind = 2 AND EXISTS (SELECT FROM contacts_physician p WHERE p.npi = s.npi))
"""


@contextmanager
def staging_tables() -> Iterator[None]:
    """Make the tables anew, whatever a killed load left, and drop them at the end."""
    with connection.cursor() as cursor:
        cursor.execute(DROP)
        for statement in CREATE:
            cursor.execute(statement)
        yield
        cursor.execute(DROP)


@contextmanager
def copying(table: str, columns: str) -> Iterator[Any]:
    """A COPY in the text format that is open for writing; all of it counts or nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        driver: Any = cursor.cursor
        with driver.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            yield copy


@transaction.atomic
def thin_out(*, observed_on: date) -> Counter[str]:
    """Take away what would change nothing, and count why; what stays is new or changed."""
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        for reason, statement in (
            ("repeated", DROP_REPEATED),
            ("same", DROP_SAME),
            ("older", DROP_OLDER),
            ("deactivated and not known here", DROP_UNKNOWN_BLANK),
            ("of another entity type", DROP_CHANGED_TYPE),
        ):
            cursor.execute(statement, {"observed_on": observed_on})
            counts[reason] = cursor.rowcount
        cursor.execute("CREATE INDEX registry_staged_place ON registry_staged (place)")
        cursor.execute(COUNTED)
    return counts


def count_directory() -> None:
    """Tell the planner how large the directory is by now; autovacuum may be a minute late."""
    with connection.cursor() as cursor:
        cursor.execute(DIRECTORY_COUNTED)


def chunks_left() -> list[range]:
    """The places of what is left, in chunks that hold people or the status of one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place / %(rows)s FROM registry_staged WHERE kind <> 2 GROUP BY 1 ORDER BY 1",
            {"rows": ROWS_IN_A_CHUNK},
        )
        return [
            range(chunk * ROWS_IN_A_CHUNK, (chunk + 1) * ROWS_IN_A_CHUNK)
            for (chunk,) in cursor.fetchall()
        ]

"""The reference data that ships with the directory: specialties and ZIP codes.

Loaded by a migration. See data/PROVENANCE.md for sources and attribution.
"""

from __future__ import annotations

import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.sql import SQL, Identifier

DATA = Path(__file__).parent / "data"

ZIP_COLUMNS = (
    "code",
    "city",
    "state",
    "county_fips",
    "county_name",
    "latitude",
    "longitude",
)
SPECIALTY_COLUMNS = ("taxonomy_code", "medicare_code", "name")

COPIED = SQL(
    "CREATE TEMP TABLE shipped ON COMMIT DROP AS SELECT {columns} FROM {table} WHERE false"
)
FROM_CSV = SQL("COPY shipped FROM STDIN (FORMAT csv, HEADER match, FORCE_NOT_NULL ({columns}))")
MERGED = SQL(
    "INSERT INTO {table} ({columns}) SELECT {columns} FROM shipped"
    " ON CONFLICT ({key}) DO UPDATE SET {values}"
)


def load_zip_codes(connection: BaseDatabaseWrapper) -> None:
    """Put the shipped ZIP codes in place; rows that are there already take the shipped values."""
    rows = lzma.decompress((DATA / "zip_codes.csv.xz").read_bytes())
    merge(connection, "contacts_zipcode", ZIP_COLUMNS, rows)


def load_specialties(connection: BaseDatabaseWrapper) -> None:
    """Put the shipped specialties in place; codes that are there already take the shipped names."""
    rows = (DATA / "specialties.csv").read_bytes()
    merge(connection, "contacts_specialty", SPECIALTY_COLUMNS, rows)


def merge(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: bytes) -> None:
    """COPY the CSV into a table of its own, then insert or update by the first column."""
    names = [Identifier(column) for column in columns]
    parts = {
        "table": Identifier(table),
        "columns": SQL(", ").join(names),
        "key": names[0],
        "values": SQL(", ").join(SQL("{0} = EXCLUDED.{0}").format(name) for name in names[1:]),
    }
    with connection.cursor() as cursor:
        driver: Any = cursor.cursor
        driver.execute(COPIED.format(**parts))
        with driver.copy(FROM_CSV.format(**parts)) as copy:
            copy.write(rows)
        driver.execute(MERGED.format(**parts))
        driver.execute("DROP TABLE shipped")

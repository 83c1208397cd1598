"""Registry files for tests, and the directory as a load leaves it."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from contacts.models import RegistryLoad
from contacts.registry.layout import NAMES, SWITCHES, TAXONOMIES
from contacts.registry.load import Order, load_files
from contacts.registry.selection import Selection
from tests.factories import npi

SHIPPED = Path(__file__).parents[2] / "data" / "nppes"
MARCH = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)

Row = dict[str, str]


def header(file: str = "header_330.csv") -> list[str]:
    """An official header: of 330 columns, or with `practitioner.csv` the older one of 329."""
    with (SHIPPED / file).open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


def clinician(number: int, taxonomies: Sequence[str] = ("207RC0000X",), **facts: str) -> Row:
    """A clinician at 1000 Asylum Ave, Hartford; facts by the names of `layout.Facts`."""
    standing = {
        "npi": npi(number),
        "entity_type": "1",
        "first_name": "MAYA",
        "last_name": f"RAMAN{number}",
        "credentials": "M.D.",
        "line_1": "1000 ASYLUM AVE",
        "city": "HARTFORD",
        "state": "CT",
        "postal_code": "061051770",
        "country": "US",
        "phone": "8607146581",
        "changed_on": "09/27/2016",
    }
    row = named({**standing, **facts})
    for slot, code in enumerate(taxonomies):
        row[TAXONOMIES[slot]] = code
        row[SWITCHES[slot]] = "Y" if slot == 0 else "N"
    return row


def organization(number: int, name: str, taxonomy: str = "193200000X", **facts: str) -> Row:
    row = clinician(number, (taxonomy,))
    gone = {"first_name": "", "last_name": "", "credentials": ""}
    return row | named({"entity_type": "2", "organization": name, **gone, **facts})


def blank(number: int, deactivated_on: str) -> Row:
    """All that the file says of a deactivated NPI."""
    return named({"npi": npi(number), "deactivated_on": deactivated_on})


def named(facts: Mapping[str, str]) -> Row:
    """Facts under the official names of their columns."""
    return {getattr(NAMES, name): value for name, value in facts.items()}


def write(
    path: Path, rows: Iterable[Mapping[str, str]], columns: Sequence[str] | None = None
) -> Path:
    """An official file: every cell quoted, columns that a row does not mention empty."""
    columns = columns or header()
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[row.get(column, "") for column in columns] for row in rows])
    return path


def load(
    *files: Path,
    observed_on: date = MARCH,
    selection: Selection | None = None,
    refused: Path | None = None,
) -> RegistryLoad:
    """One load on the test's own connection."""
    return load_files(
        Order(
            files=files,
            observed_on=observed_on,
            at=NOON,
            refused=refused or files[0].with_suffix(".refused.csv"),
            selection=selection or Selection(),
        )
    )


def sample(name: str) -> Path:
    """A file of the real input, or a skip where it is not at hand."""
    folder = os.environ.get("LIAISON_SAMPLE_DATA")
    if not folder:
        pytest.skip("LIAISON_SAMPLE_DATA names no folder")
    return Path(folder) / "nppes_ct_2018" / name


DIRECTORY = {
    "organisations": """
        SELECT o.npi, o.name, parent.name, o.network, o.source, o.observed_on
        FROM contacts_organization o LEFT JOIN contacts_organization parent
             ON parent.id = o.parent_id ORDER BY o.npi, o.name
    """,
    "practices": """
        SELECT p.address_key, p.name, o.npi, t.name, street, suite, city, state, zip_code,
               county_fips, latitude, longitude, phone, fax, closed_on, p.source, p.observed_on
        FROM contacts_practice p JOIN accounts_territory t ON t.id = p.territory_id
             LEFT JOIN contacts_organization o ON o.id = p.organization_id ORDER BY 1
    """,
    "physicians": """
        SELECT npi, first_name, middle_name, last_name, suffix, credentials, status, status_on,
               replaced_by_npi, s.taxonomy_code, primary_is_assumed, source, observed_on
        FROM contacts_physician LEFT JOIN contacts_specialty s ON s.id = primary_specialty_id
        ORDER BY 1
    """,
    "specialties": """
        SELECT npi, taxonomy_code FROM contacts_physicianspecialty ps
        JOIN contacts_physician p ON p.id = ps.physician_id
        JOIN contacts_specialty s ON s.id = ps.specialty_id ORDER BY 1, 2
    """,
    "affiliations": """
        SELECT npi, address_key, role, is_primary, starts_on, ends_on, a.source, verified_on
        FROM contacts_affiliation a JOIN contacts_physician p ON p.id = a.physician_id
        JOIN contacts_practice ON contacts_practice.id = practice_id ORDER BY 1, 2, 5
    """,
    "remembered": "SELECT * FROM contacts_registryrecord ORDER BY npi",
}
AUDITED = (
    "contacts_organizationevent",
    "contacts_practiceevent",
    "contacts_physicianevent",
    "contacts_physicianspecialtyevent",
    "contacts_affiliationevent",
)


def directory() -> dict[str, list[tuple[Any, ...]]]:
    """Every fact of the directory without the numbers and moments of its rows."""
    found = {}
    with connection.cursor() as cursor:
        for name, statement in DIRECTORY.items():
            cursor.execute(statement)
            found[name] = cursor.fetchall()
    return found


def audit_rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in AUDITED)  # noqa: S608  table names of ours
        )
        return sum(count for (count,) in cursor.fetchall())

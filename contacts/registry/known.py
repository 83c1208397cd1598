"""What the filters of a load must look up: whom we know, and which county a ZIP code is in."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from contacts.models import ZipCode
from contacts.registry.selection import Filter, KnownNpis, Selection


def filter_for(selection: Selection) -> Filter | None:
    """The filter of a load, with what it must look up; None when everything is taken."""
    if not selection:
        return None
    known = KnownNpis()
    for npi in npis_in_the_directory():
        known.add(npi)
    counties = ZipCode.objects.values_list("pk", "county_fips") if selection.counties else ()
    return Filter(selection, known, dict(counties))


def npis_in_the_directory() -> Iterable[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT npi FROM contacts_registryrecord"
            " UNION ALL SELECT npi::bigint FROM contacts_physician WHERE npi IS NOT NULL"
            " UNION ALL SELECT npi::bigint FROM contacts_organization WHERE npi IS NOT NULL"
        )
        while rows := cursor.fetchmany(10_000):
            for (npi,) in rows:
                yield npi

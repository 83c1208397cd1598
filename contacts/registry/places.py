"""Organisations and practices out of what is staged: one transaction, set by set.

A practice is an address with its suite. Clinicians make one, and so do organisations that
clinicians work for. It is named after such an organisation at the same door, else by the name its
own address lines give it, else after its only clinician, else by street and suite.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from contacts.registry import places_sql as sql
from contacts.registry.addresses import door
from contacts.registry.casing import place_name
from contacts.registry.staging import copying
from contacts.services.territories import hold_areas

ADDRESSES_AT_ONCE = 10_000
DOOR_COLUMNS = "address_print, street, suite, city, state, zip_code, address_key, place"

STEPS = (
    (sql.UNKNOWN_SPECIALTIES, "specialties without a name"),
    (sql.FILED_ORGANIZATIONS, ""),
    (sql.NEW_ORGANIZATIONS, "new organisations"),
    (sql.CHANGED_ORGANIZATIONS, "changed organisations"),
    (sql.NAMED, ""),
    (sql.NEW_PARENTS, "parent organisations"),
    (sql.PARENTS, ""),
    (sql.ARRIVALS, ""),
    (sql.PLACES, ""),
    (sql.LEFT_BEHIND, ""),
    (sql.LEFT_BY_ORGANIZATION, ""),
    (sql.FOUND_ORGANIZATION, ""),
    (sql.RENAMED_ORGANIZATION, ""),
    (sql.OCCUPANTS, ""),
    (sql.RENAMED_CLINICIAN, ""),
    (sql.RENAMED, "practices renamed"),
    (sql.FILLED_PHONES, ""),
    (sql.NEW_PRACTICES, "new practices"),
    (sql.OPEN_DOORS, ""),
    (sql.REMEMBERED, ""),
    (sql.TIDIED, ""),
)


@transaction.atomic
def merge_places(*, observed_on: date, at: datetime) -> Counter[str]:
    """Everything about organisations and practices, or nothing of it."""
    hold_areas()
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for definition in (sql.FUNCTIONS, sql.NEWCOMERS, sql.CLINICIANS):
            cursor.execute(definition)
        normalise_addresses()
        for statement, counted in STEPS:
            cursor.execute(statement, {"observed_on": observed_on, "at": at})
            if counted:
                counts[counted] = cursor.rowcount
    return counts


def normalise_addresses() -> None:
    """Give each distinct new address its door, once however many clinicians file it."""
    with connection.chunked_cursor() as addresses:
        addresses.execute(sql.NEW_ADDRESSES)
        while rows := addresses.fetchmany(ADDRESSES_AT_ONCE):
            with copying("registry_door", DOOR_COLUMNS) as copy:
                for row in rows:
                    copy.write_row(door_row(*row))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_door")


def door_row(
    address_print: int, line_1: str, line_2: str, city: str, state: str, zip_code: str
) -> tuple[Any, ...]:
    here = door(line_1, line_2, city, state, zip_code)
    return (
        address_print,
        here.street,
        here.suite,
        place_name(city),
        state,
        zip_code,
        here.key,
        here.place,
    )

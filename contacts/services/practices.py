"""Admins keep the records of practices; who works one describes its door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Unpack

from django.db import transaction

from accounts.models import User
from contacts import hooks
from contacts.errors import PracticeClosed, PracticeKnown
from contacts.models import Affiliation, Evidence, Practice, StaffMember, ZipCode
from contacts.registry.addresses import door
from contacts.services.affiliations import end_all, refuse_unless_worked
from contacts.services.facts import (
    OfficeFacts,
    PracticeFacts,
    put_on,
    refuse_unknown,
    refuse_unless_admin,
    save_changes,
)
from contacts.services.territories import hold_areas, territory_at

ADDRESS = frozenset({"street", "suite", "city", "state", "zip_code"})
IDENTITY = ADDRESS | {"name", "organization"}


@transaction.atomic
def add_practice(*, by: User, **facts: Unpack[PracticeFacts]) -> Practice:
    """Enter a practice by hand. Its address gives it county, point and territory."""
    refuse_unless_admin(by)
    refuse_unknown(facts, PracticeFacts)
    practice = Practice(source=Evidence.COLLEAGUE)
    put_on(practice, facts)
    locate(practice)
    practice.full_clean()
    practice.save()
    hooks.directory_grew()
    return practice


@transaction.atomic
def edit_practice(practice: Practice, *, by: User, **facts: Unpack[PracticeFacts]) -> None:
    """Correct the record. A name, organisation or address written here is never renamed by a load.

    A new address moves the practice, and with it everybody who works there.
    """
    refuse_unless_admin(by)
    refuse_unknown(facts, PracticeFacts)
    rewrite_practice(practice, facts, evidence={"source": Evidence.COLLEAGUE})


def rewrite_practice(
    practice: Practice, facts: Mapping[str, object], *, evidence: Mapping[str, object]
) -> None:
    """Write the facts; where they say which place it is, also who says so."""
    names = put_on(practice, facts)
    if IDENTITY & set(names):
        names += put_on(practice, evidence)
    if ADDRESS & set(names):
        names += locate(practice)
    save_changes(practice, names)
    if {"name", "zip_code"} & set(names):
        hooks.directory_grew()


@transaction.atomic
def describe_office(practice: Practice, *, by: User, **facts: Unpack[OfficeFacts]) -> None:
    """Note the hours and when liaisons are welcome; whoever works the practice may."""
    refuse_unless_worked(practice, by=by)
    refuse_unknown(facts, OfficeFacts)
    save_changes(practice, put_on(practice, facts))


@transaction.atomic
def close_practice(practice: Practice, *, by: User, on: date) -> None:
    """Record that the door closed that day: nobody works there any more."""
    refuse_unless_admin(by)
    shut(practice, on=on)


def shut(practice: Practice, *, on: date) -> None:
    """Close the door, and end everybody's time there."""
    standing = Practice.objects.select_for_update().open().filter(pk=practice.pk)
    if not standing.exists():
        raise PracticeClosed(f"{practice} is closed already.")
    save_changes(practice, put_on(practice, {"closed_on": on}))
    end_all(Affiliation.objects.select_for_update().filter(practice=practice, ends_on=None), on=on)
    for member in StaffMember.objects.working().filter(practice=practice):
        save_changes(member, put_on(member, {"left_on": on}))


@transaction.atomic
def reopen_practice(practice: Practice, *, by: User) -> None:
    """Take a closing back; who works there now, affiliations say."""
    refuse_unless_admin(by)
    save_changes(practice, put_on(practice, {"closed_on": None}))


def locate(practice: Practice) -> list[str]:
    """Give the address its key, county, point and territory; the names of what changed."""
    hold_areas()
    here = door(practice.street, practice.suite, practice.city, practice.state, practice.zip_code)
    neighbour = Practice.objects.filter(address_key=here.key).exclude(pk=practice.pk).first()
    if neighbour:
        raise PracticeKnown(
            f"{neighbour} is at this address.", field="street", practice=neighbour.pk
        )
    place = ZipCode.objects.filter(pk=practice.zip_code).first()
    county = place.county_fips if place else ""
    facts: dict[str, object] = {
        "address_key": here.key,
        "county_fips": county,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "territory_id": territory_at(practice.zip_code, county).pk,
    }
    return put_on(practice, facts)

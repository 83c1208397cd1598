"""Admins keep the records of physicians."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Unpack

from django.db import transaction

from accounts.models import User
from contacts import hooks
from contacts.errors import NpiKnown, PhysicianNotActive
from contacts.models import Evidence, Physician, PhysicianSpecialty, Specialty
from contacts.services.affiliations import end_all, lock_open
from contacts.services.facts import (
    PhysicianFacts,
    put_on,
    refuse_unknown,
    refuse_unless_admin,
    save_changes,
)


@transaction.atomic
def add_physician(*, by: User, **facts: Unpack[PhysicianFacts]) -> Physician:
    """Enter a physician by hand; what waited for his NPI can then be resolved."""
    refuse_unless_admin(by)
    refuse_unknown(facts, PhysicianFacts)
    specialties = facts.pop("specialties", ())
    physician = Physician(source=Evidence.COLLEAGUE)
    put_on(physician, facts)
    refuse_if_npi_known(physician)
    physician.full_clean()
    physician.save()
    set_specialties(physician, specialties)
    hooks.directory_grew()
    return physician


@transaction.atomic
def edit_physician(physician: Physician, *, by: User, **facts: Unpack[PhysicianFacts]) -> None:
    """Correct what the record says. The registry changes it again only when it says something new.

    `specialties` are all of them; the primary one is always among them.
    """
    refuse_unless_admin(by)
    refuse_unknown(facts, PhysicianFacts)
    rewrite_physician(physician, facts)


def rewrite_physician(physician: Physician, facts: PhysicianFacts) -> None:
    specialties = facts.pop("specialties", None)
    names = put_on(physician, facts)
    if "primary_specialty" in names:
        names += put_on(physician, {"primary_is_assumed": False})
    if "npi" in names:
        refuse_if_npi_known(physician)
    save_changes(physician, names)
    if specialties is not None or "primary_specialty" in names:
        set_specialties(
            physician, list(physician.specialties.all()) if specialties is None else specialties
        )
    if "npi" in names:
        hooks.directory_grew()


@transaction.atomic
def retire_physician(physician: Physician, *, by: User, on: date) -> None:
    """Record that a physician stopped working on that day, and end his open affiliations."""
    refuse_unless_admin(by)
    record_retired(physician, on=on)


def record_retired(physician: Physician, *, on: date) -> None:
    standing = lock_open(physician)
    facts = {"status": Physician.Status.RETIRED, "status_on": on}
    save_changes(physician, put_on(physician, facts))
    end_all(standing, on=on)


@transaction.atomic
def reinstate_physician(physician: Physician, *, by: User, on: date) -> None:
    """Record that a retired physician works again; where, an affiliation says."""
    refuse_unless_admin(by)
    lock_open(physician)
    if physician.status != Physician.Status.RETIRED:
        raise PhysicianNotActive(f"{physician} is not retired.")
    facts = {"status": Physician.Status.ACTIVE, "status_on": on}
    save_changes(physician, put_on(physician, facts))


def set_specialties(physician: Physician, specialties: Sequence[Specialty]) -> None:
    """Add what is missing and remove what is too many; rows that stay are not touched."""
    wanted = {specialty.pk for specialty in specialties}
    if physician.primary_specialty_id:
        wanted.add(physician.primary_specialty_id)
    rows = PhysicianSpecialty.objects.filter(physician=physician)
    rows.exclude(specialty__in=wanted).delete()
    known = set(rows.values_list("specialty_id", flat=True))
    PhysicianSpecialty.objects.bulk_create(
        PhysicianSpecialty(physician=physician, specialty_id=pk) for pk in sorted(wanted - known)
    )


def refuse_if_npi_known(physician: Physician) -> None:
    namesake = Physician.objects.filter(npi=physician.npi).exclude(pk=physician.pk)
    if physician.npi and (other := namesake.first()):
        raise NpiKnown(f"{other.full_name} has this NPI already.", field="npi", physician=other.pk)

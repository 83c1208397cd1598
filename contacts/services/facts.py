"""What a person may write about each record, and how it is put onto one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict

from django.core.exceptions import PermissionDenied
from django.db import models

from accounts.models import User
from contacts.models import Organization, Specialty


class PhysicianFacts(TypedDict, total=False):
    npi: str | None
    first_name: str
    middle_name: str
    last_name: str
    suffix: str
    credentials: str
    primary_specialty: Specialty | None
    specialties: Sequence[Specialty]


class OfficeFacts(TypedDict, total=False):
    """What a liaison learns at the door."""

    hours: str
    access_rule: str


class PracticeFacts(OfficeFacts, total=False):
    name: str
    organization: Organization | None
    street: str
    suite: str
    city: str
    state: str
    zip_code: str
    phone: str
    fax: str


class AffiliationFacts(TypedDict, total=False):
    role: str
    starts_on: date | None


class StaffFacts(TypedDict, total=False):
    name: str
    job: str
    books_referrals: bool
    phone: str
    email: str
    preference: str


class OrganizationFacts(TypedDict, total=False):
    name: str
    npi: str | None
    parent: Organization | None
    network: str


def refuse_unless_admin(person: User) -> None:
    """Admins keep the registry facts; everybody else reads them."""
    if not person.is_admin:
        raise PermissionDenied


def refuse_unknown(facts: Mapping[str, object], known: type) -> None:
    """A fact that is not on the list is a mistake of the caller, never silently written."""
    if strange := sorted(set(facts) - set(known.__annotations__)):
        raise TypeError(f"{known.__name__} has no {', '.join(strange)}.")


def put_on(row: models.Model, facts: Mapping[str, object]) -> list[str]:
    """Put the facts onto the row and name those that differ from what it held."""
    names = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in names:
        setattr(row, name, facts[name])
    return names


def save_changes(row: models.Model, names: Sequence[str]) -> None:
    """Validate, then write the named columns alone; nothing changed, nothing written."""
    if not names:
        return
    row.full_clean()
    row.save(update_fields=[*names, "updated_at"])

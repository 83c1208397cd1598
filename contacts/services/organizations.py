"""Admins keep the records of medical groups and health systems."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction

from accounts.models import User
from contacts.errors import NpiKnown, OwnParent
from contacts.models import Evidence, Organization
from contacts.services.facts import (
    OrganizationFacts,
    put_on,
    refuse_unknown,
    refuse_unless_admin,
    save_changes,
)


@transaction.atomic
def add_organization(*, by: User, **facts: Unpack[OrganizationFacts]) -> Organization:
    refuse_unless_admin(by)
    refuse_unknown(facts, OrganizationFacts)
    organization = Organization(source=Evidence.COLLEAGUE)
    put_on(organization, facts)
    refuse_if_npi_known(organization)
    organization.full_clean()
    organization.save()
    return organization


@transaction.atomic
def edit_organization(
    organization: Organization, *, by: User, **facts: Unpack[OrganizationFacts]
) -> None:
    """Correct a name, say how the organisation stands to us, or whose part it is."""
    refuse_unless_admin(by)
    refuse_unknown(facts, OrganizationFacts)
    names = put_on(organization, facts)
    if "parent" in names:
        refuse_circle(organization)
    if "npi" in names:
        refuse_if_npi_known(organization)
    save_changes(organization, names)


def refuse_circle(organization: Organization) -> None:
    # One change of parents at a time: two at once could close a circle neither of them sees.
    list(Organization.objects.select_for_update().exclude(parent=None).values_list("pk"))
    above = organization.parent
    while above is not None:
        if above.pk == organization.pk:
            raise OwnParent(f"{organization} would be a part of itself.", field="parent")
        above = above.parent


def refuse_if_npi_known(organization: Organization) -> None:
    namesake = Organization.objects.filter(npi=organization.npi).exclude(pk=organization.pk)
    if organization.npi and (other := namesake.first()):
        raise NpiKnown(f"{other} has this NPI already.", field="npi", organization=other.pk)

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User
    from contacts.models import (
        Affiliation,
        Organization,
        Physician,
        Practice,
        Specialty,
        StaffMember,
    )


def may_read_directory(user: User) -> bool:
    """The directory is open to everyone signed in with a known role."""
    return user.is_active and user.role in user.Role.values


class SpecialtyQuerySet(models.QuerySet["Specialty"]):
    def visible_to(self, user: User) -> Self:
        """Names of specialties are words everyone uses."""
        return self if may_read_directory(user) else self.none()


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, user: User) -> Self:
        return self if may_read_directory(user) else self.none()


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: User) -> Self:
        """Directory facts: everyone signed in. The relationship is `worked_by`."""
        return self if may_read_directory(user) else self.none()

    def worked_by(self, user: User) -> Self:
        """Practices whose visits, notes and volumes `user` may read and write today."""
        if user.sees_all_territories:
            return self
        return self.filter(territory__in=user.territories_today())

    def open(self) -> Self:
        return self.filter(closed_on=None)


class PhysicianQuerySet(models.QuerySet["Physician"]):
    def visible_to(self, user: User) -> Self:
        """Whoever was joined with a known physician is found as that one."""
        return self.filter(joined_into=None) if may_read_directory(user) else self.none()

    def active(self) -> Self:
        return self.filter(status="active")

    def worked_by(self, user: User, *, on: date) -> Self:
        """Physicians with a current affiliation at a practice the user works."""
        if user.sees_all_territories:
            return self
        here = self.model._default_manager.filter(
            Q(affiliations__starts_on=None) | Q(affiliations__starts_on__lte=on),
            Q(affiliations__ends_on=None) | Q(affiliations__ends_on__gt=on),
            affiliations__practice__territory__in=user.territories_today(),
        )
        return self.filter(pk__in=here.values("pk"))


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def visible_to(self, user: User) -> Self:
        return self if may_read_directory(user) else self.none()

    def current(self, on: date) -> Self:
        """In force on that day; a start that nobody knows counts as long ago."""
        started = Q(starts_on=None) | Q(starts_on__lte=on)
        lasting = Q(ends_on=None) | Q(ends_on__gt=on)
        return self.filter(started, lasting)


class StaffMemberQuerySet(models.QuerySet["StaffMember"]):
    def visible_to(self, user: User) -> Self:
        """Office staff and what we wrote about them belong to the relationship."""
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())

    def working(self) -> Self:
        return self.filter(left_on=None)

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.db import connections, models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import AccessLog, ApiToken, Assignment, Handover, Territory, User

# The trigger `keep_an_admin` takes the same lock.
ADMINS_LOCK = "accounts_user.keep_an_admin"


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User) -> UserQuerySet:
        """Colleagues are known to everyone who signs in; nobody else knows anyone."""
        if user.is_active and user.role in user.Role.values:
            return self
        return self.none()

    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def liaisons(self) -> UserQuerySet:
        return self.active().filter(role="liaison")

    def admins(self) -> UserQuerySet:
        return self.active().filter(role="admin")


class UserManager(BaseUserManager["User"]):
    """Makes people. `create_superuser` makes an admin: there is no power beyond that role."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def liaisons(self) -> UserQuerySet:
        return self.get_queryset().liaisons()

    def admins(self) -> UserQuerySet:
        return self.get_queryset().admins()

    def wait_for_admins(self) -> None:
        """Take turns with everyone who removes an admin, until this transaction ends."""
        with connections[self.db].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [ADMINS_LOCK])

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        if not email:
            raise ValueError("A person needs an e-mail address to sign in with.")
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(email, password, **{"role": "admin", **fields})


class TerritoryQuerySet(models.QuerySet["Territory"]):
    def visible_to(self, user: User) -> TerritoryQuerySet:
        """Territory names and areas are directory facts, except the built-in Unassigned."""
        if user.sees_all_territories:
            return self
        if user.is_active and user.role in user.Role.values:
            return self.filter(is_unassigned=False)
        return self.none()

    def assigned_to(self, user: User, *, on: date) -> TerritoryQuerySet:
        """The territories where `user` is owner or cover on that day."""
        # One filter, so that all of it is said of one assignment; a person has one at a time.
        return self.filter(
            Q(assignments__ends_on=None) | Q(assignments__ends_on__gt=on),
            assignments__user=user,
            assignments__starts_on__lte=on,
        )

    def worked_by(self, user: User, *, on: date) -> TerritoryQuerySet:
        """The territories whose relationships `user` may read and write on that day."""
        if user.sees_all_territories:
            return self
        if not user.is_active or user.role != user.Role.LIAISON:
            return self.none()
        return self.assigned_to(user, on=on)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User) -> AssignmentQuerySet:
        """Who works where is known to everyone who signs in."""
        if user.is_active and user.role in user.Role.values:
            return self
        return self.none()

    def in_force(self, on: date) -> AssignmentQuerySet:
        """Assignments that include that day: from `starts_on`, up to but without `ends_on`."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)

    def owning(self) -> AssignmentQuerySet:
        return self.filter(part="owner")

    def overlapping(self, start: date, end: date | None) -> AssignmentQuerySet:
        """Assignments that share a day with `start` up to but without `end`; None never ends."""
        before_end = Q() if end is None else Q(starts_on__lt=end)
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=start), before_end)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User) -> HandoverQuerySet:
        """Managers and admins make handovers, so they read them."""
        return self if user.sees_all_territories else self.none()

    def standing(self) -> HandoverQuerySet:
        return self.filter(undone_at=None)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> ApiTokenQuerySet:
        """Everyone's own; nobody reads another person's tokens outside the admin."""
        return self.filter(user=user) if user.is_active else self.none()

    def usable(self, at: datetime) -> ApiTokenQuerySet:
        return self.filter(Q(expiry=None) | Q(expiry__gt=at))


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    def visible_to(self, user: User) -> AccessLogQuerySet:
        if user.is_active and user.role == user.Role.ADMIN:
            return self
        return self.none()

    def since(self, at: datetime) -> AccessLogQuerySet:
        return self.filter(at__gte=at)

"""People who sign in, and the tokens their programs use."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from knox.models import AbstractAuthToken

from accounts.querysets import ApiTokenQuerySet, UserManager
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked
from liaison_crm.core.periods import site_today, validate_time_zone

if TYPE_CHECKING:
    from accounts.querysets import TerritoryQuerySet


def default_time_zone() -> str:
    return str(settings.SITE_TIME_ZONE)


@tracked(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person who signs in. The role decides what he sees; there are no groups or permissions."""

    class Role(models.TextChoices):
        LIAISON = "liaison", "Liaison"
        MANAGER = "manager", "Manager"
        ADMIN = "admin", "Admin"

    email = models.EmailField("e-mail", max_length=254, unique=True)
    name = LineField(max_length=120)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.LIAISON)
    time_zone = models.CharField(
        max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )
    is_active = models.BooleanField("can sign in", default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message="Somebody already signs in with this e-mail address.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["liaison", "manager", "admin"]), name="user_role_known"
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_lower",
                violation_error_message="Write the e-mail address in small letters.",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="keep_an_admin",
                when=pgtrigger.After,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.role = 'admin' AND OLD.is_active"),
                # The lock makes two admins who remove each other take turns.
                func="""
                    PERFORM pg_advisory_xact_lock(hashtext('accounts_user.keep_an_admin'));
                    IF NOT EXISTS (
                        SELECT 1 FROM accounts_user WHERE role = 'admin' AND is_active
                    ) THEN
                        RAISE EXCEPTION 'The site would be left without an admin.'
                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'user_keep_an_admin';
                    END IF;
                    RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def sees_all_territories(self) -> bool:
        """Fails closed: only the two named roles, and only while the person may sign in."""
        return self.is_active and self.role in (self.Role.MANAGER, self.Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        return self.is_active and self.role == self.Role.ADMIN

    @property
    def is_manager(self) -> bool:
        return self.is_active and self.role == self.Role.MANAGER

    @property
    def is_staff(self) -> bool:
        """Django's admin asks this; only the admin role gets in."""
        return self.is_admin

    @property
    def is_superuser(self) -> bool:
        return self.is_admin

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        return self.is_admin

    def has_perms(self, perm_list: list[str], obj: object | None = None) -> bool:
        return self.is_admin

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_admin

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def territories_today(self, today: date | None = None) -> TerritoryQuerySet:
        """The territories whose relationships this person works in today, in site time."""
        from accounts.models.territories import Territory  # noqa: PLC0415  # it points at people

        return Territory.objects.worked_by(self, on=today or site_today())


class ApiToken(AbstractAuthToken):
    """A key for programs: kept hashed, ends on its own, never wider than its person."""

    # Knox walks from the person to his tokens by this name.
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="auth_token_set")
    name = LineField(max_length=80)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    last_used_on = models.DateField(null=True, blank=True)

    # Knox's own manager makes tokens that have no name.
    objects = ApiTokenQuerySet.as_manager()  # type: ignore[misc,assignment]  # knox types it otherwise

    class Meta:
        ordering = ("-created", "name")
        verbose_name = "API token"

    def __str__(self) -> str:
        return self.name

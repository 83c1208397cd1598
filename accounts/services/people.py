"""Who may sign in, and as what."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.errors import EmailTaken, LastAdmin, OwnAccount
from accounts.models import User, default_time_zone
from accounts.services.sessions import end_sessions


@transaction.atomic
def invite(email: str, *, name: str, role: str, by: User, time_zone: str = "") -> User:
    """Add a person without a password. He sets one himself through the welcome letter."""
    _require_admin(by)
    email = email.strip().lower()
    _require_free(email)
    person = User(email=email, name=name, role=role, time_zone=time_zone or default_time_zone())
    person.set_unusable_password()
    person.full_clean()
    person.save()
    return person


@transaction.atomic
def edit_person(person: User, *, by: User, email: str, name: str, time_zone: str) -> User:
    """Change what a person is called and signs in with."""
    _require_admin(by)
    email = email.strip().lower()
    _require_free(email, except_for=person)
    return _save(person, email=email, name=name, time_zone=time_zone)


@transaction.atomic
def edit_profile(person: User, *, name: str, time_zone: str) -> User:
    """Change one's own name and time zone."""
    return _save(person, name=name, time_zone=time_zone)


@transaction.atomic
def change_role(person: User, role: str, *, by: User) -> None:
    """Give a person another role, in force from his next request on."""
    _require_admin(by)
    if person.pk == by.pk:
        raise OwnAccount("Nobody changes his own role. Ask another admin.")
    _require_another_admin(person, stays=role == User.Role.ADMIN)
    _save(person, role=role)


@transaction.atomic
def deactivate(person: User, *, by: User) -> None:
    """Stop a person from signing in, and end his sessions and API tokens at once."""
    _require_admin(by)
    if person.pk == by.pk:
        raise OwnAccount("Nobody deactivates himself. Ask another admin.")
    _require_another_admin(person, stays=False)
    _save(person, is_active=False)
    end_sessions(person)
    person.auth_token_set.all().delete()


@transaction.atomic
def reactivate(person: User, *, by: User) -> None:
    """Let a person sign in again. Sessions and tokens do not come back."""
    _require_admin(by)
    _save(person, is_active=True)


@transaction.atomic
def remove_second_factor(person: User, *, by: User) -> None:
    """Let somebody who lost his phone sign in with the password alone, and add a new one."""
    _require_admin(by)
    if person.pk == by.pk:
        raise OwnAccount("Remove your own second factor on your own page.")
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)


@transaction.atomic
def make_admin(email: str, *, name: str, password: str) -> User:
    """Make this person an admin with this password, from the server's own command line."""
    email = email.strip().lower()
    person = User.objects.filter(email=email).first() or User(email=email)
    person.name = name or person.name or email
    person.role = User.Role.ADMIN
    person.is_active = True
    person.set_password(password)
    person.full_clean()
    person.save()
    end_sessions(person)
    return person


def _save(person: User, **values: object) -> User:
    for field, value in values.items():
        setattr(person, field, value)
    person.full_clean()
    person.save(update_fields=[*values, "updated_at"])
    return person


def _require_admin(by: User) -> None:
    if not by.is_admin:
        raise PermissionDenied


def _require_free(email: str, *, except_for: User | None = None) -> None:
    taken_by = User.objects.filter(email=email).first()
    if taken_by and taken_by != except_for:
        raise EmailTaken("Somebody already signs in with this e-mail address.", field="email")


def _require_another_admin(person: User, *, stays: bool) -> None:
    """The trigger `keep_an_admin` holds this too; here the refusal gets its sentence.

    The lock is the trigger's own, so that of two admins who remove each other one is refused.
    """
    if stays or not User.objects.admins().filter(pk=person.pk).exists():
        return
    User.objects.wait_for_admins()
    if not User.objects.admins().exclude(pk=person.pk).exists():
        raise LastAdmin("This is the last admin. Make somebody else an admin first.")

"""API tokens: shown once, kept hashed, ended by time, by their person or with him."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from accounts.errors import CannotSignIn, TooManyTokens
from accounts.models import AccessLog, ApiToken, User
from accounts.services.access import Origin, log_access

LONGEST = timedelta(days=366)
AT_ONCE = 10


@transaction.atomic
def create_token(
    person: User, *, by: User, name: str, lasting: timedelta, at: datetime, origin: Origin
) -> tuple[ApiToken, str]:
    """Make a token for oneself. The second value is the secret: nobody can read it again."""
    if person.pk != by.pk:
        raise PermissionDenied
    if not person.is_active:
        raise CannotSignIn("Only people who can sign in have API tokens.")
    if not timedelta() < lasting <= LONGEST:
        raise ValidationError({"lasting": "A token lasts a day at least and a year at most."})
    _require_room(person, at)
    digest, secret = get_digest_token()  # type: ignore[no-untyped-call]  # knox has no types
    token = ApiToken(
        user=person,
        name=name,
        digest=digest,
        token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH],
        created=at,
        expiry=at + lasting,
    )
    token.full_clean()
    token.save()
    log_access(
        AccessLog.Action.TOKEN_CREATED,
        at=at,
        user=by,
        subject=name,
        origin=origin,
        detail={"token": str(token.public_id), "days": lasting.days},
    )
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User, at: datetime, origin: Origin) -> None:
    """End a token at once. People end their own, admins anybody's."""
    if token.user_id != by.pk and not by.is_admin:
        raise PermissionDenied
    log_access(
        AccessLog.Action.TOKEN_REVOKED,
        at=at,
        user=by,
        subject=token.name,
        origin=origin,
        detail={"token": str(token.public_id), "of": token.user_id},
    )
    token.delete()


def _require_room(person: User, at: datetime) -> None:
    # The lock keeps two requests at once from both finding the last free place.
    User.objects.select_for_update().get(pk=person.pk)
    if ApiToken.objects.usable(at).filter(user=person).count() >= AT_ONCE:
        raise TooManyTokens(f"A person has {AT_ONCE} tokens at most. Revoke one first.")

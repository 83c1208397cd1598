"""Signing in to the API with a token."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import ApiToken, User

A_TOKEN = re.compile(rb"[0-9a-f]{64}")


class TokenSignIn(TokenAuthentication):
    """Knox tokens; whatever cannot be one is refused before anything decodes it."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        if not A_TOKEN.fullmatch(token):
            raise AuthenticationFailed("Invalid token.")
        person, used = super().authenticate_credentials(token)  # type: ignore[no-untyped-call]  # knox has no types
        self._note_use(used)
        return person, used

    def _note_use(self, token: ApiToken) -> None:
        today = timezone.now().date()
        if token.last_used_on != today:
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # nor has its base
    """How the API's description names it."""

    target_class = "accounts.authentication.TokenSignIn"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Authorization: Token <secret>`; make one on your own page.",
        }

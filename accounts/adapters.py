"""How allauth signs people in here: by invitation, by e-mail, slowly for those who guess."""

from __future__ import annotations

import base64
import hashlib
import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import services
from accounts.http import client_address
from accounts.models import AccessLog, User
from accounts.services.access import REFUSALS

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is wrong.",
        "incorrect_password": "The password is wrong.",
        "enter_current_password": "This is not your current password.",
        "incorrect_code": "This code is wrong or has expired.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs himself up: an admin invites."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse an address that was refused too often in the last minute.

        Counted in the database, so that it holds for all processes and outlives the cache.
        Guessing at one person is counted by axes, for each address apart: a limit on the person
        alone would let anybody lock him out.
        """
        lately = AccessLog.objects.since(timezone.now() - MINUTE)
        refused = lately.filter(action__in=REFUSALS, address=client_address(request))
        if refused.count() >= settings.SIGN_INS_PER_ADDRESS:
            raise ImmediateHttpResponse(too_many_tries(request, MINUTE))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person, or None: somebody deactivated is told nothing that a stranger is not."""
        self.pre_authenticate(request, **credentials)
        person = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        return person if isinstance(person, User) else None

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password", "updated_at"])

    def is_safe_url(self, url: str | None) -> bool:
        """Only a path on this host."""
        return bool(url) and str(url).startswith("/") and _stays_here(str(url))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("you")

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Queued, so that the answer takes as long for an address that nobody has."""
        root = context["request"].build_absolute_uri("/")
        services.post_letter(user, kind="password_reset", root=root)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A notice that cannot be sent does not undo what it tells of."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            log.exception("A notice could not be sent: %s", template_prefix)


def _stays_here(url: str) -> bool:
    return url.isprintable() and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps the secrets of authenticator apps encrypted under the site's own key."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """The current key first; older ones still read what they wrote."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"second factor:" + force_bytes(key)).digest() for key in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """What axes answers while a pair of person and address is locked."""
    return too_many_tries(request, settings.AXES_COOLOFF_TIME)


def too_many_tries(request: HttpRequest, wait: timedelta) -> HttpResponse:
    response: HttpResponse = respond_429(request)
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response

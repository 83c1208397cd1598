"""What sign-in libraries tell us of, noted in the access log and in the list of sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
)
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.http import client_address, email_tried, origin_of
from accounts.middleware import SEEN_AT, SIGNED_IN_AT
from accounts.models import AccessLog, User

Action = AccessLog.Action


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    now = timezone.now()
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = now.timestamp()
    services.note_session(
        user,
        key=request.session.session_key or "",
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        at=now,
    )
    _note(request, Action.SIGN_IN, user)


@receiver(user_logged_out)
def note_sign_out(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    if user is None:
        return
    services.forget_session(request.session.session_key or "")
    _note(request, Action.SIGN_OUT, user)


@receiver(user_login_failed)
def note_refusal(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_signal: Any
) -> None:
    if request is None or getattr(request, "axes_locked_out", False):
        return
    services.note_refused_sign_in(
        email_tried(request, credentials), at=timezone.now(), origin=origin_of(request)
    )


@receiver(user_locked_out)
def note_lockout(request: HttpRequest, username: str, **_signal: Any) -> None:
    services.note_refused_sign_in(
        username, at=timezone.now(), origin=origin_of(request), locked_out=True
    )


@receiver([password_changed, password_set, password_reset])
def end_other_sessions(request: HttpRequest, user: User, **_signal: Any) -> None:
    """A new password leaves only the session that set it."""
    is_his = getattr(request.user, "pk", None) == user.pk
    services.end_sessions(user, keep=(request.session.session_key or "") if is_his else "")
    _note(request, Action.PASSWORD_CHANGED, user)


@receiver(authentication_failed)
def note_wrong_code(request: HttpRequest, user: User, **_signal: Any) -> None:
    services.note_refused_sign_in(user.email, at=timezone.now(), origin=origin_of(request))


@receiver(authenticator_added)
def note_second_factor(request: HttpRequest, user: User, **_signal: Any) -> None:
    _note(request, Action.SECOND_FACTOR_ADDED, user)


@receiver(authenticator_removed)
def note_no_second_factor(request: HttpRequest, user: User, **_signal: Any) -> None:
    _note(request, Action.SECOND_FACTOR_REMOVED, user)


def _note(request: HttpRequest, action: AccessLog.Action, user: User) -> None:
    services.log_access(action, at=timezone.now(), user=user, origin=origin_of(request))

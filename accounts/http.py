"""What the accounts app reads off a request."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django_guid import get_guid

from accounts import services
from accounts.models import AccessLog, User

LOCAL = "127.0.0.1"
LONGEST_EMAIL = 254


def signed_in(request: HttpRequest) -> User:
    """The person behind the request. A view reaches this only when there is one."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def client_address(request: HttpRequest) -> str:
    """The address the request came from, as the outermost of our own proxies saw it.

    What a client writes into X-Forwarded-For itself stands left of what our proxies append.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(hops) >= proxies and (address := _address(hops[-proxies])):
        return address
    return _address(request.META.get("REMOTE_ADDR", "")) or LOCAL


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def email_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The address somebody tries to sign in with, spelled as we store addresses."""
    given = credentials or {}
    email = given.get("email") or given.get("username") or request.POST.get("login") or ""
    return str(email).strip().lower()[:LONGEST_EMAIL]


def log_access(
    request: HttpRequest,
    action: AccessLog.Action,
    *,
    subject: str = "",
    detail: dict[str, Any] | None = None,
) -> AccessLog:
    """Note in the access log what the person behind this request did."""
    user = getattr(request, "user", None)
    return services.log_access(
        action,
        at=timezone.now(),
        user=user if isinstance(user, User) else None,
        subject=subject,
        origin=origin_of(request),
        detail=detail,
    )


def origin_of(request: HttpRequest) -> services.Origin:
    return services.Origin(address=client_address(request), request_id=get_guid() or "")

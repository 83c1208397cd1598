"""What every answer carries, and the one line each request leaves in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("liaison_crm.requests")

Handler = Callable[[HttpRequest], HttpResponse]

QUIET_PATHS = {"/livez", "/readyz"}
UNUSED_FEATURES = (
    "accelerometer=(), autoplay=(), camera=(), "
    "display-capture=(), encrypted-media=(), fullscreen=(), gyroscope=(), hid=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), picture-in-picture=(), serial=(), usb=(), "
    "xr-spatial-tracking=()"
)


def request_log(get_response: Handler) -> Handler:
    """Method, path, status, time and person; never the query string, which may name people."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = get_response(request)
        if request.path not in QUIET_PATHS:
            log_answer(request, response, time.monotonic() - began)
        return response

    return answer


def log_answer(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    # Asking request.user here could query the database; the session knows without.
    session = getattr(request, "session", None)
    known = session is not None and session.accessed
    path = path_to_log(request)
    logger.info(
        "%s %s %s",
        request.method,
        path,
        response.status_code,
        extra={
            "method": request.method,
            "path": path,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000),
            "user": session.get("_auth_user_id") if known and session is not None else None,
        },
    )


def path_to_log(request: HttpRequest) -> str:
    """A secret that is part of an address stays out of the log."""
    match = request.resolver_match
    secret = match.kwargs.get("secret") if match else None
    path = request.path.replace(str(secret), "...") if secret else request.path
    return path[:200]


def permissions_policy(get_response: Handler) -> Handler:
    """Features of the browser that no page of ours uses; knowing the place stays allowed."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", UNUSED_FEATURES)
        return response

    return answer


def whose_page(get_response: Handler) -> Handler:
    """Says whose page it is, so that a device keeps nobody's page for somebody else."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        view = request.resolver_match.func if request.resolver_match else None
        # An open page is nobody's, and does not ask who is signed in.
        is_somebodys = view is not None and getattr(view, "login_required", True)
        if is_somebodys and request.user.is_authenticated:
            response["X-Person"] = str(request.user.pk)
        return response

    return answer

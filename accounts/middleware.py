"""How long a session lives, and whose clock the pages show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User

Answer = Callable[[HttpRequest], HttpResponse]

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# A session's last use is written down this often, not at every request.
NOTICE_EVERY = timedelta(minutes=1)


class SessionLimits:
    """Ends a session that idled too long or lasted too long.

    It looks when somebody first asks who is signed in, so that an answer that does not depend
    on that needs no database.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = SimpleLazyObject(partial(person_within_limits, request, timezone.now()))
        request.user = cast("User", person)
        return self.get_response(request)


def person_within_limits(request: HttpRequest, now: datetime) -> User | AnonymousUser:
    """Who is signed in, or nobody: then the session is gone."""
    person = get_user(request)
    if not isinstance(person, User):
        return AnonymousUser()
    seen_at = _moment(request, SEEN_AT)
    is_idle = now - seen_at >= settings.SESSION_IDLE
    if is_idle or now - _moment(request, SIGNED_IN_AT) >= settings.SESSION_LONGEST:
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        request.session.flush()
        return AnonymousUser()
    if now - seen_at >= NOTICE_EVERY:
        request.session[SEEN_AT] = now.timestamp()
        mine = UserSession.objects.filter(session_key=request.session.session_key)
        mine.update(last_seen_at=now)
    return person


def _moment(request: HttpRequest, name: str) -> datetime:
    """A session without the stamp was made by nobody we know, so it is as old as can be."""
    return datetime.fromtimestamp(request.session.get(name, 0), UTC)


class LocalTime:
    """Shows pages in the time zone of the person. The API and open pages speak UTC."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> None:
        if getattr(view, "login_required", True) and isinstance(request.user, User):
            timezone.activate(ZoneInfo(request.user.time_zone))

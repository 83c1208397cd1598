"""Signed-in devices: a few at once for each person, and gone when they are told to."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User

SWEEP_MINUTE = 7


@transaction.atomic
def note_session(
    person: User, *, key: str, address: str, user_agent: str, at: datetime
) -> UserSession:
    """Remember a new session of a person; the oldest ones beyond the limit end."""
    session, _ = UserSession.objects.update_or_create(
        session_key=key,
        defaults={
            "user": person,
            "ip": address,
            "user_agent": user_agent[:200],
            "created_at": at,
            "last_seen_at": at,
        },
    )
    alive = UserSession.objects.filter(user=person).order_by("-created_at", "-pk")
    newest = list(alive.values_list("pk", flat=True)[: settings.SESSIONS_AT_ONCE])
    _end(alive.exclude(pk__in=newest).order_by())
    return session


@transaction.atomic
def end_session(person: User, session: UserSession) -> None:
    """Sign one device of a person out."""
    _end(UserSession.objects.filter(user=person, pk=session.pk))


@transaction.atomic
def end_sessions(person: User, *, keep: str = "") -> int:
    """Sign a person out everywhere, except in the session named by `keep`."""
    return _end(UserSession.objects.filter(user=person).exclude(session_key=keep))


def forget_session(key: str) -> None:
    """Take a session that is ending off the list."""
    UserSession.objects.filter(session_key=key).delete()


def _end(sessions: QuerySet[UserSession]) -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def sweep_sessions(at: datetime) -> None:
    """Once an hour, forget the sessions that ended by themselves."""
    if at.minute != SWEEP_MINUTE:
        return
    Session.objects.filter(expire_date__lt=at).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()

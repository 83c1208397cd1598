"""The access log: who signed in, was refused, exported or imported."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models import AccessLog, User
from liaison_crm.core.text import shown

log = logging.getLogger(__name__)

ALARM_WINDOW = timedelta(minutes=10)
REFUSALS = (AccessLog.Action.SIGN_IN_REFUSED, AccessLog.Action.LOCKED_OUT)


@dataclass(frozen=True)
class Origin:
    """Where an action came from: the address and the request that carried it."""

    address: str | None = None
    request_id: str = ""


def log_access(
    action: AccessLog.Action,
    *,
    at: datetime,
    user: User | None = None,
    subject: str = "",
    origin: Origin | None = None,
    detail: dict[str, Any] | None = None,
) -> AccessLog:
    """Append to the access log. `subject` and `detail` carry names, ids and counts only."""
    origin = origin or Origin()
    return AccessLog.objects.create(
        at=at,
        user=user,
        action=action,
        subject=shown(subject),
        address=origin.address,
        request_id=origin.request_id[:64],
        detail=detail or {},
    )


def note_refused_sign_in(
    email: str, *, at: datetime, origin: Origin, locked_out: bool = False
) -> None:
    """Log a refused sign-in, and raise one alarm while refusals come from everywhere."""
    log_access(
        AccessLog.Action.LOCKED_OUT if locked_out else AccessLog.Action.SIGN_IN_REFUSED,
        at=at,
        user=User.objects.filter(email=email).first(),
        subject=email,
        origin=origin,
    )
    lately = AccessLog.objects.since(at - ALARM_WINDOW)
    refused = lately.filter(action__in=REFUSALS).count()
    if refused < settings.SIGN_IN_ALARM or lately.filter(action=AccessLog.Action.ALARM).exists():
        return
    log.error("Many sign-ins are refused: %d in %s", refused, ALARM_WINDOW)
    log_access(
        AccessLog.Action.ALARM,
        at=at,
        subject="Many sign-ins are refused",
        detail={"refused": refused, "minutes": ALARM_WINDOW.total_seconds() // 60},
    )

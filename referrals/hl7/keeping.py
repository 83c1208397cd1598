"""Raw messages at rest: encrypted under `MESSAGE_KEY`, and gone after `MESSAGE_KEEP_DAYS`."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

from referrals.hl7.models import Hl7Message, ToldReferral
from referrals.hl7.parsing import normal


def sealed(raw: bytes) -> bytes:
    return _safe().encrypt(raw)


def opened(message: Hl7Message) -> bytes:
    """What it said, for an operator who mends a feed. Raises if it was purged."""
    if message.raw is None:
        raise LookupError("What this message said was purged.")
    return _safe().decrypt(bytes(message.raw))


def digest_of(raw: bytes) -> str:
    """The same for the same message. Keyed, because a message could be guessed from a plain one."""
    key = base64.b64decode(settings.PATIENT_KEY)
    return hmac.new(key, b"hl7\0" + normal(raw), "sha256").hexdigest()


def purge(at: datetime) -> int:
    """Forget what old messages said, and what waited in vain; how many were emptied."""
    _give_up_waiting(at - timedelta(days=settings.MESSAGE_WAIT_DAYS))
    old = Hl7Message.objects.filter(
        raw__isnull=False, received_at__lt=at - timedelta(days=settings.MESSAGE_KEEP_DAYS)
    )
    return old.update(raw=None)


def _give_up_waiting(since: datetime) -> None:
    in_vain = ToldReferral.objects.waiting().filter(learned_at__lt=since)
    messages = set(in_vain.values_list("message", flat=True))
    in_vain.update(state=ToldReferral.State.SET_ASIDE)
    Hl7Message.objects.filter(pk__in=messages, outcome=Hl7Message.Outcome.WAITING).update(
        outcome=Hl7Message.Outcome.SET_ASIDE, code="waited_in_vain", reason="It waited in vain."
    )


def _safe() -> MultiFernet:
    """The first key writes; messages written under the others can still be read."""
    keys = (settings.MESSAGE_KEY, *settings.MESSAGE_KEY_FALLBACKS)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(base64.b64decode(key))) for key in keys])

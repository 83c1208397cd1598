"""The front door of HL7 intake: what pages, programs and the clock do with messages."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from referrals.errors import CodeMeansNothing, NotAFeed
from referrals.hl7 import keeping, receiving, waking
from referrals.hl7.models import Hl7Message, SourceCode
from referrals.hl7.storing import Post, Read
from referrals.models import Source


def receive(
    raw: bytes, *, source: Source, door: Hl7Message.Door, at: datetime, encoding: str = ""
) -> list[Read]:
    """Take every message in these bytes; when this returns, all of it is committed."""
    if not source.is_feed:
        raise NotAFeed(f"{source} is what liaisons take by hand. No message comes from it.")
    return list(receiving.receive(Post(source, door, at, encoding), raw))


@transaction.atomic
def answer_code(code: SourceCode, *, by: User) -> None:
    """Remember what a source's word means; what waited for it is taken within the minute."""
    if not by.is_admin:
        raise PermissionDenied
    meanings = (code.physician_id, code.practice_id, code.service_line_id, code.destination_id)
    if sum(meaning is not None for meaning in meanings) > 1 or (
        any(meanings) and code.meaning_id is None
    ):
        kind = code.get_kind_display().lower()
        raise CodeMeansNothing(f"This is the code of a {kind}: say which {kind} it means.")
    if any(meanings) and code.is_set_aside:
        raise CodeMeansNothing("A code either means something or is set aside.")
    code.answered_by = by
    code.save()


def tend_messages(at: datetime) -> None:
    """Each minute: forget what messages of long ago said."""
    keeping.purge(at)


def resolve_waiting(at: datetime) -> int:
    return waking.resolve_waiting(at)

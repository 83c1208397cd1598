"""Several messages in one file or body: with a batch envelope (FHS, BHS) or without."""

from __future__ import annotations

import re

from referrals.hl7.errors import unreadable
from referrals.hl7.parsing import normal

_STARTS = re.compile(rb"(?:^|(?<=\r))(?=(?:MSH|FHS|BHS|BTS|FTS)[^\w\s])")
_COUNT = re.compile(rb"[0-9]{1,9}")
ENVELOPE = (b"FHS", b"BHS", b"BTS", b"FTS")


def messages_in(raw: bytes) -> list[bytes]:
    """Each message by itself. Where the envelope counts them, they are counted.

    Bytes that belong to none come first as they are, to be refused like any other.
    """
    pieces = [piece.strip(b"\r") for piece in _STARTS.split(normal(raw)) if piece.strip()]
    told = [piece for piece in pieces if piece[:3] == b"BTS"]
    messages = [piece for piece in pieces if piece[:3] not in ENVELOPE]
    counted = [int(count[0]) for piece in told if (count := _COUNT.match(piece[4:]))]
    if counted and len(counted) == len(told) and sum(counted) != len(messages):
        raise unreadable(
            "batch_count",
            f"The envelope tells of {sum(counted):,} messages, and {len(messages):,} are here.",
            condition="sequence",
        )
    if not messages:
        raise unreadable("no_header", "There is no message here.", condition="sequence")
    return messages

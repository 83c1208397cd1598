"""Messages of a file or a request: cut apart, taken in slices, answered or counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from referrals.hl7 import storing
from referrals.hl7.envelopes import messages_in
from referrals.hl7.storing import Post, Read

AT_ONCE = 100


def receive(post: Post, raw: bytes) -> Iterator[Read]:
    """Take every message in these bytes, slice by slice; each slice is committed by itself."""
    messages = iter(messages_in(raw))
    while some := list(islice(messages, AT_ONCE)):
        yield from storing.take(post, some)


def outcome(read: Read) -> str:
    """In a word, for a count: `referral`, `event`, `waiting`, `repeated`, `ignored`, …"""
    if read.repeats:
        return "repeated"
    if read.ignored:
        return f"ignored ({read.ignored})"
    if read.refusal:
        return f"refused ({read.refusal.code})"
    return read.outcome.replace("_", " ")


def counted(reads: list[Read]) -> Counter[str]:
    return Counter(outcome(read) for read in reads)

"""What waited on a device before it reached us, and how its clock compares with ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

# The header of a request that the outbox on a device makes.
OUTBOX = "X-Outbox"
SENT_AT = "X-Outbox-Sent-At"
PERSON = "X-Outbox-Person"
RECORDED_AT = "recorded_at"
KEPT_FOR = timedelta(days=30)
CLOCKS_DIFFER_BY = timedelta(minutes=5)
# What was sent sooner than this was sent by somebody who still looks at the form.
AT_ONCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Sending:
    """When something was written on a device and when it was sent, both by the device's clock."""

    recorded_at: datetime
    sent_at: datetime
    received_at: datetime

    @property
    def waited(self) -> timedelta:
        """How long it lay on the device; true however wrong the device's clock is."""
        return self.sent_at - self.recorded_at

    @property
    def clock_off(self) -> timedelta:
        """By how much the device is ahead of us; negative when it is behind."""
        return self.sent_at - self.received_at

    @property
    def clock_is_off(self) -> bool:
        return abs(self.clock_off) > CLOCKS_DIFFER_BY

    @property
    def is_late(self) -> bool:
        return self.waited > AT_ONCE

    @property
    def is_too_late(self) -> bool:
        return self.waited > KEPT_FOR

    @property
    def columns(self) -> dict[str, datetime | int | None]:
        """What a row keeps of it."""
        off = round(self.clock_off.total_seconds()) if self.clock_is_off else None
        return {"recorded_at": self.recorded_at, "clock_off_seconds": off}

    @property
    def written_at(self) -> datetime:
        """When it was written, by our clock."""
        return self.by_our_clock(self.recorded_at)

    def by_our_clock(self, moment: datetime) -> datetime:
        """A moment the device told, as our clock would have told it where the two disagree."""
        return moment - self.clock_off if self.clock_is_off else moment


def is_from_outbox(request: HttpRequest) -> bool:
    return request.headers.get(OUTBOX) == "1"


def sending_of(request: HttpRequest, *, at: datetime) -> Sending | None:
    """How the form came here; None where a page was simply sent, as without script."""
    if not is_from_outbox(request):
        return None
    sent_at = _moment(request.headers.get(SENT_AT, "")) or at
    recorded_at = _moment(request.POST.get(RECORDED_AT, "")) or sent_at
    return Sending(recorded_at=recorded_at, sent_at=sent_at, received_at=at)


def _moment(text: str) -> datetime | None:
    """A moment with its zone, or nothing: a device without a sane clock still sends its work."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found and found.tzinfo else None

"""Moments as HL7 writes them: `20260302140500.000-0500`, or as much of it as the sender knows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from liaison_crm.core.csv import CellRefused, date_cell
from liaison_crm.core.periods import local_moment
from referrals.hl7.errors import Hl7Refused

_MOMENT = re.compile(
    r"(?P<day>[0-9]{8})(?:(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})?"
    r"(?:(?P<second>[0-9]{2})(?:\.[0-9]{1,4})?)?)?(?P<offset>[+-][0-9]{4})?"
)
MINUTES_AN_HOUR = 60
LONGEST_OFFSET = timedelta(hours=14)


def moment(text: str, zone: ZoneInfo, where: str) -> datetime:
    """In UTC. Without an offset it is local to `zone`; a day alone is its first moment."""
    found = _MOMENT.fullmatch(text)
    if not found:
        raise Hl7Refused("time", f"{where} is not a moment written YYYYMMDDHHMM[SS][+ZZZZ].")
    try:
        day = date_cell(found["day"], "YYYYMMDD")
        hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
        clock = time(hour, minute, second)
        offset = _offset(found["offset"])
    except (CellRefused, ValueError) as problem:
        raise Hl7Refused("time", f"{where} is no moment of the calendar.") from problem
    if offset is not None and found["hour"]:
        return datetime.combine(day, clock, timezone(offset)).astimezone(UTC)
    return local_moment(day, clock, zone)


def _offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    hours, minutes = int(text[1:3]), int(text[3:5])
    offset = timedelta(hours=hours, minutes=minutes)
    if offset > LONGEST_OFFSET or minutes >= MINUTES_AN_HOUR:
        raise ValueError("No place is that far from Greenwich.")
    return -offset if text[0] == "-" else offset

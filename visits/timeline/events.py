"""What the line is made of: events, and where in it a page stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.models import User

KINDS = (
    ("", "All"),
    ("visits", "Visits"),
    ("promises", "Promises"),
    ("issues", "Issues"),
    ("referrals", "Referrals"),
    ("messages", "Messages"),
    ("people", "People"),
    ("corrections", "Corrections"),
    ("voice", "Their voice"),
)
# An office speaks by its card; no physician signs.
KINDS_OF_A_PHYSICIAN = tuple(kind for kind in KINDS if kind[0] != "voice")
CURSOR = re.compile(r"(\d{1,16})\.([a-z_]{1,20})\.(\d{1,19})", re.ASCII)
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    kind: str
    pk: int
    title: str
    icon: str
    href: str = ""
    by: str = ""
    where: str = ""
    about: str = ""
    said: str = ""

    @property
    def cursor(self) -> str:
        """Where in the line it stands, for the address of the next page."""
        return f"{int(self.at.timestamp() * 1_000_000)}.{self.kind}.{self.pk}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The event a page goes on from: to older ones, or back to newer."""

    at: datetime
    kind: str
    pk: int

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Raises `ValueError` for anything but what `Event.cursor` writes."""
        found = CURSOR.fullmatch(text)
        if found is None or int(found[3]) > LARGEST_ID:
            raise ValueError(text)
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(found[1]))
        return cls(at, found[2], int(found[3]))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events: of one kind or of all, and from where on."""

    kind: str = ""
    older_than: Cursor | None = None
    newer_than: Cursor | None = None

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Asked:
        kind = query.get("show", "")
        if kind not in {name for name, _ in KINDS}:
            raise ValueError(kind)
        older, newer = query.get("older"), query.get("newer")
        return cls(
            kind,
            Cursor.parse(older) if older else None,
            Cursor.parse(newer) if newer and not older else None,
        )


EVERYTHING = Asked()


@dataclass(frozen=True, slots=True)
class Timeline:
    asked: Asked
    events: tuple[Event, ...]
    older: str
    newer: str
    kinds: tuple[tuple[str, str], ...]

    @property
    def nothing_words(self) -> str:
        """Why there is none: of this kind, or beyond the last."""
        return "Nothing of this kind." if self.asked.kind else "Nothing before that."


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose timeline, and for whom: `practice=` or `physician=`."""

    viewer: User
    kind: str
    pk: int
    now: datetime

    @property
    def met(self) -> dict[str, int]:
        return {"practice" if self.kind == "practice" else "attendees__physician": self.pk}

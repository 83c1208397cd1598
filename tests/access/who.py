"""Who gets what: the statuses of the table, and words for those that come often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.access.world import World

Body = Callable[[World], Any]


@dataclass(frozen=True)
class Who:
    """The status for each: owner, cover, liaison of elsewhere, manager, admin."""

    owner: int
    cover: int
    outsider: int
    manager: int
    admin: int
    anonymous: int = 0  # 0: sent to sign in, or 401 from the API

    def status(self, actor: str) -> int:
        return int(getattr(self, actor))


@dataclass(frozen=True)
class Case:
    """One method of one route: who gets what, for which row, with which body."""

    who: Who
    row: str = ""
    body: Body | None = None
    query: Body | None = None
    # The methods that write ask for the version the client has read.
    versioned: bool = False


def everyone(status: int = 200, anonymous: int = 0) -> Who:
    return Who(status, status, status, status, status, anonymous)


EVERYONE = everyone()
# What belongs to the relationship with a practice.
SCOPED = Who(200, 200, 404, 200, 200)
# The same written by form, which answers with the next page.
SCOPED_FORM = Who(302, 302, 404, 302, 302)
OWN_FORM = everyone(302)
# Nobody here has a second factor, so there is none to look at or to remove.
NO_FACTOR = everyone(404)
MANAGERS = Who(403, 403, 403, 200, 200)
MANAGERS_FORM = Who(403, 403, 403, 302, 302)
ADMINS = Who(403, 403, 403, 403, 200)
CREATED_BY_ADMINS = Who(403, 403, 403, 403, 201)
CREATED_BY_MANAGERS = Who(403, 403, 403, 201, 201)
SEEN_BY_MANAGERS = Who(404, 404, 404, 200, 200)


def today() -> str:
    return timezone.localdate().isoformat()


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def an_hour_ago() -> str:
    return (timezone.now() - timedelta(hours=1)).isoformat()


def reading(who: Who = EVERYONE, row: str = "", query: Body | None = None) -> dict[str, Case]:
    return {"GET": Case(who, row, query=query), "HEAD": Case(who, row, query=query)}


def on_day(_: World) -> dict[str, str]:
    return {"on": today()}


ShownHere = dict[str, dict[str, Case]]

"""How many requests a person may make in a window of time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


class WindowThrottle(BaseThrottle):
    """Counts in fixed windows, one small number in the cache for each person and scope.

    A cache that is away counts nothing, and everybody passes: guessing passwords and tokens is
    stopped elsewhere, by the database.
    """

    scope: ClassVar[str]

    def allow_request(self, request: Request, view: APIView) -> bool:
        limit, seconds = settings.API_LIMITS[self.scope]
        now = time.time()
        window = int(now // seconds)
        self._left: float = (window + 1) * seconds - now
        who = self.who(request)
        if who is None:
            return True
        key = f"limit:{self.scope}:{who}:{window}"
        cache.add(key, 0, timeout=seconds)
        return _count(key) <= int(limit)

    def wait(self) -> float:
        return self._left

    def who(self, request: Request) -> str | None:
        """Whom to count, or None for nobody: strangers are refused before this is asked."""
        user: Any = request.user
        return str(user.pk) if user.is_authenticated else None


class EveryRequest(WindowThrottle):
    scope = "every"


class Writes(WindowThrottle):
    scope = "write"

    def who(self, request: Request) -> str | None:
        return None if request.method in ("GET", "HEAD", "OPTIONS") else super().who(request)


def _count(key: str) -> int:
    """This request's number in its window; the first where the cache has lost count."""
    try:
        return int(cache.incr(key))
    except ValueError:
        return 1

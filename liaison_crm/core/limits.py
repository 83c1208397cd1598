"""How often somebody without an account may knock: counted in windows, in the cache."""

from __future__ import annotations

import hashlib
import time

from django.conf import settings
from django.core.cache import cache


def seconds_to_wait(scope: str, who: str, *, at: float | None = None) -> int:
    """Count one more request of `who`; 0 if that is within the limit, else how long to wait.

    A cache that is away counts nothing, and everybody passes: what a page may do is decided
    elsewhere, by the key somebody brings.
    """
    limit, seconds = settings.OPEN_LIMITS[scope]
    now = time.time() if at is None else at
    window = int(now // seconds)
    # Digested, for it may be whatever somebody sent, or a key that opens something.
    digest = hashlib.sha256(who.encode(errors="surrogatepass")).hexdigest()
    key = f"open:{scope}:{digest}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        count = int(cache.incr(key))
    except ValueError:
        return 0
    return 0 if count <= limit else int((window + 1) * seconds - now) + 1

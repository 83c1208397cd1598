"""A Redis cache that may be away: it then remembers nothing, and nobody is turned away for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def unless_away(method: Callable[..., Any], answer: Callable[..., Any]) -> Callable[..., Any]:
    """Django's method, and what it answers while Redis is away."""

    def call(client: RedisCacheClient, *arguments: Any) -> Any:
        try:
            return method(client, *arguments)
        except RedisError as problem:
            logger.warning("The cache is away: %s", type(problem).__name__)
            return answer(*arguments)

    return call


def refused(key: str, *_arguments: Any) -> None:
    """How a cache says that there is nothing to count on from."""
    raise ValueError(f"Key '{key}' not found.")


class ForgetfulClient(RedisCacheClient):
    # Added, so that whoever takes a lock by adding goes on instead of trying for ever.
    add = unless_away(RedisCacheClient.add, lambda *_: True)
    get = unless_away(RedisCacheClient.get, lambda _key, default: default)
    set = unless_away(RedisCacheClient.set, lambda *_: None)
    touch = unless_away(RedisCacheClient.touch, lambda *_: False)
    delete = unless_away(RedisCacheClient.delete, lambda *_: False)
    get_many = unless_away(RedisCacheClient.get_many, lambda *_: {})
    has_key = unless_away(RedisCacheClient.has_key, lambda *_: False)
    incr = unless_away(RedisCacheClient.incr, refused)
    set_many = unless_away(RedisCacheClient.set_many, lambda *_: None)
    delete_many = unless_away(RedisCacheClient.delete_many, lambda *_: None)
    clear = unless_away(RedisCacheClient.clear, lambda *_: False)


class ForgetfulRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgetfulClient

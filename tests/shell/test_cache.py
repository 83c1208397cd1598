"""B18: a cache that is away costs nobody an answer."""

from __future__ import annotations

import pytest

from liaison_crm.cache import ForgetfulRedisCache

pytestmark = pytest.mark.services


@pytest.fixture
def cache(redis_server):
    return ForgetfulRedisCache(redis_server.url, {})


def test_it_is_a_cache_while_redis_is_there(cache):
    cache.set("a", [1, 2])
    assert cache.get("a") == [1, 2]
    assert cache.add("a", 3) is False
    cache.set("n", 1)
    assert cache.incr("n") == 2


def test_it_remembers_nothing_while_redis_is_away(cache, redis_server):
    cache.set("a", 1)
    redis_server.kill()
    cache.set("a", 2)
    cache.set_many({"a": 2})
    cache.delete_many(["a"])
    assert cache.get("a") is None
    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_many(["a"]) == {}
    assert cache.has_key("a") is False
    assert cache.touch("a") is False
    assert cache.delete("a") is False
    assert cache.clear() is False
    assert cache.get_or_set("a", 7) == 7


def test_a_lock_taken_by_adding_is_not_waited_for_for_ever(cache, redis_server):
    redis_server.kill()
    assert cache.add("lock", 1) is True


def test_a_count_that_is_lost_begins_anew(cache, redis_server):
    redis_server.kill()
    with pytest.raises(ValueError, match="not found"):
        cache.incr("n")

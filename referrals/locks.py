"""Locks that live in the database: whoever holds one is alive, whoever died has let go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection

LOOK_AGAIN_SECONDS = 0.1
# Advisory locks are numbered with 32 bits. Two rows that share a number merely take turns.
NUMBERS = 2**31


class Lock(IntEnum):
    """What is locked; with the id of a row it names one lock."""

    RUN = 7201
    CHUNK = 7202
    BATCH = 7203
    SOURCE = 7204
    REBUILD = 7205


@contextmanager
def held(lock: Lock, pk: int, *, patience_seconds: float = 0) -> Iterator[bool]:
    """Hold the lock inside the block; False if somebody else kept it longer than our patience."""
    name = [lock, pk % NUMBERS]
    got = _taken(name, patience_seconds)
    try:
        yield got
    finally:
        # A lost connection has let go already.
        if got and connection.connection is not None and not connection.connection.closed:
            _ask("SELECT pg_advisory_unlock(%s, %s)", name)


def wait_in_transaction(lock: Lock, pk: int) -> None:
    """Wait for the lock, however long, and keep it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock, pk % NUMBERS])


def taken_in_transaction(lock: Lock, pk: int) -> bool:
    """Whether nobody holds the lock; then it is ours until the transaction ends."""
    return _ask("SELECT pg_try_advisory_xact_lock(%s, %s)", [lock, pk % NUMBERS])


def _taken(name: list[int], patience_seconds: float) -> bool:
    deadline = time.monotonic() + patience_seconds
    while not _ask("SELECT pg_try_advisory_lock(%s, %s)", name):
        if time.monotonic() >= deadline:
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    return True


def _ask(question: str, name: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, name)
        answer: tuple[bool] = cursor.fetchone()
    return answer[0]

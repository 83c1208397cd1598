"""The world is built once for a file; what a request changes in it is rolled back."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from tests.access import world as worlds
from tests.access.unchanged import fingerprint
from tests.clock import site_days  # noqa: F401  a fixture


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[worlds.World]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = worlds.build()
        world.unchanged = fingerprint()
        # Else every test would check the foreign keys of the whole world when it ends.
        connection.check_constraints()
        yield world
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _no_limits_left_from_another_test():
    cache.clear()

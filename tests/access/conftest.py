"""The world is built once for a file; what a request changes in it is rolled back."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from liaison_crm.core.periods import site_zone
from tests.access import world as worlds
from tests.access.unchanged import fingerprint


@pytest.fixture(scope="package", autouse=True)
def site_days() -> Iterator[None]:
    """What these tests call today is the site's day, also in the hours when London has another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "get_default_timezone", site_zone)
        yield


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[worlds.World]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = worlds.build()
        world.unchanged = fingerprint()
        yield world
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _no_limits_left_from_another_test():
    cache.clear()

"""The cast every test knows: Ana and Ben cover the North, Cleo the South, Dana manages, Erin
keeps the records."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models import Assignment, Territory, User
from contacts.models import Practice
from tests import factories


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, which can be dropped although a live server's thread still holds it."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def now() -> datetime:
    """A fixed moment: noon on Monday 2 March 2026 in New York."""
    return factories.NOON


@pytest.fixture
def today() -> date:
    return factories.NOON.date()


@pytest.fixture
def north(db) -> Territory:
    return factories.TerritoryFactory(name="North")


@pytest.fixture
def south(db) -> Territory:
    return factories.TerritoryFactory(name="South")


@pytest.fixture
def unassigned(db) -> Territory:
    return Territory.objects.get(is_unassigned=True)


@pytest.fixture
def ana(north) -> User:
    """Liaison, owns the North."""
    person = factories.UserFactory(name="Ana North")
    factories.AssignmentFactory(user=person, territory=north)
    return person


@pytest.fixture
def ben(north) -> User:
    """Liaison, covers the North."""
    person = factories.UserFactory(name="Ben Cover")
    factories.AssignmentFactory(user=person, territory=north, part=Assignment.Part.COVER)
    return person


@pytest.fixture
def cleo(south) -> User:
    """Liaison, owns the South."""
    person = factories.UserFactory(name="Cleo South")
    factories.AssignmentFactory(user=person, territory=south)
    return person


@pytest.fixture
def dana(db) -> User:
    """Manages: sees every territory, assigns them."""
    return factories.UserFactory(name="Dana Manager", role=User.Role.MANAGER)


@pytest.fixture
def erin(db) -> User:
    """Admin: keeps the records, imports, manages users."""
    return factories.UserFactory(name="Erin Admin", role=User.Role.ADMIN)


@pytest.fixture
def northern_practice(north) -> Practice:
    return factories.PracticeFactory(name="Northern Family Medicine", territory=north)


@pytest.fixture
def southern_practice(south) -> Practice:
    return factories.PracticeFactory(name="Southern Family Medicine", territory=south)

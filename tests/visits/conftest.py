from datetime import timedelta

import pytest

from tests import factories
from tests.clock import site_days  # noqa: F401  a fixture
from visits import services
from visits.models import Topic, Visit


@pytest.fixture
def doctor(northern_practice):
    """A physician of the northern practice."""
    physician = factories.PhysicianFactory(first_name="Priya", last_name="Raman")
    factories.AffiliationFactory(physician=physician, practice=northern_practice)
    return physician


@pytest.fixture
def kim(northern_practice):
    """Books the referrals at the northern practice."""
    return factories.StaffMemberFactory(practice=northern_practice, name="Kim Soto")


@pytest.fixture
def topic(db):
    return Topic.objects.get_or_create(name="Report speed")[0]


@pytest.fixture
def told(now, doctor, topic):
    """Builds what a liaison tells about a good talk with Dr. Raman an hour ago."""

    def build(**changes):
        said = {
            "held_at": now - timedelta(hours=1),
            "outcome": Visit.Outcome.GOOD_TALK,
            "physicians": (doctor,),
            "topics": (topic,),
            **changes,
        }
        return services.VisitRecord(**said)

    return build

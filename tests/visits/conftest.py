from datetime import timedelta

import pytest
from django.utils import timezone

from liaison_crm.core.periods import site_zone
from tests import factories
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


@pytest.fixture(autouse=True)
def site_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests call today is the site's day, also in the hours when London has another."""
    monkeypatch.setattr(timezone, "get_default_timezone", site_zone)

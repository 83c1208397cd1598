from datetime import timedelta

import pytest

from referrals.by_hand.services import ReferralRecord
from tests import factories


@pytest.fixture
def doctor(northern_practice):
    """A physician of the northern practice."""
    physician = factories.PhysicianFactory(first_name="Priya", last_name="Raman")
    factories.AffiliationFactory(physician=physician, practice=northern_practice)
    return physician


@pytest.fixture
def cardiology(db):
    return factories.ServiceLineFactory(code="cardiology", name="Cardiology")


@pytest.fixture
def ours(db):
    return factories.FacilityFactory(code="main", name="Main Hospital", network="own")


@pytest.fixture
def told(now, today, doctor, cardiology, ours):
    """Builds what the office told Ana an hour ago: a patient of Dr. Raman's for cardiology."""

    def build(**changes):
        said = {
            "physician": doctor,
            "service_line": cardiology,
            "referred_on": today,
            "taken_at": now - timedelta(hours=1),
            **changes,
        }
        return ReferralRecord(**said)

    return build

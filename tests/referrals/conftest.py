from __future__ import annotations

import pytest

from tests import factories
from tests.referrals.files import GOOD


@pytest.fixture(autouse=True)
def upload_folder(settings, tmp_path):
    """Each test has a folder of stored files to itself."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings.UPLOAD_DIR


@pytest.fixture
def physician(db):
    return factories.PhysicianFactory()


@pytest.fixture
def practice(db):
    return factories.PracticeFactory(name="Parma Family Medicine", zip_code="44129")


@pytest.fixture
def catalogue(db):
    factories.ServiceLineFactory()
    factories.FacilityFactory()


@pytest.fixture
def good(physician, practice, catalogue):
    """A row that can be taken: known physician, practice, service line and destination."""

    def row(**cells: str) -> dict[str, str]:
        known = {"referring_npi": physician.npi, "practice_id": str(practice.pk)}
        return {**GOOD, **known, **cells}

    return row

from __future__ import annotations

import pytest

from tests import factories


@pytest.fixture
def npi(physician, practice, catalogue) -> str:
    """Of a physician the directory knows, beside a known practice and catalogue."""
    return physician.npi


@pytest.fixture
def ehr(db):
    return factories.SourceFactory()

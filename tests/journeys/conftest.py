"""Journeys are walked on the site's own day."""

import pytest
from django.utils import timezone

from liaison_crm.core.periods import site_zone


@pytest.fixture(autouse=True)
def site_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests call today is the site's day, also in the hours when London has another."""
    monkeypatch.setattr(timezone, "get_default_timezone", site_zone)

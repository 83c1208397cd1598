"""Whose day it is while tests run."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from liaison_crm.core.periods import local_moment, site_today, site_zone


@pytest.fixture(scope="module", autouse=True)
def site_days() -> Iterator[None]:
    """What these tests call today is the site's day, also in the hours when London has another.

    For whoever imports it: all tests of a module, or all below a conftest.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "get_default_timezone", site_zone)
        yield


def noon_days_ago(days: int) -> datetime:
    """By the site's days: once clocks have changed, so many times 24 hours may be another day."""
    return local_moment(site_today() - timedelta(days=days), time(12), site_zone())

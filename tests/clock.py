"""Whose day it is while tests run."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from liaison_crm.core.periods import site_zone


@pytest.fixture(scope="module", autouse=True)
def site_days() -> Iterator[None]:
    """What these tests call today is the site's day, also in the hours when London has another.

    For whoever imports it: all tests of a module, or all below a conftest.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "get_default_timezone", site_zone)
        yield

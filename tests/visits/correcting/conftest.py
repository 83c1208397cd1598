from datetime import timedelta

import pytest

from visits import services


@pytest.fixture
def later(now):
    """When the seven days of the visit are over."""
    return now + timedelta(days=7)


@pytest.fixture
def visit(ana, northern_practice, told, now):
    return services.log_visit(northern_practice, by=ana, at=now, record=told(note="As it was."))

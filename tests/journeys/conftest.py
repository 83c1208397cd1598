"""Journeys are walked on the site's own day."""

from tests.clock import site_days  # noqa: F401  a fixture

"""Registered here because pytest takes plugins from the topmost conftest only."""

pytest_plugins = ["tests.services"]

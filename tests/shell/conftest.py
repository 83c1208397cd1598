from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

Request = Callable[..., object]


@pytest.fixture
def own_connection(db):
    """Runs a request as gunicorn does: in a thread, with a database connection of its own."""

    def run(request: Request, *arguments, **options):
        def answer():
            try:
                return request(*arguments, **options)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(answer).result()

    return run


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def lost_database(own_connection, tmp_path):
    """Requests run here find nobody listening where the database was."""
    place = connections.settings["default"]
    host, place["HOST"] = place["HOST"], str(tmp_path)
    yield own_connection
    place["HOST"] = host

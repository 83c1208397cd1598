"""Contract G1: a database that is away, slow or blocked answers 503, never 500, whoever asks."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

pytestmark = pytest.mark.urls("tests.shell.addresses")


class FailingMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        raise OperationalError


def test_a_page_says_when_to_come_back(lost_database, visitor):
    answer = lost_database(visitor.get, "/reads/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer["Content-Type"].startswith("text/html")
    assert "cannot be reached" in answer.content.decode()


def test_the_api_says_it_in_json(lost_database, visitor):
    answer = lost_database(visitor.post, "/api/reads/", {})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer.json()["code"] == "database_unavailable"


def test_a_session_that_cannot_be_read_is_an_outage_too(lost_database, visitor):
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert lost_database(visitor.get, "/more/").status_code == 503


def test_an_outage_met_by_middleware_is_no_500(settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.FailingMiddleware"]
    answer = Client(raise_request_exception=False).get("/api/reads/")
    assert answer.status_code == 503
    assert answer.json()["code"] == "database_unavailable"


def test_b24_a_statement_that_takes_too_long_is_stopped(own_connection, visitor):
    answer = own_connection(visitor.get, "/api/slow/")
    assert answer.status_code == 503
    assert answer.json()["code"] == "too_slow"


@pytest.fixture
def locked_table(db):
    """Somebody else holds a table in a transaction that does not end."""
    parameters = connection.get_connection_params()
    options = {name: parameters[name] for name in ("host", "port", "user", "dbname")}
    with psycopg.connect(**options, autocommit=True) as other:
        other.execute("CREATE TABLE held_by_another ()")
        with other.transaction():
            other.execute("LOCK TABLE held_by_another")
            yield
        other.execute("DROP TABLE held_by_another")


def test_b25_a_lock_held_too_long_is_not_waited_for(locked_table, own_connection, visitor):
    answer = own_connection(visitor.get, "/waits/")
    assert answer.status_code == 503
    assert "else is changing" in answer.content.decode()


def test_alive_and_not_ready_without_a_database(lost_database, visitor):
    assert lost_database(visitor.get, "/livez").status_code == 200
    answer = lost_database(visitor.get, "/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"] == {"ok": False}


def test_any_other_fault_of_the_api_is_json_without_details(visitor):
    answer = visitor.get("/api/breaks/")
    assert answer.status_code == 500
    assert answer.json()["code"] == "server_error"
    assert "ZeroDivision" not in answer.content.decode()

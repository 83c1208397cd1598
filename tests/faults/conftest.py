"""A migrated database once, and a copy of it for each fault test."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults.site import Site
from tests.services import PostgresServer, RedisServer, found_program

numbers = itertools.count()


@pytest.fixture(scope="session")
def fault_postgres() -> Iterator[PostgresServer]:
    programs = found_program("postgres", "/usr/lib/postgresql/*/bin/postgres")
    with tempfile.TemporaryDirectory(prefix="liaison-faults-") as folder:
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(programs).parent, Path(folder))
        migrate(server)
        yield server
        server.run("pg_ctl", "stop", "--mode=immediate", f"--pgdata={server.data}")


def migrate(server: PostgresServer) -> None:
    with tempfile.TemporaryDirectory() as folder:
        done = Site(server.url, None, Path(folder)).manage("migrate", "--verbosity=0")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def site(
    fault_postgres: PostgresServer, redis_server: RedisServer, tmp_path: Path
) -> Iterator[Site]:
    with a_site(fault_postgres, redis_server, tmp_path) as site:
        yield site


@contextmanager
def a_site(postgres: PostgresServer, redis: RedisServer, folder: Path) -> Iterator[Site]:
    """A fresh, empty site; every process it started is gone afterwards."""
    name = f"site_{next(numbers)}"
    with psycopg.connect(postgres.url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE crm")
    var = folder / "var"
    var.mkdir()
    site = Site(postgres.url_of(name), redis, var)
    yield site
    site.end()
    with psycopg.connect(postgres.url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

"""A database of its own for loads that are real processes, to be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.contacts.registry.files import DIRECTORY

ROOT = Path(__file__).parents[3]
NAME = f"registry_loads_{os.getpid()}"
EMPTIED = (
    "TRUNCATE contacts_organization, contacts_practice, contacts_physician,"
    " contacts_registryrecord, contacts_registryload CASCADE;"
    "DELETE FROM contacts_specialty WHERE name LIKE 'Taxonomy %'"
)


@dataclass(frozen=True)
class SpareSite:
    """An installation on the test's cluster, seen from outside."""

    url: str
    folder: Path

    def run(self, *arguments: str, expect: int = 0) -> str:
        """A Python process of this site; what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "liaison_crm.settings.test",
                "DATABASE_URL": self.url,
                "LIAISON_VAR": str(self.folder),
            },
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(question).fetchall()

    def directory(self) -> dict[str, list[tuple[Any, ...]]]:
        return {name: self.rows(question) for name, question in DIRECTORY.items()}

    def empty(self) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(EMPTIED)


@pytest.fixture(scope="module")
def spare_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpareSite]:
    """A migrated database beside the test's own."""
    default = settings.DATABASES["default"]
    url = "postgresql://{USER}@/{database}?host={HOST}"
    server = url.format(**default, database="postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME}")
        connection.execute(f"CREATE DATABASE {NAME}")
        site = SpareSite(url.format(**default, database=NAME), tmp_path_factory.mktemp("site"))
        site.run("manage.py", "migrate", "--verbosity=0")
        yield site
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")

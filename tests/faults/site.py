"""A site of its own for a fault test: real PostgreSQL, real Redis, real processes to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.services import RedisServer, eventually

ROOT = Path(__file__).resolve().parent.parent.parent
TICK_SECONDS = 1


@dataclass
class Site:
    """One installation, from the outside: its database, its broker, its folder, its processes."""

    database_url: str
    redis: RedisServer | None
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url if self.redis else "",
            "LIAISON_VAR": str(self.folder),
            "TICK_SECONDS": str(TICK_SECONDS),
            "PYTHONPATH": str(ROOT),
        }

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """A process that ends with the test at the latest; what it says goes to `<name>.log`."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**self.environment, "LIAISON_ROLE": "web" if name == "web" else "worker"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def start_worker(self, name: str = "worker") -> subprocess.Popen[bytes]:
        process = self.start(
            name, "celery", "-A", "liaison_crm", "worker", "--concurrency=2", "--loglevel=INFO",
            f"--hostname={name}@%h", "--without-mingle", "--without-gossip",
        )  # fmt: skip
        eventually(lambda: b" ready" in self.log(name), f"{name} is ready")
        return process

    def start_beat(self, name: str = "beat") -> subprocess.Popen[bytes]:
        return self.start(
            name, "celery", "-A", "liaison_crm", "beat", "--pidfile=", "--loglevel=INFO",
            f"--schedule={self.folder / name}",
        )  # fmt: skip

    def log(self, name: str) -> bytes:
        path = self.folder / f"{name}.log"
        return path.read_bytes() if path.exists() else b""

    def python(self, code: str) -> str:
        """Run a few lines inside the site, with Django set up; what they print."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def ask(self, question: str, *parameters: Any) -> Any:
        """The first column of the first row."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            row = connection.execute(question, parameters or None).fetchone()
        return row[0] if row else None

    def rows(self, question: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(question, parameters or None).fetchall()

    def tell(self, statement: str, *parameters: Any) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(statement, parameters or None)

    def check_invariants(self) -> None:
        """The one program that says whether the data is as it must be after any fault."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.invariants", str(self.folder)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def end(self) -> None:
        for process in self.processes:
            kill_tree(process)


def pool_children(worker: subprocess.Popen[bytes]) -> Sequence[psutil.Process]:
    return psutil.Process(worker.pid).children()


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """kill -9 for a process and all it started, as when memory runs out."""
    try:
        family = [
            *psutil.Process(process.pid).children(recursive=True),
            psutil.Process(process.pid),
        ]
    except psutil.NoSuchProcess:
        family = []
    for member in family:
        try:
            member.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    process.wait()

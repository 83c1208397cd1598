"""Real services for tests: the embedded PostgreSQL, and those the system has installed.

Where a system service is missing its tests are skipped with the reason; with REQUIRE_SERVICES=1
they fail instead.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright

from liaison_crm import embedded
from liaison_crm.embedded.places import Owner, owner_of

WAIT_SECONDS = 30
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_sessionstart(session: pytest.Session) -> None:
    embedded.hold_database()


def pytest_unconfigure(config: pytest.Config) -> None:
    """A worker of pytest-xdist ends without its exit handlers, so it leaves here."""
    embedded.release_database()


@pytest.fixture(scope="session")
def rounds() -> int:
    """How often a fault test strikes: twice, or as `make chaos` says."""
    return int(os.environ.get("CHAOS_ROUNDS", "2"))


class RedisServer:
    """A redis-server of its own on a free port; `appendonly` makes it remember across a kill."""

    def __init__(self, program: str, folder: Path, *, appendonly: bool = True) -> None:
        self.program = program
        self.folder = folder
        self.appendonly = appendonly
        self.port = unused_port()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self.folder,
            "save": "",
            "appendonly": "yes" if self.appendonly else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        self.process = subprocess.Popen([self.program, *arguments], stdout=subprocess.DEVNULL)
        eventually(lambda: is_listening(self.port), "Redis listens")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class PostgresServer:
    """A PostgreSQL of the system's packages on a free port, with a password as in production."""

    PASSWORD = "crm"

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.owner: Owner = owner_of(folder / "data")
        self.data = folder / "data"
        self.log = folder / "log"
        self.port = unused_port()
        if os.geteuid() == 0:
            os.chown(folder, self.owner.uid, self.owner.gid)
        password = folder / "password"
        password.write_text(self.PASSWORD)
        password.chmod(0o644)
        options = ["--auth=scram-sha-256", "--username=crm", f"--pwfile={password}"]
        self.run("initdb", f"--pgdata={self.data}", "--encoding=UTF8", "--no-sync", *options)
        self.start()
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE crm")

    @property
    def url(self) -> str:
        return self.url_of("crm")

    def url_of(self, database: str) -> str:
        return f"postgres://crm:{self.PASSWORD}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        if self.is_stopped:
            # Where nobody reaps, a killed postmaster keeps its number and would be taken for alive.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        command = ["start", "--wait", f"--pgdata={self.data}", f"--log={self.log}"]
        self.run("pg_ctl", *command, f"--options={options}''")

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "--mode=fast", "--wait", f"--pgdata={self.data}")

    def kill(self) -> None:
        """The postmaster alone, as the kernel would when memory runs out."""
        note = self.data / "postmaster.pid"
        os.kill(int(note.read_text().split("\n")[0]), 9)

    @property
    def is_stopped(self) -> bool:
        """No process left, the orphans of a killed postmaster included."""
        return not self.running()

    def kill_all(self) -> None:
        for process in self.running():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        eventually(lambda: self.is_stopped, "PostgreSQL is gone")

    def running(self) -> list[psutil.Process]:
        here = str(self.data)
        return [one for one in psutil.process_iter(["cwd"]) if one.info["cwd"] == here]

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        subprocess.run(
            command, **self.owner.run_options, check=True, stdout=subprocess.DEVNULL, timeout=60
        )


@pytest.fixture
def redis_servers(tmp_path: Path) -> Iterator[Callable[..., RedisServer]]:
    """Starts as many as a test asks for: one for the broker, one for the cache."""
    program = found_program("redis-server")
    started: list[RedisServer] = []

    def start(**options: Any) -> RedisServer:
        folder = tmp_path / f"redis-{len(started)}"
        folder.mkdir()
        started.append(RedisServer(program, folder, **options))
        return started[-1]

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def redis_server(redis_servers: Callable[..., RedisServer]) -> RedisServer:
    return redis_servers()


@pytest.fixture
def debian_postgres() -> Iterator[PostgresServer]:
    """Not in pytest's own folder, which the server's user may not enter."""
    programs = found_program("postgres", "/usr/lib/postgresql/*/bin/postgres")
    with tempfile.TemporaryDirectory(prefix="liaison-postgres-") as folder:
        server = PostgresServer(Path(programs).parent, Path(folder))
        yield server
        server.kill_all()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Its driver runs an event loop, which Django takes for async code."""
    program = found_program("chromium", "/usr/bin/chromium")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def found_program(name: str, *places: str) -> str:
    """Where the system keeps it; the newest of several versions."""
    found = [str(path) for place in places for path in Path("/").glob(place.lstrip("/"))]
    program = max(found, default=None) or shutil.which(name)
    if program is None:
        missing(f"{name} is not installed")
    assert program is not None
    return program


def missing(reason: str) -> None:
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"{reason}, and REQUIRE_SERVICES is set")
    pytest.skip(reason)


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def eventually(question: Callable[[], Any], what: str, *, seconds: float = WAIT_SECONDS) -> Any:
    """The first true answer; a test that waits longer than this has failed."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)
    return answer

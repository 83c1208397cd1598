"""The services of docker-compose.yml as processes of this machine, by the same commands."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from liaison_crm.processes import end_with
from tests.services import eventually, unused_port

ROOT = Path(__file__).resolve().parent.parent
HOST = "crm.example.org"
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
# What a site's owner writes into .env; made up here.
SITE = {
    "SECRET_KEY": "aB3-xY7_" * 8,
    "PATIENT_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "MESSAGE_KEY": "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
    "ALLOWED_HOSTS": HOST,
    "POSTGRES_PASSWORD": "unused here",
    "EMAIL_URL": "dummymail://",
    "DEFAULT_FROM_EMAIL": "crm@example.org",
}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def filled(text: str) -> str:
    """Compose's own rule: `${NAME:?message}` must be given, `${NAME:-default}` may be."""

    def value(found: re.Match[str]) -> str:
        name, rule, rest = found.groups()
        assert name in SITE or rule == "-", f"{name} is not in the environment of a site"
        return SITE.get(name, rest)

    return VARIABLE.sub(value, text)


class Site:
    """Web, worker and beat as separate processes on services that run already."""

    def __init__(self, folder: Path, *, database_url: str, redis_url: str, cache_url: str) -> None:
        self.folder = folder
        self.port = unused_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        # Where the services are is the one thing that differs from the containers.
        self.places = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "CACHE_URL": cache_url,
            "LIAISON_VAR": str(folder / "var"),
            "STATIC_ROOT": str(folder / "static"),
            "PORT": str(self.port),
        }

    def environment(self, service: str) -> dict[str, str]:
        told = compose()["services"][service]["environment"]
        inherited = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        values = {name: filled(str(value)) for name, value in told.items()}
        return {**inherited, "PATH": programs, **values, **self.places}

    def command(self, service: str) -> list[str]:
        command: list[str] = compose()["services"][service]["command"]
        return command

    def run(self, service: str, *command: str) -> str:
        """To its end; what it printed."""
        done = subprocess.run(
            command or self.command(service),
            env=self.environment(service),
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, service: str) -> subprocess.Popen[bytes]:
        parent = os.getpid()
        with self.log(service).open("ab") as log:
            self.processes[service] = subprocess.Popen(
                self.command(service),
                env=self.environment(service),
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: end_with(parent),  # noqa: PLW1509  no threads here
            )
        return self.processes[service]

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    def get(self, path: str, **headers: str) -> Answer:
        """As the proxy asks; status 0 while nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        asked = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        try:
            connection.request("GET", path, headers={**asked, **headers})
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        except (OSError, HTTPException):
            return Answer(0, {}, b"")
        finally:
            connection.close()

    def wait_until(
        self, status: int, path: str = "/readyz", *, seconds: float = 60, **headers: str
    ) -> Answer:
        def asked() -> Answer | None:
            answer = self.get(path, **headers)
            return answer if answer.status == status else None

        found: Answer = eventually(asked, f"{path} answers {status}", seconds=seconds)
        return found

    def stop(self, service: str) -> int:
        process = self.processes.pop(service)
        process.terminate()
        try:
            return process.wait(timeout=30)
        finally:
            kill_group(process)

    def kill_all(self) -> None:
        while self.processes:
            kill_group(self.processes.popitem()[1])


def kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

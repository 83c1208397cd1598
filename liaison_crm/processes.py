"""The processes of a site on one machine: started together, kept up, and ended together.

`manage.py run` and `manage.py demo` use it. In production the same commands run under Docker.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType, TracebackType

from liaison_crm import embedded

USUAL_PORT = 8000
LOOK_SECONDS = 0.5
DATABASE_LOOK_SECONDS = 2
STOP_SECONDS = 15
LONGEST_PAUSE_SECONDS = 30
STEADY_SECONDS = 20
LONGEST_LOG_BYTES = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """A command that is to be running, and what it is told."""

    name: str
    command: tuple[str, ...]
    role: str
    environment: Mapping[str, str] = field(default_factory=dict)
    restarts_on_change: bool = False


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def web(address: str) -> Program:
    """Gunicorn, as in production; its settings are in gunicorn.conf.py."""
    return Program("web", python("gunicorn", "--bind", address), "web")


def development_web(address: str) -> Program:
    return Program("web", (sys.executable, "manage.py", "runserver", address), "web")


def worker(*, concurrency: int = 2, restarts_on_change: bool = False) -> Program:
    options = ("--loglevel=INFO", f"--concurrency={concurrency}", "--without-gossip")
    command = python("celery", "-A", "liaison_crm", "worker", "--without-mingle", *options)
    return Program("worker", command, "worker", restarts_on_change=restarts_on_change)


def beat(*, restarts_on_change: bool = False) -> Program:
    command = python("celery", "-A", "liaison_crm", "beat", "--loglevel=INFO", "--pidfile=")
    return Program("beat", command, "worker", restarts_on_change=restarts_on_change)


class Child:
    """A program and the process that runs it at the moment."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.log = log
        self.pause = 0.0
        self.launch()

    def launch(self) -> None:
        parent = os.getpid()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.program.command,
                env={**os.environ, "LIAISON_ROLE": self.program.role, **self.program.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: Ctrl C reaches us alone, and we end them in good order.
                start_new_session=True,
                preexec_fn=lambda: end_with(parent),  # noqa: PLW1509  we start no threads
            )
        self.launched_at = time.monotonic()
        self.due_at: float | None = None

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def plan_restart(self) -> float:
        """Again at once after a steady run; ever more slowly while it keeps failing."""
        steady = time.monotonic() - self.launched_at > STEADY_SECONDS
        self.pause = 0.0 if steady else min(LONGEST_PAUSE_SECONDS, self.pause * 2 or 1.0)
        self.due_at = time.monotonic() + self.pause
        return self.pause

    def send(self, number: int) -> None:
        """To the process and all it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Supervisor:
    """Keeps programs running until told to stop; each writes to a log file of its own."""

    def __init__(self, logs: Path, say: Callable[[str], None], code: Iterable[Path] = ()) -> None:
        self.logs = logs
        self.say = say
        self.code = tuple(code)
        self.children: list[Child] = []
        self.asked_to_stop = threading.Event()
        self.insistence = 0
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, program: Program) -> None:
        log = self.logs / f"{program.name}.log"
        if log.exists() and log.stat().st_size > LONGEST_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        self.children.append(Child(program, log))

    def watch(self) -> None:
        """Until Ctrl C or a termination: restart what ends, also the embedded database."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.note_signal)
        database_look_at = 0.0
        code_as_of = newest(self.code)
        while not self.asked_to_stop.wait(LOOK_SECONDS):
            if time.monotonic() > database_look_at:
                embedded.revive_database()
                database_look_at = time.monotonic() + DATABASE_LOOK_SECONDS
            if (changed_at := newest(self.code)) > code_as_of:
                code_as_of = changed_at
                self.renew()
            for child in self.children:
                self.tend(child)

    def note_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.insistence += 1
        self.asked_to_stop.set()

    def tend(self, child: Child) -> None:
        if child.is_running:
            return
        if child.due_at is None:
            pause = child.plan_restart()
            self.say(
                f"{child.program.name} ended with {child.process.returncode}, see {child.log}. "
                f"Again in {pause:.0f} s."
            )
        elif time.monotonic() >= child.due_at:
            child.launch()

    def renew(self) -> None:
        """The developer's code changed: the development server reloads itself, the others here."""
        for child in self.children:
            if child.program.restarts_on_change and child.is_running:
                self.say(f"The code changed, {child.program.name} starts again.")
                end([child], patient=lambda: True)
                child.launch()

    def stop(self) -> None:
        """Ask all to end, and after a while or a second Ctrl C, end them."""
        end(self.children, patient=lambda: self.insistence < 2)  # noqa: PLR2004  the second asking
        self.children.clear()


def end(children: list[Child], *, patient: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        # Only the process itself: it knows how to end those it started.
        with suppress(ProcessLookupError):
            child.process.terminate()
    while any(child.is_running for child in children):
        if time.monotonic() > deadline or not patient():
            break
        time.sleep(0.05)
    for child in children:
        child.send(signal.SIGKILL)
        child.process.wait()


def end_with(parent: int) -> None:
    """Runs in the child: be terminated when the parent dies, however it dies. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def newest(code: Iterable[Path]) -> float:
    """When any of these folders' Python files changed last."""
    found = 0.0
    for folder in code:
        for path in folder.rglob("*.py"):
            with suppress(FileNotFoundError):
                found = max(found, path.stat().st_mtime)
    return found


def free_port(host: str = "127.0.0.1", usual: int = USUAL_PORT) -> int:
    """The usual port, or the next one that nobody listens on."""
    for port in range(usual, usual + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"No port from {usual} to {usual + 99} is free on {host}.")


def answers_within(seconds: float, host: str, port: int) -> bool:
    """Whether the web server is up by then."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection = HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:  # noqa: PLR2004  OK
                return True
        except (OSError, HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    return False

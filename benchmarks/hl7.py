"""HL7 over MLLP: eight connections at once, each message answered after its commit.

Beside them stands the bare machine: one INSERT with its commit at a time over as many connections,
which is the fastest that anything with one commit for each message could be here.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from django.conf import settings
from django.db import connection
from rich.console import Console

from benchmarks import world
from benchmarks.intake import give_npis
from benchmarks.table import ROOT, Row, high_water_kilobytes
from contacts.models import Affiliation
from referrals.models import Facility, Referral, ServiceLine, Source

CONNECTIONS = 8
MESSAGES = 12_000
WANTED_A_SECOND = 300
P99_MILLISECONDS = 100
MEGABYTES = 300
PATIENCE_SECONDS = 60
END = b"\x1c\r"


@dataclass
class Run:
    """What the senders saw: how long each message took from its first byte to its answer."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        return len(self.waits) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.waits)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(console: Console, *, quick: bool = False) -> list[Row]:
    """The command as an operator runs it; half the messages are new referrals, half move one on."""
    wanted = 400 if quick else MESSAGES
    world.start_anew()
    world.build_directory(territories=5, practices=500, physicians=2_000)
    give_npis()
    Source.objects.create(code="bench", name="Bench", time_zone=settings.SITE_TIME_ZONE)
    ServiceLine.objects.create(code="cardiology", name="Cardiology")
    Facility.objects.create(code="main", name="Main")
    world.tidy()
    at_home = Affiliation.objects.filter(is_primary=True).values_list("physician__npi", flat=True)
    npis = [npi for npi in at_home if npi]
    messages = [written(number, npis[number // 2 % len(npis)]) for number in range(wanted)]
    run, megabytes = listened(messages)
    if Referral.objects.count() != wanted // 2:
        raise RuntimeError(f"{Referral.objects.count():,} referrals of {wanted // 2:,} came in.")
    bare = sent(Inserter, messages)
    console.log(f"{run.a_second:,.0f} messages/s; bare {bare.a_second:,.0f} commits/s")
    yardstick = f"bare INSERT and COMMIT: {bare.a_second:,.0f} /s, p99 {bare.percentile(0.99):.0f}"
    name = f"{wanted:,} HL7 messages over {CONNECTIONS} connections"
    ours = f"{run.a_second:,.0f} /s"
    return [
        Row(name, ours, yardstick, run.a_second, WANTED_A_SECOND, "/s", more_is_better=True),
        Row(name, ours, yardstick, run.percentile(0.99), P99_MILLISECONDS, unit="ms p99"),
        Row(name, f"{megabytes:.0f} MB", "the bar", megabytes, MEGABYTES, unit="MB"),
    ]


def listened(messages: list[bytes]) -> tuple[Run, float]:
    """What the senders saw of a listener, and its peak megabytes."""
    port = unused_port()
    listener = started(port)
    try:
        return sent(lambda: Sender(port), messages), high_water_kilobytes(listener.pid) / 1024
    finally:
        listener.terminate()
        listener.wait(PATIENCE_SECONDS)


def written(number: int, npi: str) -> bytes:
    """A referral, and after it the appointment for it."""
    name, is_new = number // 2, number % 2 == 0
    kind = "REF^I12^REF_I12" if is_new else "SIU^S12^SIU_S12"
    head = f"MSH|^~\\&|EPIC|CLINIC|CRM|main|20261102103000-0500||{kind}|M{number}|P|2.5.1"
    patient = f"PID|1||MRN{name}^^^EHR^MR||Everyman^Adam||19610615|M|||1 Elm^^Parma^OH^44129"
    if is_new:
        rest = [
            f"RF1|P|R|cardiology|||R{name}^EHR|||20261101",
            f"PRD|RP|Moss^Paula|||||{npi}^NPI",
            "PRD|RT|Reed^Max||||||||main",
        ]
    else:
        rest = ["|".join(["SCH", f"A{name}", *[""] * 24, f"R{name}"])]
    return "\r".join([head, *rest, patient, ""]).encode()


class Sender:
    """One connection of a sender that waits for each answer, as interface engines do."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)

    def send(self, message: bytes) -> None:
        self.socket.sendall(b"\x0b" + message + END)
        answer = b""
        while not answer.endswith(END):
            answer += self.socket.recv(4096)
        if b"\rMSA|AA|" not in answer:
            raise RuntimeError("A message was not accepted.")

    def close(self) -> None:
        self.socket.close()


class Inserter:
    """One connection that stores the same bytes in a table of its own, a commit for each."""

    lock = threading.Lock()

    def __init__(self) -> None:
        with self.lock:
            self.connection = psycopg.connect(
                **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor},
                autocommit=True,
            )
            self.connection.execute("CREATE TABLE IF NOT EXISTS bench_message (raw bytea)")

    def send(self, message: bytes) -> None:
        self.connection.execute("INSERT INTO bench_message VALUES (%s)", [message])

    def close(self) -> None:
        self.connection.close()


def sent(connect: Callable[[], Sender | Inserter], messages: list[bytes]) -> Run:
    """Share the messages out, a referral and its appointment to the same connection."""
    run, started_at = Run(), time.perf_counter()
    pairs = [messages[start : start + 2] for start in range(0, len(messages), 2)]
    problems: list[Exception] = []

    def speak(share: list[list[bytes]]) -> None:
        sender = connect()
        try:
            for message in (message for pair in share for message in pair):
                began = time.perf_counter()
                sender.send(message)
                run.waits.append(time.perf_counter() - began)
        except (OSError, RuntimeError) as problem:
            problems.append(problem)
        finally:
            sender.close()

    threads = [
        threading.Thread(target=speak, args=(pairs[place::CONNECTIONS],))
        for place in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    run.seconds = time.perf_counter() - started_at
    return run


def started(port: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    command = [sys.executable, "manage.py", "mllp", "--source=bench", f"--port={port}"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.05)
    process.kill()
    raise RuntimeError("The listener did not come up.")


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port

"""The database or the broker dies under the web: what was acknowledged is there exactly once."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

import psutil
import pytest

from tests.faults.site import Site
from tests.services import eventually, unused_port

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

WRITERS = 4
PEOPLE = f"""
from datetime import date, timedelta
from django.utils import timezone
from accounts import services
from accounts.models import Territory, User
from contacts.models import Practice
territory = Territory.objects.create(name="North")
practice = Practice.objects.create(
    name="Northern Family Medicine", territory=territory, street="1 MAIN ST", city="Parma",
    state="OH", zip_code="44129", address_key="1 MAIN ST||44129")
User.objects.create_superuser("erin@example.org", "a long enough passphrase", name="Erin")
for number in range({WRITERS}):
    person = User.objects.create_user(
        f"ana{{number}}@example.org", "a long enough passphrase", name=f"Ana {{number}}",
        role="manager")
    _, secret = services.create_token(
        person, by=person, name="fault", lasting=timedelta(days=1), at=timezone.now(),
        origin=services.Origin())
    print(practice.pk, secret)
"""


@dataclass
class Writer:
    """Logs visits one after the other, each under a key of its own, until it is acknowledged."""

    port: int
    practice: str
    secret: str
    acknowledged: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stop.is_set():
            key = str(uuid.uuid4())
            while not self.stop.is_set() and not self.send(key):
                time.sleep(0.05)
            time.sleep(0.02)

    def send(self, key: str) -> bool:
        visit = {
            "client_key": key,
            "practice": int(self.practice),
            "held_at": "2026-03-02T17:00:00Z",
            "outcome": "drop_off",
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Token {self.secret}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/api/v1/visits/", json.dumps(visit), headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        self.statuses[answer.status] += 1
        assert answer.status != 400, body
        if answer.status in (200, 201):
            self.acknowledged.append(key)
            return True
        return False


@pytest.fixture
def writers(site: Site):
    """A web server, and people who log visits all the time."""
    told = [line.split() for line in site.python(PEOPLE).splitlines()]
    port = unused_port()
    site.start("web", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2")
    crew = [Writer(port, practice, secret) for practice, secret in told]
    threads = [threading.Thread(target=writer.run) for writer in crew]
    for thread in threads:
        thread.start()
    eventually(lambda: all(writer.acknowledged for writer in crew), "visits are written")
    yield crew
    finish(crew, threads)


def finish(crew: list[Writer], threads: list[threading.Thread]) -> None:
    for writer in crew:
        writer.stop.set()
    for thread in threads:
        thread.join()


def count(crew: list[Writer]) -> int:
    return sum(len(writer.acknowledged) for writer in crew)


def wait_for_more(crew: list[Writer], *, seconds: float, what: str) -> None:
    before = [len(writer.acknowledged) for writer in crew]
    eventually(
        lambda: all(len(w.acknowledged) > n for w, n in zip(crew, before, strict=True)),
        what,
        seconds=seconds,
    )


def assert_every_visit_is_there_once(site: Site, crew: list[Writer]) -> None:
    for writer in crew:
        writer.stop.set()
    time.sleep(1)
    stored = Counter(str(key) for (key,) in site.rows("SELECT client_key FROM visits_visit"))
    acknowledged = {key for writer in crew for key in writer.acknowledged}
    assert acknowledged <= stored.keys()
    assert set(stored.values()) == {1}
    # What was stored without an answer was sent once more; nobody else wrote.
    assert len(stored) <= len(acknowledged) + len(crew)
    audited = site.ask("SELECT count(DISTINCT pgh_obj_id) FROM visits_visitevent")
    assert audited == len(stored)
    statuses = sum((writer.statuses for writer in crew), Counter())
    assert statuses.keys() <= {200, 201, 503}, site.log("web").decode()[-6000:]
    site.check_invariants()


def test_b15_a_killed_postmaster_loses_no_acknowledged_write(site, writers, fault_postgres, rounds):
    """B15: kill -9 of the postmaster under load. 503 and not 500, and back without a restart."""
    for _ in range(rounds):
        fault_postgres.kill()
        time.sleep(0.5)
        eventually(lambda: restarted(fault_postgres), "PostgreSQL is up again", seconds=60)
        wait_for_more(writers, seconds=10, what="writing goes on")
    assert any(writer.statuses[503] for writer in writers)
    assert_every_visit_is_there_once(site, writers)


def restarted(server) -> bool:
    """Its orphans must be gone before it starts again; until then it refuses."""
    try:
        server.start()
    except Exception:  # noqa: BLE001  pg_ctl says no in several ways
        return False
    return True


def test_b16_a_killed_backend_costs_its_own_request_at_most(site, writers, rounds):
    """B16: kill -9 of one backend. PostgreSQL restarts all of them by itself."""
    for _ in range(rounds):
        victim = site.ask(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 1"
        )
        psutil.Process(victim).kill()
        time.sleep(0.2)
        wait_for_more(writers, seconds=15, what="writing goes on")
    assert_every_visit_is_there_once(site, writers)


def test_b19_an_emptied_broker_loses_no_work_and_signs_nobody_out(site, redis_server):
    """B19: FLUSHALL while the night is being counted and somebody is signed in."""
    import redis

    from tests.faults.test_rollup_faults import SEED, assert_counted, wait_for_night

    site.python(SEED)
    session = site.python(
        "from django.contrib.sessions.backends.db import SessionStore\n"
        "store = SessionStore(); store['who'] = 'ana'; store.create(); print(store.session_key)"
    ).strip()
    site.start_beat()
    client = redis.Redis.from_url(redis_server.url)
    eventually(lambda: client.llen("celery") > 3, "chunks are queued")
    client.flushall()
    site.start_worker()
    wait_for_night(site)
    assert_counted(site)
    kept = site.python(
        "from django.contrib.sessions.backends.db import SessionStore\n"
        f"print(SessionStore({session!r}).get('who'))"
    )
    assert kept.strip() == "ana"

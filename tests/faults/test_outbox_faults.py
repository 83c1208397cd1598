"""A browser and two phones write while the site is struck: every visit is there exactly once.

The server really stops in these tests; what a phone does meanwhile is in the last of them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psutil
import pytest
import redis
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.faults.conftest import a_site
from tests.faults.phones import COMPLAINT, PROMISE, Browser, Phone, people
from tests.faults.site import Site, kill_tree
from tests.faults.wire import Wire
from tests.journeys import kept
from tests.journeys.browsing import PHONE
from tests.services import PostgresServer, RedisServer, eventually, found_program, unused_port

pytestmark = [pytest.mark.services, pytest.mark.browser, pytest.mark.timeout(600)]

PHONES = 2
# In the browser's outbox, for each strike.
EACH = 4
RECOVERS_WITHIN = 60
KEYS = "SELECT client_key FROM visits_visit"
IN_ORDER = f"{KEYS} WHERE client_key = ANY(%s::uuid[]) AND practice_id = %s ORDER BY id"
# With the stop of the day that each of them has done.
LATEST = """
    SELECT outcome, visit.practice_id FROM visits_visit AS visit
    JOIN visits_plannedvisit AS stop ON stop.visit_id = visit.id
    ORDER BY visit.id DESC LIMIT 2
"""
NO_SIGNAL = "No signal. This page is as of"


class Field:
    """A site behind a wire that can be cut, and those who write to it."""

    def __init__(self, site: Site, postgres: PostgresServer, chromium: Chromium) -> None:
        self.site, self.postgres, self.port = site, postgres, unused_port()
        self.wire = Wire(postgres.port)
        across = site.database_url.replace(f":{postgres.port}/", f":{self.wire.port}/")
        self.behind_the_wire = replace(site, database_url=across)
        self.start_web()
        first, *others = people(site, PHONES + 1)
        self.phones = [Phone(self.port, person) for person in others]
        self.written_before = {key for (key,) in site.rows(KEYS)}
        self.context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]  # a size
        self.browser = Browser(self.context, f"http://localhost:{self.port}", first)
        eventually(lambda: self.browser.opened("/outbox/"), "the site is up", seconds=60)

    def start_web(self) -> None:
        address = f"127.0.0.1:{self.port}"
        self.web = self.behind_the_wire.start(
            "web", "gunicorn", "--bind", address, "--workers", "2"
        )

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.web.pid).children()

    def acknowledged(self) -> set[str]:
        return {key for phone in self.phones for key in phone.acknowledged}

    def unavailable(self) -> int:
        return sum(phone.statuses[503] for phone in self.phones)

    def stored(self) -> Counter[str]:
        keys = (key for (key,) in self.site.rows(KEYS) if key not in self.written_before)
        return Counter(map(str, keys))

    def close(self) -> None:
        self.context.close()
        self.wire.close()


@pytest.fixture(scope="module")
def field(
    fault_postgres: PostgresServer, chromium: Chromium, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Field]:
    folder = tmp_path_factory.mktemp("field")
    broker = RedisServer(found_program("redis-server"), folder)
    with a_site(fault_postgres, broker, folder) as site:
        field = Field(site, fault_postgres, chromium)
        yield field
        field.close()
    broker.kill()


# --- What strikes ---


def a_killed_worker(field: Field) -> None:
    """B01"""
    victim = field.workers()[0]
    victim.kill()
    eventually(lambda: victim not in field.workers() and len(field.workers()) == 2, "it is back")


def a_killed_master(field: Field) -> None:
    """B02: with its workers, as when their container dies; it is started again on its port."""
    kill_tree(field.web)
    field.start_web()


def a_killed_database(field: Field) -> None:
    """B15: the postmaster, and with it every connection."""
    before = field.unavailable()
    field.postgres.kill()
    eventually(lambda: field.postgres.is_stopped, "its orphans are gone")
    eventually(lambda: field.unavailable() > before, "the site says that it cannot")
    field.postgres.start()


def an_emptied_redis(field: Field) -> None:
    """B19"""
    assert field.site.redis
    with redis.Redis.from_url(field.site.redis.url) as client:
        client.flushall()


def a_lost_network(field: Field) -> None:
    """B22: just after the database has stored something, and for a while."""
    before, lost = field.unavailable(), field.wire.lost
    field.wire.lose_commits()
    eventually(lambda: field.wire.lost > lost + 2, "what is stored is not told")
    field.wire.cut()
    eventually(lambda: field.unavailable() > before, "the site says that it cannot")
    field.wire.heal()


BLOWS = [a_killed_worker, a_killed_master, a_killed_database, an_emptied_redis, a_lost_network]


def test_whatever_strikes_every_visit_is_stored_once(field: Field, rounds: int):
    """B01, B02, B15, B19, B22: each again and again while all of them write, and to the end."""
    for blow in BLOWS:
        field.browser.fill(EACH * (rounds + 2))
        with writing(field.phones):
            for strike in range(rounds):
                wait_until_left(field, EACH * (rounds + 1 - strike))
                blow(field)
                assert field.acknowledged() <= field.stored().keys(), blow.__name__
                writing_goes_on(field)
            wait_until_left(field, 0)
        assert statuses(field) <= {200, 503}, blow.__name__
        assert refusals(field) == [], blow.__name__
        assert_every_visit_is_there_once(field, blow.__name__)
    field.site.check_invariants()


@contextmanager
def writing(phones: list[Phone]) -> Iterator[None]:
    """Each goes on until what it began last is acknowledged."""
    threads = [threading.Thread(target=phone.run, daemon=True) for phone in phones]
    for phone, thread in zip(phones, threads, strict=True):
        phone.stop.clear()
        thread.start()
    try:
        yield
    finally:
        for phone in phones:
            phone.stop.set()
        for thread in threads:
            thread.join(timeout=RECOVERS_WITHIN)


def wait_until_left(field: Field, most: int) -> None:
    eventually(
        lambda: field.browser.left() <= most,
        f"the browser has {most} left",
        seconds=RECOVERS_WITHIN,
    )


def writing_goes_on(field: Field) -> None:
    """Nobody lends a hand but the phone's owner, who looks at it."""
    before = [len(phone.acknowledged) for phone in field.phones]
    eventually(
        lambda: all(len(p.acknowledged) > n for p, n in zip(field.phones, before, strict=True)),
        "writing goes on",
    )
    kept.look_for_signal(field.browser.page)


def statuses(field: Field) -> set[int]:
    return set().union(*(phone.statuses for phone in field.phones))


def refusals(field: Field) -> list[Any]:
    return field.browser.refusals() + [told for phone in field.phones for told in phone.refusals]


def assert_every_visit_is_there_once(field: Field, after: str) -> None:
    """With one promise and one issue; the browser's in the order in which they were written."""
    keys = [key for phone in field.phones for key in phone.keys] + field.browser.keys
    assert field.stored() == Counter(keys), after
    for table, column, words in (
        ("visits_followup", "promise", PROMISE),
        ("visits_issue", "said", COMPLAINT),
    ):
        with_it = f"SELECT visit_id FROM {table} WHERE {column} = %s"  # noqa: S608  ours
        visits = [visit for (visit,) in field.site.rows(with_it, words)]
        assert len(visits) == len(set(visits)) == len(keys), (after, table)
    practices = field.browser.person.practices
    for place, practice in enumerate(practices):
        mine = field.browser.keys[place :: len(practices)]
        rows = field.site.rows(IN_ORDER, mine, int(practice))
        assert [str(key) for (key,) in rows] == mine, after


def test_the_phone_goes_on_while_the_server_is_stopped(field: Field):
    """Today, the brief and two visits without a server; it comes back, and all of it is sent."""
    page, practices = field.browser.page, field.browser.person.practices
    assert field.browser.opened("/")
    kept.wait_for_the_day(page, f"/practices/{practices[-1]}/")
    assert field.browser.opened("/")
    before = field.stored()

    kill_tree(field.web)
    page.goto(f"{field.browser.site}/")
    page.get_by_text(NO_SIGNAL).wait_for()
    page.locator("section.next h2 a").click()
    page.get_by_role("heading", name="Before you go in").wait_for()
    page.get_by_text(NO_SIGNAL).wait_for()
    page.goto(f"{field.browser.site}/")
    for waiting, outcome in enumerate(("Good talk", "Drop-off"), 1):
        log_the_next(page, outcome)
        expect(kept.pill(page)).to_have_text(f"{waiting} to send")

    field.start_web()
    expect(kept.pill(page)).to_have_text("All saved", timeout=1000 * RECOVERS_WITHIN)
    assert sum((field.stored() - before).values()) == 2
    told = field.site.rows(LATEST)
    assert told == [("drop_off", int(practices[1])), ("good_talk", int(practices[0]))]
    field.site.check_invariants()


def log_the_next(page: Page, outcome: str) -> None:
    """Three taps, as with signal."""
    page.get_by_role("link", name="Log visit").first.click()
    page.get_by_role("radio", name=outcome).check()
    page.get_by_role("button", name="Save visit").click()
    page.get_by_role("heading", name="Done, to be sent").wait_for()

"""Who writes while a site is struck: programs that speak as a phone does, and a real browser."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, Error, Page

from tests.faults.site import Site
from tests.journeys import kept

# The first of them has a day of two stops; all of them work the same territory.
PEOPLE = """
from django.test import Client
from django.utils import timezone
from referrals.models import VolumeCell
from tests import factories
from tests.visits.world import World
north = factories.TerritoryFactory(name="North")
people = [factories.UserFactory(name=f"Ana {{number}}") for number in range({number})]
for place, person in enumerate(people):
    factories.AssignmentFactory(
        user=person, territory=north, part="cover" if place else "owner")
world = World().grow(north, people[0], timezone.now(), rows=2)
VolumeCell.objects.all().delete()  # told by hand; the invariants count anew
for person in people:
    client = Client()
    client.force_login(person)
    print(person.pk, client.session.session_key, *(one.pk for one in world.practices))
"""
PROMISE, COMPLAINT = "Send the protocol again", "Reports take six days"


@dataclass(frozen=True)
class Person:
    pk: str
    session: str
    practices: tuple[str, ...]


def people(site: Site, number: int) -> list[Person]:
    told = [line.split() for line in site.python(PEOPLE.format(number=number)).splitlines()]
    return [Person(pk, session, tuple(practices)) for pk, session, *practices in told]


def a_visit(practice: str, key: str) -> dict[str, str]:
    """On a fixed day, with a promise made and an issue raised there."""
    return {
        "client_key": key,
        "practice": practice,
        "held_at": "2026-03-02T10:00",
        "outcome": "drop_off",
        "promise": PROMISE,
        "due": "1w",
        "issue_category": "report_speed",
        "issue_said": COMPLAINT,
    }


@dataclass
class Phone:
    """Sends one visit after the other, as the outbox does: each again until it is answered for."""

    port: int
    person: Person
    keys: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    refusals: list[Any] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    token: str = ""
    cookie: str = ""

    def run(self) -> None:
        """What was begun is sent to its end, also after it is told to stop."""
        while not self.stop.is_set():
            self.keys.append(str(uuid.uuid4()))
            while not self.send(self.keys[-1]) and not self.refusals:
                time.sleep(0.1)
            time.sleep(0.05)

    def send(self, key: str) -> bool:
        now = datetime.now(UTC).isoformat()
        try:
            if not self.token:
                self.token = self._ask("GET", "/outbox/token/")[1]["token"]
            visit = a_visit(self.person.practices[0], key)
            status, told = self._ask("POST", "/visits/new/", {**visit, "recorded_at": now})
        except (OSError, HTTPException, ValueError, KeyError):
            return False
        self.statuses[status] += 1
        if status == 200:
            self.acknowledged.append(key)
        elif status < 500:
            self.refusals.append(told)
        return status == 200

    def _ask(self, method: str, path: str, said: dict[str, str] | None = None) -> tuple[int, Any]:
        connection = HTTPConnection("localhost", self.port, timeout=20)
        headers = {
            "Cookie": f"sessionid={self.person.session}; csrftoken={self.cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.token,
            "X-Outbox": "1",
            "X-Outbox-Person": self.person.pk,
            "X-Outbox-Sent-At": datetime.now(UTC).isoformat(),
        }
        try:
            connection.request(method, path, urlencode(said) if said else None, headers)
            answer = connection.getresponse()
            self._keep_cookie(answer.headers.get_all("Set-Cookie") or [])
            body, is_json = answer.read(), "json" in answer.headers["Content-Type"]
            return answer.status, json.loads(body) if is_json else {}
        finally:
            connection.close()

    def _keep_cookie(self, cookies: list[str]) -> None:
        for one in cookies:
            name, _, value = one.partition(";")[0].partition("=")
            if name == "csrftoken":
                self.cookie = value


class Browser:
    """A real browser whose outbox is filled by hand and emptied by the app itself."""

    def __init__(self, context: BrowserContext, site: str, person: Person) -> None:
        self.site, self.person = site, person
        self.page: Page = context.new_page()
        self.keys: list[str] = []
        context.add_cookies([{"name": "sessionid", "value": person.session, "url": site}])

    def opened(self, path: str) -> bool:
        """False while nobody answers."""
        try:
            answer = self.page.goto(self.site + path)
        except Error:
            return False
        return answer is not None and answer.status == 200

    def fill(self, number: int) -> None:
        keys = [str(uuid.uuid4()) for _ in range(number)]
        first = len(self.keys)
        self.keys += keys
        kept.put_in_outbox(
            self.page, [self._entry(key, first + place) for place, key in enumerate(keys)]
        )
        kept.look_for_signal(self.page)

    def _entry(self, key: str, place: int) -> dict[str, Any]:
        """As the outbox keeps it, to each practice in turn."""
        practice = self.person.practices[place % len(self.person.practices)]
        return {
            "key": key, "person": self.person.pk, "kind": "visit", "title": "Visit",
            "practice": practice, "action": "/visits/new/", "page": "/visits/new/", "next": "/",
            "refusal": None, "recordedAt": datetime.now(UTC).isoformat(), "order": place,
            "data": list(a_visit(practice, key).items()),
        }  # fmt: skip

    def left(self) -> int:
        return len(kept.outbox(self.page))

    def refusals(self) -> list[Any]:
        return [entry["refusal"] for entry in kept.outbox(self.page) if entry["refusal"]]

"""Pages served by gunicorn at a large hospital's size: 95 of 100 within 150 ms, twelve queries."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from rich.console import Console

from accounts.models import User
from accounts.workdays.reports import team_workdays
from benchmarks import fieldwork, world
from benchmarks.table import Row
from contacts.models import Physician, Practice
from liaison_crm.core.periods import site_today
from liaison_crm.processes import Supervisor, answers_within, free_port, web
from referrals import rollups
from visits.models import Visit
from visits.planning.closed import next_open_day

MILLISECONDS = 150
QUERIES = 12
Address = Callable[[Random], str]


@dataclass(frozen=True)
class Subject:
    """A page, who opens it, and addresses that spread over the rows it can show."""

    name: str
    person: User
    address: Address


@dataclass(frozen=True)
class Ids:
    """Rows the addresses name: of the liaison's territory, and of everybody's."""

    own_practices: list[int]
    practices: list[int]
    physicians: list[int]
    visits: list[int]


def measure(console: Console, *, quick: bool = False) -> list[Row]:
    size = (600, 2000, 20_000, 4000) if quick else (6000, 20_000, 500_000, 100_000)
    liaison, manager = build(console, *size)
    return time_subjects(console, subjects(liaison, manager, ids_of(liaison)), quick=quick)


def time_subjects(console: Console, pages: Iterable[Subject], *, quick: bool) -> list[Row]:
    """Two rows for each page: how long 95 of 100 requests take at most, and how many queries."""
    rows = []
    with served() as port:
        for subject in pages:
            times = time_requests(port, subject, requests=20 if quick else 120)
            queries = count_queries(subject)
            slow = times[int(len(times) * 0.95)]
            console.log(f"{subject.name}: p50 {times[len(times) // 2]:.0f} ms, {queries} queries")
            rows += [
                Row(f"{subject.name}, p95", f"{slow:.0f} ms", "the bar", slow, MILLISECONDS, "ms"),
                Row(subject.name, f"{queries} queries", "the bar", queries, QUERIES, "queries"),
            ]
    return rows


def build(
    console: Console,
    practices: int,
    physicians: int,
    referrals: int,
    visits: int,
    *,
    territories: int = 20,
) -> tuple[User, User]:
    """The world on disk and counted; a liaison of it and a manager."""
    today = site_today()
    world.start_anew()
    console.log(f"{physicians:,} physicians, {referrals:,} referrals, {visits:,} visits")
    world.build_directory(territories=territories, practices=practices, physicians=physicians)
    world.add_referrals(referrals, through=str(today))
    people = fieldwork.people_who_sign_in()
    fieldwork.add_fieldwork(visits, today=today)
    rollups.rebuild(timezone.now())
    world.tidy()
    return people


def ids_of(liaison: User) -> Ids:
    own = Practice.objects.worked_by(liaison)
    return Ids(
        own_practices=list(own.values_list("pk", flat=True)),
        practices=list(Practice.objects.values_list("pk", flat=True)),
        physicians=list(Physician.objects.values_list("pk", flat=True)[:5000]),
        visits=list(Visit.objects.visible_to(liaison).values_list("pk", flat=True)[:5000]),
    )


def subjects(liaison: User, manager: User, ids: Ids) -> Iterator[Subject]:
    """Every page whose address there is; a liaison's work first, then the manager's lists."""
    yield from named(liaison, "today find new-visit visits follow-ups referrals growth")
    yield from named(manager, "today physicians practices visits follow-ups referrals growth")
    yield from named(manager, "territories coverage")
    yield from named(liaison, "coverage")
    yield plan_of_next_day(liaison)
    yield replace(plan_of_next_day(manager), name="the team's week")
    yield brief_of(ids.own_practices, liaison)
    yield Subject("practice, by the manager", manager, _one("practice", ids.practices))
    yield Subject("physician, by the manager", manager, _one("physician", ids.physicians))
    yield Subject("visit", liaison, _one("visit", ids.visits))
    yield Subject("log a visit", liaison, _asking("new-visit", "practice", ids.own_practices))
    yield Subject(
        "referrals of a practice", liaison, _asking("referrals", "practice", ids.own_practices)
    )
    for person in (liaison, manager):
        yield found_by(person)


def brief_of(practices: list[int], liaison: User) -> Subject:
    return Subject("practice", liaison, _one("practice", practices))


def plan_of_next_day(liaison: User) -> Subject:
    day = next_open_day(site_today(), team_workdays()).isoformat()
    return Subject("plan a day", liaison, _always(reverse("plan-day", args=[day])))


def found_by(person: User) -> Subject:
    words = ["ab", "costa", "ada1", "jansen 7", "44129", "main 12", "555-0", "practice 4", "kim"]
    return Subject(f"found, by the {person.role}", person, _asking("find", "q", words))


def named(person: User, names: str) -> Iterator[Subject]:
    """Pages without a row in their address."""
    for name in names.split():
        try:
            path = reverse(name)
        except NoReverseMatch:
            continue
        yield Subject(f"{name}, by the {person.role}", person, _always(path))


def _always(path: str) -> Address:
    return lambda chance: path


def _one(name: str, ids: list[int]) -> Address:
    return lambda chance: reverse(name, args=[chance.choice(ids)])


def _asking(name: str, parameter: str, values: list[int] | list[str]) -> Address:
    def address(chance: Random) -> str:
        return f"{reverse(name)}?{parameter}={str(chance.choice(values)).replace(' ', '+')}"

    return address


@contextmanager
def served() -> Iterator[int]:
    """The site as gunicorn runs it in production, on the benchmarks' own database."""
    port = free_port()
    call_command("collectstatic", "--noinput", "--clear", verbosity=0)
    with Supervisor(settings.VAR_DIR / "bench" / "log", print) as supervisor:
        supervisor.start(web(f"127.0.0.1:{port}"))
        if not answers_within(60, "127.0.0.1", port):
            raise RuntimeError(f"gunicorn does not answer; see {supervisor.logs}.")
        yield port


def signed_in(person: User) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person)
    return client


def time_requests(port: int, subject: Subject, *, requests: int) -> list[float]:
    """Milliseconds from the request to the last byte, sorted; the first two only warm up."""
    cookie = signed_in(subject.person).cookies[settings.SESSION_COOKIE_NAME]
    headers = {"Cookie": f"{cookie.key}={cookie.value}", "Accept-Encoding": "gzip"}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    chance, taken = Random(7), []  # noqa: S311  chance needs to repeat, not to be secret
    for _ in range(requests + 2):
        path = subject.address(chance)
        started = time.perf_counter()
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        taken.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:  # noqa: PLR2004  what else would be a page
            raise RuntimeError(f"{path} answered {answer.status}.")
    line.close()
    return sorted(taken[2:])


def count_queries(subject: Subject) -> int:
    """The most any of ten requests asked of the database."""
    client, chance = signed_in(subject.person), Random(7)  # noqa: S311  the same again
    client.get(subject.address(chance))
    most = 0
    for _ in range(10):
        with CaptureQueriesContext(connection) as asked:
            client.get(subject.address(chance))
        most = max(most, len(asked))
    return most

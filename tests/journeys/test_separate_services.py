"""The site as docker-compose.yml runs it, on PostgreSQL and Redis of the system's packages."""

from __future__ import annotations

import json

import pytest

from tests.services import eventually
from tests.sites import HOST, Site

pytestmark = pytest.mark.services

REQUEST = "4bf92f3577b34da6a3ce929d0e0e4736"
QUEUE_A_TICK = f"""
from django_guid import set_guid
from liaison_crm.tasks import tick
set_guid({REQUEST!r})
tick.delay()
"""

SEVEN_REFERRALS = """
from tests.factories import ReferralFactory
ReferralFactory.create_batch(7)
"""
COUNTED = """
from django.db.models import Sum
from referrals.models import VolumeCell
print(VolumeCell.objects.aggregate(counted=Sum("received"))["counted"])
"""


@pytest.fixture
def broker(redis_servers):
    return redis_servers(appendonly=True)


@pytest.fixture
def cache(redis_servers):
    return redis_servers(appendonly=False)


@pytest.fixture
def site(tmp_path, debian_postgres, broker, cache):
    site = Site(
        tmp_path,
        database_url=debian_postgres.url,
        redis_url=broker.url,
        cache_url=cache.url,
    )
    yield site
    site.kill_all()


def lines(site: Site, service: str) -> list[dict]:
    """The log of a service; all of it is JSON, whoever wrote it."""
    return [json.loads(line) for line in site.log(service).read_text().splitlines() if line]


def wait_for(site: Site, service: str, text: str) -> None:
    eventually(lambda: text in site.log(service).read_text(), f"{service} logs {text!r}")


@pytest.mark.timeout(300)
def test_the_services_of_compose_work_together(site, debian_postgres, broker, cache):
    site.run("migrate")
    site.run("migrate", "python", "manage.py", "collectstatic", "--noinput", "--verbosity=0")
    in_a_shell(site, SEVEN_REFERRALS)
    for service in ("web", "worker", "beat"):
        site.start(service)
    assert site.wait_until(200).json()["parts"]["broker"] == {"ok": True}
    pages_are_served_over_tls(site)
    a_request_is_followed_into_its_task(site)
    the_night_is_counted_by_the_worker(site)
    a_lost_broker_or_cache_stops_no_page(site, broker, cache)
    a_lost_database_is_survived(site, debian_postgres)
    ended = {service: site.stop(service) for service in ("beat", "worker", "web")}
    assert ended == {"beat": 0, "worker": 0, "web": 0}
    assert any(line.get("path") == "/account/login/" for line in lines(site, "web"))


def in_a_shell(site: Site, text: str) -> str:
    return site.run("migrate", "python", "manage.py", "shell", "-v0", "-c", text)


def the_night_is_counted_by_the_worker(site):
    """Through Redis: the tick opens the run of the night, the worker counts its chunks."""

    def age() -> object:
        return site.get("/readyz").json()["parts"]["rollups"]["age_minutes"]

    eventually(lambda: age() is not None, "a rollup has finished")
    assert in_a_shell(site, COUNTED) == "7\n"
    assert "referrals.count_chunk" in site.log("worker").read_text()


def pages_are_served_over_tls(site):
    page = site.get("/account/login/")
    assert page.status == 200
    assert "max-age=31536000" in page.headers["strict-transport-security"]
    assert b"/static/css/app." in page.body
    assert site.get("/account/login/", **{"X-Forwarded-Proto": "http"}).status == 301
    assert site.get("/account/login/", Host="evil.example").status == 400


def a_request_is_followed_into_its_task(site):
    """Beat ticks as it starts, and the id of a request reaches the worker's log."""
    wait_for(site, "worker", "Task liaison_crm.tick")
    in_a_shell(site, QUEUE_A_TICK)
    wait_for(site, "worker", REQUEST)
    wait_for(site, "worker", "succeeded")


def a_lost_broker_or_cache_stops_no_page(site, broker, cache):
    broker.kill()
    cache.kill()
    assert site.wait_until(503).json()["parts"]["broker"] == {"ok": False}
    assert site.get("/account/login/").status == 200
    broker.start()
    cache.start()
    site.wait_until(200)


def a_lost_database_is_survived(site, debian_postgres):
    """503 with a time to come back; once it is there again nothing has to be restarted."""
    before = site.processes["web"].pid
    page, visitor = "/more/", {"Cookie": f"__Host-session={'x' * 32}"}
    assert site.get(page, **visitor).status == 302
    debian_postgres.kill()
    away = site.wait_until(503, page, seconds=10, **visitor)
    assert away.headers["retry-after"] == "5"
    assert site.get("/livez").status == 200
    eventually(lambda: debian_postgres.is_stopped, "the orphans are gone")
    debian_postgres.start()
    site.wait_until(302, page, seconds=5, **visitor)
    assert site.processes["web"].pid == before


def test_a_weak_production_says_one_sentence_and_ends(tmp_path):
    site = Site(tmp_path, database_url="", redis_url="redis://127.0.0.1:1", cache_url="")
    with pytest.raises(AssertionError, match="DATABASE_URL is missing: the PostgreSQL to use"):
        site.run("migrate")
    assert HOST not in str(site.places)

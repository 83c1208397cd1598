"""The site as an app: what a phone installs, and what its service worker keeps until when."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from liaison_crm.offline import worker
from tests import factories
from tests.clock import site_days  # noqa: F401  a fixture


def test_a_phone_can_install_it(client, db):
    answer = client.get("/app.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        image = client.get(icon["src"])
        assert image.headers["Content-Type"] == "image/png"
        image.close()


def test_the_worker_is_asked_for_anew_each_time_and_keeps_only_what_is_there(client, db):
    answer = client.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    [shelf] = map(json.loads, re.findall(r"^const SHELF = (.+)$", answer.content.decode(), re.M))
    assert {"/static/css/app.css", "/static/js/outbox.js"} <= set(shelf)
    for address in [*shelf, "/offline/"]:
        kept = client.get(address)
        assert kept.status_code == 200, address
        kept.close()


def test_the_page_kept_on_the_device_names_nobody(client, ana):
    client.force_login(ana)
    page = client.get("/offline/").content.decode()
    assert "Ana" not in page
    assert 'name="person"' not in page


def version() -> str:
    [found] = re.findall(r'VERSION = "(\w+)"', worker.service_worker())
    return str(found)


def test_the_version_changes_exactly_when_a_file_does(settings, tmp_path, monkeypatch):
    settings.DEBUG = True  # read anew each time
    settings.STATICFILES_DIRS = [tmp_path]
    monkeypatch.setattr(finders, "find", lambda name: str(tmp_path / name))
    (tmp_path / "css").mkdir()
    (tmp_path / "css/app.css").write_text("a {}")
    (tmp_path / "notes.txt").write_text("not kept")
    first = version()
    (tmp_path / "notes.txt").write_text("changed")
    assert version() == first
    (tmp_path / "css/app.css").write_text("b {}")
    assert version() != first
    (tmp_path / "css/app.css").write_text("a {}")
    assert version() == first


@pytest.fixture
def day(ana, northern_practice):
    """Fetches Ana's list for a day with one stop."""
    plan = factories.PlannedVisitFactory(
        practice=northern_practice, liaison=ana, planned_on=timezone.localdate()
    )
    client = Client()
    client.force_login(ana)
    return plan, lambda: client.get("/offline/day.json").json()


def test_the_day_is_the_stops_their_offices_and_their_people(day, ana, northern_practice):
    plan, fetch = day
    doctor = factories.AffiliationFactory(practice=northern_practice).physician
    message = factories.MessageVersionFactory().message
    told = fetch()
    assert told["person"] == str(ana.pk)
    assert {
        "/",
        "/outbox/",
        f"/visits/new/?plan={plan.pk}",
        northern_practice.get_absolute_url(),
        doctor.get_absolute_url(),
        message.get_absolute_url(),
    } <= set(told["pages"])


def test_the_day_holds_nothing_of_others_and_has_an_end(day, ana, ben, north, southern_practice):
    _, fetch = day
    strangers = factories.PlannedVisitFactory(
        practice=southern_practice, liaison=ana, planned_on=timezone.localdate()
    )
    colleagues = factories.PlannedVisitFactory(liaison=ben, planned_on=timezone.localdate())
    for _ in range(40):
        factories.PlannedVisitFactory(
            practice=factories.PracticeFactory(territory=north),
            liaison=ana,
            planned_on=timezone.localdate() - timedelta(days=1),
        )
    pages = fetch()["pages"]
    assert not {f"/visits/new/?plan={plan.pk}" for plan in (strangers, colleagues)} & set(pages)
    assert len(pages) == len(set(pages)) <= 90


def test_every_page_says_whose_it_is_and_open_ones_say_nothing(ana):
    client = Client()
    assert "X-Person" not in client.get("/account/login/").headers
    client.force_login(ana)
    assert client.get("/").headers["X-Person"] == str(ana.pk)
    assert "X-Person" not in client.get("/offline/").headers

"""What probes are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from referrals.models import RollupRun


def test_livez_asks_nobody_even_for_a_visitor_with_a_session(client, settings):
    """No database fixture here, so pytest-django fails any query. Probes know no host name."""
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    answer = client.get("/livez", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_readyz_tells_every_part(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    told = answer.json()
    assert told["ready"] is True
    assert told["parts"]["database"] == {"ok": True}
    assert told["parts"]["migrations"] == {"ok": True, "waiting": 0}
    assert told["parts"]["broker"] == {"ok": True}
    assert told["parts"]["rollups"]["ok"] is True


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_waits(client):
    MigrationRecorder(connection).record_unapplied("contenttypes", "0002_remove_content_type_name")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == {"ok": False, "waiting": 1}


@pytest.mark.django_db
def test_it_is_not_ready_without_a_place_for_background_work(client, settings, tmp_path):
    settings.QUEUE_DIR = tmp_path / "gone"
    assert client.get("/readyz").json()["parts"]["broker"] == {"ok": False}


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_only_read(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_the_age_of_the_last_rollup_is_told_and_a_late_one_is_late(client):
    now = timezone.now()
    run = RollupRun(
        kind=RollupRun.Kind.NIGHTLY,
        period=now.date(),
        state=RollupRun.State.DONE,
        as_of=now,
        finished_at=now - timedelta(hours=27),
    )
    run.save()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"]["rollups"] == {"ok": True, "age_minutes": 1620, "late": True}

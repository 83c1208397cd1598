"""Is the process alive, and can it do its work? For probes, so it names parts and no details."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError

from liaison_crm.celery import app
from referrals.reports import last_rollup_finished_at

LONGEST_BETWEEN_ROLLUPS = timedelta(hours=26)
BROKER_PATIENCE_SECONDS = 2

Finding = dict[str, Any]
View = Callable[[HttpRequest], HttpResponse]


def probes(get_response: View) -> View:
    """Before any middleware that looks at host or session: a probe has neither."""

    def answer(request: HttpRequest) -> HttpResponse:
        return PROBES.get(request.path, get_response)(request)

    return answer


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 while the database, the broker or a migration is missing; late rollups are only told."""
    parts = {"database": database(), "broker": broker()}
    if parts["database"]["ok"]:
        parts |= {"migrations": migrations(), "rollups": rollups()}
    ready = all(part["ok"] for part in parts.values())
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def database() -> Finding:
    try:
        connection.cursor().execute("SELECT 1")
    except Error:
        return {"ok": False}
    return {"ok": True}


def broker() -> Finding:
    if not settings.REDIS_URL:
        return {"ok": os.access(settings.QUEUE_DIR, os.W_OK)}
    with app.connection_for_write(connect_timeout=BROKER_PATIENCE_SECONDS) as broker_connection:
        try:
            broker_connection.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE_SECONDS)
        except (BrokerError, OSError):
            return {"ok": False}
    return {"ok": True}


def migrations() -> Finding:
    """How many are still to be applied."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {"ok": not waiting, "waiting": len(waiting)}


def rollups() -> Finding:
    """Their age. Yesterday's numbers are no reason to turn people away, so this is always ok."""
    try:
        finished_at = last_rollup_finished_at()
    except Error:  # its table waits for a migration
        finished_at = None
    if finished_at is None:
        return {"ok": True, "age_minutes": None, "late": False}
    age = timezone.now() - finished_at
    late = age > LONGEST_BETWEEN_ROLLUPS
    return {"ok": True, "age_minutes": age // timedelta(minutes=1), "late": late}


PROBES: dict[str, View] = {"/livez": livez, "/readyz": readyz}

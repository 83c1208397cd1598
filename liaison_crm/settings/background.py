"""Background work: the broker, the limits of a task, the timetable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from liaison_crm.settings.environment import REDIS_URL, SITE_TIME_ZONE, VAR_DIR, env

# With no Redis the queue is a folder: fit for one machine, and the database decides what is due.
QUEUE_DIR = VAR_DIR / "queue"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SOFT_TIME_LIMIT = 25 * 60
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_TIMEZONE = SITE_TIME_ZONE
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        # A task still running after this is given to a second worker, so no task may take as long.
        "visibility_timeout": 2 * CELERY_TASK_TIME_LIMIT,
        "socket_connect_timeout": 3,
        "socket_timeout": 10,
        "health_check_interval": 30,
    }
    if REDIS_URL
    else {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "store_processed": False,
    }
)
# Waits this long for a broker that is away; what was to be queued is then found by the tick.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2}
BEAT_DIR = VAR_DIR / "beat"
CELERY_BEAT_SCHEDULE_FILENAME = str(BEAT_DIR / "schedule")
for folder in (BEAT_DIR, QUEUE_DIR / "messages", QUEUE_DIR / "control"):
    folder.mkdir(parents=True, exist_ok=True)
TICK = timedelta(seconds=env.int("TICK_SECONDS", default=60))
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "liaison_crm.tick",
        "schedule": TICK,
        "options": {"expires": TICK.total_seconds()},
    }
}
# What the tick calls, in this order: dotted paths of functions that take the moment `at`.
TICKS: list[str] = [
    "accounts.services.sweep_sessions",
    "accounts.services.answers.forget_answers",
    "accounts.services.tend_bulk_jobs",
    "referrals.services.tend_rollups",
    "referrals.services.tend_imports",
    "referrals.hl7.services.tend_messages",
    "visits.issues.services.letters.post_letters",
    "visits.notices.watching.tend_notices",
    "visits.notices.posting.tend_digests",
]

"""The demo: built as for production where it can be, with one-tap sign-in and without TLS."""

from __future__ import annotations

from datetime import timedelta

from liaison_crm.settings import environment
from liaison_crm.settings.dev import *

DEBUG = False
DEMO = True
# A visitor who looks around should not be sent away for reading slowly.
SESSION_IDLE = timedelta(hours=8)
# Static files straight from the source folders: a first start that does not copy them is faster.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = environment.VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# The market lies in Ohio.
SITE_STATE = environment.SITE_STATE or "OH"

# Beside real data in the same server, never in it: another database, queue and upload folder.
DATABASE_NAME = "liaison_demo"
if EMBEDDED_POSTGRES:
    DATABASES["default"]["NAME"] = DATABASE_NAME
VAR_DIR = environment.VAR_DIR / "demo"
QUEUE_DIR = VAR_DIR / "queue"
BEAT_DIR = VAR_DIR / "beat"
BEAT_DIR.mkdir(parents=True, exist_ok=True)
CELERY_BEAT_SCHEDULE_FILENAME = str(BEAT_DIR / "schedule")
if not REDIS_URL:
    for setting, folder in (
        ("data_folder_in", QUEUE_DIR / "messages"),
        ("data_folder_out", QUEUE_DIR / "messages"),
        ("control_folder", QUEUE_DIR / "control"),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        CELERY_BROKER_TRANSPORT_OPTIONS[setting] = str(folder)

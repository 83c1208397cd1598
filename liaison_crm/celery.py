"""The Celery application: `celery -A liaison_crm worker` and `celery -A liaison_crm beat`."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init
from kombu.exceptions import OperationalError

# Imported with the package, so this is what gunicorn and celery get; manage.py and pytest choose
# their own before.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison_crm.settings.prod")

logger = logging.getLogger(__name__)

app = Celery("liaison_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def tick_at_once(**_signal: Any) -> None:
    """What fell due while beat was down is found now, not in a minute."""
    try:
        app.send_task("liaison_crm.tick", expires=60)
    except OperationalError:
        logger.warning("The broker is away, so the first tick comes in a minute.")


@celeryd_init.connect
@beat_init.connect
def hold_database(**_signal: Any) -> None:
    from liaison_crm import embedded

    embedded.hold_database()

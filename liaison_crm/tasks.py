"""The clock. What is due stands in the database, so a lost or doubled tick changes nothing."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from liaison_crm.celery import app

logger = logging.getLogger(__name__)


@app.task(name="liaison_crm.tick", soft_time_limit=50, time_limit=60)
def tick() -> None:
    """Let each part look for what is due; one that fails does not keep the others waiting."""
    at = timezone.now()
    problems: list[Exception] = []
    for path in settings.TICKS:
        try:
            import_string(path)(at)
        except Exception as problem:
            logger.exception("%s failed", path)
            problems.append(problem)
    if problems:
        raise ExceptionGroup("Some ticks failed.", problems)

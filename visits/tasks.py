"""Thin wrappers: each takes an id, calls a service, and may run twice without harm."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from visits.notices import posting


@shared_task(name="visits.send_digest", soft_time_limit=60, time_limit=90)
def send_digest(digest_id: int) -> None:
    posting.send_digest(digest_id, at=timezone.now())

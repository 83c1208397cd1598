"""Thin wrappers: each takes an id, calls a service, and may run twice without harm."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from referrals import intake, rollups, services
from referrals.hl7 import waking


@shared_task(name="referrals.take_import")
def take_import(batch_id: int) -> None:
    services.take_import(batch_id)


@shared_task(name="referrals.resolve_waiting")
def resolve_waiting() -> None:
    at = timezone.now()
    intake.resolve_waiting(at)
    waking.resolve_waiting(at)


@shared_task(name="referrals.count_chunk")
def count_chunk(chunk_id: int) -> None:
    services.count_chunk(chunk_id)


@shared_task(name="referrals.publish_run")
def publish_run(run_id: int) -> None:
    services.publish_run(run_id)


@shared_task(name="referrals.measure_arrivals")
def measure_arrivals() -> None:
    rollups.measure_arrivals(timezone.now())

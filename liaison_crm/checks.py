"""Combinations of settings that cannot be right; each says what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from liaison_crm.core.workdays import states

ROLES = {"web", "worker", "command"}


@register()
def settings_fit_together(**_options: Any) -> list[CheckMessage]:
    return [*role_and_zone(), *time_limits(), *ticks()]


@register(Tags.security, deploy=True)
def deployment_fits_together(**_options: Any) -> list[CheckMessage]:
    return [*mail(), *shared_redis()]


def role_and_zone() -> Iterator[CheckMessage]:
    if settings.ROLE not in ROLES:
        yield Error(f"LIAISON_ROLE is one of {', '.join(sorted(ROLES))}.", id="liaison_crm.E001")
    if settings.SITE_TIME_ZONE not in available_timezones():
        yield Error(
            "SITE_TIME_ZONE is not a time zone like America/New_York.", id="liaison_crm.E002"
        )
    if settings.SITE_STATE and settings.SITE_STATE not in states():
        yield Error("SITE_STATE is not a state like OH.", id="liaison_crm.E005")


def time_limits() -> Iterator[CheckMessage]:
    """A task that outlives the visibility timeout is handed to a second worker."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    patience = options.get("visibility_timeout", settings.CELERY_TASK_TIME_LIMIT + 1)
    if not settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < patience:
        yield Error(
            "A task's soft limit must be below its hard limit, and that below the broker's "
            "visibility timeout.",
            id="liaison_crm.E003",
        )


def ticks() -> Iterator[CheckMessage]:
    for path in settings.TICKS:
        try:
            import_string(path)
        except ImportError:
            yield Error(f"TICKS names {path}, which does not exist.", id="liaison_crm.E004")


def mail() -> Iterator[CheckMessage]:
    if settings.EMAIL_BACKEND == "django.core.mail.backends.dummy.EmailBackend":
        yield checks.Warning(
            "No EMAIL_URL is set, so nobody can reset a password.",
            hint="EMAIL_URL=smtp+tls://user:password@host:587",
            id="liaison_crm.W001",
        )


def shared_redis() -> Iterator[CheckMessage]:
    if settings.REDIS_URL and settings.REDIS_URL == settings.CACHE_URL:
        yield checks.Warning(
            "The cache and the background work share one Redis.",
            hint="Set CACHE_URL to a second Redis that may forget; the first must never evict.",
            id="liaison_crm.W002",
        )

from __future__ import annotations

import pytest

from liaison_crm.checks import deployment_fits_together, settings_fit_together


def found(messages) -> list[str]:
    return [message.id for message in messages]


def test_the_settings_as_they_are_fit_together():
    assert found(settings_fit_together()) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ROLE", "webb", "liaison_crm.E001"),
        ("SITE_TIME_ZONE", "Mars/Olympus", "liaison_crm.E002"),
        ("SITE_STATE", "OHIO", "liaison_crm.E005"),
        ("CELERY_TASK_SOFT_TIME_LIMIT", 10**6, "liaison_crm.E003"),
        ("CELERY_BROKER_TRANSPORT_OPTIONS", {"visibility_timeout": 60}, "liaison_crm.E003"),
        ("TICKS", ["referrals.nothing.here"], "liaison_crm.E004"),
    ],
)
def test_what_cannot_be_right_is_named(settings, name, value, code):
    setattr(settings, name, value)
    assert found(settings_fit_together()) == [code]


def test_a_deployment_without_mail_or_with_one_redis_is_warned(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.REDIS_URL = settings.CACHE_URL = "redis://127.0.0.1/0"
    assert found(deployment_fits_together()) == ["liaison_crm.W001", "liaison_crm.W002"]


def test_a_worker_outlives_no_visibility_timeout(settings):
    assert settings.STATEMENT_TIMEOUTS == {"web": "15s", "worker": "30min", "command": "0"}
    assert settings.LOCK_TIMEOUTS["web"] == "3s"
    assert settings.IDLE_TIMEOUTS["web"] == "30s"

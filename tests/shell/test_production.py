"""Production refuses to start half-configured, and refuses to be emptied (B40)."""

from __future__ import annotations

import base64
import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

COMPLETE = {
    "SECRET_KEY": "aB3-xY7_" * 8,
    "PATIENT_KEY": base64.b64encode(bytes(32)).decode(),
    "MESSAGE_KEY": base64.b64encode(bytes(range(32))).decode(),
    "ALLOWED_HOSTS": "crm.example.org, www.example.org",
    "DATABASE_URL": "postgres://crm:crm@127.0.0.1:1/crm",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


@pytest.fixture
def start(monkeypatch):
    """The production settings as they come out of an environment."""

    def settings_of(**changes: str | None):
        for name, value in {**COMPLETE, **changes}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return runpy.run_module("liaison_crm.settings.prod")

    return settings_of


def test_it_starts_when_everything_is_there(start):
    settings = start()
    assert settings["IS_PRODUCTION"] is True
    assert settings["ALLOWED_HOSTS"] == ["crm.example.org", "www.example.org"]
    assert settings["CSRF_TRUSTED_ORIGINS"][0] == "https://crm.example.org"


@pytest.mark.parametrize("name", COMPLETE)
def test_it_names_what_is_missing(start, name):
    for value in (None, "", "  "):
        with pytest.raises(ImproperlyConfigured, match=f"^{name} is missing: "):
            start(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is weak"),
        ("SECRET_KEY", "a" * 80, "SECRET_KEY is weak"),
        ("SECRET_KEY", "django-insecure-" + "aB3-xY7_" * 8, "SECRET_KEY is weak"),
        ("PATIENT_KEY", "not base64!", "PATIENT_KEY is not 32 bytes"),
        ("PATIENT_KEY", base64.b64encode(b"short").decode(), "PATIENT_KEY is not 32 bytes"),
        ("MESSAGE_KEY", "not base64!", "MESSAGE_KEY is not 32 bytes"),
        ("MESSAGE_KEY", COMPLETE["PATIENT_KEY"], "MESSAGE_KEY must not be PATIENT_KEY"),
        ("ALLOWED_HOSTS", "*", "must name the hosts"),
        ("DEBUG", "1", "DEBUG is on"),
    ],
)
def test_it_refuses_what_is_weak(start, name, value, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence) as refusal:
        start(**{name: value})
    assert value not in str(refusal.value) or name == "ALLOWED_HOSTS" or value == "1"


def test_cookies_are_bound_to_the_host_and_to_tls(start):
    settings = start()
    for kind in ("SESSION", "CSRF"):
        assert settings[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert settings[f"{kind}_COOKIE_SECURE"] is True
        assert settings[f"{kind}_COOKIE_HTTPONLY"] is True
        assert settings[f"{kind}_COOKIE_SAMESITE"] == "Lax"
    assert settings["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert settings["SECURE_SSL_REDIRECT"] is True


@pytest.mark.parametrize("command", ["flush", "sqlflush"])
def test_b40_a_site_in_use_cannot_be_emptied_by_mistake(settings, command):
    """No database fixture: it must refuse before it asks anything."""
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="site in use"):
        call_command(command)


@pytest.mark.django_db
def test_outside_production_the_command_is_django_s(capsys):
    call_command("sqlflush")
    assert "TRUNCATE" in capsys.readouterr().out


def test_mail_goes_by_smtp_or_through_the_service_that_is_named(start):
    by_smtp = start(EMAIL_URL="smtp+tls://user:password@mail.example.org:587")
    assert by_smtp["EMAIL_HOST"] == "mail.example.org"
    assert by_smtp["SITE_URL"] == "https://crm.example.org"
    served = start(MAIL_SERVICE="postmark", ANYMAIL_POSTMARK_SERVER_TOKEN="secret")
    assert served["EMAIL_BACKEND"] == "anymail.backends.postmark.EmailBackend"
    assert served["ANYMAIL"]["POSTMARK_SERVER_TOKEN"] == "secret"
    with pytest.raises(ImproperlyConfigured, match="no service we know"):
        start(MAIL_SERVICE="pigeon")
